const FRAME = ['kernel', 'store', 'http', 'jobs', 'host'];

const pascal = (name) => name.replace(/(^|-)([a-z])/g, (_match, _dash, letter) => letter.toUpperCase());
const camel = (name) => pascal(name).replace(/^./, (letter) => letter.toLowerCase());
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/**
 * The files of a new capability with one feature: a thing that can be created and read.
 * @param names `module` and `feature` are plural and kebab-case, `thing` is the singular of the feature
 * @returns {Record<string, string>} path below the package → text
 */
export function moduleTemplate({ module, feature, thing, versions }) {
  const names = { module, feature, thing, Module: pascal(module), Feature: pascal(feature), Thing: pascal(thing) };
  Object.assign(names, {
    moduleName: camel(module),
    featureName: camel(feature),
    thingName: camel(thing),
    code: thing.replaceAll('-', '_'),
  });
  const at = (part) => `src/${feature}/${feature}.${part}.ts`;
  return {
    'package.json': packageJson(names, versions),
    'tsconfig.json': tsconfigJson(),
    'turbo.json': json({ extends: ['//'], tags: ['capability'] }),
    'src/index.ts': indexFile(names),
    'src/schema.ts': `export * from './${feature}/${feature}.schema.ts';\n`,
    'src/module.ts': moduleFile(names),
    [`src/create-${module}.ts`]: createFile(names),
    [at('schema')]: schemaFile(names),
    [at('model')]: modelFile(names),
    [at('problems')]: problemsFile(names),
    [at('service')]: serviceFile(names),
    [at('routes')]: routesFile(names),
    [at('test')]: testFile(names),
  };
}

function packageJson({ module, Module }, { zod }) {
  const entry = (file) => ({ 'mainstay-source': `./src/${file}.ts`, types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` });
  return json({
    name: `@mainstay/${module}`,
    version: '0.0.0',
    private: true,
    description: `${Module}: say in one sentence what it is for.`,
    license: 'Apache-2.0',
    type: 'module',
    exports: { '.': entry('index'), './schema': entry('schema') },
    scripts: { build: 'tsc -b', test: 'jest --config ../../jest.config.mjs --rootDir . --passWithNoTests' },
    dependencies: { ...Object.fromEntries(FRAME.map((name) => [`@mainstay/${name}`, '0.0.0'])), zod },
    devDependencies: { '@mainstay/testing': '0.0.0' },
  });
}

function tsconfigJson() {
  return json({
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist' },
    include: ['src'],
    references: [...FRAME, 'testing'].map((name) => ({ path: `../${name}` })),
  });
}

const indexFile = ({ module, feature, Module, Feature, moduleName }) => `export type { ${Module} } from './create-${module}.ts';
export { create${Module} } from './create-${module}.ts';
export * from './${feature}/${feature}.problems.ts';
export type { ${Feature}Service } from './${feature}/${feature}.service.ts';
export { ${moduleName}Module } from './module.ts';
`;

const createFile = ({ feature, Module, Feature, featureName }) => `import type { Frame } from '@mainstay/host';
import { create${Feature}Service } from './${feature}/${feature}.service.ts';

export type ${Module} = ReturnType<typeof create${Module}>;

/** Puts the capability together from the frame. */
export function create${Module}({ store, clock }: Frame) {
  return { ${featureName}: create${Feature}Service({ store, clock }) };
}
`;

const moduleFile = ({ module, feature, Module, moduleName, featureName, Thing }) => `import type { Module } from '@mainstay/host';
import { defineModule } from '@mainstay/host';
import type { ${Module} } from './create-${module}.ts';
import { ${Thing}Kind } from './${feature}/${feature}.model.ts';

/** What this capability adds to which process. */
export function ${moduleName}Module(${moduleName}: ${Module}): Module {
  return defineModule({
    name: '${module}',
    kinds: [${Thing}Kind],
    api: async () => {
      const { ${featureName}Routes } = await import('./${feature}/${feature}.routes.ts');
      return { routes: ${featureName}Routes(${moduleName}.${featureName}) };
    },
  });
}
`;

const schemaFile = ({ thing, Thing }) => `import { z } from 'zod';

/** A ${thing} as clients see it. */
export const ${Thing} = z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime() }).meta({ id: '${Thing}' });
export type ${Thing} = z.infer<typeof ${Thing}>;

export const New${Thing} = z.strictObject({ name: z.string().min(1).max(200) });
export type New${Thing} = z.infer<typeof New${Thing}>;

export const ${Thing}Params = z.strictObject({ id: z.string() });
`;

const modelFile = ({ featureName, Thing }) => `import { defineKind } from '@mainstay/store';

export interface ${Thing}Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

export const ${Thing}Kind = defineKind<${Thing}Row>({ name: '${featureName}', indexes: [{ fields: { createdAt: -1 } }] });
`;

const problemsFile = ({ code, thing, thingName }) => `import { defineProblem } from '@mainstay/kernel';

export const ${thingName}NotFound = defineProblem<{ id: string }>({
  code: '${code}_not_found',
  status: 404,
  title: 'No such ${thing}',
  detail: ({ id }) => \`There is no ${thing} \${id}, or you may not read it.\`,
});
`;

const serviceFile = ({
  feature,
  Feature,
  thing,
  Thing,
  thingName,
  featureName,
}) => `import type { Clock, ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { ${Thing}Row } from './${feature}.model.ts';
import { ${Thing}Kind } from './${feature}.model.ts';
import { ${thingName}NotFound } from './${feature}.problems.ts';
import type { New${Thing}, ${Thing} } from './${feature}.schema.ts';

export type ${Feature}Service = ReturnType<typeof create${Feature}Service>;

/** What can be done with ${featureName}. */
export function create${Feature}Service({ store, clock }: { store: Store; clock: Clock }) {
  return {
    /** Creates a ${thing}. With \`id\`, a repeat of the same request creates nothing new. */
    async create(context: ProjectContext, input: New${Thing}, id: string = createId()): Promise<${Thing}> {
      const row: ${Thing}Row = { id, name: input.name, createdAt: new Date(clock.now()) };
      await store.kind(context, ${Thing}Kind).insert(row);
      return present(row);
    },

    /** @throws ${thingName}NotFound */
    async get(context: ProjectContext, id: string): Promise<${Thing}> {
      const row = await store.kind(context, ${Thing}Kind).get(id);
      if (!row) throw ${thingName}NotFound({ id });
      return present(row);
    },
  };
}

const present = ({ id, name, createdAt }: ${Thing}Row): ${Thing} => ({ id, name, createdAt: createdAt.toISOString() });
`;

const routesFile = ({ feature, Feature, featureName, thing, Thing }) => `import type { Route } from '@mainstay/http';
import { defineRoute } from '@mainstay/http';
import { New${Thing}, ${Thing}, ${Thing}Params } from './${feature}.schema.ts';
import type { ${Feature}Service } from './${feature}.service.ts';

export function ${featureName}Routes(${featureName}: ${Feature}Service): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/${feature}',
      summary: 'Create a ${thing}',
      access: 'server',
      body: New${Thing},
      status: 201,
      response: ${Thing},
      handle: (context, { body, idempotencyId }) => ${featureName}.create(context, body, idempotencyId),
    }),
    defineRoute({
      method: 'get',
      path: '/${feature}/:id',
      summary: 'Get a ${thing}',
      access: 'server',
      params: ${Thing}Params,
      status: 200,
      response: ${Thing},
      handle: (context, { params }) => ${featureName}.get(context, params.id),
    }),
  ];
}
`;

const testFile = ({
  module,
  feature,
  Module,
  moduleName,
  code,
}) => `import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { create${Module} } from '../create-${module}.ts';
import { ${moduleName}Module } from '../module.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [${moduleName}Module(create${Module}(frame))] });
});

afterAll(() => server.end());

describe('${feature}', () => {
  it('gives back what was created', async () => {
    const created = await server.as('server').post<{ id: string }>('/${feature}', { name: 'first' });
    expect(created).toMatchObject({ status: 201, body: { name: 'first' } });
    expect(await server.as('server').get(\`/${feature}/\${created.body.id}\`)).toMatchObject({ status: 200, body: created.body });
  });

  it('shows another project nothing', async () => {
    const { body } = await server.as('server').post<{ id: string }>('/${feature}', { name: 'mine' });
    const answer = await server.as('server', server.otherProject).get(\`/${feature}/\${body.id}\`);
    expect(answer).toMatchObject({ status: 404, body: { code: '${code}_not_found' } });
  });

  it('refuses to create one without a name', async () => {
    expect(await server.as('server').post('/${feature}', {})).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });
});
`;
