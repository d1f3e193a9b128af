-- Events, jobs and the audit trail. Times are microseconds since 1970 UTC.

-- audit: every change, in order, append-only. One row is one event.
CREATE TABLE audit (
    id         TEXT PRIMARY KEY,     -- UUIDv7, so that it sorts by time
    at         BIGINT NOT NULL,      -- when it happened
    who        TEXT NOT NULL,        -- 'user:{id}', 'token:{id}', 'system' or 'anyone'
    event      TEXT NOT NULL,        -- the event's stable name, e.g. 'collect.submission-filed'
    subject    TEXT NOT NULL,        -- the path of the record it is about, e.g. 'place/35.22'
    why        TEXT,                 -- the reason the person gave, where one is asked for
    facts      TEXT NOT NULL,        -- the event as JSON: ids and codes, never names or answers
    request_id TEXT                  -- ties the row to the log lines of one request
);
CREATE INDEX audit_subject ON audit (subject, id);
CREATE INDEX audit_event ON audit (event, id);

-- job: work made necessary by an event, done by a worker at least once.
CREATE TABLE job (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    name        TEXT NOT NULL,       -- the job's stable name, e.g. 'collect.tabulate'
    key         TEXT,                -- queued jobs of one name and key are one job
    lane        TEXT NOT NULL,       -- 'quick' or 'heavy': a long import never holds up a short job
    args        TEXT NOT NULL,       -- the job as JSON
    state       TEXT NOT NULL,       -- 'queued', 'running' or 'dead'
    run_at      BIGINT NOT NULL,     -- not before
    attempts    BIGINT NOT NULL,     -- how often it has been tried
    lease_until BIGINT,              -- while running: a worker that died loses it then
    last_error  TEXT,                -- why the last try failed, for the operator
    queued_at   BIGINT NOT NULL      -- when it was first asked for
);
CREATE UNIQUE INDEX job_queued_key ON job (name, key) WHERE state = 'queued' AND key IS NOT NULL;
CREATE INDEX job_due ON job (state, lane, run_at);

-- setting: what an administrator sets while the program runs, and secrets it makes for itself.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,          -- e.g. 'site-title'
    value TEXT NOT NULL              -- as text or JSON
);
