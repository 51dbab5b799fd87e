-- Up Migration

-- Whether the bot can write at all: one row, written anew by each look at the database. Nothing is kept there.
create table standing (
  id integer primary key check (id = 1),
  looked_at timestamptz not null
);

-- Since when no look at the target has come to its end, once the channel was told; null: looks do. One of all processes tells.
alter table watches add column silent_since timestamptz;
