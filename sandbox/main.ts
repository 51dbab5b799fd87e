/** `npm run sandbox [-- --port N] [--scenario ID]`: starts the local world and says where it is. */
import { parseArgs } from 'node:util';
import { startSandbox } from './start.ts';

const PORT = '4400';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: PORT },
    scenario: { type: 'string', default: 'healthy' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  process.stdout.write('npm run sandbox [-- --port N --scenario ID]\n');
  process.exit(0);
}

const sandbox = await startSandbox({
  port: Number(values.port),
  scenario: values.scenario,
  onBotLine: (line) => {
    if (/"level":"(error|fatal)"/.test(line)) process.stderr.write(`bot: ${line}\n`);
  },
});
await sandbox.ready();
process.stdout.write(`
  The local world is ready: ${sandbox.page.url}

  There: choose a scenario, type /raxx diagnose prod.
  In another terminal:  set -a; . ${sandbox.envFile}; set +a; npx raxx diagnose prod
  Ctrl-C ends it.
`);

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    // The second time: at once.
    if (ending) process.exit(1);
    ending = true;
    await sandbox.close();
    process.exit(0);
  });
}
