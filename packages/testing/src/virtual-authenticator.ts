/** A DevTools session with a page, e.g. of playwright's `context.newCDPSession(page)`. */
export interface DevtoolsSession {
  send(method: string, parameters: object): Promise<unknown>;
}

/** How the authenticator behaves. */
export interface VirtualAuthenticatorOptions {
  /** Whether its owner shows a finger when asked; true by default. */
  readonly isUserVerified?: boolean;
}

/**
 * Gives a page of Chromium an authenticator without a person (WebAuthn Level 2 §11, in the DevTools protocol): the browser itself
 * speaks to it, and checks origins and relying parties as always.
 */
export async function addVirtualAuthenticator(session: DevtoolsSession, { isUserVerified = true }: VirtualAuthenticatorOptions = {}) {
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = (await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  })) as { authenticatorId: string };

  return {
    /** How many passkeys it holds. */
    async count(): Promise<number> {
      const { credentials } = (await session.send('WebAuthn.getCredentials', { authenticatorId })) as { credentials: unknown[] };
      return credentials.length;
    },

    /** Whether its owner shows a finger from now on. */
    setUserVerified: async (isVerified: boolean): Promise<void> => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: isVerified });
    },

    async remove(): Promise<void> {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}
export type VirtualAuthenticator = Awaited<ReturnType<typeof addVirtualAuthenticator>>;
