import { leavingView, stopView } from './end-views.ts';
import { enrolTotpView, enrolView, recoveryCodesView } from './enrol-views.ts';
import { linkView } from './link-view.ts';
import { codeView, mailRequestView, sentView } from './mail-views.ts';
import type { Page, Step, ViewContent } from './page.ts';
import { passkeySignUpView } from './passkey-sign-up-view.ts';
import { secondFactorView } from './second-factor-view.ts';
import { signedInView } from './signed-in-view.ts';
import { anonymousView, signInView } from './sign-in-view.ts';
import { smsCodeView, smsRequestView } from './sms-views.ts';
import { signUpView } from './sign-up-view.ts';

/** What a step looks like. */
export function viewOf(page: Page, step: Step): ViewContent {
  switch (step.view) {
    case 'sign-in':
      return signInView(page, step);
    case 'anonymous':
      return anonymousView(page);
    case 'sign-up':
      return signUpView(page);
    case 'sign-up-passkey':
      return passkeySignUpView(page);
    case 'forgot':
    case 'link-request':
    case 'code-request':
      return mailRequestView(page, step);
    case 'sent':
      return sentView(page, step);
    case 'code':
      return codeView(page, step);
    case 'sms-request':
      return smsRequestView(page, step);
    case 'sms-code':
      return smsCodeView(page, step);
    case 'link':
      return linkView(page, step);
    case 'second-factor':
      return secondFactorView(page, step);
    case 'enrol':
      return enrolView(page, step);
    case 'enrol-totp':
      return enrolTotpView(page, step);
    case 'recovery-codes':
      return recoveryCodesView(page, step);
    case 'signed-in':
      return signedInView(page, step);
    case 'leaving':
      return leavingView(page, step);
    case 'stop':
      return stopView(page.texts, page.texts[step.text]);
  }
}
