-- Score cards: facilities, rounds, sessions of groups and of the provider, what they scored, and every act that made it so.

-- scorecard_facility: a place where a service is given.
CREATE TABLE scorecard_facility (
    code         TEXT PRIMARY KEY,     -- part of its address: 'puskesmas-purwosari'
    name         TEXT NOT NULL,
    kind         TEXT NOT NULL,        -- 'clinic', 'school', 'licensing', 'water', 'market' or 'other'
    organisation TEXT NOT NULL,        -- code of the organisation that provides the service
    place_code   TEXT NOT NULL,        -- the place it stands in
    lat          DOUBLE PRECISION,     -- degrees north, WGS 84
    lon          DOUBLE PRECISION,     -- degrees east, WGS 84
    serves       TEXT NOT NULL,        -- codes of the places it serves, a JSON array; empty: its own place
    valid_from   TEXT,                 -- first day it is there, YYYY-MM-DD; none: as long as anybody knows
    valid_to     TEXT,                 -- first day it is no more; none: it still is
    changed_at   BIGINT NOT NULL
);

-- scorecard_round: one round of a facility, from its plan to its close.
CREATE TABLE scorecard_round (
    id                TEXT PRIMARY KEY, -- UUIDv7
    code              TEXT NOT NULL UNIQUE, -- six characters that can be read aloud, without the hyphen
    facility_code     TEXT NOT NULL REFERENCES scorecard_facility (code),
    n                 BIGINT NOT NULL,  -- the first, second … round of the facility
    previous_id       TEXT REFERENCES scorecard_round (id), -- the round before it
    scale             TEXT NOT NULL,    -- 'hundred' or 'faces'
    state             TEXT NOT NULL,    -- 'planned', 'gathering', 'meeting', 'agreed', 'closed' or 'cancelled'
    lead_id           TEXT NOT NULL,    -- account of the facilitator who leads
    planned_on        TEXT NOT NULL,
    meeting_on        TEXT,             -- day of the meeting of users and provider
    meeting_opened_at BIGINT,
    next_on           TEXT,             -- when the next round is due
    attendance        TEXT,             -- who came to the meeting: JSON of a total and a number for each group
    minutes           TEXT NOT NULL,    -- what was said at the meeting
    why               TEXT,             -- why it was cancelled, or why the provider was absent
    revision          BIGINT NOT NULL,  -- grows with every step of the round
    made_at           BIGINT NOT NULL,
    UNIQUE (facility_code, n)
);
CREATE INDEX scorecard_round_state ON scorecard_round (state, next_on);

-- scorecard_session: one group of users, or the provider, in a round.
CREATE TABLE scorecard_session (
    id             TEXT PRIMARY KEY,    -- UUIDv7
    round_id       TEXT NOT NULL REFERENCES scorecard_round (id),
    side           TEXT NOT NULL,       -- 'users' or 'provider'
    group_code     TEXT NOT NULL,       -- code of the group, 'provider' for the provider
    own_name       TEXT,                -- the community's own name of a group with the code 'own'
    place_code     TEXT NOT NULL,       -- where it meets
    facilitator_id TEXT,                -- account of whoever acted in it first
    n_present      BIGINT,
    consent_at     BIGINT,
    consent_text   TEXT,                -- the words that were read aloud and agreed to
    is_sealed      SMALLINT NOT NULL,   -- 1: its scores stand
    sealed_at      BIGINT,
    dropped        TEXT,                -- why it was not held
    revision       BIGINT NOT NULL      -- grows with every change of this row
);
CREATE INDEX scorecard_session_round ON scorecard_session (round_id);

-- scorecard_criterion: what a group looks at, in its own words.
CREATE TABLE scorecard_criterion (
    id         TEXT PRIMARY KEY,        -- UUID made on the device
    round_id   TEXT NOT NULL REFERENCES scorecard_round (id),
    session_id TEXT NOT NULL REFERENCES scorecard_session (id),
    words      TEXT NOT NULL,           -- the group's own words
    standard   TEXT,                    -- code of the standard criterion it belongs to
    position   BIGINT NOT NULL,         -- where it stands in its session
    version    TEXT NOT NULL,           -- the act that wrote it last; 'carried' where it came from the round before
    is_dropped SMALLINT NOT NULL        -- 1: the group let it go
);
CREATE INDEX scorecard_criterion_round ON scorecard_criterion (round_id);

-- scorecard_score: the consensus of a group on a criterion.
CREATE TABLE scorecard_score (
    session_id   TEXT NOT NULL REFERENCES scorecard_session (id),
    criterion_id TEXT NOT NULL REFERENCES scorecard_criterion (id),
    round_id     TEXT NOT NULL REFERENCES scorecard_round (id),
    value        BIGINT NOT NULL,       -- 0 to 100; faces stand at 0, 25, 50, 75, 100
    votes        TEXT,                  -- tokens counted at each face from the saddest: a JSON array of five numbers
    reason       TEXT NOT NULL,         -- why the group gave it
    suggestion   TEXT NOT NULL,         -- what the group would do
    version      TEXT NOT NULL,         -- the act that wrote it last
    scored_at    BIGINT NOT NULL,
    PRIMARY KEY (session_id, criterion_id)
);
CREATE INDEX scorecard_score_round ON scorecard_score (round_id);

-- scorecard_input: what users are entitled to beside what there is.
CREATE TABLE scorecard_input (
    id          TEXT PRIMARY KEY,       -- UUID made on the device
    round_id    TEXT NOT NULL REFERENCES scorecard_round (id),
    what        TEXT NOT NULL,          -- what it is: doctors, beds, vaccines
    entitlement TEXT NOT NULL,          -- what there should be
    actual      TEXT NOT NULL,          -- what there is
    remark      TEXT NOT NULL,          -- anything beside
    is_short    SMALLINT NOT NULL,      -- 1: there is less than there should be
    position    BIGINT NOT NULL         -- where it stands in the round
);
CREATE INDEX scorecard_input_round ON scorecard_input (round_id);

-- scorecard_note: something noted in a session or in the meeting.
CREATE TABLE scorecard_note (
    id           TEXT PRIMARY KEY,      -- UUID made on the device
    round_id     TEXT NOT NULL REFERENCES scorecard_round (id),
    session_id   TEXT REFERENCES scorecard_session (id), -- none: of the whole round
    criterion_id TEXT,                  -- the criterion it is about
    text         TEXT NOT NULL,         -- what was noted
    at           BIGINT NOT NULL
);
CREATE INDEX scorecard_note_round ON scorecard_note (round_id);

-- scorecard_photo: a photograph of a session or of the meeting.
CREATE TABLE scorecard_photo (
    id         TEXT PRIMARY KEY,        -- the act that brought it
    round_id   TEXT NOT NULL REFERENCES scorecard_round (id),
    session_id TEXT REFERENCES scorecard_session (id), -- none: of the whole round
    blob       TEXT NOT NULL,           -- SHA-256 of the picture
    caption    TEXT NOT NULL,           -- what it shows
    at         BIGINT NOT NULL
);
CREATE INDEX scorecard_photo_round ON scorecard_photo (round_id);

-- scorecard_act: everything that devices and pages sent, for ever, whatever became of it.
CREATE TABLE scorecard_act (
    id          TEXT PRIMARY KEY,       -- UUID made on the device
    round_id    TEXT NOT NULL REFERENCES scorecard_round (id),
    session_id  TEXT,                   -- none: of the whole round
    act         TEXT NOT NULL,          -- the act as it came, JSON
    applied     TEXT NOT NULL,          -- 'done', 'conflict' or 'late'
    by_who      TEXT NOT NULL,          -- who, as in audit.who
    received_at BIGINT NOT NULL
);
CREATE INDEX scorecard_act_round ON scorecard_act (round_id, applied);

-- scorecard_conflict: two acts that say different things of the same.
CREATE TABLE scorecard_conflict (
    id           TEXT PRIMARY KEY,      -- UUIDv7
    round_id     TEXT NOT NULL REFERENCES scorecard_round (id),
    session_id   TEXT NOT NULL REFERENCES scorecard_session (id),
    criterion_id TEXT NOT NULL,
    first_act    TEXT,                  -- the act that held when the second came; none: it came from the round before
    second_act   TEXT NOT NULL REFERENCES scorecard_act (id), -- the act that saw an older version
    settled_by   TEXT,                  -- the act that chose; none: it is open
    settled_at   BIGINT
);
CREATE INDEX scorecard_conflict_round ON scorecard_conflict (round_id);

-- scorecard_promise: which promises a round led to, with what goes beyond the promise itself.
CREATE TABLE scorecard_promise (
    commitment_code TEXT PRIMARY KEY,   -- the promise, in the ledger of commitments
    round_id        TEXT NOT NULL REFERENCES scorecard_round (id),
    criterion_id    TEXT,               -- the criterion it answers
    resources       TEXT NOT NULL,      -- what it takes: money, people, things
    made_at         BIGINT NOT NULL
);
CREATE INDEX scorecard_promise_round ON scorecard_promise (round_id);

-- scorecard_reminder: rounds whose next one was asked for, so that it is asked for once.
CREATE TABLE scorecard_reminder (
    round_id TEXT PRIMARY KEY REFERENCES scorecard_round (id),
    asked_at BIGINT NOT NULL
);
