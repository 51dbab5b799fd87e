-- Up Migration

-- The requests of the hour before the incident opened, as its log showed them (at most 800 bytes). Null: the log was not
-- read, it had no requests, or a person opened the incident. Written once, with the row.
alter table incidents add column last_hour jsonb;
-- When a process claimed their posting in the thread. The claim commits before the message is sent, so that no process
-- sends a second one after a crash. Null: not claimed.
alter table incidents add column last_hour_claimed_at timestamptz;
