-- What a note said before it was corrected.

-- listening_version: a note as it stood until a correction; never changed.
CREATE TABLE listening_version (
    note_id   TEXT NOT NULL,
    version   BIGINT NOT NULL,      -- from 1: the note as it was first kept
    n_present BIGINT NOT NULL,      -- how many were there, as it said then
    held_on   TEXT NOT NULL,        -- YYYY-MM-DD, as it said then
    questions TEXT NOT NULL,        -- the guide of questions then; empty for none
    text      TEXT NOT NULL,        -- its paragraphs then, sealed, a blank line between two
    why       TEXT NOT NULL,        -- why it was corrected, sealed: it may speak of what was said
    who       TEXT NOT NULL,        -- id of the account that corrected it
    at        BIGINT NOT NULL,      -- when it was corrected
    PRIMARY KEY (note_id, version)
);
