-- People, what they were granted, and how they prove who they are.

-- organisation: a legal body that publishes data or answers for a service.
CREATE TABLE organisation (
    code       TEXT PRIMARY KEY,      -- short, stable, used in addresses: 'dinkes'
    name       TEXT NOT NULL,
    about      TEXT,                  -- one paragraph for the public
    contact    TEXT,                  -- a public address of the office, never a person's
    created_at BIGINT NOT NULL
);

-- user_account: a person, or a device that files on behalf of the programme.
CREATE TABLE user_account (
    id            TEXT PRIMARY KEY,   -- UUIDv7
    kind          TEXT NOT NULL,      -- 'person' or 'device' (an ODK app user)
    email         TEXT UNIQUE,        -- lower case; none for devices
    name          TEXT NOT NULL,
    password_hash TEXT,               -- argon2id; none when the account cannot sign in by password
    created_at    BIGINT NOT NULL,
    closed_at     BIGINT              -- set when the account may no longer be used
);

-- user_grant: a role, within a place and its descendants, and within an organisation.
CREATE TABLE user_grant (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES user_account (id),
    role       TEXT NOT NULL,
    place_code TEXT,                  -- none: everywhere
    org_code   TEXT REFERENCES organisation (code), -- none: whichever
    granted_at BIGINT NOT NULL,
    granted_by TEXT NOT NULL          -- who, as in audit.who
);
CREATE INDEX user_grant_user ON user_grant (user_id);

-- session: somebody is signed in with a browser. The secret itself is never stored.
CREATE TABLE session (
    id            TEXT PRIMARY KEY,
    user_id       TEXT NOT NULL REFERENCES user_account (id),
    secret_hash   TEXT NOT NULL UNIQUE, -- SHA-256 of the cookie's secret
    previous_hash TEXT,               -- the secret before the last rotation, good for a minute more
    rotated_at    BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);
CREATE INDEX session_previous ON session (previous_hash);
CREATE INDEX session_of_user ON session (user_id);

-- api_token: a key for programs and field devices. The secret itself is never stored.
CREATE TABLE api_token (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES user_account (id),
    label        TEXT NOT NULL,       -- what its owner calls it
    secret_hash  TEXT NOT NULL UNIQUE,
    roles        TEXT,                -- of its owner's roles only these, separated by commas; none: all of them
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    used_on      TEXT                 -- the last day it was used, YYYY-MM-DD
);
CREATE INDEX api_token_user ON api_token (user_id);

-- sign_in_failure: recent wrong guesses, so that guessing becomes slow.
CREATE TABLE sign_in_failure (
    id   TEXT PRIMARY KEY,
    key  TEXT NOT NULL,               -- SHA-256 of the e-mail or of the caller's address
    at   BIGINT NOT NULL
);
CREATE INDEX sign_in_failure_key ON sign_in_failure (key, at);
