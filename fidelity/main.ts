/**
 * Checks the local world against independent clients and descriptions: GitHub's OpenAPI description, Heroku's
 * schema, the real `heroku` CLI. They are large, so they are installed into a temporary folder and are not dependencies.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkGitHub } from './github.ts';
import { checkGitHubChanges } from './github-changes.ts';
import { checkHeroku } from './heroku.ts';
import { readDescription } from './openapi.ts';

const PACKAGES = ['heroku@11', '@octokit/openapi@23'];

const tools = mkdtempSync(join(tmpdir(), 'raxx-fidelity-'));
try {
  process.stdout.write(`Fetching ${PACKAGES.join(', ')} …\n`);
  // Their install scripts are not needed, and would download more.
  const install = [
    'install',
    '--prefix',
    tools,
    '--ignore-scripts',
    '--no-save',
    '--loglevel=error',
    ...PACKAGES,
  ];
  execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] });
  const described = readDescription(tools);
  const results = [
    ...(await checkHeroku(tools, process.env.HEROKU_PLATFORM_SCHEMA)),
    ...(await checkGitHub(described)),
    ...(await checkGitHubChanges(described)),
  ];
  for (const { name, ok, detail } of results) {
    process.stdout.write(`${ok ? '✓' : '✗'} ${name}${detail === '' ? '' : `: ${detail}`}\n`);
  }
  const failed = results.filter(({ ok }) => !ok).length;
  process.stdout.write(`fidelity: ${results.length - failed} of ${results.length} hold\n`);
  if (failed > 0 || results.length === 0) process.exitCode = 1;
} finally {
  rmSync(tools, { recursive: true, force: true });
}
