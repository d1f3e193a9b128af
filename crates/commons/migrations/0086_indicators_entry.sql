-- Numbers that offices enter by hand: sheets, what stands on them, and who did what with them.

-- indicator_sheet: the numbers of one indicator, office and period; kept from the first time that somebody saves it.
CREATE TABLE indicator_sheet (
    id             TEXT PRIMARY KEY,
    indicator      TEXT NOT NULL,    -- code of the indicator
    place          TEXT NOT NULL,    -- code of the place whose office fills it in
    period         TEXT NOT NULL,    -- period that it is of, such as 2026-03
    state          TEXT NOT NULL,    -- of the edition under work: 'draft', 'handed-in', 'returned' or 'signed'
    edition        BIGINT NOT NULL,  -- the edition under work, from 1; one more for each correction of what was signed
    signed_edition BIGINT,           -- the edition whose numbers count; NULL before one was signed
    signed_at      BIGINT,           -- when that was signed; NULL before
    note           TEXT NOT NULL,    -- what whoever entered it says about it; empty for nothing
    revision       BIGINT NOT NULL,  -- grows with every step, so that nobody decides on what they have not seen
    UNIQUE (indicator, place, period)
);

-- indicator_sheet_value: what stands on an edition of a sheet; a place without a row was left blank.
CREATE TABLE indicator_sheet_value (
    sheet_id    TEXT NOT NULL,
    edition     BIGINT NOT NULL,     -- edition of the sheet
    place       TEXT NOT NULL,       -- code of the place that it is of
    codes       TEXT NOT NULL,       -- the group that it is of, as sex=F;age=0-4; empty without groups
    numerator   BIGINT NOT NULL,     -- the numerator of a share, or the total
    denominator BIGINT,              -- the denominator of a share; NULL for a total
    PRIMARY KEY (sheet_id, edition, place, codes)
);

-- indicator_sheet_step: what was done with a sheet, never changed.
CREATE TABLE indicator_sheet_step (
    id       TEXT PRIMARY KEY,
    sheet_id TEXT NOT NULL,
    edition  BIGINT NOT NULL,        -- the edition that it was done with
    at       BIGINT NOT NULL,
    who      TEXT NOT NULL,          -- id of the person; 'system' for the program itself
    state    TEXT NOT NULL,          -- what it became: 'draft', 'handed-in', 'returned' or 'signed'
    note     TEXT NOT NULL           -- what they said; empty for nothing
);
CREATE INDEX indicator_sheet_step_of ON indicator_sheet_step (sheet_id, id);
