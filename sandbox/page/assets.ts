/** Serves the page's own files and nothing else from disk. TypeScript is served with its types stripped. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import type { Answer } from '../server.ts';

const SCRIPT = 'text/javascript; charset=utf-8';
const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'client/main.js': SCRIPT,
  'client/api.js': SCRIPT,
  'client/dialogs.js': SCRIPT,
  'client/links.js': SCRIPT,
  'client/panels.js': SCRIPT,
  'render-message.ts': SCRIPT,
  'render.ts': SCRIPT,
  'charts.ts': SCRIPT,
  'elements.ts': SCRIPT,
  'rich-text.ts': SCRIPT,
  'tasks.ts': SCRIPT,
  'mrkdwn.ts': SCRIPT,
  'mentions.ts': SCRIPT,
  'dates.ts': SCRIPT,
  'emoji.ts': SCRIPT,
  'escape.ts': SCRIPT,
};

/** `/` is the page. Returns undefined if there is no such file. */
export function readAsset(path: string): Answer | undefined {
  const name = path === '/' ? 'index.html' : path.replace(/^\/page\//, '');
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return {
    status: 200,
    headers: { 'content-type': type, 'cache-control': 'no-store' },
    body: name.endsWith('.ts') ? stripTypeScriptTypes(text) : text,
  };
}
