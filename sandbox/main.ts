/** `npm run sandbox [-- --port N] [--scenario ID] [--fast]`: starts the local world and prints its address. */
import { parseArgs } from 'node:util';
import { NoSuchScenario, type Sandbox, startSandbox } from './start.ts';

const USAGE = 'npm run sandbox [-- --port N --scenario ID --fast]';
const EXIT_USAGE = 64;

interface Options {
  readonly port: number;
  readonly scenario: string;
  /** True if boots and runs should take a fifth of their time. */
  readonly isFast: boolean;
}

const FAST_PACE = 0.2;

const options = readOptions();
const sandbox = await start(options);
await sandbox.ready();
const pace = options.isFast
  ? 'Boots and runs are five times faster than in real life (--fast).'
  : 'Boots take 15 s, as in real life; --fast makes them 3 s.';
process.stdout.write(`
  The local world is ready: ${sandbox.page.url}

  On that page: pick a broken world, type /raxx diagnose prod, approve what it proposes. ${pace}
  In another terminal:  set -a; . ${sandbox.envFile}; set +a; npx raxx diagnose prod
  Ctrl-C ends it.
`);

let isEnding = false;
async function end(): Promise<void> {
  // The second signal ends the process immediately.
  if (isEnding) process.exit(1);
  isEnding = true;
  process.stdout.write('  Stopping the bot and the local world…\n');
  await sandbox.close();
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

/** npm may be killed without passing the signal on, so the sandbox has to stop itself and the bot. */
const PARENT_EVERY_MS = 1_000;
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent && !isEnding) void end();
}, PARENT_EVERY_MS).unref();

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4400' },
        // Start with a failure, because a healthy day only shows ten checks that pass.
        scenario: { type: 'string', default: 'suspect-deploy' },
        fast: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse(`"${values.port}" is not a port.`);
    return { port, scenario: values.scenario, isFast: values.fast };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(words: string): never {
  process.stderr.write(`${words}\nUsage: ${USAGE}\n`);
  process.exit(EXIT_USAGE);
}

async function start({ port, scenario, isFast }: Options): Promise<Sandbox> {
  try {
    return await startSandbox({
      port,
      scenario,
      pace: isFast ? FAST_PACE : 1,
      onBotLine: (line) => {
        if (/"level":"(error|fatal)"/.test(line)) process.stderr.write(`bot: ${line}\n`);
      },
    });
  } catch (error) {
    if (error instanceof NoSuchScenario) return refuse(error.message);
    throw error;
  }
}
