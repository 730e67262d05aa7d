import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser';
import { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import { platformApi } from '../../shell/api.ts';
import type { FactorMade, FactorProof, FactorShown } from './account-shapes.ts';

interface Challenge<Options> {
  readonly challenge: string;
  readonly options: Options;
}

/** Lets the browser show a passkey for a challenge that `path` gives. */
export async function showPasskey(path: string, body?: unknown): Promise<FactorShown & { method: 'passkey' }> {
  const { challenge, options } = await platformApi.post<Challenge<PublicKeyCredentialRequestOptionsJSON>>(path, body);
  return { method: 'passkey', challenge, assertion: await startAuthentication({ optionsJSON: options }) };
}

/** Lets the browser make a passkey for the account, and keeps it under the name. */
export async function makePasskey(name: string, proof: FactorProof): Promise<FactorMade> {
  const { challenge, options } = await platformApi.post<Challenge<PublicKeyCredentialCreationOptionsJSON>>('/me/passkeys/options', proof);
  const attestation = await startRegistration({ optionsJSON: options });
  return platformApi.post<FactorMade>('/me/passkeys', { challenge, name, attestation });
}
