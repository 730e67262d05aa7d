import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

/** One instruction of a Dockerfile: its name in capitals and the rest of its line. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** A service of compose.yaml, with its anchors merged. */
export interface ComposeService {
  readonly image: string;
  readonly restart?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
}

interface Container {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
}

/** What the tests look at in a Kubernetes manifest. */
export interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: { readonly role?: string };
    readonly ports?: readonly { readonly targetPort: string }[];
    readonly template?: {
      readonly metadata: { readonly labels: { readonly role: string } };
      readonly spec: { readonly securityContext: Readonly<Record<string, unknown>>; readonly containers: readonly Container[] };
    };
  };
}

/** Reads everything under docker/, from the root of the repository. */
export function readContainerFiles() {
  const read = (name: string) => readFileSync(`docker/${name}`, 'utf8');
  const texts = {
    dockerfile: read('Dockerfile'),
    compose: read('compose.yaml'),
    kubernetes: read('kubernetes/mainstay.yaml'),
    caddy: read('Caddyfile'),
    example: read('.env.example'),
  };
  const compose = parse(texts.compose, { merge: true }) as { services: Record<string, ComposeService> };
  const manifests = parseAllDocuments(texts.kubernetes).map((document) => document.toJS() as Manifest);
  return { texts, instructions: split(texts.dockerfile), services: compose.services, manifests };
}

function split(dockerfile: string): Instruction[] {
  return dockerfile
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/);
      return { name: name.toUpperCase(), rest: rest.join(' ') };
    });
}

/** The variables that the image sets. */
export function imageEnvironment(instructions: readonly Instruction[]): Record<string, string> {
  const pairs = instructions.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(' '));
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The words of an instruction in JSON form, after its options: `HEALTHCHECK --interval=… CMD [...]`. */
export function wordsOf(instruction: Instruction | undefined): string[] {
  if (instruction === undefined) throw new Error('the Dockerfile lacks an instruction');
  return JSON.parse(instruction.rest.slice(instruction.rest.indexOf('['))) as string[];
}
