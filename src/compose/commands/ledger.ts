/** Commands that read the ledger and verify its audit. */
import { type Command, InvalidArgumentError } from 'commander';
import { runExport } from '../../cli/export.ts';
import { runHistory } from '../../cli/history.ts';
import { EXIT } from '../../cli/output.ts';
import { runVerifyFile } from '../../cli/verify-file.ts';
import { parseAnchor } from '../../operations/ports/audit-proof.ts';
import { openExport, openExported, openPast } from '../command-settings.ts';
import { ANY_TARGET, AS_JSON, configured, type Json } from './configured.ts';

interface HistoryOptions extends Json {
  readonly verify?: boolean;
  readonly anchor?: readonly string[];
  readonly file?: string;
}

export function addLedgerCommands(program: Command): void {
  program
    .command('history')
    .description('show what was proposed, decided and done')
    .argument(...ANY_TARGET)
    .option(
      '--verify',
      'check the ledger against its audit: was anything changed, removed, reordered or inserted?',
    )
    .option(
      '--anchor <hash>',
      'with --verify: a hash from a card or the log; is its line still there?',
      parseAnchors,
    )
    .option(
      '--file <file>',
      'with --verify: check what raxx export wrote (- for stdin); needs no configuration',
    )
    .option(...AS_JSON)
    .action((target: string | undefined, options: HistoryOptions) => history(program, target, options));

  program
    .command('export')
    .description('print the ledger and its audit as JSON lines, for history --verify --file')
    .option('--json', 'no effect: the output is always JSON lines')
    .action(() => configured(openExport(), runExport));
}

function history(
  program: Command,
  target: string | undefined,
  { verify = false, json = false, anchor: anchors = [], file }: HistoryOptions,
): Promise<void> {
  if (!verify && (anchors.length > 0 || file !== undefined))
    return refuse(program, '--anchor and --file need --verify.');
  if (file === undefined)
    return configured(openPast(), (context) => runHistory(target, { verify, json, anchors }, context));
  if (target !== undefined) return refuse(program, 'A file is verified as a whole: leave out the target.');
  return configured(openExported(), (context) => runVerifyFile(file, { json, anchors }, context));
}

function refuse(program: Command, words: string): never {
  return program.error(words, { exitCode: EXIT.usage });
}

function parseAnchors(spoken: string, before: readonly string[] = []): readonly string[] {
  const anchor = parseAnchor(spoken);
  if (anchor === null)
    throw new InvalidArgumentError('An anchor has 32 to 64 hexadecimal digits: fewer can be forged.');
  return [...before, anchor];
}
