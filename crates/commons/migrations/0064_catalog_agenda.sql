-- The agenda of data: who owes which dataset when, what came, and every change of what was agreed.

-- agenda_plan: how often a dataset is owed, and by which unit. The organisation that owes it is the dataset's.
CREATE TABLE agenda_plan (
    dataset_id   TEXT PRIMARY KEY,   -- dataset.id
    frequency    TEXT NOT NULL,      -- 'daily', 'weekly', 'monthly', 'quarterly', 'half-yearly', 'yearly', 'checkpoints' (B03, B06, B09, B12) or 'dates'
    due_dates    TEXT NOT NULL,      -- for 'dates': days of the year, as '03-31 09-30'; empty otherwise
    due_days     BIGINT NOT NULL,    -- days after the end of a period until it is due
    grace_days   BIGINT NOT NULL,    -- working days after the due date during which the light is yellow
    notice_days  BIGINT NOT NULL,    -- working days before the due date on which producers are reminded
    unit         TEXT NOT NULL,      -- which unit of the organisation owes it; may be empty
    starts_on    TEXT NOT NULL,      -- the first day that is owed, YYYY-MM-DD
    state        TEXT NOT NULL,      -- 'planned', 'confirmed' (the producer agreed) or 'ended'
    changed_at   BIGINT NOT NULL     -- when it last changed
);

-- agenda_due: one period of a dataset that is owed. Its instants are fixed when it is planned; its light is derived from them.
CREATE TABLE agenda_due (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    dataset_id   TEXT NOT NULL REFERENCES agenda_plan (dataset_id), -- which dataset
    period       TEXT NOT NULL,      -- its name: '2026-11-22', '2026-W47', '2026-11', '2026-Q4', '2026-H2', '2026', '2026-B12'
    period_from  TEXT NOT NULL,      -- the first day it covers, YYYY-MM-DD
    period_to    TEXT NOT NULL,      -- the last day it covers
    due_on       TEXT NOT NULL,      -- the day by whose end it is owed
    first_due_on TEXT NOT NULL,      -- the day it was owed by before anybody moved it
    opens_at     BIGINT NOT NULL,    -- from when on a new version counts for this period
    notice_at    BIGINT NOT NULL,    -- when producers are reminded
    due_at       BIGINT NOT NULL,    -- the end of the due day
    red_at       BIGINT NOT NULL,    -- the end of the grace
    organisation TEXT,               -- who owed it then; none when the dataset was nobody's
    unit         TEXT NOT NULL,      -- which unit owed it then; may be empty
    delivered_at BIGINT,             -- when it came; none before
    resource_id  TEXT,               -- the resource that brought it
    version      BIGINT,             -- the version of its table
    UNIQUE (dataset_id, period)
);
CREATE INDEX agenda_due_day ON agenda_due (due_on, dataset_id);
CREATE INDEX agenda_due_open ON agenda_due (delivered_at, notice_at);

-- agenda_change: what was agreed, moved and counted: the history behind the agenda.
CREATE TABLE agenda_change (
    id         TEXT PRIMARY KEY,     -- UUIDv7
    dataset_id TEXT NOT NULL,        -- dataset.id
    period     TEXT NOT NULL,        -- the period it is about; empty for the whole plan
    what       TEXT NOT NULL,        -- 'planned', 'changed', 'confirmed', 'moved', 'counted', 'taken-back' or 'ended'
    was        TEXT NOT NULL,        -- what stood before, e.g. the old due date; may be empty
    is_now     TEXT NOT NULL,        -- what stands since; may be empty
    role       TEXT NOT NULL,        -- as which role somebody did it: 'steward', 'producer' or 'program'
    by_who     TEXT NOT NULL,        -- who, as in audit.who
    reason     TEXT NOT NULL,        -- why, in their words; empty where none is asked for
    at         BIGINT NOT NULL       -- when
);
CREATE INDEX agenda_change_dataset ON agenda_change (dataset_id, id);

-- agenda_notice: of what producers were reminded, so that each thing is said once.
CREATE TABLE agenda_notice (
    due_id TEXT NOT NULL REFERENCES agenda_due (id), -- what is owed
    kind   TEXT NOT NULL,            -- 'before', 'after' or 'red'
    due_on TEXT NOT NULL,            -- the due date it spoke of; one that is moved is spoken of again
    at     BIGINT NOT NULL,          -- when
    PRIMARY KEY (due_id, kind, due_on)
);
