-- What a village says: proposals with who supports them, the vote on its goals, what it asks of others, questions raised live.

-- village_proposal: what a resident or a group wants done in their village.
CREATE TABLE village_proposal (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- six characters by which everybody finds it
    place       TEXT NOT NULL,      -- code of the village
    title       TEXT NOT NULL,      -- what is to be done, in a few words
    text        TEXT NOT NULL,      -- why, and for whom
    group_name  TEXT,               -- what the group calls itself; NULL for a resident, whose name is not kept
    state       TEXT NOT NULL,      -- 'open', 'taken', 'declined' or 'hidden'
    why         TEXT,               -- the reason of a proposal that was declined or hidden
    cost        BIGINT,             -- what it costs, in whole units of the currency; NULL while nobody said
    currency    TEXT,               -- ISO 4217
    basis       TEXT,               -- how the cost was worked out
    commitment  TEXT,               -- code of the promise that it became
    n_phone     BIGINT NOT NULL,    -- people who support it from a telephone
    n_desk      BIGINT NOT NULL,    -- people who support it at the desk
    n_hall      BIGINT NOT NULL,    -- hands in the hall where most were counted
    made_on     TEXT NOT NULL,      -- YYYY-MM-DD
    revision    BIGINT NOT NULL     -- grows with every change of its state or cost
);
CREATE INDEX village_proposal_place ON village_proposal (place, id);

-- village_support: who supports a proposal. Nothing of the person is kept but a keyed hash that holds for this proposal alone.
CREATE TABLE village_support (
    proposal_id TEXT NOT NULL,
    mark        TEXT NOT NULL,      -- keyed hash of the proposal and the telephone number, or of name and year of birth
    way         TEXT NOT NULL,      -- 'phone' or 'desk'
    PRIMARY KEY (proposal_id, mark)
);

-- village_hands: hands that were counted for a proposal in a hall; they are no persons of village_support.
CREATE TABLE village_hands (
    proposal_id TEXT NOT NULL,
    held_on     TEXT NOT NULL,      -- YYYY-MM-DD
    occasion    TEXT NOT NULL,      -- at which meeting
    n           BIGINT NOT NULL,    -- hands
    counted_by  TEXT NOT NULL,      -- who counted, as in audit.who
    at          BIGINT NOT NULL,
    PRIMARY KEY (proposal_id, held_on, occasion)
);

-- village_code: codes sent to telephones, to see that whoever types a number holds it. Deleted once used, or after a day.
CREATE TABLE village_code (
    id          TEXT PRIMARY KEY,   -- UUIDv7; stands in the sealed form that goes with it
    mark        TEXT NOT NULL,      -- keyed hash of the number, by which codes to it are counted
    code_hash   TEXT NOT NULL,      -- keyed hash of the id and the code
    n_tries     BIGINT NOT NULL,    -- wrong codes so far
    sent_at     BIGINT NOT NULL
);
CREATE INDEX village_code_mark ON village_code (mark, sent_at);

-- village_told: which entries of a timeline those who follow the record were told.
CREATE TABLE village_told (
    subject     TEXT NOT NULL,      -- kind and id of the record: proposal/0190…
    entry_id    TEXT NOT NULL,
    PRIMARY KEY (subject, entry_id)
);

-- village_ballot: a village chooses its goals.
CREATE TABLE village_ballot (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- six characters by which everybody finds it and votes by text message
    place       TEXT NOT NULL,      -- code of the village
    title       TEXT NOT NULL,      -- what is chosen
    most        BIGINT NOT NULL,    -- how many are chosen, and how many one person may mark
    opens_on    TEXT NOT NULL,      -- first day of voting, YYYY-MM-DD
    closes_on   TEXT NOT NULL,      -- last day of voting, YYYY-MM-DD
    published_at BIGINT,            -- when the count was closed and shown; NULL before
    settled_on  TEXT,               -- when the meeting settled a tie, YYYY-MM-DD; NULL where it did not
    settled_why TEXT,               -- the reason it gave
    settled     TEXT,               -- numbers of the tied options that it chose, with commas between
    n_phone     BIGINT NOT NULL,    -- people who voted from a telephone
    revision    BIGINT NOT NULL     -- grows with every change but votes
);
CREATE INDEX village_ballot_place ON village_ballot (place, id);

-- village_option: what can be chosen.
CREATE TABLE village_option (
    ballot_id   TEXT NOT NULL,
    n           BIGINT NOT NULL,    -- its number on the ballot, from 1
    goal        TEXT,               -- code of a global goal, or 'security'; NULL for one of the village's own
    title       TEXT NOT NULL,      -- of the village's own; empty for others, whose titles are in every language
    n_phone     BIGINT NOT NULL,    -- marks from telephones; which person gave which is not kept
    PRIMARY KEY (ballot_id, n)
);

-- village_voter: who voted from a telephone; what they chose is nowhere.
CREATE TABLE village_voter (
    ballot_id   TEXT NOT NULL,
    mark        TEXT NOT NULL,      -- keyed hash of the ballot and the telephone number
    PRIMARY KEY (ballot_id, mark)
);

-- village_count: paper ballots or tokens counted in one hall.
CREATE TABLE village_count (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    ballot_id   TEXT NOT NULL,
    held_on     TEXT NOT NULL,      -- YYYY-MM-DD
    occasion    TEXT NOT NULL,      -- in which hall, at which meeting
    n_ballots   BIGINT NOT NULL,    -- ballots cast, invalid ones among them
    n_invalid   BIGINT NOT NULL,    -- ballots that could not be counted
    counted_by  TEXT NOT NULL,      -- who counted, as in audit.who
    at          BIGINT NOT NULL,
    UNIQUE (ballot_id, held_on, occasion)
);

-- village_counted: marks for each option in one hall.
CREATE TABLE village_counted (
    count_id    TEXT NOT NULL,
    option_n    BIGINT NOT NULL,    -- number of the option
    n           BIGINT NOT NULL,    -- marks
    PRIMARY KEY (count_id, option_n)
);

-- village_ask: what a village asks of an organisation; it stays open until somebody with a name and a post answers.
CREATE TABLE village_ask (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    code        TEXT NOT NULL UNIQUE, -- six characters by which everybody finds it
    place       TEXT NOT NULL,      -- code of the village that asks
    title       TEXT NOT NULL,      -- what is asked for: a clinic
    need        TEXT NOT NULL,      -- why it is needed
    number_path TEXT,               -- address of the passport of the number that it rests on, /n/…; NULL for none
    organisation TEXT NOT NULL,     -- code of the organisation that is asked
    asked_on    TEXT NOT NULL,      -- YYYY-MM-DD
    answer      TEXT,               -- 'yes', 'partly' or 'no'; NULL while nobody answered
    said        TEXT,               -- what was answered
    answered_by TEXT,               -- name of the official who answered, for everybody to read
    answered_post TEXT,             -- their post
    answered_on TEXT,               -- YYYY-MM-DD
    commitment  TEXT,               -- code of the promise that the answer made
    reminded_at BIGINT,             -- when the organisation was reminded last; NULL before
    n_reminded  BIGINT NOT NULL,    -- how often
    revision    BIGINT NOT NULL     -- grows with every change
);
CREATE INDEX village_ask_place ON village_ask (place, id);
CREATE INDEX village_ask_organisation ON village_ask (organisation, id);

-- village_programme: a live programme on the radio, or a dialogue in a hall.
CREATE TABLE village_programme (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    kind        TEXT NOT NULL,      -- 'radio' or 'hall'
    place       TEXT NOT NULL,      -- code of the place that it is for
    title       TEXT NOT NULL,      -- what it is called
    held_on     TEXT NOT NULL,      -- YYYY-MM-DD
    made_by     TEXT NOT NULL       -- who entered it, as in audit.who
);
CREATE INDEX village_programme_day ON village_programme (held_on, id);

-- village_question: a question raised live, which became a service request.
CREATE TABLE village_question (
    programme_id TEXT NOT NULL,
    n           BIGINT NOT NULL,    -- in the order they were raised, from 1
    request_code TEXT NOT NULL,
    name_sealed TEXT,               -- name of whoever agreed that it is read out, sealed; NULL for everybody else
    raised_at   BIGINT NOT NULL,
    PRIMARY KEY (programme_id, n)
);
