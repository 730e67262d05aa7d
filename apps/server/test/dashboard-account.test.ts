import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, totpCode, until } from '@mainstay/testing';
import type { BrowserContext, Page } from 'playwright-core';
import type { Dashboard } from './open-dashboard.ts';
import { faultsInAllLooks, faultsOf, LOOKS, openDashboard } from './open-dashboard.ts';

/** What people do with their account and their organizations, in a real browser: from the first mail to the last click. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };
const PASSWORD = 'correct horse battery';
const NOBODY = { storageState: { cookies: [], origins: [] }, viewport: WIDE };

interface Me {
  readonly organizations: { id: string }[];
}

inBrowser('in %s an account', () => {
  let dashboard: Dashboard;
  let operator: BrowserContext;
  /** Where passkeys work. */
  let home: string;

  beforeAll(async () => {
    dashboard = await openDashboard(executablePath ?? '');
    ({ context: operator } = await dashboard.open({ viewport: WIDE }));
    home = dashboard.server.ready.origin.replace('127.0.0.1', 'localhost');
  }, 90_000);
  afterAll(() => dashboard?.close());

  const at = (path: string) => dashboard.server.ready.origin + path;
  async function show(page: Page, url: string): Promise<void> {
    await page.goto(url);
    await page.getByRole('heading').first().waitFor();
    await page.waitForLoadState('networkidle');
  }

  /** The link in the newest mail of this template to the address, as whoever runs the installation reads it. */
  function linkTo(email: string, template: string): Promise<string> {
    return until(`a ${template} mail to ${email}`, async () => {
      const list = await operator.request.get(at(`/platform/v1/mails?to=${email}`));
      const { items } = (await list.json()) as { items: { id: string; template: string }[] };
      const found = items.find((mail) => mail.template === template);
      if (found === undefined) return null;
      const { text } = (await (await operator.request.get(at(`/platform/v1/mails/${found.id}`))).json()) as { text: string };
      return /https?:\S+/.exec(text)?.[0];
    });
  }

  async function signUp(page: Page, email: string, origin = dashboard.server.ready.origin): Promise<void> {
    await show(page, `${origin}/sign-up`);
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('heading', { name: 'Create your first project' }).waitFor();
  }

  async function signIn(page: Page, email: string, password: string): Promise<void> {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  it.each(LOOKS)(
    'has pages that are whole in %s',
    async (_name, options) => {
      const { context, page, seen } = await dashboard.open(options);
      const me = (await (await context.request.get(at('/platform/v1/me'))).json()) as Me;
      const organization = `/organizations/${me.organizations[0]?.id}`;
      const own = ['', '?tab=security', '?tab=tokens', '?tab=organizations', '?tab=log', '?tab=mails'].map((tab) => `/account${tab}`);
      for (const path of [...own, organization, `${organization}?tab=settings`, `${organization}?tab=log`]) {
        await show(page, at(path));
        expect({ path, ...(await faultsOf(page)), ...seen }).toEqual({ path, blockers: [], overflow: 0, errors: [], foreign: [] });
      }
      await context.close();
    },
    120_000,
  );

  it('has pages before the sign-in that are whole', async () => {
    const { context, page, seen } = await dashboard.open({ ...NOBODY, viewport: PHONE });
    for (const path of ['/forgot-password', '/reset-password#token=ml_x', '/confirm-email#token=ml_x']) {
      await show(page, at(path));
      expect({ path, ...(await faultsOf(page)) }).toEqual({ path, blockers: [], overflow: 0 });
    }
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);

  it('is made, confirmed, forgotten and found again by mail', async () => {
    const { context, page } = await dashboard.open(NOBODY);
    const email = 'grace@account.example.com';
    await signUp(page, email);
    await show(page, await linkTo(email, 'verify-email'));
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await page.getByText(`${email} is confirmed`).waitFor();
    await show(page, at('/account'));
    await page.getByText('confirmed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Account', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Forgotten password?' }).click();
    await page.getByRole('heading', { name: 'Forgotten password' }).waitFor();
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('status').getByText(email).waitFor();
    await show(page, await linkTo(email, 'reset-password'));
    await page.getByLabel('New password').fill('a new and longer one');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(page, email, PASSWORD);
    await page.getByText('sign_in_failed').waitFor();
    await signIn(page, email, 'a new and longer one');
    await page.getByRole('heading', { name: 'Create your first project' }).waitFor();
    expect(page.url()).toBe(at('/new-project'));
    await context.close();
  }, 90_000);

  it('gets an authenticator app and a passkey, and signs in with each', async () => {
    const { context, page, seen } = await dashboard.open(NOBODY);
    const browser = await context.newCDPSession(page);
    await browser.send('WebAuthn.enable');
    await browser.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    });
    const email = 'factors@account.example.com';
    await signUp(page, email, home);
    await show(page, `${home}/account?tab=security`);
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('img', { name: 'QR code' }).waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? '';
    await page.getByLabel('Code of your app').fill(totpCode(secret, Date.now() - 30_000));
    await page.getByRole('button', { name: 'Set it up' }).click();
    await page.getByText('Keep these recovery codes').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name of the passkey').fill('Laptop');
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByLabel('Code of your app, or a recovery code').fill(totpCode(secret, Date.now()));
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Laptop').waitFor();

    await context.clearCookies();
    await show(page, `${home}/sign-in`);
    await signIn(page, email, PASSWORD);
    await page.getByRole('heading', { name: 'Second step' }).waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByLabel('Code of your app, or a recovery code').fill(totpCode(secret, Date.now() + 30_000));
    await page.getByRole('button', { name: 'Sign in with the code' }).click();
    await page.getByRole('heading', { name: 'Create your first project' }).waitFor();

    await context.clearCookies();
    await show(page, `${home}/sign-in`);
    await signIn(page, email, PASSWORD);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Create your first project' }).waitFor();

    await context.clearCookies();
    await show(page, `${home}/sign-in`);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Create your first project' }).waitFor();
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 120_000);

  it('is invited as a new one, takes an organization over, and is deleted', async () => {
    const { context: owners, page: owner } = await dashboard.open(NOBODY);
    await signUp(owner, 'owner@account.example.com');
    const me = (await (await owners.request.get(at('/platform/v1/me'))).json()) as Me;
    const organization = at(`/organizations/${me.organizations[0]?.id}`);
    const email = 'heir@account.example.com';
    await show(owner, organization);
    await owner.getByLabel('Email to invite').fill(email);
    await owner.getByRole('button', { name: 'Invite' }).click();
    await owner.getByText('it is not shown again').waitFor();

    const { context: heirs, page: heir } = await dashboard.open(NOBODY);
    await show(heir, await linkTo(email, 'invitation'));
    await heir.getByRole('link', { name: 'Sign up' }).click();
    await heir.getByText('Grace invites you').waitFor();
    expect(await heir.getByLabel('Email').inputValue()).toBe(email);
    await heir.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await heir.getByRole('button', { name: 'Sign up' }).click();
    await heir.getByRole('button', { name: 'Accept the invitation' }).click();
    await heir.getByText('You are a member of').waitFor();

    await show(owner, `${organization}?tab=settings`);
    await owner.getByRole('button', { name: 'Hand over' }).click();
    await owner.getByLabel('Your password').fill(PASSWORD);
    expect(await faultsInAllLooks(owner)).toEqual({});
    await owner.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
    await owner.getByText('You are admin here.').waitFor();

    await show(heir, at('/account'));
    await heir.getByRole('button', { name: 'Delete your account' }).click();
    await heir.getByLabel('Your password').last().fill(PASSWORD);
    await heir.getByRole('button', { name: 'Delete for good' }).click();
    await heir.getByText('last_owner').waitFor();
    await show(heir, `${organization}?tab=settings`);
    await heir.getByRole('button', { name: /^Delete / }).click();
    await heir.getByRole('button', { name: 'Delete organization' }).click();
    await heir.getByText('Deleted organizations').waitFor();
    await show(heir, at('/account'));
    await heir.getByRole('button', { name: 'Delete your account' }).click();
    await heir.getByLabel('Your password').last().fill(PASSWORD);
    await heir.getByRole('button', { name: 'Delete for good' }).click();
    await heir.getByRole('heading', { name: 'Sign in' }).waitFor();
    const platform = createTestClient(at('/platform/v1'), {});
    expect(await platform.post('/login', { email, password: PASSWORD })).toMatchObject({ status: 401 });
    await Promise.all([owners.close(), heirs.close()]);
  }, 120_000);
});
