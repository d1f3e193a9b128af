-- The village's billboard: what a village chose to have on it.

-- billboard_choice: the language and the figures of a village's billboard. A village without a row has the usual ones.
CREATE TABLE billboard_choice (
    place      TEXT PRIMARY KEY,    -- code of the village
    lang       TEXT NOT NULL,       -- language in which it is printed; empty for that of the installation
    indicators TEXT NOT NULL,       -- codes in the order in which they stand on it, JSON; an empty list for the usual ones
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL        -- who, as in audit.who
);
