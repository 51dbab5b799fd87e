/** Extracts what a response's body says beyond its status: one of Heroku's own pages, or a JSON report. */
import { cut } from '../runbook/text/cut.ts';
import { valueFromOutside } from '../runbook/text/harmless.ts';

export interface PageFacts {
  readonly herokuPage?: string;
  readonly report?: Readonly<Record<string, string | number | boolean>>;
}

/** Heroku embeds its error pages as frames: `//www.herokucdn.com/error-pages/no-such-app.html`. */
const ERROR_PAGE = /herokucdn\.com\/error-pages\/([a-z0-9-]{1,60})\.html/;
/** Their titles name Heroku: `Heroku | No such app`, `Heroku | Welcome to your new app!`. */
const TITLE = /<title>Heroku \| ([^<]{1,80})<\/title>/i;

/** A health report is small. Anything beyond these limits is dropped. */
const MOST_FIELDS = 30;
const LONGEST_WORD = 100;

export function factsOfBody(body: string): PageFacts {
  const page =
    ERROR_PAGE.exec(body)?.[1] ??
    TITLE.exec(body)?.[1]
      ?.toLowerCase()
      .replace(/[^a-z]+/g, '-');
  if (page !== undefined) return { herokuPage: page.replace(/-+$/, '') };
  const report = reportIn(body);
  return report === null ? {} : { report };
}

function reportIn(body: string): Readonly<Record<string, string | number | boolean>> | null {
  if (!/^\s*\{/.test(body)) return null;
  const fields = Object.entries(objectIn(body)).flatMap(([key, value]) => {
    const isShown = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
    return isShown
      ? [[cut(key, LONGEST_WORD), typeof value === 'string' ? cut(value, LONGEST_WORD) : value] as const]
      : [];
  });
  return Object.fromEntries(fields.slice(0, MOST_FIELDS));
}

function objectIn(body: string): object {
  try {
    const value = valueFromOutside(JSON.parse(body));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
