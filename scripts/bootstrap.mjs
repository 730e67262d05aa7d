// Everything that a bare machine needs before Mainstay can start or be tested. As a command, `node scripts/bootstrap.mjs` brings all of it,
// so that the machine can go offline afterwards.
import { fileURLToPath } from 'node:url';
import { findChromium, findMongod, findRedis } from './find-binaries.mjs';
import { installPackages } from './install.mjs';
import { say } from './workspace.mjs';

const OLDEST_NODE = [20, 19];

/** @throws an Error that says what to install when this Node is too old, or the system is not one that we can run on */
export function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Error(`Node ${OLDEST_NODE.join('.')} or later is needed; this is ${process.versions.node}.`);
  }
  if (process.platform === 'win32') throw new Error('On Windows, run Mainstay in WSL, or with docker compose (see docker/).');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    checkMachine();
    await installPackages();
    say(`mongod        ${await findMongod()}`);
    say(`redis-server  ${await findRedis()}`);
    say(`chromium      ${await findChromium()}`);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
