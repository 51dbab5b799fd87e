/** At the terminal, the holder of the credentials decides, by typing the app's name. */

/** Asks one question at the terminal. Returns null if the input was closed instead of answered. */
export type Ask = (question: string) => Promise<string | null>;

/** The two ways to confirm a command: with `--yes-i-mean <app>`, or by asking. */
export interface Consent {
  readonly yesIMean: string | undefined;
  /** Null when nobody can be asked. */
  readonly ask: Ask | null;
}

export type Confirmed = { readonly ok: true } | { readonly ok: false; readonly words: string };

/** Checks whether the command could be confirmed at all, before anything is read. */
export function canConfirm(app: string, { yesIMean, ask }: Consent): Confirmed {
  if (yesIMean !== undefined) return sameName(app, yesIMean);
  if (ask) return { ok: true };
  return no(`This is not a terminal, so the app's name can't be typed: pass --yes-i-mean ${app}.`);
}

export async function confirm(app: string, { yesIMean, ask }: Consent): Promise<Confirmed> {
  if (yesIMean !== undefined || !ask) return canConfirm(app, { yesIMean, ask });
  const typed = await ask(`Type ${app} to confirm: `);
  return typed === null ? no('No name was typed.') : sameName(app, typed.trim());
}

function sameName(app: string, typed: string): Confirmed {
  if (typed === app) return { ok: true };
  return no(typed === '' ? 'No name was typed.' : `"${typed}" is not ${app}.`);
}

function no(words: string): Confirmed {
  return { ok: false, words: `${words} Nothing was done.` };
}
