-- What readers of data bring: requests for data that is not there yet, comments, showcases of reuse; and whom the catalogue tells of news.

-- contribution: what somebody sent in; nothing of it is public before a steward has looked, and nothing but what stands here ever is.
CREATE TABLE contribution (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- what it is called in addresses
    kind        TEXT NOT NULL,       -- 'wanted', 'comment' or 'showcase'
    dataset_id  TEXT,                -- the dataset it is about; the one that answers a request for data
    title       TEXT NOT NULL,       -- in a few words; empty for a comment
    text        TEXT NOT NULL,       -- in the sender's words
    url         TEXT NOT NULL,       -- where a showcase is to be seen; empty otherwise
    name        TEXT NOT NULL,       -- who the sender wants to be called in public; may be empty
    theme       TEXT NOT NULL,       -- the theme of data that is wanted; may be empty
    place_code  TEXT,                -- the place it is wanted for
    lang        TEXT NOT NULL,       -- the language it is written in
    state       TEXT NOT NULL,       -- 'waiting', 'shown', 'planned', 'available', 'refused' or 'hidden'
    answer      TEXT NOT NULL,       -- what was answered, for everybody; empty until then
    n_support   BIGINT NOT NULL,     -- how many said that they need it too
    sent_at     BIGINT NOT NULL,     -- when it came
    decided_at  BIGINT               -- when its state changed last
);
CREATE INDEX contribution_kind ON contribution (kind, state, sent_at);
CREATE INDEX contribution_dataset ON contribution (dataset_id, kind);

-- dataset_told: up to which change of a dataset its followers were told.
CREATE TABLE dataset_told (
    dataset_id  TEXT PRIMARY KEY,    -- the dataset
    changed_at  BIGINT NOT NULL,     -- the change that was told last
    told_at     BIGINT NOT NULL      -- when
);
INSERT INTO dataset_told (dataset_id, changed_at, told_at) SELECT id, changed_at, changed_at FROM dataset;

-- follow_asked: when an address was last asked whether it wants to be told of something, so that nobody is flooded with the question.
CREATE TABLE follow_asked (
    mark        TEXT NOT NULL,       -- finds the address without telling it
    about       TEXT NOT NULL,       -- kind and id of what is to be followed
    asked_at    BIGINT NOT NULL,     -- when
    PRIMARY KEY (mark, about)
);
