-- Rules that watch numbers, what they found, the report cards of agencies, and who is sent a dashboard by mail.

-- alert_rule: a number that is watched for somebody, and what it is watched for.
CREATE TABLE alert_rule (
    id           TEXT PRIMARY KEY, -- UUIDv7
    watches      TEXT NOT NULL,    -- what is watched: 'indicator'
    subject      TEXT NOT NULL,    -- code of the indicator
    place        TEXT NOT NULL,    -- code of the place that the number is of
    waits_for    TEXT NOT NULL,    -- when it fires, JSON such as {"below":60.0}
    organisation TEXT,             -- code of the organisation whose people set it; NULL for none
    person       TEXT NOT NULL,    -- id of the account of whoever answers for the number
    deputy       TEXT,             -- id of the account that is told when nobody looked; NULL for none
    wait_days    BIGINT NOT NULL,  -- working days until the deputy is told
    why          TEXT NOT NULL,    -- what is to be done when it fires, in words
    is_on        BIGINT NOT NULL,  -- 1 while it watches, else 0
    revision     BIGINT NOT NULL,  -- grows with every change, so that nobody changes what they have not seen
    made_at      BIGINT NOT NULL,
    made_by      TEXT NOT NULL     -- who, as in audit.who
);
CREATE INDEX alert_rule_subject ON alert_rule (watches, subject);

-- alert: a rule that fired. There is one open alert of a rule at most.
CREATE TABLE alert (
    id         TEXT PRIMARY KEY,   -- UUIDv7
    rule_id    TEXT NOT NULL,
    found      TEXT NOT NULL,      -- the public number that it fired on, with its period and the condition, JSON
    opened_at  BIGINT NOT NULL,
    climbs_at  BIGINT NOT NULL,    -- when the deputy is told unless somebody looked before
    climbed_at BIGINT,             -- when the deputy was told; NULL before
    seen_at    BIGINT,             -- when somebody said that they look after it; NULL before
    seen_by    TEXT,               -- id of their account
    said       TEXT,               -- what they said they do
    closed_at  BIGINT              -- when the number was well again, or the rule was switched off; NULL while it is open
);
CREATE UNIQUE INDEX alert_open ON alert (rule_id) WHERE closed_at IS NULL;
CREATE INDEX alert_of_rule ON alert (rule_id, id);

-- agency_duties: how the light of an organisation is made of the numbers that it answers for.
CREATE TABLE agency_duties (
    organisation TEXT PRIMARY KEY, -- its code
    rolling      TEXT NOT NULL,    -- 'worst' light of its numbers, or their 'weighted' mean
    duties       TEXT NOT NULL,    -- the numbers in their order, each with its weight, JSON
    revision     BIGINT NOT NULL,  -- grows with every change, so that nobody changes what they have not seen
    changed_at   BIGINT NOT NULL,
    changed_by   TEXT NOT NULL     -- who, as in audit.who
);

-- agency_card: the report card of an organisation for one month, as it stood when the month was over; never changed.
CREATE TABLE agency_card (
    organisation TEXT NOT NULL,    -- its code
    month        TEXT NOT NULL,    -- '2026-10'
    body         TEXT NOT NULL,    -- everything the card says, JSON
    frozen_at    BIGINT NOT NULL,
    PRIMARY KEY (organisation, month)
);

-- dashboard_asked: when an address was asked whether it wants a dashboard by mail, so that nobody can flood it.
CREATE TABLE dashboard_asked (
    mark      TEXT NOT NULL,       -- keyed hash of the address
    dashboard TEXT NOT NULL,       -- code of the dashboard
    asked_at  BIGINT NOT NULL,
    PRIMARY KEY (mark, dashboard)
);

-- dashboard_mailed: when a dashboard was sent by mail last, or when somebody first asked for that.
CREATE TABLE dashboard_mailed (
    dashboard TEXT PRIMARY KEY,    -- its code
    mailed_at BIGINT NOT NULL
);
