-- Up Migration

-- The last look that was well before the incident began: what changed after it may have caused it. null: no look was.
alter table incidents add column well_before timestamptz;
-- What changed around its beginning, as it was judged last; null: not looked for yet. Written anew only when it tells more.
alter table incidents add column changes jsonb;
