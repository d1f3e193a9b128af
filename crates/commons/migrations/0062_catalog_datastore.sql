-- What CKAN's clients said of a table that they keep: types and dictionary of its columns, its key, its other names.

-- datastore: one row for a table that rows are sent to; a table that is only read from files has none.
CREATE TABLE datastore (
    resource_id TEXT PRIMARY KEY REFERENCES resource (id), -- the resource whose table it is
    definition  TEXT NOT NULL,       -- columns with types and dictionary, key, indexes, as JSON (catalog::ckan::datastore::table)
    next_number BIGINT NOT NULL      -- the number that the next row gets; no number is given twice
);

-- datastore_alias: other names of tables.
CREATE TABLE datastore_alias (
    name        TEXT PRIMARY KEY,    -- as SQL and datastore_search take it beside the id of the resource
    resource_id TEXT NOT NULL REFERENCES resource (id) -- the resource whose table it means
);
CREATE INDEX datastore_alias_resource ON datastore_alias (resource_id);
