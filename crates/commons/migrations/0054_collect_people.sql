-- Links by which a form is filled without signing in, who made a device, and what was brought from another server.

-- public_link: who has its address may fill one form.
CREATE TABLE public_link (
    id           TEXT PRIMARY KEY,    -- UUIDv7
    form_id      TEXT NOT NULL REFERENCES form (id),
    user_id      TEXT NOT NULL UNIQUE, -- its account, which is the submitter; it has no roles and cannot sign in
    name         TEXT NOT NULL,       -- for keeping track of; respondents do not see it
    is_once      SMALLINT NOT NULL,   -- 1: each respondent files once
    secret_hash  TEXT NOT NULL UNIQUE, -- SHA-256 of the token in the address
    sealed_token TEXT,                -- the token, sealed by the installation's key; null once it is withdrawn
    created_at   BIGINT NOT NULL,
    created_by   TEXT,                -- the account; null for the program itself
    revoked_at   BIGINT               -- set when the address stopped working
);
CREATE INDEX public_link_of_form ON public_link (form_id);

-- link_pass: one browser that came by a link. The secret itself is never stored.
CREATE TABLE link_pass (
    id          TEXT PRIMARY KEY,     -- UUIDv7
    link_id     TEXT NOT NULL REFERENCES public_link (id),
    secret_hash TEXT NOT NULL UNIQUE, -- SHA-256 of the cookie's secret
    began_at    BIGINT NOT NULL,
    filed_as    TEXT                  -- the first instance id it filed
);
CREATE INDEX link_pass_of_link ON link_pass (link_id, began_at);

-- app_user.created_by: who added a device.
ALTER TABLE app_user ADD COLUMN created_by TEXT; -- the account; null for the program itself

-- import_source: another server from which projects are brought.
CREATE TABLE import_source (
    id         TEXT PRIMARY KEY,      -- UUIDv7
    url        TEXT NOT NULL UNIQUE,  -- as it was given, without a slash at its end
    started_at BIGINT NOT NULL
);

-- import_item: something that was brought whole, so that another run leaves it alone.
CREATE TABLE import_item (
    source_id TEXT NOT NULL REFERENCES import_source (id),
    kind      TEXT NOT NULL,          -- 'project', 'account', 'form', 'version', 'draft', 'submission', 'entity-list', 'entity'
    key       TEXT NOT NULL,          -- what the other server calls it by, with what it lies within before it
    mark      TEXT NOT NULL,          -- tells whether it changed there since: a digest, a time, a count
    ours      TEXT NOT NULL,          -- what it is here: a number, an id
    done_at   BIGINT NOT NULL,
    PRIMARY KEY (source_id, kind, key)
);
