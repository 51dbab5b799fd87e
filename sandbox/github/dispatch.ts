/** `POST …/dispatches`: starts a run, or refuses with GitHub's own message. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Answer } from '../server.ts';
import { problem } from './answers.ts';
import { beginRun } from './live-runs.ts';
import type { Place } from './people.ts';
import { repositoryPath } from './people.ts';
import { findCommit } from './show-commits.ts';
import type { WorkflowState } from './state.ts';

const body = z.object({
  ref: z.string(),
  inputs: z.record(z.string(), z.string()).default({}),
  return_run_details: z.boolean().default(false),
});

const definition = z.object({
  'run-name': z.string().optional(),
  on: z.object({
    workflow_dispatch: z
      .object({
        inputs: z
          .record(
            z.string(),
            z.object({
              required: z.boolean().default(false),
              default: z.string().optional(),
              options: z.array(z.string()).optional(),
            }),
          )
          .default({}),
      })
      .optional(),
  }),
});

export function dispatch(place: Place, workflow: WorkflowState, given: unknown, now: number): Answer {
  const { state } = place;
  const asked = body.safeParse(given);
  if (!asked.success) return refuse('Invalid request.');
  const { ref, inputs, return_run_details } = asked.data;
  const branch = ref.replace(/^refs\/heads\//, '');
  const commit = state.branches.some(({ name }) => name === branch)
    ? findCommit(place, branch)
    : state.tags.includes(ref)
      ? state.branches[0]?.commits.at(-1)
      : undefined;
  if (!commit) return refuse(`No ref found for: ${ref}`);
  if (workflow.state !== 'active')
    return refuse("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const { on, 'run-name': runName } = definition.parse(parse(workflow.text));
  const declared = on.workflow_dispatch?.inputs;
  if (!declared) return refuse("Workflow does not have 'workflow_dispatch' trigger");
  const unexpected = Object.keys(inputs).filter((name) => !(name in declared));
  if (unexpected.length > 0) return refuse(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  for (const [name, { required, options }] of Object.entries(declared)) {
    const value = inputs[name];
    if (required && value === undefined) return refuse(`Required input '${name}' not provided`);
    if (value !== undefined && options && !options.includes(value))
      return refuse(`Provided value '${value}' for input '${name}' not in the list of allowed values`);
  }

  const given_ = (name: string) => inputs[name] ?? declared[name]?.default ?? '';
  const title = (runName ?? workflow.name).replaceAll(
    /\$\{\{\s*inputs\.(\w+)\s*\}\}/g,
    (_all, name: string) => given_(name),
  );
  const environment = given_('environment');
  const { file } = workflow;
  const { sha } = commit;
  const event = 'workflow_dispatch';
  const { id } = beginRun(place, now, {
    workflow: file,
    event,
    title,
    branch,
    sha,
    actor: state.login,
    environment,
  });
  if (!return_run_details || !state.deploys.tellsId) return { status: 204, body: '' };
  const url = `${repositoryPath(state)}/actions/runs/${id}`;
  return {
    status: 200,
    body: {
      workflow_run_id: id,
      run_url: place.api + url,
      html_url: `https://github.com/${state.owner}/${state.name}/actions/runs/${id}`,
    },
  };
}

function refuse(message: string): Answer {
  return { status: 422, body: problem(message, '422') };
}
