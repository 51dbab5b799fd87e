/** The documents that people read: their links lead somewhere, and what they name exists. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/runbook/commands/vocabulary.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: ROOT })].toSorted();

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Without code blocks: a `#` in one is a comment, and its brackets are no links. */
const proseOf = (file: string) => read(file).replaceAll(/^```[\s\S]*?^```/gm, '');

/** Anchors that GitHub gives a document's headings: a repeated one is numbered, and marks of code and emphasis go. */
function anchorsOf(file: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(file).matchAll(/^#{1,6} +(.+)$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const [, id = ''] of read(file).matchAll(/<a (?:id|name)="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

function brokenLinks(file: string): string[] {
  return [...proseOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : normalize(join(dirname(file), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
}

const FOLDERS = 'src|test|sandbox|scripts|docs';
const LAYERS = 'runbook|operations|heroku|github|probe|upstream|store|slack|cli|webhooks|http|config|compose';

/** Paths in code marks that begin in a folder of this repository, or of `src`; a module may be named without its ending. */
function missingPaths(file: string): string[] {
  const inCode = new RegExp(`\`((?:${FOLDERS}|${LAYERS})/[\\w./-]+)\``, 'g');
  return [...proseOf(file).matchAll(inCode)]
    .map(([, path = '']) => path)
    .filter(
      (path) =>
        ![path, `${path}.ts`, `src/${path}`, `src/${path}.ts`].some((one) => existsSync(join(ROOT, one))),
    );
}

const FILES: readonly string[] = globSync(
  '{*,{bench,docs,fidelity,migrations,sandbox,scripts,src,test}/**/*}',
  {
    cwd: ROOT,
  },
);
/** Workflow files of the repository that the bot deploys, which the runbook names. */
const ELSEWHERE = /(?:\.github\/workflows\/|--workflow=)[\w-]+\.yml/g;

/** File names in code marks, with or without some of their folders, that no file of this repository has. */
function missingFiles(file: string): string[] {
  return [...proseOf(file).matchAll(/`([^`\n]+)`/g)]
    .flatMap(
      ([, code = '']) =>
        code.replaceAll(ELSEWHERE, '').match(/(?<![\w<>*./-])[\w-][\w./-]*\.(?:ts|sql|yml|js|json)\b/g) ?? [],
    )
    .filter((name) => !FILES.some((path) => path === name || path.endsWith(`/${name}`)));
}

/** `npm run …` that package.json does not have. */
function missingScripts(file: string): string[] {
  const { scripts } = JSON.parse(read('package.json'));
  return [...read(file).matchAll(/\bnpm run ([\w:]+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !Object.hasOwn(scripts, name));
}

describe.each(DOCUMENTS)('%s', (file) => {
  it('links to files and headings that exist', () => expect(brokenLinks(file)).toEqual([]));

  it('names files and scripts that exist', () =>
    expect([...missingPaths(file), ...missingFiles(file), ...missingScripts(file)]).toEqual([]));
});

describe('the README', () => {
  it.each(Object.keys(COMMANDS))('lists /raxx %s', (command) =>
    expect(read('README.md')).toMatch(new RegExp(`^\\| \`/raxx ${command}\\b`, 'm')),
  );
});

describe('.env.example', () => {
  it('names only variables that docs/configuration.md explains', () => {
    const names = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
    const explained = read('docs/configuration.md');
    expect(names.filter((name) => !explained.includes(`\`${name}\``))).toEqual([]);
  });
});
