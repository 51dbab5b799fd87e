/** The team's facts: the contents of `runbook.yml` as plain values, validated by `config.ts`. */
import type { ModeId } from './mode-id.ts';

export interface Target {
  /** The word for the target in a command: `prod`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** The Heroku app's name: `raxx-api-prod`. */
  readonly app: string;
  /** The origin of the app, without a trailing slash. */
  readonly url: string;
  /** The path of the health endpoint, with its leading slash. */
  readonly healthPath: string;
  /** The Heroku stack that the app should run on: `heroku-24`. */
  readonly stack: string;
  readonly processType: string;
  /** The deploy workflow's `environment` input, which is also the GitHub environment's name. */
  readonly environment: string;
  /** True if deploys of this target need the required-reviewer gate. */
  readonly gated: boolean;
}

export interface Approval {
  readonly approvals: number;
  readonly selfApprove: boolean;
}

export interface Facts {
  readonly targets: readonly Target[];
  readonly heroku: { readonly region: string };
  readonly github: {
    /** Format: `owner/name`. */
    readonly repository: string;
    readonly deployWorkflow: string;
    readonly ref: string;
    readonly workflows: readonly string[];
    readonly retiredWorkflows: readonly string[];
    readonly nonceInput?: string;
    readonly gate: {
      readonly environment: string;
      readonly reviewers: readonly string[];
      readonly branch: string;
    };
  };
  readonly freeze: { readonly job: string; readonly secret: string; readonly console: string };
  readonly slack: { readonly channel: string };
  readonly people: {
    readonly operators: readonly string[];
    readonly approvers: readonly string[];
    readonly readers?: readonly string[];
  };
  readonly approvals: {
    readonly expireMinutes: number;
    /** The way to notify approvers of a proposal: by a mention on its card, by direct message, or not at all. */
    readonly notify: 'mention' | 'dm' | 'none';
    readonly stop: Approval;
    readonly restore: Approval;
    readonly deploy: Approval;
    readonly fix: Approval;
  };
  readonly escalation: {
    readonly who: { readonly name: string; readonly contact: string };
    readonly unresolvedMinutes: number;
    readonly repeatMinutes: number;
  };
  readonly watch: { readonly everySeconds: number };
  readonly deadlines: { readonly diagnoseMs: number };
  readonly document?: {
    readonly owner?: string;
    readonly lastIncident?: string;
    readonly lastReviewed?: string;
    /** A description of the apps: `Raptor backend on Heroku`. */
    readonly system?: string;
    /** Printed above the table of workflows. */
    readonly workflowsAsOf?: string;
    readonly workflows?: readonly WorkflowWords[];
    /** A note about the retired workflows, in Markdown. */
    readonly retired?: string;
    /** The team's own words for a failure mode, in place of the built-in ones. */
    readonly modes?: { readonly [id in ModeId]?: TeamModeWords | undefined };
  };
}

export interface TeamModeWords {
  readonly status?: string | undefined;
  readonly symptom?: string | undefined;
  readonly cause?: string | undefined;
}

/** The document's words about a workflow file. */
export interface WorkflowWords {
  readonly file: string;
  readonly name: string;
  readonly trigger: string;
  readonly purpose: string;
}

/**
 * Returns what a card refers to: the app, plus the process type if another target is a process type of the same app.
 */
export function subjectOf(
  { target, app }: { readonly target: string; readonly app: string },
  { targets }: Pick<Facts, 'targets'>,
): string {
  const own = targets.find((one) => one.name === target && one.app === app);
  const isShared = targets.some((one) => one.app === app && one.name !== target);
  return own && isShared ? `${app} ${own.processType}` : app;
}
