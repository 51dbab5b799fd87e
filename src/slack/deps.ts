/** What the listeners are handed. */
import type { Readings } from '../operations/reports.ts';
import type { Facts } from '../runbook/facts.ts';
import type { Permission } from './people.ts';
import type { Post } from './post.ts';

export interface SlackDeps {
  readonly facts: Facts;
  readonly readings: Readings;
  readonly post: Post;
  /** Whether a person, of the workspace that the request came from, may read. */
  mayRead(user: string, team: string | undefined): Promise<Permission>;
}
