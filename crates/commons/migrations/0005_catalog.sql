-- Datasets, their resources, the files they were received as, and what their columns hold.

-- dataset: an entry of the catalogue, with who is responsible for it.
CREATE TABLE dataset (
    slug         TEXT PRIMARY KEY,      -- stable, used in addresses: 'household-census-2026'
    title        TEXT NOT NULL,         -- as people read it
    description  TEXT NOT NULL,         -- what it is about, for the public; may be empty
    theme        TEXT NOT NULL,         -- a word such as 'health'; empty when nobody has said
    organisation TEXT REFERENCES organisation (code), -- the publisher; none: the government itself
    licence      TEXT NOT NULL,         -- what one may do with it, e.g. 'CC-BY-4.0'; empty when not settled
    place_code   TEXT,                  -- the place it covers; none: not about one place
    period       TEXT NOT NULL,         -- the time it covers, as people write it: '2024', '2024-01/2024-06'; may be empty
    is_open      SMALLINT NOT NULL,     -- 1: everybody may read it, but for its personal columns
    origin       TEXT NOT NULL,         -- 'upload' or 'form': where its rows come from
    created_at   BIGINT NOT NULL,       -- when it was entered
    changed_at   BIGINT NOT NULL        -- when its entry or its rows last changed
);
CREATE INDEX dataset_changed ON dataset (changed_at, slug);

-- resource: one table of a dataset.
CREATE TABLE resource (
    id           TEXT PRIMARY KEY,      -- UUIDv7
    dataset_slug TEXT NOT NULL REFERENCES dataset (slug), -- the dataset it belongs to
    slug         TEXT NOT NULL,         -- its name in addresses, unique in the dataset
    title        TEXT NOT NULL,         -- as people read it
    lake_table   TEXT NOT NULL UNIQUE,  -- the table in the lake
    sql_name     TEXT NOT NULL UNIQUE,  -- what the table is called in SQL
    version      BIGINT,                -- the table's version that is shown; none before the first rows
    n_rows       BIGINT NOT NULL,       -- rows in that version
    profile      TEXT,                  -- what its columns hold, as JSON; none for tables that change by themselves
    created_at   BIGINT NOT NULL,       -- when it was entered
    changed_at   BIGINT NOT NULL,       -- when its rows last changed
    UNIQUE (dataset_slug, slug)
);

-- resource_column: what a column is called and who may see it.
CREATE TABLE resource_column (
    resource_id TEXT NOT NULL REFERENCES resource (id), -- the resource it belongs to
    name        TEXT NOT NULL,          -- as in the table
    position    BIGINT NOT NULL,        -- its place, from 0; -1 when the shown version does not have it
    kind        TEXT NOT NULL,          -- text, integer, decimal, flag, date, instant or geometry
    title       TEXT NOT NULL,          -- as people read it; empty for its name
    class       TEXT NOT NULL,          -- 'open', 'personal', 'sensitive' or 'unreviewed'
    PRIMARY KEY (resource_id, name)
);

-- received_file: a file that somebody sent to become a resource, kept byte for byte.
CREATE TABLE received_file (
    id          TEXT PRIMARY KEY,       -- UUIDv7
    resource_id TEXT NOT NULL REFERENCES resource (id), -- the resource it is for
    blob        TEXT NOT NULL,          -- SHA-256 of its bytes
    name        TEXT NOT NULL,          -- the name it was sent under
    size_bytes  BIGINT NOT NULL,        -- its length
    kind        TEXT NOT NULL,          -- csv, sheet, jsonl, parquet or geojson
    state       TEXT NOT NULL,          -- 'waiting', 'read' or 'refused'
    reason      TEXT NOT NULL,          -- why it was refused; empty otherwise
    version     BIGINT,                 -- the table's version that it became
    n_rows      BIGINT NOT NULL,        -- rows that were read
    n_bad       BIGINT NOT NULL,        -- rows that could not be read
    bad_rows    TEXT NOT NULL,          -- the first of those, as JSON: line, reason, text
    received_at BIGINT NOT NULL,        -- when it came
    received_by TEXT NOT NULL           -- who sent it, as in audit.who
);
CREATE INDEX received_file_resource ON received_file (resource_id, id);
