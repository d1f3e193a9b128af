-- What agencies do about an indicator, and what is written about one of its numbers.

-- action_plan: what an agency will do about an indicator. Its steps are commitments.
CREATE TABLE action_plan (
    id        TEXT PRIMARY KEY,      -- UUIDv7
    code      TEXT NOT NULL UNIQUE,  -- short, in the address
    indicator TEXT NOT NULL,         -- code of the indicator
    agency    TEXT NOT NULL,         -- code of the organisation that leads it
    title     TEXT NOT NULL,         -- what it is called
    about     TEXT NOT NULL,         -- what is wrong and what is to change, in words; empty for nothing
    begun_at  BIGINT NOT NULL,
    begun_by  TEXT NOT NULL          -- who, as in audit.who
);
CREATE INDEX action_plan_indicator ON action_plan (indicator, id);

-- action_plan_step: what the plan says of a commitment beside what the commitment says itself.
CREATE TABLE action_plan_step (
    plan_id    TEXT NOT NULL,
    commitment TEXT NOT NULL,        -- code of the commitment
    kind       TEXT NOT NULL,        -- 'step', 'digital-strategy' or 'policy-reform'
    budget     TEXT NOT NULL,        -- the line of a budget that pays for it; empty for none
    PRIMARY KEY (plan_id, commitment)
);

-- policy_note: a note about one number of a release. The number is kept with it, whatever becomes of the release.
CREATE TABLE policy_note (
    id        TEXT PRIMARY KEY,      -- UUIDv7
    code      TEXT NOT NULL UNIQUE,  -- short, in the address
    indicator TEXT NOT NULL,         -- code of the indicator
    agency    TEXT NOT NULL,         -- code of the organisation that speaks
    release_name TEXT NOT NULL,      -- name of the release
    place     TEXT NOT NULL,         -- code of the place that the number is of
    period    TEXT NOT NULL,         -- period that the number is of
    by_dims   TEXT NOT NULL,         -- names of the dimensions, as in observation; empty for everybody together
    codes     TEXT NOT NULL,         -- codes of those dimensions, in the same order
    cited     TEXT NOT NULL,         -- the number as the release has it, with its interval and how it is written, as JSON
    version   BIGINT NOT NULL        -- the wording that is shown
);
CREATE INDEX policy_note_number ON policy_note (indicator, place, period);

-- policy_note_version: one wording of a note; never changed.
CREATE TABLE policy_note_version (
    note_id TEXT NOT NULL,
    version BIGINT NOT NULL,         -- from 1
    title   TEXT NOT NULL,           -- what it is called
    body    TEXT NOT NULL,           -- plain text; a blank line parts paragraphs
    why     TEXT NOT NULL,           -- why it was worded anew; empty for the first
    at      BIGINT NOT NULL,         -- since when it is public
    who     TEXT NOT NULL,           -- who wrote it, as in audit.who
    PRIMARY KEY (note_id, version)
);
