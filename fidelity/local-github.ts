/** Requests to the local GitHub. */
import { TOKENS } from './local-world.ts';

const REPOSITORY = '/repos/raxx-app/TradeMasterAPI';

export interface Asked {
  readonly body?: unknown;
  /** The beginning of the address; the repository's when left out. */
  readonly under?: string;
}

/** Sends a request with the admin token. The body is JSON, or empty for none. */
export async function ask(
  api: string,
  method: string,
  path: string,
  { body, under = REPOSITORY }: Asked = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(api + under + path, {
    method,
    headers: { authorization: `Bearer ${TOKENS.githubAdmin}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? '' : JSON.parse(text) };
}
