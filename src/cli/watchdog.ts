/**
 * `raxx watchdog`: checks in the ledger whether the bot's watch is running,
 * for a scheduler that alerts on a bad exit status.
 */
import { readWatches, type WatchReport } from '../operations/incidents/watch-report.ts';
import { formatAgo } from '../runbook/text/time.ts';
import type { IncidentSetting } from './incident-context.ts';
import { EXIT } from './output.ts';

/**
 * Exit status: 1 if a target is not watched, or the watch cannot see it;
 * 2 if the ledger could not be read; 0 otherwise.
 */
export async function runWatchdog(json: boolean, setting: IncidentSetting): Promise<number> {
  const { terminal, facts, now } = setting;
  const opened = await setting.open(false);
  if (!opened.ok) {
    terminal.err(`Can't tell whether the watch runs: ${opened.why}.\n`);
    return EXIT.unknown;
  }
  try {
    const reports = await readWatches(facts.targets, opened.incidentStore, facts, now());
    terminal.out(
      json
        ? `${JSON.stringify(watchdogJson(reports, now()), null, 2)}\n`
        : `${reports.map((report) => watchdogLine(report, facts.watch.everySeconds)).join('\n')}\n`,
    );
    return reports.some(({ isLate }) => isLate) ? EXIT.problem : EXIT.ok;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`Can't tell whether the watch runs: ${why}.\n`);
    return EXIT.unknown;
  } finally {
    await opened.close();
  }
}

function watchdogLine({ target, at, lookedAt, sawAt, isLate }: WatchReport, everySeconds: number): string {
  if (!isLate) return `✓ ${target}: watched, last look ${formatAgo(sawAt ?? at, at)}`;
  const every = `a look is due every ${everySeconds} s`;
  if (lookedAt === null) return `✗ ${target}: not looked at yet; ${every}`;
  const seen = sawAt === null ? 'never seen' : `last seen ${formatAgo(sawAt, at)}`;
  return `✗ ${target}: ${seen}, last look ${formatAgo(lookedAt, at)}; ${every}`;
}

function watchdogJson(reports: readonly WatchReport[], at: number): object {
  const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  return {
    schema: 1,
    at: iso(at),
    targets: reports.map(({ target, isLate, lookedAt, sawAt }) => ({
      target,
      watched: !isLate,
      looked_at: iso(lookedAt),
      saw_at: iso(sawAt),
    })),
  };
}
