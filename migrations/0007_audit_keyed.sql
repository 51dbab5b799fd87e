-- Up Migration

-- A line that a process with AUDIT_KEY made: which key, and its HMAC of the line's hash. Both null: made without one.
alter table audit add column key_id text;
alter table audit add column mac text;
alter table audit add constraint key_and_mac check ((key_id is null) = (mac is null));

-- The line that was written last: one row, changed with each line in the same transaction, never deleted. The next line
-- follows it even when it is gone from the audit, so that an end that was deleted stays a gap.
create table audit_head (
  id integer primary key check (id = 1),
  seq integer not null,
  hash text not null
);
insert into audit_head (id, seq, hash)
  select 1, coalesce(max(seq), 0),
    coalesce((select hash from audit order by seq desc limit 1), repeat('0', 64))
  from audit;
