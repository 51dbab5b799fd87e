/**
 * Finds contradictions in a well-formed `runbook.yml`: two targets with one name, a process type named twice, a gate
 * that cannot be checked.
 */
import type { Fault } from './fault.ts';
import type { RunbookFile } from './runbook-schema.ts';

export function conflictsIn(file: RunbookFile): Fault[] {
  return [...nameClashes(file), ...appNameClashes(file), ...typeClashes(file), ...gateFaults(file)];
}

/** A word must name only one target, or a command could reach the wrong app. */
function nameClashes(file: RunbookFile): Fault[] {
  const owner = new Map<string, string>();
  const faults: Fault[] = [];
  for (const [name, { aliases }] of Object.entries(file.targets)) {
    for (const word of [name, ...aliases]) {
      const other = owner.get(word);
      if (other !== undefined) {
        faults.push({
          path: `targets.${name}`,
          words: `should not share the word "${word}" with ${other}`,
        });
      }
      owner.set(word, name);
    }
  }
  return faults;
}

/** A target must not have the name of another target's app. */
function appNameClashes(file: RunbookFile): Fault[] {
  const faults: Fault[] = [];
  for (const [name, { aliases }] of Object.entries(file.targets)) {
    const other = Object.entries(file.targets).find(
      ([its, { app }]) => its !== name && [name, ...aliases].includes(app),
    );
    if (other) {
      const [its, { app }] = other;
      faults.push({
        path: `targets.${name}`,
        words: `should not be called "${app}": that is the app of ${its}`,
      });
    }
  }
  return faults;
}

/** Several targets may be process types of one app, but each process type belongs to only one target. */
function typeClashes({ targets }: RunbookFile): Fault[] {
  const owner = new Map<string, string>();
  return Object.entries(targets).flatMap(([name, { app, process_type: type }]) => {
    const other = owner.get(`${app} ${type}`);
    owner.set(`${app} ${type}`, name);
    if (other === undefined) return [];
    return [
      {
        path: `targets.${name}.process_type`,
        words: `should differ from that of ${other}: both are ${type} of ${app}`,
      },
    ];
  });
}

/**
 * Only `github.gate` can be checked, so nobody could deploy to a target with a different gate.
 * GitHub ignores the case of names.
 */
function gateFaults({ targets, github }: RunbookFile): Fault[] {
  const { environment } = github.gate;
  return Object.entries(targets).flatMap(([name, target]) =>
    target.gated && target.environment.toLowerCase() !== environment.toLowerCase()
      ? [
          {
            path: `targets.${name}.environment`,
            words: `should be ${environment}, the gate that can be checked (github.gate.environment), or set gated: false`,
          },
        ]
      : [],
  );
}
