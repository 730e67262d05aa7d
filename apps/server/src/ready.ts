import type { Demo } from './seed.ts';

/** The line that `npm start -- --json` prints for scripts. */
export interface Ready {
  readonly ready: true;
  readonly origin: string;
  readonly api: string | null;
  readonly project: string | null;
  readonly publishableKey: string | null;
  readonly secretKey: string | null;
  readonly mqtt: string | null;
  /** A link that signs in once, within ten minutes; without a demo project, the page to sign up at. */
  readonly dashboard: string;
  readonly demoUser: { readonly email: string; readonly password: string } | null;
  readonly device: { readonly id: string; readonly token: string } | null;
}

/** Says where everything is. */
export async function describeReady(options: {
  origin: string;
  mqttPort: number | undefined;
  demo: Demo | null;
  createSignInLink: (email: string) => Promise<string>;
}): Promise<Ready> {
  const { origin, mqttPort, demo } = options;
  const mqtt = mqttPort === undefined ? null : `mqtt://127.0.0.1:${mqttPort}`;
  if (demo === null) {
    const nothing = { api: null, project: null, publishableKey: null, secretKey: null, demoUser: null, device: null };
    return { ready: true, origin, mqtt, dashboard: `${origin}/sign-up`, ...nothing };
  }
  const link = await options.createSignInLink(demo.account.email);
  return {
    ready: true,
    origin,
    api: `${origin}/p/${demo.project}/v1`,
    project: demo.project,
    publishableKey: demo.publishableKey,
    secretKey: demo.secretKey,
    mqtt,
    dashboard: `${origin}/sign-in?link=${link}`,
    demoUser: demo.user,
    device: demo.device,
  };
}
