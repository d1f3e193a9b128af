-- The catalogue as portals know it: permanent ids, states, tags, themes with pages of their own, files and links beside tables.

ALTER TABLE dataset ADD COLUMN id TEXT;                          -- permanent, while the slug may change; CKAN's id
ALTER TABLE dataset ADD COLUMN state TEXT NOT NULL DEFAULT 'active'; -- 'draft', 'active' or 'deleted'
ALTER TABLE dataset ADD COLUMN details TEXT NOT NULL DEFAULT '{}';   -- contacts, source, extras and the like, as JSON (catalog::details)
ALTER TABLE dataset ADD COLUMN revision BIGINT NOT NULL DEFAULT 0; -- grows with every change through a portal's interface, so that none is lost
UPDATE dataset SET id = slug;
CREATE UNIQUE INDEX dataset_id ON dataset (id);

ALTER TABLE organisation ADD COLUMN id TEXT;                     -- permanent; CKAN's id
ALTER TABLE organisation ADD COLUMN image_url TEXT NOT NULL DEFAULT ''; -- its picture
ALTER TABLE organisation ADD COLUMN state TEXT NOT NULL DEFAULT 'active'; -- 'active' or 'deleted'
ALTER TABLE organisation ADD COLUMN extras TEXT NOT NULL DEFAULT '[]';  -- keys and values of other catalogues, as JSON
UPDATE organisation SET id = code;
CREATE UNIQUE INDEX organisation_id ON organisation (id);

-- dataset_tag: words that a publisher gave a dataset.
CREATE TABLE dataset_tag (
    dataset_slug TEXT NOT NULL REFERENCES dataset (slug) ON UPDATE CASCADE, -- the dataset that has it
    name         TEXT NOT NULL,      -- as written
    PRIMARY KEY (dataset_slug, name)
);
CREATE INDEX dataset_tag_name ON dataset_tag (name);

-- theme: what datasets are about; CKAN's group.
CREATE TABLE theme (
    name        TEXT PRIMARY KEY,    -- used in addresses: 'health'
    id          TEXT NOT NULL UNIQUE, -- permanent; CKAN's id
    title       TEXT NOT NULL,       -- as people read it; empty for the program's own words, which are translated
    description TEXT NOT NULL,       -- what belongs to it; may be empty
    image_url   TEXT NOT NULL,       -- its picture; may be empty
    state       TEXT NOT NULL,       -- 'active' or 'deleted'
    extras      TEXT NOT NULL,       -- keys and values of other catalogues, as JSON
    created_at  BIGINT NOT NULL
);

-- dataset_theme: the themes of a dataset; dataset.theme is the first among them.
CREATE TABLE dataset_theme (
    dataset_slug TEXT NOT NULL REFERENCES dataset (slug) ON UPDATE CASCADE, -- the dataset
    theme        TEXT NOT NULL REFERENCES theme (name) ON UPDATE CASCADE, -- one of its themes
    PRIMARY KEY (dataset_slug, theme)
);
CREATE INDEX dataset_theme_theme ON dataset_theme (theme);
INSERT INTO theme (name, id, title, description, image_url, state, extras, created_at)
SELECT theme, theme, '', '', '', 'active', '[]', MIN(created_at) FROM dataset WHERE theme <> '' GROUP BY theme;
INSERT INTO dataset_theme (dataset_slug, theme) SELECT slug, theme FROM dataset WHERE theme <> '';

-- dataset_alias: what a dataset was called before, so that old addresses lead to it.
CREATE TABLE dataset_alias (
    slug       TEXT PRIMARY KEY,     -- the name that is no longer its own
    dataset_id TEXT NOT NULL         -- dataset.id
);

-- resource: a table of a dataset, or a file or address that is none. Made anew, since not every resource is a table now.
CREATE TABLE resource_next (
    id           TEXT PRIMARY KEY,   -- UUIDv7, or as another catalogue gave it
    dataset_slug TEXT NOT NULL REFERENCES dataset (slug) ON UPDATE CASCADE, -- the dataset it belongs to
    slug         TEXT NOT NULL,      -- its name in addresses, unique in the dataset
    title        TEXT NOT NULL,      -- as people read it
    lake_table   TEXT UNIQUE,        -- the table in the lake; none for what is no table
    sql_name     TEXT UNIQUE,        -- what the table is called in SQL
    version      BIGINT,             -- the table's version that is shown; none before the first rows
    n_rows       BIGINT NOT NULL,    -- rows in that version
    profile      TEXT,               -- what its columns hold, as JSON; none for tables that change by themselves
    position     BIGINT NOT NULL,    -- its place in the dataset, from 0
    url          TEXT NOT NULL,      -- where it is to be had, when not here; empty for what is kept here
    blob         TEXT,               -- SHA-256 of a file that is kept here as it came and is no table
    details      TEXT NOT NULL,      -- description, format and the like, as JSON (catalog::details)
    state        TEXT NOT NULL,      -- 'active' or 'deleted'; what was received for a deleted one stays
    created_at   BIGINT NOT NULL,    -- when it was entered
    changed_at   BIGINT NOT NULL,    -- when its rows last changed
    UNIQUE (dataset_slug, slug)
);
INSERT INTO resource_next (id, dataset_slug, slug, title, lake_table, sql_name, version, n_rows, profile, position, url, blob, details,
                           state, created_at, changed_at)
SELECT id, dataset_slug, slug, title, lake_table, sql_name, version, n_rows, profile,
       ROW_NUMBER() OVER (PARTITION BY dataset_slug ORDER BY id) - 1, '', NULL, '{}', 'active', created_at, changed_at
FROM resource;

CREATE TABLE resource_column_next (
    resource_id TEXT NOT NULL REFERENCES resource_next (id), -- the resource it belongs to
    name        TEXT NOT NULL,       -- as in the table
    position    BIGINT NOT NULL,     -- its place, from 0; -1 when the shown version does not have it
    kind        TEXT NOT NULL,       -- text, integer, decimal, flag, date, instant or geometry
    title       TEXT NOT NULL,       -- as people read it; empty for its name
    class       TEXT NOT NULL,       -- 'open', 'personal', 'sensitive' or 'unreviewed'
    asked       TEXT NOT NULL DEFAULT '', -- how a form asks for it, which its class is proposed from; empty when no form does
    PRIMARY KEY (resource_id, name)
);
INSERT INTO resource_column_next (resource_id, name, position, kind, title, class, asked)
SELECT resource_id, name, position, kind, title, class, asked FROM resource_column;

CREATE TABLE received_file_next (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    resource_id TEXT NOT NULL REFERENCES resource_next (id), -- the resource it is for
    blob        TEXT NOT NULL,       -- SHA-256 of its bytes
    name        TEXT NOT NULL,       -- the name it was sent under
    size_bytes  BIGINT NOT NULL,     -- its length
    kind        TEXT NOT NULL,       -- csv, sheet, jsonl, parquet or geojson
    state       TEXT NOT NULL,       -- 'waiting', 'read' or 'refused'
    reason      TEXT NOT NULL,       -- why it was refused; empty otherwise
    version     BIGINT,              -- the table's version that it became
    n_rows      BIGINT NOT NULL,     -- rows that were read
    n_bad       BIGINT NOT NULL,     -- rows that could not be read
    bad_rows    TEXT NOT NULL,       -- the first of those, as JSON: line, reason, text
    received_at BIGINT NOT NULL,     -- when it came
    received_by TEXT NOT NULL,       -- who sent it, as in audit.who
    how         TEXT NOT NULL DEFAULT '{}' -- how to read it, as JSON: sheet, delimiter, decimal sign, words for "missing"
);
INSERT INTO received_file_next (id, resource_id, blob, name, size_bytes, kind, state, reason, version, n_rows, n_bad, bad_rows,
                                received_at, received_by, how)
SELECT id, resource_id, blob, name, size_bytes, kind, state, reason, version, n_rows, n_bad, bad_rows, received_at, received_by, how
FROM received_file;

DROP TABLE received_file;
DROP TABLE resource_column;
DROP TABLE resource;
ALTER TABLE resource_next RENAME TO resource;
ALTER TABLE resource_column_next RENAME TO resource_column;
ALTER TABLE received_file_next RENAME TO received_file;
CREATE INDEX received_file_resource ON received_file (resource_id, id);

-- catalogue_state: one row; its number grows with every change of the catalogue, so that an index knows when it is behind.
CREATE TABLE catalogue_state (
    id SMALLINT PRIMARY KEY,         -- always 1
    n  BIGINT NOT NULL               -- changes so far
);
INSERT INTO catalogue_state (id, n) VALUES (1, 0);
