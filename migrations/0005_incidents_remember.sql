-- Up Migration

-- Why somebody is woken, as a value; the key stays its name, for the indexes.
alter table wakes add column cause jsonb;
update wakes set cause = case
  when key = 'unknown' then jsonb_build_object('kind', 'dark')
  when key like 'hand:%' then jsonb_build_object('kind', 'hand', 'id', substr(key, 6))
  else jsonb_build_object('kind', 'condition', 'condition', split_part(key, ':', 1)::integer,
                          'about', coalesce(nullif(substr(key, length(split_part(key, ':', 1)) + 2), ''), ''))
end;
alter table wakes alter column cause set not null;
alter table wakes drop column condition;

-- The failure as a value, and the app's own error.
update incidents set picture = picture || jsonb_build_object('cause', '', 'error', null, 'failure', case
  when picture->>'failure' like 'mode %' then jsonb_build_object('kind', 'mode', 'id', substr(picture->>'failure', 6, 1),
    'code', nullif(split_part(picture->>'failure', '/', 2), ''))
  when picture->>'failure' in ('down', 'degraded', 'stopped') then
    jsonb_build_object('kind', 'verdict', 'verdict', picture->>'failure')
  when picture->>'failure' ~ '^[1-4]:' then jsonb_build_object('kind', 'condition',
    'condition', substr(picture->>'failure', 1, 1)::integer, 'about', substr(picture->>'failure', 3))
  else jsonb_build_object('kind', 'hand')
end) where jsonb_typeof(picture->'failure') = 'string';

-- The worst that was seen of it: what is seen last may be a boot, and explains nothing.
alter table incidents add column worst jsonb;
update incidents set worst = picture;
alter table incidents alter column worst set not null;
-- Since when no look has seen it fail; null while it fails.
alter table incidents add column well_since timestamptz;
update incidents set well_since = resolved_at;
-- How often it began to fail.
alter table incidents add column failures integer not null default 1;
-- Stopped through the bot: by whom, when and why; null while it runs.
alter table incidents add column stopped jsonb;

-- A ping stands until its incident is resolved: what it shows now, so that it is edited only when that changes.
alter table pings add column shown text not null default 'open';
