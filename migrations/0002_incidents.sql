-- Up Migration

-- What is remembered between two looks at one target. One row a target; each look changes it by compare-and-set on its
-- revision, so that of two processes that looked at once one is heard.
create table watches (
  target text primary key,
  memory jsonb not null,
  -- Upstream requests of this hour and of the one before.
  asked jsonb not null default '{}',
  -- When somebody last told of a crash (a webhook): with that, one sighting is proof.
  crash_told_at timestamptz,
  looked_at timestamptz,
  -- The last look that saw what the verdict needs.
  saw_at timestamptz,
  revision integer not null default 0
);

-- Nobody is pinged for the target until then. Deleted when it ends.
create table snoozes (
  target text primary key,
  until timestamptz not null,
  by_whom text not null,
  at timestamptz not null,
  severity integer not null
);

-- One failure of a target, from its first sighting to its end. Opened once; reopened when it comes back soon. Never deleted.
create table incidents (
  id uuid primary key,
  target text not null,
  app text not null,
  state text not null check (state in ('open', 'resolved')),
  since timestamptz not null,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  -- What is wrong, as it was last seen.
  picture jsonb not null,
  pings integer not null default 0,
  last_ping_at timestamptz,
  acknowledged_by text,
  acknowledged_at timestamptz,
  channel text,
  message_ts text,
  revision integer not null default 0
);
create unique index one_open_incident on incidents (target) where state = 'open';
create index incidents_by_time on incidents (target, opened_at);

-- Why the operator is woken: a condition of the runbook that holds or counts. Ends when it does not hold any more.
create table wakes (
  id uuid primary key,
  incident_id uuid not null references incidents (id),
  target text not null,
  key text not null,
  condition integer,
  reason text not null,
  since timestamptz not null,
  due_at timestamptz not null,
  told_at timestamptz,
  over_at timestamptz
);
create unique index one_wake on wakes (target, key) where over_at is null;
-- A run, and an incident of Heroku, wake once, however often they are seen.
create unique index once_a_cause on wakes (target, key) where key like '1:%' or key like '3:%';

-- A ping whose button is still there. Made when it is posted, deleted when its button was taken away.
create table pings (
  incident_id uuid not null,
  -- Its line in the audit.
  seq integer not null,
  sent_to text not null check (sent_to in ('channel', 'person')),
  channel text not null,
  message_ts text not null,
  primary key (channel, message_ts)
);
create index pings_by_incident on pings (incident_id);
