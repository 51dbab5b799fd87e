-- Up Migration

-- Whether the bot can write at all: one row, written anew by each look at the database. Nothing is kept there.
create table standing (
  id integer primary key check (id = 1),
  looked_at timestamptz not null
);

-- When the channel was told that no look at the target came to its end; null: looks do. One of all processes tells.
alter table watches add column silence_told_at timestamptz;
