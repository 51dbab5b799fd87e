/** Finds the newest deploy of an app among its releases, whether it was made through the bot or not. */
import type { Evidence } from '../model/evidence.ts';
import type { Release } from '../model/heroku.ts';
import { releaseKind } from './release-kind.ts';

/** The part of a release that shows which deploy it was. */
export type DeployRelease = Pick<Release, 'version' | 'status' | 'description' | 'actor' | 'createdAt'>;

/** Returns `before` if the releases were not read, or if the deploy is older than all that were. */
export function newestDeploy(
  { releases }: Pick<Evidence, 'releases'>,
  before: DeployRelease | null,
): DeployRelease | null {
  const deploys = releases.ok ? releases.value.filter((one) => releaseKind(one) === 'deploy') : [];
  const [newest] = deploys.toSorted((one, other) => other.version - one.version);
  if (!newest) return before;
  const { version, status, description, actor, createdAt } = newest;
  return { version, status, description, actor, createdAt };
}
