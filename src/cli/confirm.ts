/** At the terminal the holder of the credentials decides: by typing the app's name, nothing else counts. */

/** Asks one question on the terminal; null: it was closed instead of answered. */
export type Ask = (question: string) => Promise<string | null>;

/** What was said beside the command: `--yes-i-mean <app>`, or somebody who can be asked. */
export interface Consent {
  readonly yesIMean: string | undefined;
  /** null: nobody sits there. */
  readonly ask: Ask | null;
}

export type Confirmed = { readonly ok: true } | { readonly ok: false; readonly words: string };

/** Whether it could be confirmed at all, before anything is looked at. */
export function canConfirm(app: string, { yesIMean, ask }: Consent): Confirmed {
  if (yesIMean !== undefined) return sameName(app, yesIMean);
  if (ask) return { ok: true };
  return no(`Nobody can type the app's name here: say --yes-i-mean ${app}.`);
}

export async function confirm(app: string, { yesIMean, ask }: Consent): Promise<Confirmed> {
  if (yesIMean !== undefined || !ask) return canConfirm(app, { yesIMean, ask });
  const typed = await ask(`Type the app's name to do this (${app}): `);
  return typed === null ? no('No name was typed.') : sameName(app, typed.trim());
}

function sameName(app: string, typed: string): Confirmed {
  if (typed === app) return { ok: true };
  return no(typed === '' ? 'No name was typed.' : `"${typed}" is not ${app}.`);
}

function no(words: string): Confirmed {
  return { ok: false, words: `${words} Nothing was done.` };
}
