-- Requests that somebody is about to file. Times are microseconds since 1970 UTC.

-- request_draft: what was typed so far. Personal; deleted with its pictures when nobody touched it for as long as drafts are kept.
CREATE TABLE request_draft (
    id         TEXT PRIMARY KEY,      -- digest of the secret in the resident's cookie
    body       TEXT NOT NULL,         -- sealed JSON: what was typed, and the pictures; empty once it was filed
    changed_at BIGINT NOT NULL,
    filed_code TEXT,                  -- tracking code of the request it became, or joined
    sealed_key TEXT                   -- the resident's key, sealed, for the page that shows it; taken away within hours
);
CREATE INDEX request_draft_changed ON request_draft (changed_at);
