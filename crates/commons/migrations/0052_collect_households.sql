-- Households and members: which entities may be the same, what people said of that, and which became one. Times are microseconds since 1970 UTC.

-- entity_key: what an entity is found by among those that may be the same. Names do not stand here, only marks made with the installation's key.
CREATE TABLE entity_key (
    list_id   TEXT NOT NULL,             -- of entity_list
    mark      BIGINT NOT NULL,           -- the first 64 bits of the mark of a phonetic key, a year, a place
    entity_id TEXT NOT NULL,             -- of entity
    PRIMARY KEY (list_id, mark, entity_id)
);
CREATE INDEX entity_key_entity ON entity_key (entity_id);

-- entity_unkeyed: an entity that changed since its keys were made.
CREATE TABLE entity_unkeyed (
    list_id   TEXT NOT NULL,             -- of entity_list
    entity_id TEXT NOT NULL,             -- of entity
    PRIMARY KEY (list_id, entity_id)
);

-- entity_keying: by which rules the keys of a list were made; when they change, all are made anew.
CREATE TABLE entity_keying (
    list_id TEXT PRIMARY KEY REFERENCES entity_list (id),
    rules   TEXT NOT NULL                -- the language of names, and what the properties mean
);

-- entity_pair: two entities of a list that may be the same.
CREATE TABLE entity_pair (
    id         TEXT PRIMARY KEY,         -- UUIDv7
    list_id    TEXT NOT NULL REFERENCES entity_list (id),
    one_id     TEXT NOT NULL REFERENCES entity (id), -- the one that was made first
    other_id   TEXT NOT NULL REFERENCES entity (id),
    percent    BIGINT NOT NULL,          -- how likely they are the same, 0 to 100
    n_members  BIGINT NOT NULL,          -- of households: members of one that are likely members of the other
    state      TEXT NOT NULL,            -- 'open', 'unsure', 'proposed', 'merged', 'different', 'gone' (no longer likely, or one of them is not there)
    decided_by TEXT,                     -- the account that said 'unsure' or 'different' last
    decided_at BIGINT,
    note       TEXT,                     -- what they said with it
    is_asked   SMALLINT NOT NULL,        -- 1: whoever filed the later one was asked and said they are two
    found_at   BIGINT NOT NULL,
    UNIQUE (one_id, other_id)
);
CREATE INDEX entity_pair_state ON entity_pair (list_id, state, percent);
CREATE INDEX entity_pair_other ON entity_pair (other_id);

-- entity_merge: somebody's proposal to make two entities one, or to part them again, and what a second person said to it.
CREATE TABLE entity_merge (
    id               TEXT PRIMARY KEY,   -- UUIDv7
    pair_id          TEXT NOT NULL REFERENCES entity_pair (id),
    kind             TEXT NOT NULL,      -- 'merge' or 'unmerge'
    state            TEXT NOT NULL,      -- 'proposed', 'confirmed', 'refused', 'withdrawn', 'overtaken' (one of them was merged elsewhere)
    survivor_id      TEXT NOT NULL REFERENCES entity (id),
    merged_id        TEXT NOT NULL REFERENCES entity (id),
    survivor_version BIGINT NOT NULL,    -- as the proposer saw it; of a confirmed merge: the version that the merge made
    merged_version   BIGINT NOT NULL,    -- as the proposer saw it
    given            TEXT NOT NULL,      -- JSON object: property → value that the survivor takes over from the other
    undo             TEXT,               -- JSON: what a confirmed merge changed, for parting them again
    why              TEXT NOT NULL,      -- the proposer's reason
    proposed_by      TEXT NOT NULL,      -- the account
    proposed_at      BIGINT NOT NULL,    -- when
    decided_by       TEXT,               -- the account of the second person; null while it waits
    decided_at       BIGINT,             -- when
    decided_why      TEXT                -- the second person's reason
);
CREATE UNIQUE INDEX entity_merge_proposed ON entity_merge (pair_id) WHERE state = 'proposed';
CREATE INDEX entity_merge_pair ON entity_merge (pair_id, id);

-- entity_alias: an id that stands for another entity: of one that was merged, or one that was found at entry to be in the list already.
CREATE TABLE entity_alias (
    list_id          TEXT NOT NULL REFERENCES entity_list (id),
    uuid             TEXT NOT NULL,      -- the id that forms may still use
    entity_id        TEXT NOT NULL REFERENCES entity (id), -- may itself have been merged since
    since_version    BIGINT NOT NULL,    -- the entity's version when this began
    merge_id         TEXT REFERENCES entity_merge (id), -- null: said at entry
    said_by          TEXT,               -- at entry: the account
    created_at       BIGINT NOT NULL,
    PRIMARY KEY (list_id, uuid)
);
CREATE INDEX entity_alias_entity ON entity_alias (entity_id);

-- entity_apart: somebody who filed was asked about a likely duplicate and said they are two.
CREATE TABLE entity_apart (
    list_id    TEXT NOT NULL REFERENCES entity_list (id),
    uuid       TEXT NOT NULL,            -- the id of the one that was being filed
    entity_id  TEXT NOT NULL REFERENCES entity (id), -- the one that was there already
    said_by    TEXT,                     -- the account
    created_at BIGINT NOT NULL,
    PRIMARY KEY (list_id, uuid, entity_id)
);

-- Who was ever said to be of a household.
CREATE INDEX entity_version_parent ON entity_version (parent_uuid) WHERE parent_uuid IS NOT NULL;
