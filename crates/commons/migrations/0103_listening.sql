-- Listening that is not a score: what groups and key informants said, what may be done with it, how it is coded and quoted.

-- listening_note: one focus group or one talk with a key informant, as the facilitator noted it. Never changed but for what a consent takes away.
CREATE TABLE listening_note (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    kind        TEXT NOT NULL,      -- 'focus-group' or 'key-informant'
    place       TEXT NOT NULL,      -- code of the place
    group_key   TEXT NOT NULL,      -- code of the group; 'own:NAME' for one of the community's own
    n_present   BIGINT NOT NULL,    -- how many were there; 1 for a key informant
    held_on     TEXT NOT NULL,      -- YYYY-MM-DD
    facilitator TEXT NOT NULL,      -- id of the account that noted it
    questions   TEXT NOT NULL,      -- the guide of questions; empty for none
    recording   TEXT,               -- where the recording or the photograph lies, sealed; NULL for none, and once its consent is gone
    contact     TEXT,               -- how somebody of the group is reached, sealed; NULL for none, and once its consent is gone
    written_at  BIGINT NOT NULL,
    revision    BIGINT NOT NULL     -- grows with every change, so that nobody changes what they have not seen
);
CREATE INDEX listening_note_place ON listening_note (place, id);

-- listening_paragraph: one paragraph of a note: the unit that is coded.
CREATE TABLE listening_paragraph (
    note_id  TEXT NOT NULL,
    position BIGINT NOT NULL,       -- from 1
    text     TEXT NOT NULL,         -- what was said, sealed
    PRIMARY KEY (note_id, position)
);

-- listening_consent: what a group said of one use of what it told. No row: it was not asked, which counts as no.
CREATE TABLE listening_consent (
    note_id         TEXT NOT NULL,
    consent_use     TEXT NOT NULL,  -- 'report', 'quote-named', 'quote-unnamed', 'recording' or 'contact'
    is_given        SMALLINT NOT NULL, -- 1 for yes, 0 for no
    given_on        TEXT NOT NULL,  -- the day it was said, YYYY-MM-DD
    words           TEXT NOT NULL,  -- the words that were read to them
    withdrawn_on    TEXT,           -- the day it was taken back, YYYY-MM-DD; NULL while it holds
    withdrawn_words TEXT,           -- how it was taken back
    PRIMARY KEY (note_id, consent_use)
);

-- listening_code: one wording of a code of the shared code book; never changed. The greatest version is in force.
CREATE TABLE listening_code (
    code       TEXT NOT NULL,       -- short, lower case
    version    BIGINT NOT NULL,     -- from 1
    title      TEXT NOT NULL,       -- what it is called
    apply_when TEXT NOT NULL,       -- when to apply it
    example    TEXT NOT NULL,       -- an invented example; empty for none
    is_retired SMALLINT NOT NULL,   -- 1 where it is applied no more
    why        TEXT NOT NULL,       -- why it was worded anew; empty for the first
    at         BIGINT NOT NULL,
    who        TEXT NOT NULL,       -- who worded it, as in audit.who
    PRIMARY KEY (code, version)
);

-- listening_coder: who codes a note: two people, each apart from the other.
CREATE TABLE listening_coder (
    note_id     TEXT NOT NULL,
    position    BIGINT NOT NULL,    -- 1 or 2
    person      TEXT NOT NULL,      -- id of the account
    assigned_at BIGINT NOT NULL,
    done_at     BIGINT,             -- when they said that they were done; NULL before
    PRIMARY KEY (note_id, position),
    UNIQUE (note_id, person)
);

-- listening_coding: a code that a coder gave a paragraph.
CREATE TABLE listening_coding (
    note_id  TEXT NOT NULL,
    position BIGINT NOT NULL,       -- of the paragraph
    person   TEXT NOT NULL,         -- id of the coder's account
    code     TEXT NOT NULL,         -- of the code book
    version  BIGINT NOT NULL,       -- the wording of the code that they read
    at       BIGINT NOT NULL,
    PRIMARY KEY (note_id, position, person, code)
);

-- listening_settled: what two coders settled together where only one of them had given a code.
CREATE TABLE listening_settled (
    note_id  TEXT NOT NULL,
    position BIGINT NOT NULL,       -- of the paragraph
    code     TEXT NOT NULL,         -- of the code book
    is_kept  SMALLINT NOT NULL,     -- 1 where the paragraph keeps the code
    why      TEXT NOT NULL,         -- how they came to it
    at       BIGINT NOT NULL,
    who      TEXT NOT NULL,         -- who entered it, as in audit.who
    PRIMARY KEY (note_id, position, code)
);

-- listening_quotation: a sentence of a note that somebody wants to quote.
CREATE TABLE listening_quotation (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    note_id     TEXT NOT NULL,
    position    BIGINT NOT NULL,    -- of the paragraph that it stands in
    text        TEXT NOT NULL,      -- the sentence, sealed; '[…]' where something was left out
    naming      TEXT NOT NULL,      -- 'named' with its group, 'unnamed' without
    coder       TEXT NOT NULL,      -- id of the account that proposed it
    state       TEXT NOT NULL,      -- 'proposed', 'released' or 'refused'
    checked_by  TEXT,               -- id of the account that looked for names; NULL before
    checked_at  BIGINT,             -- NULL before
    why         TEXT NOT NULL,      -- why it was refused; empty otherwise
    proposed_at BIGINT NOT NULL
);
CREATE INDEX listening_quotation_note ON listening_quotation (note_id, id);
