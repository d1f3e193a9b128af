-- Forms and what people answer. Times are microseconds since 1970 UTC.

-- project: a container of forms, as ODK knows it.
CREATE TABLE project (
    id         BIGINT PRIMARY KEY,   -- a small number: ODK clients put it into addresses
    slug       TEXT NOT NULL UNIQUE, -- in page addresses and table names: lower-case letters, digits, '_'
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- form: one questionnaire under one identity, whatever its version.
CREATE TABLE form (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    project_id  BIGINT NOT NULL REFERENCES project (id),
    xml_form_id TEXT NOT NULL,       -- the XForm's own id
    slug        TEXT NOT NULL,       -- in page addresses and table names
    audience    TEXT NOT NULL,       -- who may fill it: 'staff' or 'public'
    state       TEXT NOT NULL,       -- 'open' takes submissions; 'closed' does not
    created_at  BIGINT NOT NULL,
    UNIQUE (project_id, xml_form_id),
    UNIQUE (project_id, slug)
);

-- form_version: one definition; immutable once it is published.
CREATE TABLE form_version (
    id            TEXT PRIMARY KEY,  -- UUIDv7
    form_id       TEXT NOT NULL REFERENCES form (id),
    version       TEXT NOT NULL,     -- as the XForm says; may be blank
    title         TEXT NOT NULL,     -- what people call it
    xform_blob    TEXT NOT NULL,     -- the XForm as handed out
    xform_md5     TEXT NOT NULL,     -- what form lists show
    workbook_blob TEXT,              -- the XLSForm it was made from
    workbook_kind TEXT,              -- 'xlsx', 'xls', 'csv' or 'md'
    has_files     SMALLINT NOT NULL, -- 1 when it has files of its own
    created_at    BIGINT NOT NULL,
    created_by    TEXT NOT NULL,     -- who, as in audit
    published_at  BIGINT             -- null while it is a draft
);
CREATE UNIQUE INDEX form_version_published ON form_version (form_id, version) WHERE published_at IS NOT NULL;
CREATE UNIQUE INDEX form_version_draft ON form_version (form_id) WHERE published_at IS NULL;

-- form_file: a file that a form version names: choices, pictures, sounds.
CREATE TABLE form_file (
    version_id TEXT NOT NULL REFERENCES form_version (id),
    name       TEXT NOT NULL,
    blob       TEXT,                 -- null until somebody gives it
    md5        TEXT,
    size_bytes BIGINT,
    PRIMARY KEY (version_id, name)
);

-- app_user: a device that may fill the forms of a project.
CREATE TABLE app_user (
    id         BIGINT PRIMARY KEY,   -- a small number: ODK clients expect one
    project_id BIGINT NOT NULL REFERENCES project (id),
    user_id    TEXT NOT NULL UNIQUE, -- its account, which holds the token
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- submission: one filed instance, kept as it came. An edit is a row of its own.
CREATE TABLE submission (
    id           TEXT PRIMARY KEY,   -- UUIDv7
    form_id      TEXT NOT NULL REFERENCES form (id),
    version_id   TEXT NOT NULL REFERENCES form_version (id),
    instance_id  TEXT NOT NULL,      -- the instance's own id, 'uuid:…'
    root_id      TEXT NOT NULL,      -- the instance id of the first of its edits; its own when it is no edit
    is_current   SMALLINT NOT NULL,  -- 1 for the newest of its edits
    xml          TEXT NOT NULL,      -- the instance as it came
    xml_sha256   TEXT NOT NULL,      -- tells a retry from another instance under the same id
    filed_at     BIGINT NOT NULL,
    filed_by     TEXT,               -- the account; null when nobody was signed in
    device_id    TEXT,               -- as the client says
    name         TEXT,               -- the instance's name
    place_code   TEXT,               -- the place it is about, as answered
    enumerator   TEXT,               -- the enumerator's code, as answered; else the account
    flags        TEXT,               -- JSON list of what is odd about it; null when nothing is
    n_conflicts  BIGINT NOT NULL,    -- how many other instances came under the same id
    is_tabulated SMALLINT NOT NULL,  -- 1 when its rows are in the form's tables; 2 when they must be put there again
    UNIQUE (form_id, instance_id)
);
CREATE INDEX submission_form ON submission (form_id, filed_at, id);
CREATE INDEX submission_root ON submission (form_id, root_id);
CREATE INDEX submission_pending ON submission (form_id, id) WHERE is_tabulated = 0;
CREATE INDEX submission_again ON submission (form_id) WHERE is_tabulated = 2;

-- submission_conflict: another instance that came under an id already taken; kept for an operator.
CREATE TABLE submission_conflict (
    submission_id TEXT NOT NULL REFERENCES submission (id),
    xml_sha256    TEXT NOT NULL,
    xml           TEXT NOT NULL,     -- the other instance as it came
    filed_at      BIGINT NOT NULL,
    filed_by      TEXT,              -- the account; null when nobody was signed in
    PRIMARY KEY (submission_id, xml_sha256)
);

-- submission_file: a file that came with a submission, perhaps later than its answers.
CREATE TABLE submission_file (
    submission_id TEXT NOT NULL REFERENCES submission (id),
    name          TEXT NOT NULL,
    blob          TEXT NOT NULL,     -- the file's bytes
    size_bytes    BIGINT NOT NULL,
    media_type    TEXT NOT NULL,     -- as the client says
    received_at   BIGINT NOT NULL,
    PRIMARY KEY (submission_id, name)
);

-- stray_delivery: what came to the submission address and could not be filed; nothing is thrown away.
CREATE TABLE stray_delivery (
    id          TEXT PRIMARY KEY,    -- UUIDv7
    project_id  BIGINT NOT NULL,     -- as in the address; there may be no such project
    reason      TEXT NOT NULL,       -- the problem's code
    detail      TEXT NOT NULL,       -- the problem's sentence, in English
    form_said   TEXT,                -- the form id it names
    blob        TEXT NOT NULL,       -- the bytes of the XML part
    size_bytes  BIGINT NOT NULL,
    files       TEXT NOT NULL,       -- JSON list of the files that came along: name, blob, size, type
    received_at BIGINT NOT NULL,
    received_by TEXT,                -- the account
    fingerprint TEXT NOT NULL UNIQUE -- of address, answers and files: a phone that tries again adds nothing
);
CREATE INDEX stray_delivery_received ON stray_delivery (received_at, id);

-- web_draft: a form being filled in a browser.
CREATE TABLE web_draft (
    id          TEXT PRIMARY KEY,    -- a secret: who knows the address may go on
    form_id     TEXT NOT NULL REFERENCES form (id),
    version_id  TEXT NOT NULL REFERENCES form_version (id),
    owner       TEXT,                -- the account; null when nobody was signed in
    xml         TEXT NOT NULL,       -- the answers so far
    started_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    filed_as    TEXT                 -- the instance id, once it was filed
);
CREATE INDEX web_draft_owner ON web_draft (owner, form_id, changed_at);

-- web_draft_file: a file given to a draft.
CREATE TABLE web_draft_file (
    draft_id   TEXT NOT NULL REFERENCES web_draft (id),
    name       TEXT NOT NULL,
    blob       TEXT NOT NULL,        -- the file's bytes
    size_bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL,        -- as the browser says
    PRIMARY KEY (draft_id, name)
);
