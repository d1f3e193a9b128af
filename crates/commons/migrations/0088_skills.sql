-- Skills: which training there is, for everybody; and who looks for a seat, for their operator alone.

-- training_institution: who trains. Everybody may read it.
CREATE TABLE training_institution (
    code         TEXT PRIMARY KEY,   -- part of its address: lower-case letters, digits and hyphens
    name         TEXT NOT NULL,
    place        TEXT NOT NULL,      -- code of the place where it trains
    kind         TEXT NOT NULL,      -- 'public', 'private', 'community' or 'employer'
    licence      TEXT NOT NULL,      -- by which licence or accreditation it trains; empty for none told
    contact      TEXT NOT NULL,      -- how it is reached, as it wants to be known to everybody; empty for none told
    organisation TEXT,               -- code of the organisation whose people keep its entry; NULL for none
    valid_from   TEXT,               -- first day, YYYY-MM-DD; NULL for always
    valid_to     TEXT,               -- first day on which it trains no more, YYYY-MM-DD; NULL for none known
    changed_at   BIGINT NOT NULL
);

-- training_course: what an institution teaches.
CREATE TABLE training_course (
    institution  TEXT NOT NULL,      -- code of the institution
    code         TEXT NOT NULL,      -- its own, within the institution
    title        TEXT NOT NULL,      -- as the institution calls it
    field        TEXT NOT NULL,      -- broad field of ISCED-F 2013, '00' to '10'
    isced        BIGINT,             -- level of ISCED 2011 that it belongs to, 0 to 8; NULL for none told
    level        TEXT NOT NULL,      -- what it leads to: a certificate, a national level; empty for none told
    hours        BIGINT,             -- hours of teaching; NULL for none told
    cost         BIGINT,             -- what a learner pays in all, in whole units of the country's money; NULL for none told
    language     TEXT NOT NULL,      -- language it is taught in, as the institution says; empty for none told
    min_age      BIGINT,             -- youngest age at the start in years; NULL for any
    max_age      BIGINT,             -- oldest age at the start in years; NULL for any
    schooling    BIGINT,             -- level of ISCED 2011 that a learner must have completed; NULL for none
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (institution, code)
);

-- training_intake: one round of a course, with its seats. The n_held columns are changed by matches alone.
CREATE TABLE training_intake (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    institution  TEXT NOT NULL,      -- code of the institution
    course       TEXT NOT NULL,      -- code of the course within it
    starts_on    TEXT NOT NULL,      -- first day, YYYY-MM-DD
    ends_on      TEXT NOT NULL,      -- last day, YYYY-MM-DD
    apply_by     TEXT NOT NULL,      -- last day on which a seat can be taken, YYYY-MM-DD
    seats        BIGINT NOT NULL,    -- seats in all
    seats_women  BIGINT NOT NULL,    -- seats among them that are kept for women
    n_taken      BIGINT NOT NULL,    -- seats that the institution says are taken by people who came by themselves
    n_held       BIGINT NOT NULL,    -- seats held through matches: accepted, enrolled, finished
    n_held_open  BIGINT NOT NULL,    -- seats among them that are held by others than women
    changed_at   BIGINT NOT NULL,
    UNIQUE (institution, course, starts_on)
);

-- training_placement: what became of those who finished an intake. Counts as delivered; small ones are withheld when they are shown.
CREATE TABLE training_placement (
    intake_id    TEXT NOT NULL,
    after_months BIGINT NOT NULL,    -- how long after the end: 3, 6 or 12 months
    n_finished   BIGINT NOT NULL,    -- learners who finished
    n_employed   BIGINT NOT NULL,    -- those of them who worked then
    n_education  BIGINT NOT NULL,    -- those of them who did not work and went on learning then
    source       TEXT NOT NULL,      -- who asked them, and how
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (intake_id, after_months)
);

-- training_table: what of all that the catalogue's table was last written of.
CREATE TABLE training_table (
    name         TEXT PRIMARY KEY,   -- of the table in the lake
    rows_hash    TEXT NOT NULL,      -- SHA-256 of the rows
    written_at   BIGINT NOT NULL
);

-- seeker: a young person who agreed in writing that an operator looks for a seat for them. After they withdrew nothing of them stays.
CREATE TABLE seeker (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    organisation TEXT,               -- code of the organisation whose operators may see the entry; NULL for none
    place        TEXT,               -- code of the place where they live; NULL after they withdrew
    sealed       TEXT NOT NULL,      -- name, telephone number and where the signed paper lies, sealed; empty after they withdrew
    mark         TEXT UNIQUE,        -- keyed hash by which the same person is not entered twice; NULL after they withdrew
    birth_year   BIGINT,             -- NULL after they withdrew
    sex          TEXT,               -- 'F', 'M' or 'X'; NULL after they withdrew
    schooling    BIGINT,             -- level of ISCED 2011 that they completed, 0 to 8; NULL after they withdrew
    wants        TEXT NOT NULL,      -- broad fields of ISCED-F 2013 with commas between, the first wish first; empty for any
    steps        BIGINT,             -- how far they can travel: 0 within their place, 1 within the one around it …, 9 anywhere
    consent_at   BIGINT NOT NULL,    -- when they agreed
    consent_text TEXT NOT NULL,      -- the words that they agreed to
    entered_by   TEXT NOT NULL,      -- who entered them, as in audit.who
    withdrawn_at BIGINT,             -- when they took their consent back; NULL while it holds
    revision     BIGINT NOT NULL     -- grows with every change, so that nobody changes what they have not seen
);

-- seat_match: a seeker and an intake brought together. Deleted when the seeker withdraws.
CREATE TABLE seat_match (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    seeker_id    TEXT NOT NULL,
    intake_id    TEXT NOT NULL,
    state        TEXT NOT NULL,      -- 'offered', 'accepted', 'declined', 'enrolled', 'finished' or 'dropped'
    made_by      TEXT NOT NULL,      -- who moved it last, as in audit.who
    changed_at   BIGINT NOT NULL,
    UNIQUE (seeker_id, intake_id)
);
CREATE INDEX seat_match_intake ON seat_match (intake_id);
