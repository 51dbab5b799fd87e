/** Resolves a word to a target: by its name, an alias, or the name of its app. */
import type { Target } from '../model/runbook-config.ts';

export type TargetMatch =
  | { readonly kind: 'one'; readonly target: Target }
  /** The word is the name of an app that has several process types as targets. */
  | { readonly kind: 'several'; readonly targets: readonly Target[] }
  | { readonly kind: 'none' };

export function namedTarget(spoken: string, targets: readonly Target[]): TargetMatch {
  const word = spoken.toLowerCase();
  const own = targets.find(({ name, aliases }) => name === word || aliases.includes(word));
  if (own) return { kind: 'one', target: own };
  const ofApp = targets.filter(({ app }) => app === word);
  const [only, ...others] = ofApp;
  if (!only) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', target: only } : { kind: 'several', targets: ofApp };
}

/** Lists every word that names a target. */
export function targetWords(targets: readonly Target[]): readonly string[] {
  return targets.flatMap(({ name, aliases, app }) => [name, ...aliases, app]);
}
