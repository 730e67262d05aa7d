import { defineKind } from '@mainstay/store';
import type { Captcha, Hook } from './hooks.schema.ts';

/** An address that is asked; the id is the hook's name. */
export interface HookRow extends Omit<Hook, 'name'> {
  readonly id: string;
  readonly sealedSecret: string;
}
export const HookKind = defineKind<HookRow>({ name: 'authHooks' });

/** The captcha of a project; the id is always `captcha`. */
export interface CaptchaRow extends Captcha {
  readonly id: string;
  readonly sealedSecret: string;
}
export const CaptchaKind = defineKind<CaptchaRow>({ name: 'authCaptchas' });
