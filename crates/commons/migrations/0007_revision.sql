-- How often the things changed that programs keep in memory.

-- revision: one row for each such thing, so that every process that shares the database knows when its copy is old.
CREATE TABLE revision (
    name TEXT PRIMARY KEY,  -- what is kept: 'places', 'indicators'
    n    BIGINT NOT NULL    -- grows with every change, in the transaction that makes it
);
