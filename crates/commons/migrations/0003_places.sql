-- Places: administrative units and statistical areas, what they are called, where they lie, what became of them.

-- place: one unit under one code. A code given to another unit later is another row.
CREATE TABLE place (
    id         TEXT PRIMARY KEY,      -- UUIDv8 of code and valid_from: the same place has the same id on every server
    code       TEXT NOT NULL,         -- the code people and files use: '35.22.01.2001'
    level      TEXT NOT NULL,         -- 'province', 'regency', 'village', … as the list calls it
    parent_id  TEXT REFERENCES place (id), -- none for a root
    name       TEXT NOT NULL,         -- in the language the list was delivered in
    valid_from TEXT,                  -- first day it holds, YYYY-MM-DD; none: as long as anybody knows
    valid_to   TEXT                   -- first day it no longer holds; none: it still does
);
CREATE INDEX place_code ON place (code);
CREATE INDEX place_parent ON place (parent_id);

-- place_name: names in further languages.
CREATE TABLE place_name (
    place_id TEXT NOT NULL REFERENCES place (id),
    lang     TEXT NOT NULL,           -- ISO 639: 'en', 'id', 'jv'
    name     TEXT NOT NULL,
    PRIMARY KEY (place_id, lang)
);

-- place_path: every place with each of its ancestors and itself, by code, so that other tables, which carry codes,
-- can ask for a subtree: … WHERE place_code IN (SELECT code FROM place_path WHERE ancestor_code = $1)
CREATE TABLE place_path (
    ancestor_code TEXT NOT NULL,      -- the place above, or the place itself
    code          TEXT NOT NULL,      -- the place below
    distance      SMALLINT NOT NULL,  -- 0: the place itself
    PRIMARY KEY (ancestor_code, code)
);
CREATE INDEX place_path_code ON place_path (code);

-- place_boundary: the shape of a place, as delivered and simplified for display.
CREATE TABLE place_boundary (
    place_id TEXT NOT NULL REFERENCES place (id),
    zoom     SMALLINT NOT NULL,       -- web map zoom level it is good for; 24: as delivered
    geometry TEXT NOT NULL,           -- GeoJSON Polygon or MultiPolygon, WGS 84
    west     BIGINT NOT NULL,         -- box around it, millionths of a degree
    south    BIGINT NOT NULL,         -- as west
    east     BIGINT NOT NULL,         -- as west
    north    BIGINT NOT NULL,         -- as west
    PRIMARY KEY (place_id, zoom)
);

-- place_change: what became of a code: recoded, renamed, split, merged, ended.
CREATE TABLE place_change (
    id        TEXT PRIMARY KEY,       -- UUIDv8 of the other columns, so that the same list twice writes it once
    kind      TEXT NOT NULL,         -- 'recoded', 'renamed', 'split', 'merged' or 'ended'
    from_code TEXT NOT NULL,         -- the older code
    to_code   TEXT,                   -- none: it ended and nothing is known to have followed
    happened_on TEXT,                 -- first day it holds, YYYY-MM-DD
    share     DOUBLE PRECISION NOT NULL, -- part of the older place that went this way, above 0, at most 1
    old_name  TEXT                    -- where the name changed
);
CREATE INDEX place_change_from ON place_change (from_code);
CREATE INDEX place_change_to ON place_change (to_code);

-- place_crosswalk: how figures of one kind of area are shared out over another kind.
CREATE TABLE place_crosswalk (
    basis     TEXT NOT NULL,          -- what the weights count: 'area', or as the delivered file says
    from_code TEXT NOT NULL,          -- the area whose figures are shared out
    to_code   TEXT NOT NULL,          -- the area that gets a part
    weight    DOUBLE PRECISION NOT NULL, -- part of from_code that lies in to_code, above 0, at most 1
    PRIMARY KEY (basis, from_code, to_code)
);
CREATE INDEX place_crosswalk_to ON place_crosswalk (basis, to_code);

-- place_import: the lists that were taken in; its count tells an index in memory that it is out of date.
CREATE TABLE place_import (
    id          TEXT PRIMARY KEY,     -- UUIDv7
    file_name   TEXT NOT NULL,        -- as the operator called it
    blob_id     TEXT,                 -- the file as delivered
    valid_from  TEXT,                 -- the day from which the list holds
    n_begun     BIGINT NOT NULL,      -- places it added
    n_changed   BIGINT NOT NULL,      -- places it wrote anew
    n_ended     BIGINT NOT NULL,      -- places it ended
    n_broken    BIGINT NOT NULL,      -- rows left out because the operator kept only the good ones
    imported_at BIGINT NOT NULL
);
