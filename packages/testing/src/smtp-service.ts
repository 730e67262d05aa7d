import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Everything: headers, a blank line, the body. */
  readonly raw: string;
  /** The user that the sender signed in as; null where nobody did. */
  readonly user: string | null;
}

/** An SMTP server that keeps what it takes. */
export interface SmtpService {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  /** The mails that were offered so far, whether or not they were taken. */
  readonly offers: number;
  /** From now on answers the end of each mail with this code; null takes mails again. */
  answer(code: number | null): void;
  stop(): Promise<void>;
}

/** Starts the server on loopback, without TLS. With credentials it takes mails only from who knows them (RFC 5321, RFC 4954). */
export async function startSmtpService(credentials?: { user: string; password: string }): Promise<SmtpService> {
  const mails: ReceivedMail[] = [];
  let offers = 0;
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: credentials === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onAuth({ username, password }, _session, done) {
      if (credentials !== undefined && username === credentials.user && password === credentials.password) {
        done(null, { user: credentials.user });
      } else done(new Error('Invalid username or password'));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        offers += 1;
        if (refusal !== null) {
          done(Object.assign(new Error('not now'), { responseCode: refusal }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          user: typeof session.user === 'string' ? session.user : null,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    get offers() {
      return offers;
    },
    answer(code) {
      refusal = code;
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
