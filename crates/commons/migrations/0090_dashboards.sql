-- Dashboards: numbers put together on one page, as a document of tiles.

-- dashboard: one of them, with the document under work; what everybody sees is the version in force.
CREATE TABLE dashboard (
    id           TEXT PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE, -- part of its address; never changes
    organisation TEXT,                 -- code of the organisation whose people compose it; NULL for none
    place        TEXT NOT NULL,        -- code of the place that it is about, as the document under work says
    state        TEXT NOT NULL,        -- 'draft' before it was published, 'shown', or 'hidden' after it was taken back
    version      BIGINT NOT NULL,      -- the version in force, from 1; 0 before it was published
    title        TEXT NOT NULL,        -- of the version in force; before there is one, of the document under work
    about        TEXT NOT NULL,        -- what that version says it is for; may be empty
    draft        TEXT NOT NULL,        -- the document under work, JSON
    revision     BIGINT NOT NULL,      -- grows with every change, so that nobody changes what they have not seen
    changed_at   BIGINT NOT NULL
);

-- dashboard_version: a document as it was published, never changed.
CREATE TABLE dashboard_version (
    dashboard_id TEXT NOT NULL,
    version      BIGINT NOT NULL,      -- from 1
    body         TEXT NOT NULL,        -- the document, JSON
    at           BIGINT NOT NULL,
    who          TEXT NOT NULL,        -- id of the person; 'system' for the program itself
    why          TEXT NOT NULL,        -- what they said has changed
    PRIMARY KEY (dashboard_id, version)
);
