-- Releases: the numbers of an indicator as somebody signed them, which stay as they are under an address that lasts. The numbers
-- themselves stand in a table of the lake.

CREATE TABLE indicator_release (
    id                 TEXT PRIMARY KEY,
    indicator          TEXT NOT NULL,      -- code of the indicator
    name               TEXT NOT NULL,      -- what addresses call it: `2026-1`; of its indicator alone
    signed_as          TEXT NOT NULL,      -- who stands for the numbers, as the public reads it: an office, not an account
    note               TEXT NOT NULL,      -- why these numbers and what has changed, in words; may be empty
    asked_at           BIGINT NOT NULL,    -- when it was signed
    definition_version TEXT,               -- version of the definition that the numbers were made by; NULL until it is made
    versions           TEXT,               -- table of the lake → version read, as JSON; NULL until it is made
    facts              TEXT,               -- what is said of the counting as a whole, as JSON; NULL until it is made
    counted_at         BIGINT,             -- when the numbers were counted; NULL until it is made
    made_at            BIGINT,             -- since when it is public; NULL until it is made
    written_as         TEXT,               -- `release_id` of its rows in the lake, another for each attempt to make it; NULL until it is made
    n_cells            BIGINT,             -- how many cells it has; NULL until it is made
    sha256             TEXT,               -- SHA-256 of its file, in hexadecimal; NULL until it is made
    trouble            TEXT                -- why it could not be made; NULL unless it could not
);
CREATE UNIQUE INDEX indicator_release_named ON indicator_release (indicator, name);

-- indicator_recount: a release counted again from the same versions, to see whether the same digits come out.
CREATE TABLE indicator_recount (
    id         TEXT PRIMARY KEY,
    release_id TEXT NOT NULL,
    done_at    BIGINT NOT NULL,
    n_compared BIGINT NOT NULL,            -- figures that are shown and were counted for this release
    n_differs  BIGINT NOT NULL,            -- how many of them came out otherwise
    trouble    TEXT                        -- why it could not be counted; NULL unless it could not
);
CREATE INDEX indicator_recount_release ON indicator_recount (release_id, id);
