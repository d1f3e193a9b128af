-- Feeds of sensors, and their readings.

-- feed: what a sensor measures, how its readings come and when its silence is to be said.
CREATE TABLE feed (
    id           TEXT PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE, -- what tiles name it by; never changes
    organisation TEXT,                 -- code of the organisation whose people keep it; NULL for none
    title        TEXT NOT NULL,        -- what people read, as it was typed
    unit         TEXT NOT NULL,        -- as it stands behind a value; may be empty
    place        TEXT NOT NULL,        -- code of the place that it measures at
    kind         TEXT NOT NULL,        -- how readings come: 'webhook' or 'mqtt'
    topic        TEXT NOT NULL,        -- of MQTT; empty for a webhook
    secret_n     BIGINT NOT NULL,      -- how often its address got another secret; the secret is made of it and the key file
    value_path   TEXT NOT NULL,        -- where in a JSON document the value stands; empty where all of it is the value
    time_path    TEXT NOT NULL,        -- where the time of the reading stands; empty for the time of arrival
    decimals     BIGINT NOT NULL,      -- decimals that a value is shown with
    expected_s   BIGINT NOT NULL,      -- seconds from one reading to the next
    silent_s     BIGINT NOT NULL,      -- seconds without a reading until it counts as silent
    low          DOUBLE PRECISION,     -- below it a value is marked as low; NULL for no such limit
    high         DOUBLE PRECISION,     -- above it a value is marked as high; NULL for no such limit
    is_on        BIGINT NOT NULL,      -- 1 while readings are taken, else 0
    revision     BIGINT NOT NULL,      -- grows with every change, so that nobody changes what they have not seen
    changed_at   BIGINT NOT NULL
);

-- reading: what feeds said in the last days; older ones are rows of the table 'readings' of the lake.
CREATE TABLE reading (
    feed_id     TEXT NOT NULL,
    at          BIGINT NOT NULL,           -- when it was measured, by the sensor's clock where that is right
    value       DOUBLE PRECISION NOT NULL, -- in the feed's unit
    received_at BIGINT NOT NULL,
    PRIMARY KEY (feed_id, at)              -- the same reading sent twice is one
);
CREATE INDEX reading_by_time ON reading (at);

-- feed_last: the latest reading of each feed, which stays when it is no longer among those of the last days.
CREATE TABLE feed_last (
    feed_id      TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    value        DOUBLE PRECISION NOT NULL, -- in the feed's unit
    received_at  BIGINT NOT NULL,
    is_clock_off BIGINT NOT NULL           -- 1 where the sensor's clock was wrong and the time of arrival stands for its own
);

-- reading_shelf: the batch of readings that is on its way into the lake, so that none is put there twice.
CREATE TABLE reading_shelf (
    name   TEXT PRIMARY KEY,               -- 'readings'
    until  BIGINT NOT NULL,                -- readings before this moment
    n_rows BIGINT NOT NULL                 -- rows of the lake's table before they were added
);
