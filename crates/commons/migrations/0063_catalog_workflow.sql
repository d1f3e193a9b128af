-- From producer to steward to approver; the versions that tables showed, and what was deprecated or withdrawn.

-- review_rule: who looks at what an organisation publishes before everybody can read it.
CREATE TABLE review_rule (
    organisation TEXT PRIMARY KEY,   -- its code; empty for all that have no rule of their own
    review       TEXT NOT NULL,      -- 'none', 'steward', or 'approver' for a steward and an approver
    changed_at   BIGINT NOT NULL
);
-- Whoever published before this goes on as before, until an administrator says otherwise.
INSERT INTO review_rule (organisation, review, changed_at)
SELECT '', 'none', created_at FROM dataset ORDER BY created_at LIMIT 1;

-- publication: a dataset, or a new file for a table of an open dataset, on its way to everybody.
CREATE TABLE publication (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    dataset_id   TEXT NOT NULL,      -- dataset.id
    resource_id  TEXT,               -- the table that gets a new version; none where the whole dataset is to be opened
    file_id      TEXT,               -- the received file that becomes the version
    stage        TEXT NOT NULL,      -- 'draft', 'submitted', 'checked', 'approved', 'published' or 'ended'
    submitted_by TEXT,               -- user_account.id, or 'system'; none before it was handed in
    submitted_at BIGINT,
    checked_by   TEXT,               -- the steward's user_account.id
    checked_at   BIGINT,
    approved_by  TEXT,               -- the approver's user_account.id; the steward's where no approver is needed
    approved_at  BIGINT,
    publish_at   BIGINT,             -- when it is to be published, once it is approved
    ended_at     BIGINT,             -- when it was published, or ended otherwise
    revision     BIGINT NOT NULL,    -- grows with every step and every change of the data, so that nobody decides on what they have not seen
    opened_at    BIGINT NOT NULL     -- when work on it began
);
CREATE INDEX publication_dataset ON publication (dataset_id, id);
CREATE INDEX publication_stage ON publication (stage, publish_at);

-- publication_step: what was done with a dataset on its way, and what was said.
CREATE TABLE publication_step (
    id             TEXT PRIMARY KEY, -- UUIDv7
    publication_id TEXT,             -- the way it belongs to; none for what is done with a published dataset
    dataset_id     TEXT NOT NULL,    -- dataset.id
    at             BIGINT NOT NULL,
    who            TEXT NOT NULL,    -- user_account.id, or 'system'
    act            TEXT NOT NULL,    -- 'entered', 'changed', 'sent', 'submitted', 'checked', 'returned', 'approved', 'published', …
    note           TEXT NOT NULL     -- what they said; may be empty
);
CREATE INDEX publication_step_dataset ON publication_step (dataset_id, id);

-- shown_version: a version of a table that readers were shown.
CREATE TABLE shown_version (
    resource_id TEXT NOT NULL,       -- resource.id
    version     BIGINT NOT NULL,     -- the table's version in the lake
    n_rows      BIGINT NOT NULL,     -- rows in it
    shown_at    BIGINT NOT NULL,     -- since when it could be read
    standing    TEXT NOT NULL,       -- empty, 'deprecated' or 'withdrawn'
    reason      TEXT NOT NULL,       -- why; empty when it stands
    replaced_by TEXT NOT NULL,       -- address of what to use instead; may be empty
    standing_at BIGINT,              -- since when it is deprecated or withdrawn
    PRIMARY KEY (resource_id, version)
);
INSERT INTO shown_version (resource_id, version, n_rows, shown_at, standing, reason, replaced_by, standing_at)
SELECT id, version, n_rows, changed_at, '', '', '', NULL FROM resource WHERE version IS NOT NULL;

-- resource_key: the columns that name the rows of a table, where somebody said so.
CREATE TABLE resource_key (
    resource_id TEXT NOT NULL,       -- resource.id
    position    BIGINT NOT NULL,     -- its place in the key, from 0
    column_name TEXT NOT NULL,       -- as in the table
    PRIMARY KEY (resource_id, position)
);
