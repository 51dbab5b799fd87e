/** The state of the local Slack, shared by its Web API, its sender, and the page. */
import { createMessages, type Messages } from './messages.ts';
import { createResponseUrls, type ResponseUrls } from './response-urls.ts';
import { createViews, type Views } from './views.ts';
import { raxxWorkspace, type Workspace } from './workspace.ts';

export interface Slack {
  readonly workspace: Workspace;
  readonly messages: Messages;
  readonly views: Views;
  readonly responseUrls: ResponseUrls;
  readonly now: () => number;
  /** Calls `listener` after each change of what people see, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** `now` returns milliseconds since 1970. Tests pass their own. */
export function createSlack(now: () => number = Date.now): Slack {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const workspace = raxxWorkspace();
  return {
    workspace,
    messages: createMessages(now, changed),
    views: createViews(now, changed),
    responseUrls: createResponseUrls(workspace.team.id, now),
    now,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
