// Parse Server with its defaults, from its own tree (`PARSE_TREE`), where router 2.2.0 is what its batch endpoint expects.
import { createRequire } from 'node:module';

const require = createRequire(process.env.PARSE_TREE);
const express = require('express');
const { ParseServer } = require('parse-server');

const port = Number(process.env.PORT);
const parse = new ParseServer({
  databaseURI: process.env.MONGO_URL,
  appId: 'bench',
  masterKey: process.env.MASTER_KEY,
  serverURL: `http://127.0.0.1:${port}/parse`,
  allowClientClassCreation: false,
  logLevel: 'error',
  logsFolder: null,
  // Only for the benchmark of live documents: it has a price.
  ...(process.env.LIVE_CLASS ? { liveQuery: { classNames: [process.env.LIVE_CLASS] } } : {}),
});
await parse.start();
const app = express();
app.use('/parse', parse.app);
const server = app.listen(port, '127.0.0.1');
if (process.env.LIVE_CLASS) await ParseServer.createLiveQueryServer(server, { logLevel: 'error' });
