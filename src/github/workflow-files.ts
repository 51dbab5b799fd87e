/** Reads the repository's workflows, each with its text on one branch if that may be read. */
import type { WorkflowFile } from '../runbook/model/github.ts';
import { allPages, type Get } from './get.ts';
import { textSchema, workflowsSchema } from './schemas.ts';
import { whyUnseen } from './why-unseen.ts';

interface ReadWorkflow extends WorkflowFile {
  /** True when GitHub returned 404 for its text. */
  readonly notFound?: true;
}

export async function readWorkflowFiles(ref: string, get: Get): Promise<readonly WorkflowFile[]> {
  const workflows = await allPages(get, '/actions/workflows', workflowsSchema, (page) => page.workflows);
  // GitHub's built-in workflows (`dynamic/…`) have no file in the repository.
  const inRepository = workflows.filter(({ path }) => path.startsWith('.github/workflows/'));
  return markElsewhere(await Promise.all(inRepository.map((workflow) => withText(workflow, ref, get))));
}

/**
 * A 404 may mean a missing permission.
 * If any other text could be read, it means that the workflow is on another branch.
 */
function markElsewhere(files: readonly ReadWorkflow[]): WorkflowFile[] {
  const mayRead = files.some(({ text }) => text !== null);
  return files.map(({ notFound, ...file }) => (notFound && mayRead ? { ...file, isElsewhere: true } : file));
}

async function withText(
  { path, state }: { readonly path: string; readonly state: string },
  ref: string,
  get: Get,
): Promise<ReadWorkflow> {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (state === 'deleted') return { file, state, text: null };
  const address = `/contents/${path.split('/').map(encodeURIComponent).join('/')}?ref=${encodeURIComponent(ref)}`;
  try {
    return { file, state, text: await get(address, textSchema, 'application/vnd.github.raw+json') };
  } catch (error) {
    // The workflow is registered but absent from this branch, or its text may not be read.
    // Its state is known either way.
    const { why } = whyUnseen(error);
    if (why === 'not_found') return { file, state, text: null, notFound: true };
    if (why === 'forbidden') return { file, state, text: null };
    throw error;
  }
}
