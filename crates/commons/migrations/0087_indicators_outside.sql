-- Numbers that others published: who, the files they stood in, the areas they are of. The numbers themselves are observations.

-- outside_source: whoever published them.
CREATE TABLE outside_source (
    code     TEXT PRIMARY KEY,          -- begins the codes of its indicators: 'kaz' of 'kaz.8.6.1'
    name     TEXT NOT NULL,             -- as the operator gave it
    taken_at BIGINT NOT NULL            -- when it was last taken in
);

-- outside_indicator: which indicators are whose, so that what a source no longer publishes is taken away.
CREATE TABLE outside_indicator (
    indicator TEXT PRIMARY KEY,         -- code
    source    TEXT NOT NULL             -- code of the source
);
CREATE INDEX outside_indicator_source ON outside_indicator (source);

-- outside_file: a file of a source, so that it can be written again as it was.
CREATE TABLE outside_file (
    source  TEXT NOT NULL,              -- code of the source
    path    TEXT NOT NULL,              -- in the source: 'data/indicator_8-6-1.csv'
    content TEXT NOT NULL,              -- JSON: a table with its cells and layout, or metadata entry by entry
    told    TEXT NOT NULL,              -- JSON: lines that became no number, and why
    PRIMARY KEY (source, path)
);

-- outside_area: what the numbers are of where that is no place of ours: countries and their parts. Never below our own places.
CREATE TABLE outside_area (
    code   TEXT PRIMARY KEY,            -- 'KAZ', 'KAZ.KZALM'; stands in observation.place
    parent TEXT,                        -- the country of a part; NULL for a country
    name   TEXT NOT NULL                -- the code where nobody gave a name
);
