-- Indicators: definitions, the runs that computed them, and the observations that are public.
-- Unsuppressed figures of a suppressed cell stand in no table: they live in memory during a run and are computed again when needed.

-- indicator: what the public finds under a code.
CREATE TABLE indicator (
    code      TEXT PRIMARY KEY,         -- e.g. '6.1.1', part of the address
    version   TEXT NOT NULL,            -- the definition in force
    sort_key  BIGINT,                   -- its place among a place's key numbers; NULL keeps it off them
    run_id    TEXT,                     -- the run whose observations are public; NULL until the first
    trouble   TEXT,                     -- why the last computation failed, for the operator; NULL when it did not
    loaded_at BIGINT NOT NULL
);

-- indicator_definition: every version ever in force, so that an old figure can be read with its own definition.
CREATE TABLE indicator_definition (
    indicator TEXT NOT NULL,            -- code
    version   TEXT NOT NULL,            -- first twelve hexadecimal digits of the text's SHA-256
    text      TEXT NOT NULL,            -- the TOML
    loaded_at BIGINT NOT NULL,
    PRIMARY KEY (indicator, version)
);

-- indicator_source: which tables the definition in force reads, so that a changed table finds its indicators.
CREATE TABLE indicator_source (
    indicator TEXT NOT NULL,            -- code
    lake_table TEXT NOT NULL,           -- name of the table in the lake
    PRIMARY KEY (indicator, lake_table)
);
CREATE INDEX indicator_source_table ON indicator_source (lake_table);

-- indicator_run: one computation. Of those that followed each other within an hour the last is kept; its versions say how to make the same figure again.
CREATE TABLE indicator_run (
    id          TEXT PRIMARY KEY,       -- UUIDv7
    indicator   TEXT NOT NULL,          -- code
    version     TEXT NOT NULL,          -- definition it was made by
    versions    TEXT NOT NULL,          -- JSON: table of the lake → version read
    facts       TEXT NOT NULL,          -- JSON: rows without a place, codes off the lists, proof of suppression per period
    computed_at BIGINT NOT NULL
);
CREATE INDEX indicator_run_indicator ON indicator_run (indicator, id);

-- observation: one public number of the indicator's current run. A suppressed one has no figures.
CREATE TABLE observation (
    indicator   TEXT NOT NULL,          -- code
    place       TEXT NOT NULL,          -- place code
    by_dims     TEXT NOT NULL,          -- names of the dimensions, 'sex,age'; '' for everybody together
    period      TEXT NOT NULL,          -- as the definition's period expression gives it
    codes       TEXT NOT NULL,          -- codes of those dimensions, 'F,0-4'
    sort_key    BIGINT NOT NULL,        -- order among those of one place, combination and period
    parent      TEXT,                   -- the place it was added to; NULL for the topmost that has numbers
    status      TEXT NOT NULL,          -- 'normal', 'suppressed' or 'empty'
    value       DOUBLE PRECISION,       -- the figure, in the definition's unit
    low         DOUBLE PRECISION,       -- lower end of the 95 % interval
    high        DOUBLE PRECISION,       -- upper end
    numerator   DOUBLE PRECISION,       -- weighted sum
    denominator DOUBLE PRECISION,       -- weighted sum
    n           BIGINT,                 -- rows counted, unweighted
    n_missing   BIGINT,                 -- rows that belonged but had no answer
    PRIMARY KEY (indicator, place, by_dims, period, codes)
);
CREATE INDEX observation_below ON observation (indicator, parent, by_dims, period);
CREATE INDEX observation_place ON observation (place, by_dims);
