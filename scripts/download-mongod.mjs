// Downloads the official mongod into the directory given as argument and prints its path. A process of its own, so that
// find-binaries.mjs can end it when its host does not answer.
import { MongoBinary } from 'mongodb-memory-server-core';

const [directory] = process.argv.slice(2);
try {
  const path = await MongoBinary.getPath({ version: '8.0.12', downloadDir: directory, checkMD5: false });
  process.stdout.write(`${path}\n`);
} catch (error) {
  process.stdout.write(
    `${String(error.message)
      .split('\n')[0]
      .replace(/,? Details:$/, '')}\n`,
  );
  process.exitCode = 1;
}
