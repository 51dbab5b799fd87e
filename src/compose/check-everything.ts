/** Runs every check of `raxx doctor`: the configuration, Heroku, GitHub, the database, and Slack. */
import type { Terminal } from '../cli/output.ts';
import { type Config, notSet, readSlackSettings } from '../config.ts';
import { type Checkup, checkBudget, checkOutside } from '../operations/diagnosis/doctor.ts';
import { refusalCheckups } from '../operations/ports/slack-refusals.ts';
import { unapprovable } from '../runbook/actions/approval-rules.ts';
import { createAllowances } from '../upstream/budget.ts';
import { openBase } from './command-settings.ts';
import { createTerminal } from './terminal.ts';
import { createOutside } from './upstreams.ts';

/** Changes nothing. Never rejects. */
export async function checkEverything(): Promise<{ terminal: Terminal; checkups: readonly Checkup[] }> {
  const base = openBase();
  if (!base.ok) {
    const checkups = base.faults.map(({ path, words }): Checkup => ({ status: 'fail', about: path, words }));
    return { terminal: createTerminal(null), checkups };
  }
  const { config, log, terminal } = base.value;
  terminal.progress('Querying Heroku, GitHub, the database and Slack…');
  const { facts } = config;
  const allowances = createAllowances({ now: Date.now });
  const outside = createOutside(config, log, allowances);
  const parts = await Promise.all([
    checkOutside({ outside, facts, now: Date.now, expire: AbortSignal.timeout }),
    checkStore(config),
    checkSlackSettings(config),
  ]);
  terminal.progress('');
  const warnings = [
    ...unapprovable(facts).map((words): Checkup => ({ status: 'warn', about: 'Approvals', words })),
    ...[...config.shortSecrets, ...notSet(config)].map(
      ({ path, words }): Checkup => ({ status: 'warn', about: path, words }),
    ),
  ];
  const hours = [allowances.heroku, allowances.github].map((allowance) => checkBudget(allowance.now()));
  return { terminal, checkups: [...parts.flat(), ...hours, ...warnings] };
}

async function checkStore({ DATABASE_URL, RAXX_DATA_DIR, DYNO }: Config): Promise<Checkup[]> {
  const about = 'Database';
  if (DYNO !== undefined && DATABASE_URL === undefined)
    return [
      {
        status: 'fail',
        about,
        words: 'DATABASE_URL is not set, and the disk of a dyno is lost at least once a day',
      },
    ];
  const { checkDatabase } = await import('../store/database/check.ts');
  const { refusals = [], ...seen } = await checkDatabase(DATABASE_URL, RAXX_DATA_DIR);
  return [{ about, ...seen }, ...refusalCheckups(refusals)];
}

async function checkSlackSettings({ facts }: Config): Promise<Checkup[]> {
  const slack = readSlackSettings();
  if (!slack)
    return [{ status: 'warn', about: 'Slack', words: 'not checked: SLACK_BOT_TOKEN is not set here' }];
  if (!slack.ok) return slack.faults.map(({ path, words }) => ({ status: 'fail', about: path, words }));
  const { checkSlack } = await import('../slack/delivery/doctor.ts');
  const { SLACK_BOT_TOKEN: botToken, SLACK_API_URL: apiUrl } = slack.value;
  return checkSlack({ botToken, apiUrl, facts });
}
