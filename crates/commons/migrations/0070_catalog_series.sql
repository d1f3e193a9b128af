-- Series of datasets: the same subject year after year, or place after place.

-- dataset_series: what its datasets have in common.
CREATE TABLE dataset_series (
    slug         TEXT PRIMARY KEY,   -- what it is called in addresses
    id           TEXT NOT NULL UNIQUE, -- UUIDv7
    title        TEXT NOT NULL,      -- in a few words
    description  TEXT NOT NULL,      -- what every dataset of it says, and what changed over time; may be empty
    organisation TEXT,               -- the code of who keeps it; NULL for nobody's
    created_at   BIGINT NOT NULL,    -- when it was entered
    changed_at   BIGINT NOT NULL     -- when what stands here changed last
);

-- dataset_in_series: a dataset is in one series at most.
CREATE TABLE dataset_in_series (
    dataset_id   TEXT PRIMARY KEY,   -- the dataset
    series       TEXT NOT NULL       -- the slug of its series
);
CREATE INDEX dataset_in_series_series ON dataset_in_series (series);
