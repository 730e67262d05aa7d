// Aedes as it comes: in memory, everybody may do everything. noDelay as in ours; with this load it was measured to make no difference.
import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
createServer({ noDelay: true }, broker.handle).listen(Number(process.env.PORT), '127.0.0.1');
