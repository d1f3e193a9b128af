-- Standards of data, what columns follow them, what is said of a dataset for the metadata forms, and evidence for the grading of statistics.

-- standard_version: a version of a data standard, a codelist or a map between two versions of one; those shipped are in data/standards.
CREATE TABLE standard_version (
    kind       TEXT NOT NULL,        -- 'standard', 'codelist' or 'map'
    code       TEXT NOT NULL,        -- its code; of a map the codelist's
    version    TEXT NOT NULL,        -- its version; of a map 'from>to'
    body       TEXT NOT NULL,        -- all that is said of it, as JSON (catalog::standards::model)
    saved_at   BIGINT NOT NULL,      -- when it was entered or last changed
    saved_by   TEXT NOT NULL,        -- who, as in audit.who
    PRIMARY KEY (kind, code, version)
);

-- column_standard: which standard a column follows, and what the last check of every value found.
CREATE TABLE column_standard (
    resource_id   TEXT NOT NULL REFERENCES resource (id), -- the table
    column_name   TEXT NOT NULL,     -- as in the table
    standard      TEXT NOT NULL,     -- standard_version.code of kind 'standard'
    version       TEXT NOT NULL,     -- and its version
    assigned_at   BIGINT NOT NULL,   -- when a steward or producer said so
    table_version BIGINT,            -- the table's version that was checked; none before the first check
    n_values      BIGINT NOT NULL,   -- values that are not empty
    n_valid       BIGINT NOT NULL,   -- those that follow the standard
    checked_at    BIGINT,            -- when
    PRIMARY KEY (resource_id, column_name)
);

-- column_fix: a new version of a table in which values were brought to a standard; the version before it is kept.
CREATE TABLE column_fix (
    id            TEXT PRIMARY KEY,  -- UUIDv7
    resource_id   TEXT NOT NULL REFERENCES resource (id), -- the table
    column_name   TEXT NOT NULL,     -- the column
    standard      TEXT NOT NULL,     -- the standard's code
    version       TEXT NOT NULL,     -- its version
    table_version BIGINT NOT NULL,   -- the version of the table that holds the fixes
    n_rows        BIGINT NOT NULL,   -- rows that changed
    fixes         TEXT NOT NULL,     -- what became what, as JSON: pairs of values
    at            BIGINT NOT NULL,   -- when
    by_who        TEXT NOT NULL      -- who, as in audit.who
);
CREATE INDEX column_fix_resource ON column_fix (resource_id, id);

-- dataset_metadata: what the metadata forms ask of a dataset, each fact once.
CREATE TABLE dataset_metadata (
    dataset_id TEXT PRIMARY KEY,     -- dataset.id
    facts      TEXT NOT NULL,        -- field to text, as JSON (catalog::metadata::fields)
    changed_at BIGINT NOT NULL,      -- when
    changed_by TEXT NOT NULL         -- who, as in audit.who
);

-- evidence_paper: a document that shows that something was done: minutes of a meeting, a decree, a report.
CREATE TABLE evidence_paper (
    id         TEXT PRIMARY KEY,     -- UUIDv7
    indicator  TEXT NOT NULL,        -- the indicator of the grading it is for (catalog::metadata::epss)
    title      TEXT NOT NULL,        -- what it is
    held_on    TEXT NOT NULL,        -- the day it is of, YYYY-MM-DD
    name       TEXT NOT NULL,        -- the file's name
    blob       TEXT NOT NULL,        -- SHA-256 of its bytes
    size_bytes BIGINT NOT NULL,      -- its length
    added_at   BIGINT NOT NULL,      -- when
    added_by   TEXT NOT NULL         -- who, as in audit.who
);
CREATE INDEX evidence_paper_indicator ON evidence_paper (indicator, id);
