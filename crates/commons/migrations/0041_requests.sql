-- Requests: services, profiles, posts, and what residents filed. Times are microseconds since 1970 UTC.

-- request_profile: versions of the rules requests run by. A version is never changed.
CREATE TABLE request_profile (
    version    TEXT PRIMARY KEY,     -- digest of the text
    name       TEXT NOT NULL,        -- 'lapor', 'helpline-2022'
    text       TEXT NOT NULL,        -- TOML
    is_current SMALLINT NOT NULL,    -- 1 for the version new requests run by
    loaded_at  BIGINT NOT NULL,
    loaded_by  TEXT NOT NULL         -- who, as in audit.who
);
CREATE INDEX request_profile_name ON request_profile (name, is_current);

-- service: what a resident can ask for.
CREATE TABLE service (
    code       TEXT PRIMARY KEY,     -- Open311 service_code
    position   BIGINT NOT NULL,      -- order in lists
    definition TEXT NOT NULL,        -- JSON: group, texts, attributes, standard, who is responsible where
    saved_at   BIGINT NOT NULL
);

-- request_post: a seat on the ladder; requests go to posts, never to persons.
CREATE TABLE request_post (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    agency_code TEXT NOT NULL,       -- the organisation it is in
    level       BIGINT NOT NULL,     -- from 1
    place_code  TEXT,                -- the place it is for, with all below; none: everywhere
    title       TEXT NOT NULL,       -- 'Head of roads, Kapas'
    holder_id   TEXT,                -- the account that holds it; none: vacant
    deputy_id   TEXT,                -- the account that acts while it is vacant or the holder is away
    away_from_at BIGINT,             -- the holder's leave begins
    away_until_at BIGINT,            -- and ends
    closed_at   BIGINT               -- set when the post is no more
);
CREATE INDEX request_post_agency ON request_post (agency_code, level);
CREATE INDEX request_post_holder ON request_post (holder_id);
CREATE INDEX request_post_deputy ON request_post (deputy_id);

-- service_request: one matter a resident brought.
CREATE TABLE service_request (
    id              TEXT PRIMARY KEY, -- UUIDv7 of when it was opened
    code            TEXT NOT NULL UNIQUE, -- tracking code, without the hyphen
    delivery        TEXT UNIQUE,      -- what tells a second delivery of the same from another: a draft's or another system's number
    key_hash        TEXT NOT NULL,    -- digest of the resident's key
    service_code    TEXT NOT NULL REFERENCES service (code),
    profile_version TEXT NOT NULL REFERENCES request_profile (version), -- the rules it runs by
    kind            TEXT NOT NULL,    -- 'complaint' or 'aspiration'
    privacy         TEXT NOT NULL,    -- 'open', 'anonymous' or 'confidential'
    channel         TEXT NOT NULL,    -- 'web', 'phone', 'sms', 'ussd', 'email', 'open311', 'counter' or 'import'
    lang            TEXT NOT NULL,    -- language it was filed in
    text            TEXT NOT NULL,    -- as the resident wrote or said it; masked before the public reads it
    attributes      TEXT,             -- JSON list of codes and values; null when there are none
    place_code      TEXT,             -- the narrowest known place it is in
    lat             BIGINT,           -- millionths of a degree
    lon             BIGINT,           -- as lat
    cell            BIGINT,           -- the square kilometre of the position, for finding what is near
    address         TEXT,             -- where it is, in words
    agency_code     TEXT,             -- the organisation responsible; none: nobody yet
    level           BIGINT NOT NULL,  -- on the ladder, from 1
    post_id         TEXT,             -- the post it was assigned to
    state           TEXT NOT NULL,    -- 'new', 'open', 'answered', 'paused', 'special-proposed' or 'closed'
    state_at        BIGINT NOT NULL,  -- when the state began: answered, closed, …
    state_reason    TEXT,             -- code of the pause's or the special close's reason
    state_by        TEXT,             -- who proposed the special close, as in audit.who
    state_told_at   BIGINT,           -- when the resident was told of the special close to come
    wait_at         BIGINT,           -- when the state ends by itself; null when it does not
    close_kind      TEXT,             -- 'confirmed', 'silence', 'special', 'withdrawn', 'joined' or 'imported'
    opened_at       BIGINT NOT NULL,
    clock_from_at   BIGINT NOT NULL,  -- when the present clock started; later than opened_at once reopened
    yellow_at       BIGINT,           -- fixed when the clock started or went on; null: never
    red_at          BIGINT,           -- as yellow_at, not before it
    step_at         BIGINT,           -- when it climbs by itself next
    step2_at        BIGINT,           -- and after that
    step3_at        BIGINT,           -- as step2_at
    step4_at        BIGINT,           -- as step2_at
    notice_us       BIGINT NOT NULL,  -- how long before a step the level is told, microseconds
    due_at          BIGINT,           -- the next of these instants; null while the clock stands still
    stopped_at      BIGINT,           -- since when the clock stands still
    stood_us        BIGINT NOT NULL,  -- how long it has stood still before, microseconds
    verify_by_at    BIGINT,           -- promised
    answer_by_at    BIGINT,           -- promised
    finish_by_at    BIGINT,           -- promised; Open311 expected_datetime
    verified_at     BIGINT,
    answered_at     BIGINT,           -- first proper answer
    n_pauses        BIGINT NOT NULL,
    n_reopened      BIGINT NOT NULL,
    n_transfers     BIGINT NOT NULL,
    n_supporters    BIGINT NOT NULL,
    joined_to       TEXT,             -- the request whose clock counts for this one too
    changed_at      BIGINT NOT NULL,  -- Open311 updated_datetime
    revision        BIGINT NOT NULL   -- counts changes, so that two at once are not both made
);
CREATE INDEX service_request_due ON service_request (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX service_request_wait ON service_request (wait_at) WHERE wait_at IS NOT NULL;
CREATE INDEX service_request_cell ON service_request (cell, service_code) WHERE cell IS NOT NULL;
CREATE INDEX service_request_agency ON service_request (agency_code, state, opened_at);
CREATE INDEX service_request_service ON service_request (service_code, opened_at);
CREATE INDEX service_request_place ON service_request (place_code, opened_at);
CREATE INDEX service_request_joined ON service_request (joined_to) WHERE joined_to IS NOT NULL;

-- request_contact: who filed a request. Personal; absent for anonymous requests.
CREATE TABLE request_contact (
    request_id TEXT PRIMARY KEY REFERENCES service_request (id),
    name       TEXT,
    phone      TEXT,                  -- digits with an optional +
    email      TEXT,                  -- as given
    user_id    TEXT,                  -- their account
    person     TEXT                   -- digest that tells one person from another; null where nothing does
);
CREATE INDEX request_contact_person ON request_contact (person);
CREATE INDEX request_contact_user ON request_contact (user_id);

-- request_photo: a picture given with a request, cleaned of hidden data before it came here.
CREATE TABLE request_photo (
    id         TEXT PRIMARY KEY,      -- UUIDv7
    request_id TEXT NOT NULL REFERENCES service_request (id),
    blob       TEXT NOT NULL,         -- the file's bytes
    media_type TEXT NOT NULL,         -- 'image/jpeg', …
    size_bytes BIGINT NOT NULL,
    is_public  SMALLINT NOT NULL,     -- 0 when the resident wants only the unit to see it
    by_role    TEXT NOT NULL,         -- 'resident', 'operator' or 'officer'
    added_at   BIGINT NOT NULL
);
CREATE INDEX request_photo_request ON request_photo (request_id, id);

-- request_turn: what happened to a request all by itself at one instant: a light, a step up, a step near.
CREATE TABLE request_turn (
    request_id TEXT NOT NULL REFERENCES service_request (id),
    at         BIGINT NOT NULL,       -- the instant itself, however late the worker was
    light      TEXT,                  -- 'yellow' or 'red' where the light turned
    from_level BIGINT NOT NULL,       -- from 1
    to_level   BIGINT NOT NULL,       -- above from_level where it climbed
    is_warning SMALLINT NOT NULL,     -- 1 when a step is near
    agency_code TEXT,                 -- the organisation that had it then
    swept_at   BIGINT NOT NULL,       -- when the worker came by
    PRIMARY KEY (request_id, at)
);
CREATE INDEX request_turn_swept ON request_turn (swept_at);

-- request_closing: one closing of a request; a reopened request has more than one. What grades are made of.
CREATE TABLE request_closing (
    request_id   TEXT NOT NULL REFERENCES service_request (id),
    n            BIGINT NOT NULL,     -- from 0: how often it had been reopened
    agency_code  TEXT,                -- the organisation that had it
    service_code TEXT NOT NULL,
    place_code   TEXT,
    person       TEXT,                -- as in request_contact
    kind         TEXT NOT NULL,       -- as service_request.close_kind
    opened_at    BIGINT NOT NULL,     -- when the request was first opened
    closed_at    BIGINT NOT NULL,
    acted_at     BIGINT NOT NULL,     -- when the deed was done that led to it: the answer, the special close
    limit_at     BIGINT,              -- the next limit ahead of that deed
    recorder     TEXT NOT NULL,       -- who said it is settled: 'resident', 'operator', 'officer' or 'nobody'
    channel      TEXT,                -- on which channel they said so
    signature    TEXT,                -- of the officer, for a special close
    note         TEXT,                -- what was said with it; Open311 status_notes
    reopened_at  BIGINT,
    PRIMARY KEY (request_id, n)
);
CREATE INDEX request_closing_closed ON request_closing (closed_at);
CREATE INDEX request_closing_person ON request_closing (person, service_code);

-- request_check: a special close drawn for a check by somebody from outside.
CREATE TABLE request_check (
    request_id TEXT NOT NULL,
    n          BIGINT NOT NULL,       -- which closing of the request
    drawn_at   BIGINT NOT NULL,
    checked_at BIGINT,
    checked_by TEXT,                  -- who, as in audit.who
    is_good    SMALLINT,              -- 0: badly closed, 1: rightly closed
    note       TEXT,                  -- what the checker found
    PRIMARY KEY (request_id, n)
);

-- request_transfer: a unit says that a request is another's, after contact, with a note; somebody else decides.
CREATE TABLE request_transfer (
    id          TEXT PRIMARY KEY,     -- UUIDv7
    request_id  TEXT NOT NULL REFERENCES service_request (id),
    from_agency TEXT NOT NULL,        -- the organisation that has it
    to_agency   TEXT NOT NULL,        -- the organisation it is said to belong to
    spoken_at   BIGINT NOT NULL,      -- when the resident was spoken with
    said        TEXT NOT NULL,        -- what the resident said
    note        TEXT NOT NULL,        -- why it is the other's
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,        -- who, as in audit.who
    decided_at  BIGINT,
    decided_by  TEXT,                 -- who, as in audit.who
    is_approved SMALLINT              -- null until it is decided
);
CREATE INDEX request_transfer_request ON request_transfer (request_id, id);

-- request_filing: how many requests a person filed on a day.
CREATE TABLE request_filing (
    person TEXT NOT NULL,             -- as in request_contact
    day    TEXT NOT NULL,             -- YYYY-MM-DD at the place
    n      BIGINT NOT NULL,           -- how many
    PRIMARY KEY (person, day)
);

-- request_appeal: somebody who reached the limit of filings asks to be let through.
CREATE TABLE request_appeal (
    id         TEXT PRIMARY KEY,      -- UUIDv7
    person     TEXT NOT NULL,         -- as in request_contact
    why        TEXT NOT NULL,         -- in their words
    asked_at   BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT,                  -- who, as in audit.who
    free_until_at BIGINT              -- the limit does not hold for them until then; null when turned down or not decided
);
CREATE INDEX request_appeal_person ON request_appeal (person, id);

-- request_guess: wrong keys for a request, so that guessing becomes slow.
CREATE TABLE request_guess (
    id         TEXT PRIMARY KEY,      -- UUIDv7
    request_id TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX request_guess_request ON request_guess (request_id, at);
