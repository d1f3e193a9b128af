-- Facilitators: what is known of those who run discussions, which groups of which places were heard, and what is asked of facilitators.

-- facilitator_profile: what is kept of an account that has the role of a facilitator.
CREATE TABLE facilitator_profile (
    user_id      TEXT PRIMARY KEY,   -- the account
    languages    TEXT NOT NULL,      -- languages they run a discussion in, with commas between; empty for none told
    coach_id     TEXT,               -- account of the facilitator who coaches them; NULL for none
    changed_at   BIGINT NOT NULL
);

-- facilitator_signature: what a facilitator signed themselves. Rows are only added.
CREATE TABLE facilitator_signature (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    user_id      TEXT NOT NULL,
    paper        TEXT NOT NULL,      -- 'conduct' or 'safeguarding'
    version      TEXT NOT NULL,      -- of the text, as in the program
    lang         TEXT NOT NULL,      -- language in which it was read, BCP 47
    words        TEXT NOT NULL,      -- the words that were signed
    signed_at    BIGINT NOT NULL,
    UNIQUE (user_id, paper, version)
);

-- facilitator_training: what a facilitator was trained in.
CREATE TABLE facilitator_training (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    user_id      TEXT NOT NULL,
    topic        TEXT NOT NULL,      -- what it was about
    held_on      TEXT NOT NULL,      -- its last day, YYYY-MM-DD
    given_by     TEXT NOT NULL,      -- the office or organisation that trained them
    valid_until  TEXT,               -- last day on which it counts, YYYY-MM-DD; NULL for always
    entered_by   TEXT NOT NULL,      -- who entered it, as in audit.who
    entered_at   BIGINT NOT NULL
);
CREATE INDEX facilitator_training_of ON facilitator_training (user_id);

-- facilitator_assignment: what a facilitator is to do.
CREATE TABLE facilitator_assignment (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    user_id      TEXT NOT NULL,      -- the facilitator
    what         TEXT NOT NULL,      -- in plain words
    subject      TEXT NOT NULL,      -- the record it is about, 'scorecard/0190…'; empty for none
    place_code   TEXT NOT NULL,
    due_on       TEXT NOT NULL,      -- YYYY-MM-DD
    state        TEXT NOT NULL,      -- 'open', 'done', 'declined' or 'withdrawn'
    why          TEXT NOT NULL,      -- why it was declined; empty otherwise
    given_by     TEXT NOT NULL,      -- who gave it, as in audit.who
    given_at     BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE INDEX facilitator_assignment_of ON facilitator_assignment (user_id);

-- facilitator_note: what a coach wrote to a facilitator. Read by the two of them alone.
CREATE TABLE facilitator_note (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    user_id      TEXT NOT NULL,      -- the facilitator
    coach_id     TEXT NOT NULL,      -- account of who wrote it
    sealed       TEXT NOT NULL,      -- the words, sealed
    written_at   BIGINT NOT NULL
);
CREATE INDEX facilitator_note_of ON facilitator_note (user_id);

-- facilitator_heard: a group of a place was heard.
CREATE TABLE facilitator_heard (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    place_code   TEXT NOT NULL,
    group_code   TEXT NOT NULL,      -- 'women', 'men', 'young', 'older', 'disability', 'mixed' or 'own'
    group_name   TEXT NOT NULL,      -- what a group of the community's own is called; empty otherwise
    heard_on     TEXT NOT NULL,      -- YYYY-MM-DD
    n_present    BIGINT NOT NULL,    -- people of the group who were present
    source_kind  TEXT NOT NULL,      -- kind of the record of what was said: 'scorecard', 'listening'
    source_id    TEXT NOT NULL,
    noted_at     BIGINT NOT NULL,
    UNIQUE (source_kind, source_id, place_code, group_code, group_name)
);
CREATE INDEX facilitator_heard_at ON facilitator_heard (place_code, group_code);

-- facilitator_task: something that a facilitator of a place should do.
CREATE TABLE facilitator_task (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    place_code   TEXT NOT NULL,
    facility     TEXT,               -- code of the facility that it is about; NULL for none
    group_code   TEXT NOT NULL,      -- the group to be heard, as in facilitator_heard; empty for none
    group_name   TEXT NOT NULL,      -- what a group of the community's own is called; empty otherwise
    text_id      TEXT NOT NULL,      -- id of the words in the locales
    facts        TEXT NOT NULL,      -- what the words name, a JSON object
    source_kind  TEXT NOT NULL,      -- kind of the record that asks
    source_id    TEXT NOT NULL,
    due_on       TEXT,               -- YYYY-MM-DD; NULL for no day
    state        TEXT NOT NULL,      -- 'open', 'taken', 'done' or 'declined'
    taken_by     TEXT,               -- account of the facilitator who took it; NULL for nobody
    why          TEXT NOT NULL,      -- why it was declined; empty otherwise
    asked_at     BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    UNIQUE (source_kind, source_id, group_code, group_name, text_id)
);
CREATE INDEX facilitator_task_at ON facilitator_task (place_code, state);
