import type { KeyId, Principal, Project, ProjectId, UserId } from '@mainstay/kernel';
import { createId, notFound, unauthenticated } from '@mainstay/kernel';
import type { Frame, Module, Role } from '@mainstay/host';
import { HostSettings, runHost } from '@mainstay/host';
import { HttpSettings } from '@mainstay/http';
import type { Resolvers } from '@mainstay/http';
import { randomBytes } from 'node:crypto';
import type { TestClient } from './test-client.ts';
import { createTestClient } from './test-client.ts';
import type { TestFrame } from './test-frame.ts';
import { aProject, createTestFrame } from './test-frame.ts';

/** A running server with the modules of one test file, and a project of its own. */
export interface TestServer extends TestFrame {
  readonly origin: string;
  readonly project: Project;
  /** A second project, for tests that A meets nothing of B. */
  readonly otherProject: Project;
  /** A client of the project: with its secret key, or its publishable key and perhaps a user. */
  as(who: 'server' | 'anonymous' | { user: string; roles?: readonly string[] }, project?: Project): TestClient;
  end(): Promise<void>;
}

/** What a test server runs. */
export interface TestServerOptions {
  readonly modules: (frame: Frame, loadProject: (id: ProjectId) => Promise<Project | null>) => readonly Module[];
  readonly roles?: readonly Role[];
  /** Resolvers of the rooms under test; by default two fixed keys and bearer tokens `user:<id>:<roles>`. */
  readonly resolvers?: (frame: Frame) => Partial<Resolvers>;
  readonly project?: Partial<Project>;
  /** Further projects whose jobs run. */
  readonly projects?: readonly Project[];
  readonly http?: Record<string, unknown>;
}

/** Starts the modules in this process on free ports, over the run's real MongoDB and Redis. */
export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const test = await createTestFrame();
  const project = aProject(options.project);
  const otherProject = aProject();
  const projects = new Map([project, otherProject, ...(options.projects ?? [])].map((one) => [one.id, one]));
  const loadProject = (id: ProjectId): Promise<Project | null> => Promise.resolve(projects.get(id) ?? null);
  const host = await runHost({
    frame: test.frame,
    settings: {
      host: HostSettings.parse({ port: 0, roles: (options.roles ?? ['api', 'worker']).join(',') }),
      http: HttpSettings.parse(options.http ?? {}),
    },
    modules: options.modules(test.frame, loadProject),
    resolvers: { ...fixedResolvers(projects), ...options.resolvers?.(test.frame) },
    loadProject,
    answerKey: randomBytes(32),
    checksAnswers: true,
  });
  const origin = `http://127.0.0.1:${host.port}`;
  return {
    ...test,
    origin,
    project,
    otherProject,
    as: (who, of = project) => createTestClient(`${origin}/p/${of.id}/v1`, headersOf(who)),
    async end() {
      await host.end();
      await test.destroy();
    },
  };
}

function headersOf(who: Parameters<TestServer['as']>[0]): Record<string, string> {
  if (who === 'server') return { 'x-mainstay-key': 'sk_test' };
  if (who === 'anonymous') return { 'x-mainstay-key': 'pk_test' };
  return { 'x-mainstay-key': 'pk_test', authorization: `Bearer user:${who.user}:${(who.roles ?? []).join(',')}` };
}

function fixedResolvers(projects: ReadonlyMap<ProjectId, Project>): Resolvers {
  return {
    project(projectId, key) {
      const project = projects.get(projectId as ProjectId);
      if (project === undefined) throw notFound();
      if (key === undefined) return { project, key: null };
      if (key !== 'sk_test' && key !== 'pk_test') throw unauthenticated({ reason: 'The key is not valid for this project.' });
      return { project, key: { id: `key-${key}` as KeyId, kind: key === 'sk_test' ? 'secret' : 'publishable' } };
    },
    principal(_context, bearer): Principal {
      const [type, id, roles = ''] = bearer.split(':');
      if (type !== 'user' || id === undefined) throw unauthenticated({ reason: 'The session has ended.' });
      return { type: 'user', id: id as UserId, sessionId: createId(), roles: roles.split(',').filter(Boolean), email: `${id}@example.com` };
    },
    account: () => null,
    accountRole: () => null,
  };
}
