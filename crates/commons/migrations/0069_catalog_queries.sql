-- Questions in SQL that somebody keeps: with a permanent address, and the versions of the tables that they were asked of.

-- saved_query: one SELECT, as somebody asked it; it is never changed, only shown, hidden or thrown away.
CREATE TABLE saved_query (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- what it is called in addresses
    title       TEXT NOT NULL,       -- in a few words
    about       TEXT NOT NULL,       -- what it shows, and how it is to be read; may be empty
    sql         TEXT NOT NULL,       -- the statement as it was typed
    author      TEXT NOT NULL,       -- the account that kept it; never shown
    is_shown    BIGINT NOT NULL,     -- 1 when everybody may see it
    saved_at    BIGINT NOT NULL      -- when
);
CREATE INDEX saved_query_author ON saved_query (author, saved_at);

-- saved_query_table: the tables that a saved query names, at the versions that it was asked of.
CREATE TABLE saved_query_table (
    query_id    TEXT NOT NULL,       -- the query
    name        TEXT NOT NULL,       -- as the statement calls it
    resource_id TEXT NOT NULL,       -- the table
    version     BIGINT NOT NULL,     -- its version then
    PRIMARY KEY (query_id, name)
);
CREATE INDEX saved_query_table_resource ON saved_query_table (resource_id);
