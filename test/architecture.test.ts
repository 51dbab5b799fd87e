/** The one-way rule, enforced: every import of every file is read and held against the table of rooms. */
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Rule {
  /** Rooms (path prefixes under the root) that may be imported; the own room always may. */
  readonly rooms: readonly string[];
  /** Packages that may be imported as values; `node:` modules are named as such, `node:*` is any. */
  readonly packages: readonly string[];
  /** Packages of which only types may be imported. */
  readonly types?: readonly string[];
}

/** The longest prefix that fits a file is its room. */
const ROOMS: Record<string, Rule> = {
  'src/runbook/': { rooms: [], packages: [] },
  'src/heroku/': {
    rooms: ['src/operations/ports/upstreams.ts', 'src/runbook/', 'src/upstream/'],
    packages: ['heroku-client', 'zod', 'node:*'],
  },
  'src/github/': {
    rooms: ['src/operations/ports/upstreams.ts', 'src/runbook/', 'src/upstream/'],
    packages: [
      '@octokit/rest',
      '@octokit/plugin-retry',
      '@octokit/auth-app',
      '@octokit/request-error',
      'libsodium-wrappers',
      'zod',
      'node:*',
    ],
    types: ['@octokit/types'],
  },
  'src/probe/': {
    rooms: ['src/operations/ports/upstreams.ts', 'src/runbook/', 'src/upstream/'],
    packages: ['zod'],
  },
  'src/store/': {
    rooms: [
      'src/runbook/',
      'src/operations/ports/action-store.ts',
      'src/operations/ports/audit-proof.ts',
      'src/operations/ports/database-fault.ts',
      'src/operations/ports/incident-store.ts',
      'src/operations/ports/queue-state.ts',
      'src/operations/ports/slack-refusals.ts',
    ],
    packages: ['pg', 'pg-boss', '@electric-sql/pglite', 'node-pg-migrate', 'zod', 'node:*'],
  },
  'src/operations/': { rooms: ['src/runbook/'], packages: ['node:timers/promises', 'node:util'] },
  'src/slack/views/': {
    rooms: [
      'src/runbook/',
      'src/operations/diagnosis/log-report.ts',
      'src/operations/diagnosis/status-text.ts',
      'src/operations/diagnosis/target-status.ts',
      'src/operations/incidents/watch-report.ts',
      'src/operations/incidents/watch-text.ts',
    ],
    packages: [],
    types: ['@slack/types'],
  },
  'src/http/': { rooms: ['src/runbook/model/instant.ts'], packages: ['node:*'] },
  'src/slack/': {
    rooms: ['src/http/', 'src/operations/', 'src/runbook/', 'src/runbook/text/nearest-word.ts'],
    packages: ['@slack/bolt', '@slack/web-api', 'node:*'],
    types: ['@slack/types', 'pino'],
  },
  'src/webhooks/': {
    rooms: ['src/operations/ports/incident-store.ts', 'src/runbook/'],
    packages: ['@octokit/webhooks', 'zod', 'node:crypto'],
  },
  'src/cli/': {
    rooms: ['src/operations/', 'src/runbook/', 'src/runbook/text/nearest-word.ts'],
    packages: ['picocolors'],
  },
  'src/config/': { rooms: ['src/runbook/', 'src/runbook/text/nearest-word.ts'], packages: ['zod', 'yaml'] },
  'src/config.ts': { rooms: ['src/config/', 'src/runbook/'], packages: ['node:fs', 'node:querystring'] },
  'src/upstream/': {
    rooms: [
      'src/runbook/text/harmless.ts',
      'src/runbook/model/budget.ts',
      'src/runbook/model/instant.ts',
      'src/runbook/model/observed.ts',
      'src/runbook/model/record.ts',
    ],
    packages: ['zod', 'node:events'],
  },
  'src/runbook/text/nearest-word.ts': { rooms: [], packages: ['fastest-levenshtein'] },
  'src/metrics.ts': {
    rooms: ['src/operations/ports/queue-state.ts', 'src/runbook/model/terms.ts'],
    packages: ['@prometheus-io/client', 'node:perf_hooks'],
  },
  'src/log.ts': {
    rooms: ['src/runbook/redaction/redact.ts', 'src/runbook/redaction/redact-json.ts'],
    packages: ['pino'],
  },
  'src/compose/upstreams.ts': {
    rooms: [
      'src/budget.ts',
      'src/config.ts',
      'src/github/',
      'src/heroku/',
      'src/probe/',
      'src/operations/ports/upstreams.ts',
      'src/upstream/budget.ts',
      'src/log.ts',
      'src/runbook/',
    ],
    packages: [],
  },
  'src/main.ts': { rooms: ['src/'], packages: ['node:*'] },
  'src/migrate.ts': { rooms: ['src/'], packages: ['node:*'] },
  'src/compose/': { rooms: ['src/'], packages: ['node:*'] },
  'src/compose/commands/': { rooms: ['src/'], packages: ['commander'] },
  'src/cli.ts': { rooms: ['src/'], packages: ['commander', 'node:*'] },
  'sandbox/': {
    rooms: [],
    packages: ['zod', 'yaml', 'libsodium-wrappers', 'node:*'],
    types: ['@slack/types'],
  },
};

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(source: string): Import[] {
  return [...source.matchAll(IMPORT)].map(([, type, from, bare, dynamic]) => ({
    specifier: from ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

/** Comments and strings may speak of anything; only code is held to the bans. */
function codeOf(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}

function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

function roomOf(file: string): string | undefined {
  const fitting = Object.keys(ROOMS).filter((prefix) => file.startsWith(prefix));
  return fitting.sort((one, other) => other.length - one.length)[0];
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function breaches(file: string, source: string): string[] {
  const room = roomOf(file);
  const rule = room === undefined ? undefined : ROOMS[room];
  if (room === undefined || rule === undefined) return [`${file} stands in no room of the table`];
  return importsOf(source).flatMap(({ specifier, typeOnly }) => {
    if (specifier.startsWith('.')) {
      const imported = normalize(join(dirname(file), specifier));
      const allowed = [room, ...rule.rooms].some((prefix) => imported.startsWith(prefix));
      return allowed ? [] : [`${file} imports ${imported}`];
    }
    if (!specifier.startsWith('node:') && builtinModules.includes(specifier))
      return [`${file} imports ${specifier} without node:`];
    const name = specifier.startsWith('node:') ? specifier : packageOf(specifier);
    if (rule.packages.includes(name)) return [];
    if (name.startsWith('node:') && rule.packages.includes('node:*')) return [];
    if (typeOnly && rule.types?.includes(name)) return [];
    return [`${file} imports ${name}`];
  });
}

const files = globSync('{src,sandbox}/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.d.ts'));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the rooms', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it('import only what the table allows', () => {
    expect(files.flatMap((file) => breaches(file, read(file)))).toEqual([]);
  });

  it('are told apart by the reader of imports itself', () => {
    expect(breaches('src/runbook/x.ts', "import { Octokit } from '@octokit/rest';")).toHaveLength(1);
    expect(breaches('src/runbook/x.ts', "import type { A } from '../config.ts';")).toHaveLength(1);
    expect(breaches('src/runbook/x.ts', "const a = await import('node:fs');")).toHaveLength(1);
    expect(breaches('src/heroku/x.ts', "import { b } from '../github/reader.ts';")).toHaveLength(1);
    expect(breaches('src/slack/views/x.ts', "import { App } from '@slack/bolt';")).toHaveLength(1);
    expect(breaches('src/slack/views/x.ts', "import type { KnownBlock } from '@slack/types';")).toEqual([]);
    expect(breaches('sandbox/x.ts', "import { a } from '../src/main.ts';")).toHaveLength(1);
  });

  it('are imported by no composition root’s heirs: nobody imports main.ts or cli.ts', () => {
    const importers = files.filter((file) =>
      importsOf(read(file)).some(({ specifier }) => /(^|\/)(main|cli)\.ts$/.test(specifier)),
    );
    expect(importers.filter((file) => file.startsWith('src/'))).toEqual([]);
  });
});

/** The second axis: a subject may use the diagnosis and everybody's model; actions and incidents meet in ports only. */
const SUBJECTS = {
  diagnosis: ['actions', 'incidents'],
  actions: ['incidents'],
  incidents: ['actions'],
} as const;

function subjectOf(file: string): keyof typeof SUBJECTS | null {
  const [, , subject] =
    /^src\/(runbook|operations|store|slack(?:\/views)?)\/(actions|diagnosis|incidents)\//.exec(file) ?? [];
  return subject === 'diagnosis' || subject === 'actions' || subject === 'incidents' ? subject : null;
}

function importedBy(file: string): string[] {
  return importsOf(read(file))
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => normalize(join(dirname(file), specifier)));
}

describe('the subjects', () => {
  it('use the diagnosis, and meet each other only in ports and models', () => {
    const crossings = files.flatMap((file) => {
      const subject = subjectOf(file);
      const closed: readonly string[] = subject === null ? [] : SUBJECTS[subject];
      return importedBy(file)
        .filter((imported) => closed.includes(subjectOf(imported) ?? ''))
        .map((imported) => `${file} imports ${imported}`);
    });
    expect(crossings).toEqual([]);
  });

  it('have no circles: what a file imports does not lead back to it', () => {
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '));
      if (path.includes(file) || done.has(file)) return;
      for (const imported of importedBy(file)) if (known.has(imported)) walk(imported, [...path, file]);
      done.add(file);
    };
    const known = new Set(files);
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the bans', () => {
  const offenders = (pattern: RegExp, among: readonly string[]) =>
    among.filter((file) => pattern.test(withoutStrings(codeOf(read(file)))));

  it('keep process.env in config.ts', () => {
    const others = files.filter((file) => file.startsWith('src/') && file !== 'src/config.ts');
    expect(offenders(/process\s*\.\s*env|process\s*\[/, others)).toEqual([]);
  });

  it('keep clocks, randomness and I/O out of the runbook', () => {
    const pure = files.filter((file) => file.startsWith('src/runbook/'));
    expect(
      offenders(
        /Date\.now|new Date\(\s*\)|Math\.random|(?<![.\w])process\.|\bfetch\(|performance\.|randomUUID/,
        pure,
      ),
    ).toEqual([]);
  });

  it('let nothing pass as another type unseen: Object(x) is any, and a double cast believes anything', () => {
    const sources = files.filter((file) => file.startsWith('src/') && file !== 'src/runbook/model/check.ts');
    expect(offenders(/(?<![\w.])Object\(|\bas unknown as\b/, sources)).toEqual([]);
  });

  it('keep module mocking out of the tests', () => {
    const tests = globSync('test/**/*.ts', { cwd: ROOT }).filter(
      (file) => file !== 'test/architecture.test.ts',
    );
    expect(offenders(/vi\.(mock|doMock|hoisted|stubGlobal|stubEnv)\(/, tests)).toEqual([]);
  });
});
