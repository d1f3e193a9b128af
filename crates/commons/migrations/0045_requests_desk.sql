-- The desk of requests: answers that a unit gives often.

-- request_template: an answer of a unit, in the languages it is given in. What was sent stays in the timeline.
CREATE TABLE request_template (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    agency_code TEXT NOT NULL,       -- the organisation that uses it
    title       TEXT NOT NULL,       -- what its officers call it
    texts       TEXT NOT NULL,       -- JSON: language → text with {code}, {place}, {service}, {date}
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT NOT NULL,       -- who, as in audit.who
    closed_at   BIGINT               -- set when it is no longer offered
);
CREATE INDEX request_template_agency ON request_template (agency_code, title);
