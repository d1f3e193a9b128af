-- Entities: long-lived things that submissions add and change, as ODK knows them. Times are microseconds since 1970 UTC.

-- entity_list: one kind of thing in a project: households, members, trees.
CREATE TABLE entity_list (
    id             TEXT PRIMARY KEY,
    number         BIGINT NOT NULL UNIQUE, -- a small number: ODK's clients address deleted lists by it
    project_id     BIGINT NOT NULL REFERENCES project (id),
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL,          -- the name in lower case: two lists may not differ by case alone
    needs_approval SMALLINT NOT NULL,      -- 1: a submission makes an entity only when it is approved
    is_own_only    SMALLINT NOT NULL,      -- 1: who files sees only the entities they made
    is_placed      SMALLINT NOT NULL,      -- 1: its entities lie in places; one without a place is for those who reach everywhere
    parent_list_id TEXT REFERENCES entity_list (id), -- the list of its entities' parents; null when they have none
    revision       BIGINT NOT NULL,        -- counts the changes of the list, its properties and entities
    created_at     BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,        -- when the revision was last counted up
    deleted_at     BIGINT                  -- null while it is there
);
CREATE UNIQUE INDEX entity_list_name ON entity_list (project_id, name_key) WHERE deleted_at IS NULL;

-- entity_property: what is known of each entity of a list.
CREATE TABLE entity_property (
    list_id     TEXT NOT NULL REFERENCES entity_list (id),
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,             -- the name in lower case
    position    BIGINT NOT NULL,           -- its column among the others
    is_personal SMALLINT NOT NULL,         -- 1: tells of a person; shown to readers of submissions, never published
    title       TEXT NOT NULL,             -- the question's words; blank when nobody asked one
    created_at  BIGINT NOT NULL,
    deleted_at  BIGINT,                    -- null while it is there
    PRIMARY KEY (list_id, name)
);

-- entity_declaration: what a version of a form, a draft among them, declares about one list.
CREATE TABLE entity_declaration (
    version_id  TEXT NOT NULL,             -- of form_version; one of a draft that is gone counts for nothing
    list_name   TEXT NOT NULL,
    creates     SMALLINT NOT NULL,         -- 1: it may add entities
    updates     SMALLINT NOT NULL,         -- 1: it may change entities
    scope       TEXT NOT NULL,             -- the root, group or repeat an entity stands for: '/data/member'
    is_repeat   SMALLINT NOT NULL,         -- 1 when the scope itself is a repeat
    parent_list TEXT,                      -- the name of the list of its entities' parents
    properties  TEXT NOT NULL,             -- JSON list of names, in the order of the form
    PRIMARY KEY (version_id, list_name)
);
CREATE INDEX entity_declaration_list ON entity_declaration (list_name);

-- entity_choice: a file of a form version that is no file: the live list of entities.
CREATE TABLE entity_choice (
    version_id TEXT NOT NULL,              -- of form_version
    file_name  TEXT NOT NULL,              -- 'households.csv'
    list_id    TEXT NOT NULL REFERENCES entity_list (id),
    PRIMARY KEY (version_id, file_name)
);
CREATE INDEX entity_choice_list ON entity_choice (list_id);

-- entity: one thing, as its newest version says.
CREATE TABLE entity (
    id               TEXT PRIMARY KEY,     -- ours, UUIDv7: sorts by when it was made
    list_id          TEXT NOT NULL REFERENCES entity_list (id),
    uuid             TEXT NOT NULL,        -- the id that forms know it by
    label            TEXT NOT NULL,        -- what people call it
    data             TEXT NOT NULL,        -- JSON object: property → value
    version          BIGINT NOT NULL,      -- from 1
    conflict         TEXT,                 -- 'soft': changed from two sides; 'hard': the same property; null: neither, or resolved
    resolved_version BIGINT NOT NULL,      -- conflicts up to this version were looked at by somebody; 0: none
    parent_id        TEXT REFERENCES entity (id), -- null: it has none, or it is not here yet
    parent_uuid      TEXT,                 -- the parent's id as it was said
    place_code       TEXT,                 -- the place it lies in; null when nobody said
    created_at       BIGINT NOT NULL,
    created_by       TEXT,                 -- the account; null for the program
    changed_at       BIGINT,               -- null until it is first changed
    deleted_at       BIGINT,               -- null while it is there
    UNIQUE (list_id, uuid)
);
CREATE INDEX entity_listed ON entity (list_id, id);
CREATE INDEX entity_uuid ON entity (uuid);
CREATE INDEX entity_parent ON entity (parent_id, id) WHERE parent_id IS NOT NULL;
CREATE INDEX entity_orphan ON entity (parent_uuid) WHERE parent_id IS NULL AND parent_uuid IS NOT NULL;
CREATE INDEX entity_place ON entity (list_id, place_code);
CREATE INDEX entity_conflict ON entity (list_id, id) WHERE conflict IS NOT NULL;

-- entity_source: where a version came from.
CREATE TABLE entity_source (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,           -- 'submission', 'api' (a program), 'desk' (a person), 'upload' (many at once), or what another part names
    submission_id TEXT REFERENCES submission (id),
    is_forced     SMALLINT NOT NULL,       -- 1: it waited for others in vain and was taken out of turn
    details       TEXT,                    -- JSON: the upload's name, size and count
    created_at    BIGINT NOT NULL
);
CREATE INDEX entity_source_submission ON entity_source (submission_id) WHERE submission_id IS NOT NULL;

-- entity_version: what was known of an entity after each change; never altered.
CREATE TABLE entity_version (
    entity_id           TEXT NOT NULL REFERENCES entity (id),
    version             BIGINT NOT NULL,   -- from 1
    label               TEXT NOT NULL,     -- what people called it
    data                TEXT NOT NULL,     -- JSON object: everything known
    received            TEXT NOT NULL,     -- JSON object: what this change itself said, its label among it
    base_version        BIGINT,            -- the version it was made from; null for the first
    branch_id           TEXT,              -- one phone's offline work on the entity
    trunk_version       BIGINT,            -- the version the phone had when it went offline
    branch_base_version BIGINT,            -- the version as the phone counted
    conflicting         TEXT,              -- JSON list of properties that were changed from two sides
    is_late_create      SMALLINT NOT NULL, -- 1: it was meant to make the entity and came after its own updates
    parent_uuid         TEXT,              -- its parent after this change
    created_at          BIGINT NOT NULL,
    created_by          TEXT,              -- the account; null for the program
    user_agent          TEXT,              -- as the client says
    source_id           TEXT NOT NULL REFERENCES entity_source (id),
    PRIMARY KEY (entity_id, version)
);
CREATE INDEX entity_version_branch ON entity_version (branch_id, branch_base_version) WHERE branch_id IS NOT NULL;
CREATE INDEX entity_version_source ON entity_version (source_id);

-- entity_due: a submission that may speak of entities and was not looked at yet.
CREATE TABLE entity_due (
    id            TEXT PRIMARY KEY,        -- UUIDv7: they are worked off in this order
    project_id    BIGINT NOT NULL REFERENCES project (id),
    submission_id TEXT NOT NULL REFERENCES submission (id),
    cause         TEXT NOT NULL            -- 'filed', 'approved', 'next' (what it waited for is here), 'forced' (it waited in vain)
);
CREATE INDEX entity_due_project ON entity_due (project_id, id);

-- entity_work: what became of each entity a submission speaks of.
CREATE TABLE entity_work (
    submission_id       TEXT NOT NULL REFERENCES submission (id),
    nth                 BIGINT NOT NULL,   -- which of them, from 0
    list_name           TEXT NOT NULL,
    entity_uuid         TEXT,              -- null when the submission gives no proper id
    state               TEXT NOT NULL,     -- 'done', 'held' (its turn has not come), 'waiting' (for approval), 'failed', 'none' (nothing was asked for)
    entity_id           TEXT REFERENCES entity (id),
    version             BIGINT,            -- the version it made
    branch_id           TEXT,              -- when held: of which branch
    branch_base_version BIGINT,            -- when held: after which version of the branch it comes
    problem             TEXT,              -- when failed: JSON, a problem's code with its values
    worked_at           BIGINT NOT NULL,
    PRIMARY KEY (submission_id, nth)
);
CREATE INDEX entity_work_held ON entity_work (entity_uuid, branch_base_version) WHERE state = 'held';
CREATE INDEX entity_work_state ON entity_work (list_name, state) WHERE state IN ('held', 'waiting', 'failed');
