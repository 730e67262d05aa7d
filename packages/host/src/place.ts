/** Where people reach this server. Links in mails, callbacks of providers and passkeys are made of it, never of what a request says. */
export interface Place {
  /** Scheme, host and port, e.g. `https://api.example.com`. */
  origin(): string;
  /** Tells the port that was opened: it is part of the origin where none is set. */
  listensOn(port: number): void;
}

/** The place that the settings name; this machine, by its loopback address, where they name none. */
export function createPlace(publicUrl: string, port: number): Place {
  let listening = port;
  return {
    origin: () => (publicUrl === '' ? `http://127.0.0.1:${listening}` : new URL(publicUrl).origin),
    listensOn(opened) {
      listening = opened;
    },
  };
}
