-- Up Migration

-- Two targets may be process types of one app: each has its own proposals, and its own changes.
drop index one_live_proposal;
drop index one_change;
drop index one_stop;
create unique index one_live_proposal on actions (target, kind) where state = 'proposed';
create unique index one_change on actions (target) where state in ('approved', 'executing') and holds and kind <> 'stop';
create unique index one_stop on actions (target) where state in ('approved', 'executing') and kind = 'stop';

-- Kept when a stop takes effect, in place of what was kept before; forgotten when the process type runs again, whoever
-- brought it back. One that never took effect keeps nothing.
comment on table saved_formations is 'the formation before the last stop that took effect';
comment on column actions.holds is 'other changes of the target wait for it: of a deploy, only while its deploy job runs';
