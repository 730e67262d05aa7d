// Side by side over MQTT: QoS 1 telemetry into ours, Mosquitto and bare aedes. See README.md for the options and for what the numbers mean.
import { join } from 'node:path';
import { bench, createRun, say } from './measure/bench-run.mjs';
import { generate } from './measure/generator.mjs';
import { readOptions } from './measure/read-options.mjs';
import { printResults, writeResult } from './measure/report.mjs';
import { ratiosOf, summarize } from './measure/summarize.mjs';

const BROKERS = ['ours', 'mosquitto', 'aedes'];
const MAX_MESSAGES = 20_000_000;
/** Messages that one publisher has under way: many when it is alone, fewer when they are many. */
const windowFor = (publishers) => (publishers === 1 ? 64 : 16);

const options = readOptions({ publishers: [1, 50], seconds: 10, warmup: 3, rounds: 3, brokers: BROKERS, json: '' }, { brokers: BROKERS });
const run = createRun();
try {
  await main();
} catch (error) {
  // What was cut off by Ctrl-C is no failure.
  if (!run.isStopping()) say(error.stack);
  process.exitCode = 1;
} finally {
  await run.stop();
}

async function main() {
  const brokers = [];
  for (const name of options.brokers) {
    const broker = await import(`./brokers/${name}.mjs`);
    say(`Starting ${broker.label} …`);
    brokers.push({ name, ...(await broker.start(run, { publishers: Math.max(...options.publishers) })) });
  }
  const results = [];
  for (const publishers of options.publishers) results.push(await measure(brokers, publishers));
  printResults(results, 'QoS 1 messages acknowledged per second');
  writeResult('mqtt', options.json || undefined, { options, results });
}

async function measure(brokers, publishers) {
  const window = windowFor(publishers);
  const setting = `${publishers} publisher${publishers === 1 ? '' : 's'}, window ${window}`;
  const rounds = Object.fromEntries(brokers.map(({ name }) => [name, []]));
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const { name, port, userNames, processes } of brokers) {
      const job = {
        port,
        userNames: userNames.slice(0, publishers),
        window,
        seconds: options.seconds,
        warmup: options.warmup,
        maxMessages: MAX_MESSAGES,
      };
      const { messagesPerSecond: rate, ...rest } = await generate({ run, script: join(bench, 'mqtt-load.mjs'), job, leaders: processes });
      rounds[name].push({ rate, ...rest });
      const errors = Object.keys(rest.errors).length > 0 ? `, errors ${JSON.stringify(rest.errors)}` : '';
      say(
        `${setting} · round ${round} · ${name}: ${rate.toFixed(0)}/s, p50 ${rest.p50?.toFixed(2)} ms, p99 ${rest.p99?.toFixed(2)} ms${errors}`,
      );
    }
  }
  const summaries = Object.fromEntries(brokers.map(({ name }) => [name, summarize(rounds[name])]));
  return { setting, publishers, window, targets: summaries, ratios: ratiosOf(summaries) };
}
