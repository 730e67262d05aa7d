// Makes the replica set and its administrator once; runs again without harm. It shares the network of the first member, so that member's
// localhost exception lets it in while there is no user yet. Node and the driver are in the image anyway, and so the tests run this very file.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { MongoClient } = createRequire(new URL('../packages/store/package.json', import.meta.url))('mongodb');
const {
  MONGO_MEMBERS = 'mongo-1:27017,mongo-2:27017,mongo-3:27017',
  MONGO_ROOT_PASSWORD: password,
  MONGO_ELECTION_TIMEOUT_MS,
} = process.env;
const ALREADY_INITIALIZED = 23;
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 200;

const hosts = MONGO_MEMBERS.split(',');
const local = `mongodb://127.0.0.1:${hosts[0].split(':')[1]}/`;
const connect = (more) => new MongoClient(local, { directConnection: true, serverSelectionTimeoutMS: 5_000, ...more });

async function main() {
  if (!password) throw new Error('MONGO_ROOT_PASSWORD is not set');
  if (await mayEnter()) return;
  const client = connect({});
  try {
    const admin = client.db('admin');
    // The first member is preferred, because only there, from this very machine, the first user can be made.
    const members = hosts.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 }));
    // How long a primary may be silent before another one is elected; 10 s unless said otherwise.
    const settings = MONGO_ELECTION_TIMEOUT_MS ? { electionTimeoutMillis: Number(MONGO_ELECTION_TIMEOUT_MS) } : {};
    await admin.command({ replSetInitiate: { _id: 'rs0', members, settings } }).catch((error) => {
      if (error.code !== ALREADY_INITIALIZED) throw error;
    });
    await untilPrimary(admin);
    await admin.command({ createUser: 'root', pwd: password, roles: ['root'] });
  } finally {
    await client.close();
  }
  if (!(await mayEnter())) throw new Error('the administrator was made but cannot sign in');
}

/** Whether an earlier run has finished: then the administrator can sign in. */
async function mayEnter() {
  const known = connect({ auth: { username: 'root', password }, authSource: 'admin' });
  try {
    await known.db('admin').command({ connectionStatus: 1 });
    return true;
  } catch (error) {
    if (error.codeName === 'AuthenticationFailed') return false;
    throw error;
  } finally {
    await known.close();
  }
}

async function untilPrimary(admin) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
    if (Date.now() > deadline) throw new Error('the first member did not become primary');
    await sleep(LOOK_EVERY_MS);
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
