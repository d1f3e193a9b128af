-- Definitions written in the browser: what is proposed and who looked at it, and which text was in force when.

-- indicator_proposal: a definition on its way to being in force.
CREATE TABLE indicator_proposal (
    id           TEXT PRIMARY KEY,      -- UUIDv7
    indicator    TEXT NOT NULL,         -- the code that its text names; empty while the text cannot be read
    text         TEXT NOT NULL,         -- the TOML, as its authors left it
    why          TEXT NOT NULL,         -- why the definition is to change, for everybody; empty before it was handed in
    stage        TEXT NOT NULL,         -- 'draft', 'submitted', 'checked', 'approved', 'in-force' or 'withdrawn'
    submitted_by TEXT,                  -- user_account.id; none before it was handed in
    submitted_at BIGINT,
    checked_by   TEXT,                  -- the steward's user_account.id
    checked_at   BIGINT,
    approved_by  TEXT,                  -- user_account.id of whoever approved it
    approved_at  BIGINT,
    force_at     BIGINT,                -- when it is to come into force, or came; none before it was approved
    trial        TEXT,                  -- JSON: what the text made of the tables when it was last tried; NULL when it never was
    revision     BIGINT NOT NULL,       -- grows with every step and every change of the text, so that nobody decides on what they have not seen
    opened_at    BIGINT NOT NULL        -- when it was begun
);
CREATE INDEX indicator_proposal_stage ON indicator_proposal (stage, force_at);

-- indicator_proposal_step: what was done with a proposal, and what was said.
CREATE TABLE indicator_proposal_step (
    id          TEXT PRIMARY KEY,       -- UUIDv7
    proposal_id TEXT NOT NULL,          -- indicator_proposal.id
    at          BIGINT NOT NULL,
    who         TEXT NOT NULL,          -- user_account.id, or 'system'
    act         TEXT NOT NULL,          -- 'written', 'tried', 'submitted', 'taken-back', 'checked', 'returned', 'approved', 'in-force', 'failed' or 'withdrawn'
    note        TEXT NOT NULL           -- what they said; may be empty
);
CREATE INDEX indicator_proposal_step_proposal ON indicator_proposal_step (proposal_id, id);

-- indicator_force: from when to when a version of a definition was in force; one that came back has several rows.
CREATE TABLE indicator_force (
    id          TEXT PRIMARY KEY,       -- UUIDv7; code and version for what was in force before this table
    indicator   TEXT NOT NULL,          -- code
    version     TEXT NOT NULL,          -- of the definition
    from_at     BIGINT NOT NULL,
    until_at    BIGINT,                 -- NULL for the one in force
    proposal_id TEXT                    -- indicator_proposal.id; NULL for one that an operator loaded or imported
);
CREATE INDEX indicator_force_indicator ON indicator_force (indicator, from_at);
-- Of what was loaded before this, only the first time is known of each version.
INSERT INTO indicator_force (id, indicator, version, from_at, until_at, proposal_id)
SELECT d.indicator || ' ' || d.version, d.indicator, d.version, d.loaded_at,
       (SELECT MIN(later.loaded_at) FROM indicator_definition later WHERE later.indicator = d.indicator AND later.loaded_at > d.loaded_at),
       NULL
FROM indicator_definition d;
-- Where an earlier version was loaded once more, that is the one in force.
UPDATE indicator_force
SET until_at = (SELECT i.loaded_at FROM indicator i WHERE i.code = indicator_force.indicator)
WHERE until_at IS NULL
  AND version <> (SELECT i.version FROM indicator i WHERE i.code = indicator_force.indicator);
INSERT INTO indicator_force (id, indicator, version, from_at, until_at, proposal_id)
SELECT i.code || ' again', i.code, i.version, i.loaded_at, NULL, NULL
FROM indicator i
WHERE NOT EXISTS (SELECT 1 FROM indicator_force f WHERE f.indicator = i.code AND f.version = i.version AND f.until_at IS NULL);
