-- Up Migration

-- One change to the outside that somebody asked for. Written once as `proposed`; then only its state and what was
-- observed change, each time by one compare-and-set with its audit line in the same transaction. Never deleted.
create table actions (
  id uuid primary key,
  kind text not null,
  target text not null,
  app text not null,
  state text not null check (state in (
    'proposed', 'approved', 'executing',
    'succeeded', 'failed', 'unconfirmed', 'rejected', 'expired', 'superseded'
  )),
  -- Frozen at the proposal: what is approved is what is done.
  params jsonb not null,
  -- What the card says of it, frozen as well: what will be done, what to expect, the evidence, how to undo it.
  plan jsonb not null,
  reason text not null default '',
  origin text not null check (origin in ('slack', 'terminal')),
  asked_by text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  approvals_needed integer not null,
  self_approve boolean not null,
  -- False while a deploy waits at the gate: it does not keep others from acting on the app.
  holds boolean not null default true,
  decided_at timestamptz,
  -- Before the write leaves, never after: from then on it counts as perhaps sent.
  sent_at timestamptz,
  ended_at timestamptz,
  -- What is known of its way so far (a run's id, the last thing seen), for the next look.
  progress jsonb not null default '{}',
  -- How it ended: a sentence, and the evidence for it.
  outcome jsonb,
  -- Until when it is watched after it succeeded, and what became of it: written once, the state stays.
  watch_until timestamptz,
  aftermath jsonb,
  -- Where its card stands.
  channel text,
  message_ts text,
  revision integer not null default 0
);

create unique index one_live_proposal on actions (app, kind) where state = 'proposed';
create unique index one_change on actions (app) where state in ('approved', 'executing') and holds and kind <> 'stop';
create unique index one_stop on actions (app) where state in ('approved', 'executing') and kind = 'stop';
create index actions_by_time on actions (asked_at);
create index watched on actions (watch_until) where watch_until is not null and aftermath is null;

-- Who approved what. A person counts once.
create table approvals (
  action_id uuid not null references actions (id),
  person text not null,
  is_self boolean not null,
  at timestamptz not null,
  primary key (action_id, person)
);

-- The formation as it was before a stop. The first one stays until it was restored: a second stop saves no zeros.
create table saved_formations (
  action_id uuid not null references actions (id),
  app text not null,
  process_type text not null,
  quantity integer not null check (quantity > 0),
  size text not null,
  saved_at timestamptz not null,
  restored_at timestamptz,
  primary key (action_id, process_type)
);
create unique index one_saved_formation on saved_formations (app, process_type) where restored_at is null;

-- Append-only: each line carries the hash of the one before, so that a line changed, removed or reordered is found.
create table audit (
  seq integer primary key,
  at timestamptz not null,
  action_id uuid,
  event text not null,
  who text not null,
  detail jsonb not null,
  previous_hash text not null,
  hash text not null unique
);
-- Each look at an action reads its lines, however long the audit has become.
create index audit_by_action on audit (action_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only';
end $$;
create trigger audit_is_append_only before update or delete on audit
  for each row execute function refuse_change();
create trigger audit_is_not_emptied before truncate on audit
  for each statement execute function refuse_change();
