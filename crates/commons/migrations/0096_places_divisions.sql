-- Other divisions of the same land than the administrative one: catchments of health centres, police sectors, school areas.

-- place_division: one way of dividing the land, as its latest file says.
CREATE TABLE place_division (
    code      TEXT PRIMARY KEY,       -- part of addresses: 'health'
    title     TEXT NOT NULL,          -- what its areas are called, in the language it was delivered in: 'Wilayah kerja puskesmas'
    basis     TEXT NOT NULL,          -- what the shares are parts of: 'Penduduk 2025'; empty where every place is in it whole
    source    TEXT NOT NULL,          -- who drew it and in which paper; may be empty
    loaded_at BIGINT NOT NULL
);

-- place_division_part: which place, whole or in part, belongs to which area of a division, and while.
CREATE TABLE place_division_part (
    division   TEXT NOT NULL REFERENCES place_division (code), -- which way of dividing the land it belongs to
    area       TEXT NOT NULL,         -- code of the area within its division: 'PKM-01'
    name       TEXT NOT NULL,         -- what the area is called, the same in all its rows
    place      TEXT NOT NULL,         -- code of the administrative place
    share      DOUBLE PRECISION NOT NULL, -- part of the place that belongs to the area, above 0, at most 1: all of it
    valid_from TEXT NOT NULL,         -- first day it holds, YYYY-MM-DD; empty: as long as anybody knows
    valid_to   TEXT,                  -- first day it no longer holds; none: it still does
    PRIMARY KEY (division, area, place, valid_from)
);
