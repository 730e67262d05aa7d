import type { Module } from '@mainstay/host';
import type { Clock } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { createMailer, mailModule, MailSettings, PLATFORM_PROJECT } from '@mainstay/mail';
import type { TestClient, TestServer } from '@mainstay/testing';
import { createTestClient, startTestServer, until } from '@mainstay/testing';
import { randomBytes } from 'node:crypto';
import type { Platform, PlatformDependencies } from './create-platform.ts';
import { createPlatform } from './create-platform.ts';
import { platformModule } from './module.ts';
import { PlatformSettings } from './platform.settings.ts';

export const PASSWORD = 'correct horse battery';

/** Somebody at the dashboard. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly organization: string;
  readonly cookie: string;
  readonly client: TestClient;
  /** Sends the cookie but not the CSRF token, as another site's page would. */
  readonly withoutToken: TestClient;
}

const cookieOf = (headers: Headers): string => headers.getSetCookie().map((line) => line.split(';')[0] ?? '')[0] ?? '';

/** A running platform, and the people that tests need. */
export class TestPlatform {
  readonly server: TestServer;
  readonly platform: Platform;
  readonly #mailer: Mailer;

  constructor(server: TestServer, platform: Platform) {
    this.server = server;
    this.platform = platform;
    this.#mailer = platform.mailer;
  }

  at(headers: Record<string, string> = {}): TestClient {
    return createTestClient(`${this.server.origin}/platform/v1`, headers);
  }

  /** Somebody who is signed in by this answer of the server. */
  enter({ headers, body }: { headers: Headers; body: { csrfToken: string } }): { client: TestClient; cookie: string } {
    const cookie = cookieOf(headers);
    return { cookie, client: this.at({ cookie, 'x-csrf-token': body.csrfToken }) };
  }

  async signUp(name = 'ada'): Promise<Person> {
    const email = `${name}-${createId()}@example.com`;
    const answer = await this.at().post<{ account: { id: string }; csrfToken: string }>('/signup', { email, password: PASSWORD, name });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    const { cookie, client } = this.enter(answer);
    const me = await client.get<{ organizations: { id: string }[] }>('/me');
    const organization = me.body.organizations[0]?.id ?? '';
    return { id: answer.body.account.id, email, organization, cookie, client, withoutToken: this.at({ cookie }) };
  }

  /** The token of an invitation to the organization of `owner`. */
  async invite(owner: Person, email: string, role = 'developer'): Promise<string> {
    const { body } = await owner.client.post<{ link: string }>(`/organizations/${owner.organization}/invitations`, { email, role });
    return new URL(body.link).searchParams.get('token') ?? '';
  }

  /** A new account in the organization of `owner`. */
  async join(owner: Person, role: string): Promise<Person> {
    const guest = await this.signUp(role);
    const answer = await guest.client.post('/invitations/accept', { token: await this.invite(owner, guest.email, role) });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return guest;
  }

  /** The texts of the mails of this template to the address, the newest first; waits until there are `count`. */
  async mailsTo(email: string, template: string, count = 1): Promise<string[]> {
    const { outbox, platformContext } = this.#mailer;
    const mails = await until(`${count} ${template} mails to ${email}`, async () => {
      const { items } = await outbox.list(platformContext(), { to: email, limit: 100 });
      const found = items.filter((mail) => mail.template === template);
      return found.length >= count ? found : null;
    });
    return Promise.all(mails.map(async ({ id }) => (await outbox.get(platformContext(), id)).text ?? ''));
  }

  /** The token in the newest of them. */
  async tokenTo(email: string, template: string, count = 1): Promise<string> {
    const [text = ''] = await this.mailsTo(email, template, count);
    return /[#?]token=([\w-]+)/.exec(text)?.[1] ?? '';
  }
}

/** What a test platform is started with, besides what is needed. */
export interface TestPlatformOptions {
  readonly settings?: Record<string, unknown>;
  readonly more?: readonly Module[];
  readonly dependencies?: Partial<PlatformDependencies>;
  readonly http?: Record<string, unknown>;
  /** The platform's clock, for tests of waits that must not depend on the machine. */
  readonly clock?: Clock;
}

/** Starts a server with the platform and its mails, for tests. */
export async function startTestPlatform(options: TestPlatformOptions = {}): Promise<TestPlatform> {
  const made = new Map<unknown, Platform>();
  /** The same platform for the module and for the resolvers. */
  function platformOf(frame: TestServer['frame']): Platform {
    const known = made.get(frame);
    if (known !== undefined) return known;
    const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: randomBytes(32) });
    const settings = PlatformSettings.parse({ mailsPerIpHour: 100_000, signUpsPerIpHour: 100_000, ...options.settings });
    const platform = createPlatform(
      { ...frame, clock: options.clock ?? frame.clock },
      { settings, masterKey: randomBytes(32), mailer, ...options.dependencies },
    );
    made.set(frame, platform);
    return platform;
  }
  const server = await startTestServer({
    projects: [PLATFORM_PROJECT],
    modules: (frame) => [platformModule(platformOf(frame)), mailModule(platformOf(frame).mailer), ...(options.more ?? [])],
    resolvers: (frame) => {
      const { resolveProject, resolveAccount, accountRole } = platformOf(frame);
      return { project: resolveProject, account: resolveAccount, accountRole };
    },
    ...(options.http === undefined ? {} : { http: options.http }),
  });
  return new TestPlatform(server, platformOf(server.frame));
}
