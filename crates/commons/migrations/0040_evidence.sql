-- Evidence: links between any two records, timelines, followers, commitments. A subject is any record, by kind and id.

-- evidence_link: a typed, dated, attributed relation between two records.
CREATE TABLE evidence_link (
    id        TEXT PRIMARY KEY,      -- UUIDv7
    from_kind TEXT NOT NULL,         -- 'request', 'commitment', 'meeting', 'contract', …
    from_id   TEXT NOT NULL,
    relation  TEXT NOT NULL,         -- 'about', 'led-to', 'proved-by', …, read from the first to the second
    to_kind   TEXT NOT NULL,         -- as from_kind
    to_id     TEXT NOT NULL,
    made_at   BIGINT NOT NULL,
    made_by   TEXT NOT NULL,         -- who, as in audit.who
    UNIQUE (from_kind, from_id, relation, to_kind, to_id)
);
CREATE INDEX evidence_link_to ON evidence_link (to_kind, to_id);

-- timeline_entry: what happened to a record, as people read it. Only added to.
CREATE TABLE timeline_entry (
    id           TEXT PRIMARY KEY,   -- UUIDv7, so that it sorts by time
    subject_kind TEXT NOT NULL,      -- 'request', 'commitment', …
    subject_id   TEXT NOT NULL,
    at           BIGINT NOT NULL,    -- when it happened
    what         TEXT NOT NULL,      -- 'request.answered': the words shown come from the locales
    by_role      TEXT NOT NULL,      -- 'resident', 'operator', 'officer' or 'system': what the public learns of who did it
    by_who       TEXT NOT NULL,      -- who, as in audit.who; staff only
    audience     TEXT NOT NULL,      -- 'public', 'raiser' or 'staff'; each later one reads what the earlier read
    text         TEXT,               -- what was written with it; masked before the public reads it
    facts        TEXT NOT NULL       -- JSON object of codes, dates and numbers for the words shown
);
CREATE INDEX timeline_entry_subject ON timeline_entry (subject_kind, subject_id, id);

-- follower: who is told when something happens to a record. Personal.
CREATE TABLE follower (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    subject_kind TEXT NOT NULL,      -- as in timeline_entry
    subject_id   TEXT NOT NULL,
    channel      TEXT NOT NULL,      -- 'sms', 'email' or 'account'
    address      TEXT NOT NULL,      -- telephone number, e-mail address or account id
    lang         TEXT NOT NULL,      -- language to write in
    began_at     BIGINT NOT NULL,
    UNIQUE (subject_kind, subject_id, channel, address)
);
CREATE INDEX follower_address ON follower (channel, address);

-- commitment: a promise with an owner and a date.
CREATE TABLE commitment (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- short, in the address
    promise     TEXT NOT NULL,       -- what was promised, in the words of whoever promised
    owner_org   TEXT NOT NULL,       -- code of the organisation that keeps it
    owner_post  TEXT,                -- the post in it that answers for it
    place_code  TEXT,                -- where it will be seen
    raised_kind TEXT,                -- the record it came from: 'meeting', 'request', 'scorecard', …
    raised_id   TEXT,                -- as raised_kind
    made_on     TEXT NOT NULL,       -- day it was made, YYYY-MM-DD
    due_on      TEXT NOT NULL,       -- last day it may be kept on, YYYY-MM-DD
    n_moved     BIGINT NOT NULL,     -- how often its date was moved
    state       TEXT NOT NULL,       -- 'open', 'kept' or 'broken-off'; late is derived
    settled_on  TEXT,                -- day it was kept or broken off
    made_by     TEXT NOT NULL        -- who, as in audit.who
);
CREATE INDEX commitment_due ON commitment (state, due_on);
CREATE INDEX commitment_owner ON commitment (owner_org, due_on);
CREATE INDEX commitment_raised ON commitment (raised_kind, raised_id);
