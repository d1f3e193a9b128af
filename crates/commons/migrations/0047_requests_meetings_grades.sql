-- Packs of weekly meetings and published grades, as they were on their day. Nothing here is ever changed.

-- request_meeting: what one weekly meeting was held with.
CREATE TABLE request_meeting (
    profile_name    TEXT NOT NULL,    -- as request_profile.name
    held_on         TEXT NOT NULL,    -- day at the profile's place, YYYY-MM-DD
    profile_version TEXT NOT NULL REFERENCES request_profile (version), -- in force when it was made
    as_of_at        BIGINT NOT NULL,  -- the instant everything in it stands at: the meeting's hour
    made_at         BIGINT NOT NULL,  -- when the worker made it, which may be later
    n_red           BIGINT NOT NULL,  -- red requests that everybody may know of
    pack            TEXT NOT NULL,    -- JSON: units, reds, yellows, repeats, signals, decisions; codes, not words
    PRIMARY KEY (profile_name, held_on)
);
CREATE INDEX request_meeting_day ON request_meeting (held_on);

-- request_grades: the grades of one month.
CREATE TABLE request_grades (
    profile_name    TEXT NOT NULL,    -- as request_profile.name
    period          TEXT NOT NULL,    -- month, YYYY-MM
    profile_version TEXT NOT NULL REFERENCES request_profile (version), -- whose formula it is
    published_at    BIGINT NOT NULL,  -- the profile's day and hour
    made_at         BIGINT NOT NULL,  -- when the worker made them, which may be later
    n_closings      BIGINT NOT NULL,
    sheet           TEXT NOT NULL,    -- JSON: the formula, each unit's and district's counts, points and shadow
    closings        TEXT NOT NULL,    -- the CSV file of the closings that counted, as a blob
    PRIMARY KEY (profile_name, period)
);
CREATE INDEX request_grades_period ON request_grades (period);
