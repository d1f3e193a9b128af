-- Reports of one place and its groups, composed of blocks.

-- listening_hotspot: a report: its draft, and which version of it is public.
CREATE TABLE listening_hotspot (
    id         TEXT PRIMARY KEY,    -- UUIDv7
    code       TEXT NOT NULL UNIQUE, -- short, in the address
    place      TEXT NOT NULL,       -- code of the place
    title      TEXT NOT NULL,       -- what the draft is called
    blocks     TEXT NOT NULL,       -- the draft's blocks in order, as JSON; no quotation's words, only its id
    editors    TEXT NOT NULL,       -- ids of the accounts that changed the draft since it was last published, with commas between
    version    BIGINT NOT NULL,     -- the version that is public; 0 for none
    revision   BIGINT NOT NULL,     -- grows with every change, so that nobody changes or publishes what they have not seen
    begun_at   BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX listening_hotspot_place ON listening_hotspot (place, id);

-- listening_hotspot_version: a report as it was published; never changed.
CREATE TABLE listening_hotspot_version (
    hotspot_id TEXT NOT NULL,
    version    BIGINT NOT NULL,     -- from 1
    title      TEXT NOT NULL,       -- what it is called
    blocks     TEXT NOT NULL,       -- as in listening_hotspot
    why        TEXT NOT NULL,       -- why it was published anew; empty for the first
    at         BIGINT NOT NULL,
    who        TEXT NOT NULL,       -- who said yes, as in audit.who
    PRIMARY KEY (hotspot_id, version)
);
