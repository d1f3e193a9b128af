-- What everybody sees of requests is counted in memory: this says what was filed or changed since it was read.

-- When the row was written by somebody: filed, taken in, changed by a step; later with every change, be it by a microsecond.
-- The sweep leaves it alone: lights are counted from their instants.
ALTER TABLE service_request ADD COLUMN touched_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX service_request_touched ON service_request (touched_at);

-- request_table: how far the catalogue's table of requests is written.
CREATE TABLE request_table (
    name       TEXT PRIMARY KEY,     -- the table's name in the lake
    as_of_at   BIGINT NOT NULL,      -- the moment whose lights it shows
    touched_at BIGINT NOT NULL       -- the last change that is in it
);
