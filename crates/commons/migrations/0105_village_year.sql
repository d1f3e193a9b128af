-- The village's year: documents due at each step, what came for them, the village's budget and works; its meetings.

-- village_template: a calendar of documents as a jurisdiction changed it. Those that come with the product stand in no row.
CREATE TABLE village_template (
    name       TEXT PRIMARY KEY,
    text       TEXT NOT NULL,       -- the whole file, TOML
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL        -- who, as in audit.who
);

-- village_year: a year of a village that is kept here.
CREATE TABLE village_year (
    place      TEXT NOT NULL,       -- code of the village
    for_year   BIGINT NOT NULL,     -- the year, as 2027
    template   TEXT NOT NULL,       -- name of the calendar of documents that it was begun with
    currency   TEXT NOT NULL,       -- ISO 4217, of the village's money
    is_term_start BIGINT NOT NULL,  -- 1: a term of the head of the village begins in it
    begun_at   BIGINT NOT NULL,     -- what fell due before is not judged
    begun_by   TEXT NOT NULL,       -- who, as in audit.who
    PRIMARY KEY (place, for_year)
);

-- village_due: a document that a village owes for a year. Its light is worked out, never stored.
CREATE TABLE village_due (
    id          TEXT PRIMARY KEY,   -- UUIDv7
    place       TEXT NOT NULL,      -- code of the village
    for_year    BIGINT NOT NULL,    -- the year that it is about
    code        TEXT NOT NULL,      -- its name in the calendar: 'apbdes'
    step        TEXT NOT NULL,      -- 'planning', 'budgeting', 'doing', 'watching' or 'judging'
    title       TEXT NOT NULL,      -- what it is called, JSON by language
    about       TEXT NOT NULL,      -- what it holds and by which rule, JSON by language
    due_on      TEXT NOT NULL,      -- the day as the calendar says it, YYYY-MM-DD; a day off moves to the next working day when it is read
    notice_days BIGINT NOT NULL,    -- days before it on which the operators are reminded
    grace_days  BIGINT NOT NULL,    -- working days after it on which the light turns red
    UNIQUE (place, for_year, code)
);
CREATE INDEX village_due_day ON village_due (due_on);

-- village_document: what came for a document that is owed: a file, a dataset or an address. Rows are added and never changed, but withdrawn.
CREATE TABLE village_document (
    id           TEXT PRIMARY KEY,  -- UUIDv7
    due_id       TEXT NOT NULL REFERENCES village_due (id),
    kind         TEXT NOT NULL,     -- 'file', 'dataset' or 'address'
    target       TEXT NOT NULL,     -- digest of the file, slug of the dataset, or the address
    file_name    TEXT NOT NULL,     -- what the file was called; empty for what is no file
    media_type   TEXT NOT NULL,     -- what the file is, as its bytes say; empty for what is no file
    size_bytes   BIGINT NOT NULL,
    note         TEXT NOT NULL,     -- number and day of the document, or what was corrected; empty for nothing
    delivered_at BIGINT NOT NULL,
    delivered_by TEXT NOT NULL,     -- who, as in audit.who
    withdrawn_at BIGINT,            -- since when nobody can read it; NULL while everybody can
    why          TEXT               -- why it was withdrawn, for everybody to read
);
CREATE INDEX village_document_due ON village_document (due_id, id);

-- village_notice: what the operators of a village were told of a document, so that each thing is told once.
CREATE TABLE village_notice (
    due_id  TEXT NOT NULL REFERENCES village_due (id),
    kind    TEXT NOT NULL,          -- 'before', 'after' or 'red'
    told_at BIGINT NOT NULL,
    PRIMARY KEY (due_id, kind)
);

-- village_budget: the village's budget as it stated it on a day. The latest of a year is shown; none is changed.
CREATE TABLE village_budget (
    id        TEXT PRIMARY KEY,     -- UUIDv7
    place     TEXT NOT NULL,        -- code of the village
    for_year  BIGINT NOT NULL,      -- the year of the budget
    currency  TEXT NOT NULL,        -- ISO 4217
    income    BIGINT NOT NULL,      -- all income planned, in whole units of the currency
    source    TEXT NOT NULL,        -- the document it stands in
    stated_on TEXT NOT NULL,        -- the day as of which it holds, YYYY-MM-DD
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL        -- who, as in audit.who
);
CREATE INDEX village_budget_year ON village_budget (place, for_year, id);

-- village_budget_line: one of the five fields of a budget.
CREATE TABLE village_budget_line (
    budget_id TEXT NOT NULL REFERENCES village_budget (id),
    field     TEXT NOT NULL,        -- 'government', 'development', 'community', 'empowerment' or 'emergency'
    planned   BIGINT NOT NULL,      -- in whole units of the currency
    realised  BIGINT,               -- spent by that day, in whole units; NULL where nothing is said yet
    PRIMARY KEY (budget_id, field)
);

-- village_work: a work or a contract in the village, as the village states it.
CREATE TABLE village_work (
    place     TEXT NOT NULL,        -- code of the village
    for_year  BIGINT NOT NULL,      -- the year of the budget that pays for it
    code      TEXT NOT NULL,        -- its own, within village and year
    title     TEXT NOT NULL,        -- what is built or bought, and where
    provider  TEXT NOT NULL,        -- who does it: a firm, or the village's own team
    amount    BIGINT NOT NULL,      -- what it costs, in whole units of the village's currency
    progress  BIGINT NOT NULL,      -- how far it is, 0 to 100
    source    TEXT NOT NULL,        -- the document it stands in
    stated_on TEXT NOT NULL,        -- the day as of which it holds, YYYY-MM-DD
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL,       -- who, as in audit.who
    PRIMARY KEY (place, for_year, code)
);

-- village_meeting: a meeting of a village, from the invitation to the minutes. People are counted by group and never named.
CREATE TABLE village_meeting (
    id         TEXT PRIMARY KEY,    -- UUIDv7
    place      TEXT NOT NULL,       -- code of the village
    title      TEXT NOT NULL,       -- what the meeting is called
    held_on    TEXT NOT NULL,       -- YYYY-MM-DD
    starts_at  TEXT NOT NULL,       -- on the village's clocks, HH:MM:SS
    venue      TEXT NOT NULL,       -- where it is held
    agenda     TEXT NOT NULL,       -- what is spoken about, one point a line
    invited    TEXT NOT NULL,       -- codes of the groups invited, JSON
    state      TEXT NOT NULL,       -- 'invited', 'held' or 'cancelled'
    attendance TEXT,                -- how many came, in all and by group, JSON; NULL before it was held
    minutes    TEXT NOT NULL,       -- what was said; empty for nothing yet
    why        TEXT NOT NULL,       -- why it was cancelled; empty for one that was not
    revision   BIGINT NOT NULL,     -- grows with every change
    invited_at BIGINT NOT NULL,
    invited_by TEXT NOT NULL        -- who, as in audit.who
);
CREATE INDEX village_meeting_place ON village_meeting (place, held_on);
