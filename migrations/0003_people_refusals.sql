-- Up Migration

-- What Slack refused to show, for whoever looks after the bot: one row for each way in which it was refused, counted.
-- Rows are made and counted up by the bot, read by `raxx doctor`, and deleted 30 days after they were last counted.
create table slack_refusals (
  -- The Web API's method, or `response_url`.
  method text not null,
  -- How simple the refused message was, or the channel that refused it.
  what text not null,
  -- Slack's word: `invalid_blocks`.
  code text not null,
  -- Slack's reason, as it was last given.
  detail text not null,
  times integer not null default 1,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (method, what, code)
);
