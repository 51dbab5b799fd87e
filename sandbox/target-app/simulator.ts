/** The target apps and the freeze console, as a visitor sees them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { settleDynos } from '../heroku/dynos.ts';
import type { AppState } from '../heroku/state.ts';
import { type Answer, type LocalServer, startServer } from '../server.ts';
import type { World } from '../world.ts';

/** Serves the app behind Heroku's router. */
export function startTargetApp(world: () => World, name: string): Promise<LocalServer> {
  const answer = async (): Promise<Answer> => {
    const heldUntil = Date.now() + HELD_MS;
    while (isBooting(world().heroku.apps[name]) && Date.now() < heldUntil) {
      await sleep(HELD_STEP_MS, undefined, { ref: false });
      settleDynos(world(), Date.now());
    }
    const { app, heroku } = world();
    settleDynos(world(), Date.now());
    if (app.answer !== 'auto') return { status: app.answer.status, body: {} };
    const state = heroku.apps[name];
    return state ? routed(state) : { status: 404, body: 'No such app' };
  };
  return startServer({
    service: 'app',
    faults: () => world().faults,
    routes: [{ method: 'GET', path: /\/.*/, handle: answer }],
    notFound: () => ({ status: 405, body: {} }),
  });
}

export function startConsole(world: () => World): Promise<LocalServer> {
  return startServer({
    service: 'console',
    faults: () => world().faults,
    routes: [],
    notFound: () => ({
      status: world().console.answer.status,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Raxx console</title>',
    }),
  });
}

/** Heroku's router holds a request while a dyno boots, and gives up on it after 30 s (H12) or 75 s (H20). */
const HELD_MS = 30_000;
const HELD_STEP_MS = 100;

function isBooting(state: AppState | undefined): boolean {
  const web = state?.dynos.filter(({ type }) => type === 'web') ?? [];
  const willBeUp = web.some(
    ({ state: now, ahead }) => now === 'starting' && ahead?.some((next) => next.state === 'up'),
  );
  return willBeUp && !web.some(({ state: now }) => now === 'up' || now === 'idle');
}

const PAGE = '<!doctype html><h1>Application error</h1>';

function routed({ maintenance, formation, dynos, releases }: AppState): Answer {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (maintenance) return { status: 503, headers: html, body: '<h1>Offline for Maintenance</h1>' };
  if (releases.every(({ slug }) => slug === null)) return { status: 502, headers: html, body: PAGE };
  const web = dynos.filter(({ type }) => type === 'web');
  const quantity = formation.find(({ type }) => type === 'web')?.quantity ?? 0;
  if (quantity === 0 || web.length === 0) return { status: 503, headers: html, body: PAGE };
  // An idle dyno wakes at the first request.
  const answers = web.some(({ state }) => state === 'up' || state === 'idle');
  return answers ? { status: 200, body: { status: 'ok' } } : { status: 503, headers: html, body: PAGE };
}
