import { describe, expect, it } from '@jest/globals';
import { describeSettings } from '@mainstay/kernel';
import { existsSync } from 'node:fs';
import { SETTINGS } from '../src/config.ts';
import { imageEnvironment, readContainerFiles, wordsOf } from './container-files.ts';

/** The files of docker/ agree with each other, with the settings and with what an operator may expect. */
const { texts, instructions, services, manifests } = readContainerFiles();
const named = (name: string) => instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
const all = Object.entries(services);
const ours = all.filter(([, { image }]) => image.startsWith('mainstay:'));
const long = all.filter(([, { restart }]) => restart !== 'on-failure');
const deployments = manifests.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec?.template);
const roleOf = (name: string) => services[name]?.environment?.['MAINSTAY_ROLES'];
const imagePorts = (name: string) => imageEnvironment(instructions)[name];

describe('the Dockerfile', () => {
  it('builds in one stage and runs in another, not as root, with a health check', () => {
    expect(named('FROM')).toHaveLength(2);
    expect(named('FROM').every((image) => /^node:\d+\.\d+\.\d+-[a-z-]+( AS \w+)?$/.test(image))).toBe(true);
    expect(named('USER')).toEqual(['node']);
    expect(named('HEALTHCHECK')).toHaveLength(1);
    expect(named('ARG')).toEqual([]);
  });

  it('copies only what exists, and starts what the build makes from a source that exists', () => {
    const sources = named('COPY')
      .filter((rest) => !rest.includes('--from='))
      .flatMap((rest) => rest.split(' ').filter((word) => !word.startsWith('--')).slice(0, -1)); // prettier-ignore
    const staged = named('COPY').flatMap((rest) => /--from=build .*\/src\/(\S+) /.exec(rest)?.[1] ?? []);
    for (const source of [...sources, ...staged]) expect({ source, exists: existsSync(source) }).toEqual({ source, exists: true });
    expect(sources.length).toBeGreaterThan(5);
    const [, program = ''] = wordsOf(instructions.find(({ name }) => name === 'CMD'));
    expect(existsSync(program.replace('/dist/', '/').replace(/\.js$/, '.ts'))).toBe(true);
  });

  it('exposes the ports that its settings name, and asks the admin port for its health', () => {
    const ports = ['MAINSTAY_PORT', 'MAINSTAY_ADMIN_PORT', 'MAINSTAY_MQTT_PORT'].map(imagePorts);
    expect(named('EXPOSE')).toEqual([ports.join(' ')]);
    expect(named('HEALTHCHECK')[0]).toContain(`:${imagePorts('MAINSTAY_ADMIN_PORT')}/readyz`);
  });
});

describe('every file', () => {
  it('uses only settings that exist', () => {
    const known = new Set(describeSettings(SETTINGS).map(({ variable }) => variable));
    const used = Object.values(texts).flatMap((text) => text.match(/\bMAINSTAY_[A-Z0-9_]+/g) ?? []);
    expect(used.filter((variable) => !known.has(variable))).toEqual([]);
    expect(new Set(used).size).toBeGreaterThan(10);
  });

  it('holds no secret: they come from the environment or are left empty', () => {
    const settings = [...texts.compose.matchAll(/(?:PASSWORD|MASTER_KEY|AUTH): +'?([^'\n }]+)/g)].map(([, value]) => value);
    expect(settings.length).toBeGreaterThan(2);
    expect(settings.filter((value) => value?.startsWith('${') !== true)).toEqual([]);
    expect(texts.example.match(/^\w*(PASSWORD|KEY)=.+$/gm)).toBeNull();
    expect(`${texts.dockerfile}${texts.kubernetes}`).not.toMatch(/PASSWORD|SECRET_KEY|MASTER_KEY|mongodb:\/\/|redis:\/\//);
    const asked = [...texts.compose.matchAll(/\$\{(\w+):/g)].map(([, name]) => name ?? '');
    for (const name of asked) expect(texts.example).toMatch(new RegExp(`^${name}=`, 'm'));
  });

  it('pins the version of every image', () => {
    const images = [...all.map(([, { image }]) => image), ...deployments.map((template) => template?.spec.containers[0]?.image ?? '')];
    expect(images.filter((image) => image !== 'mainstay:local' && !/:\d+\.\d+\.\d+/.test(image))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  it('runs what the design says: two servers, broker, worker, TLS proxy, three members, Redis', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['api-1', 'api-2', 'broker', 'mongo-1', 'mongo-2', 'mongo-3', 'mongo-init', 'proxy', 'redis', 'worker'], // prettier-ignore
    );
    expect(['api-1', 'api-2', 'broker', 'worker'].map(roleOf)).toEqual(['api', 'api', 'broker', 'worker']);
    const members = ['mongo-1', 'mongo-2', 'mongo-3'];
    for (const name of members) expect(services[name]?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0', '--keyFile']));
    expect(services['api-1']?.environment?.['MAINSTAY_MONGO_URL']).toContain(`@${members.join(',')}/?replicaSet=rs0`);
    expect(services['redis']?.command).toEqual(expect.arrayContaining(['--requirepass', '--appendonly', 'yes', '--appendfsync']));
  });

  it('restarts, watches and locks down every service', () => {
    for (const [name, service] of all) {
      const { restart, read_only: isReadOnly, cap_drop: dropped } = service;
      expect({ name, isReadOnly, dropped }).toEqual({ name, isReadOnly: true, dropped: ['ALL'] });
      expect(restart).toMatch(/^(unless-stopped|on-failure)$/);
    }
    // Ours bring the health check of the image.
    const unwatched = long.filter(([name]) => !ours.some(([known]) => known === name)).filter(([, { healthcheck }]) => !healthcheck?.test);
    expect(unwatched).toEqual([]);
    expect(ours.filter(([name, { healthcheck }]) => name !== 'mongo-init' && healthcheck?.disable === true)).toEqual([]);
    expect(all.filter(([name, { user }]) => user === undefined && name !== 'proxy')).toEqual([]);
  });

  it('agrees about ports with the image and with the proxy', () => {
    expect(services['broker']?.ports).toEqual([`${imagePorts('MAINSTAY_MQTT_PORT')}:${imagePorts('MAINSTAY_MQTT_PORT')}`]);
    const upstreams = [...texts.caddy.matchAll(/([a-z0-9-]+):(\d+)/g)].map(([, name = '', port]) => ({ known: name in services, port }));
    expect(upstreams.length).toBeGreaterThan(4);
    for (const upstream of upstreams) expect(upstream).toEqual({ known: true, port: imagePorts('MAINSTAY_PORT') });
    expect(services['proxy']?.ports).toEqual(['80:80', '443:443']);
  });

  it('mounts files that are there or that the operator is told to make', () => {
    const mounted = all.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('./')));
    expect(mounted.length).toBeGreaterThan(0);
    for (const volume of mounted) expect(existsSync(`docker/${volume.split(':')[0]}`)).toBe(true);
    expect(texts.compose).toContain('> mongo.key');
  });
});

describe('the Kubernetes manifests', () => {
  it('run each role twice, not as root, on a read-only root file system, with probes on ports that exist', () => {
    const roles = deployments.map((template) => template?.metadata.labels.role);
    expect(roles.sort()).toEqual(['api', 'broker', 'worker']);
    for (const template of deployments) {
      const [container] = template?.spec.containers ?? [];
      expect(container?.env).toEqual([{ name: 'MAINSTAY_ROLES', value: template?.metadata.labels.role }]);
      expect(template?.spec.securityContext).toMatchObject({ runAsNonRoot: true });
      expect(container?.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
      const probe = container?.ports.find(({ name }) => name === container.readinessProbe.httpGet.port);
      expect(String(probe?.containerPort)).toBe(imagePorts('MAINSTAY_ADMIN_PORT'));
    }
  });

  it('send services to ports that the containers of that role open', () => {
    const chosen = manifests.filter(({ kind }) => kind === 'Service');
    expect(chosen.length).toBe(2);
    for (const { spec } of chosen) {
      const template = deployments.find((candidate) => candidate?.metadata.labels.role === spec?.selector?.role);
      const open = template?.spec.containers[0]?.ports.map(({ name }) => name);
      expect(open).toEqual(expect.arrayContaining(spec?.ports?.map(({ targetPort }) => targetPort) ?? []));
    }
  });
});
