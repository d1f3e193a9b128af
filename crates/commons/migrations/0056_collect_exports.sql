-- Exports read a form's submissions from the newest to the oldest, in stretches, as they were first filed; this holds the order.

CREATE INDEX submission_shown ON submission (form_id, (COALESCE(first_at, filed_at)), id, is_current) WHERE is_current > 0;
-- What sorted by the time of the newest edit has the one above.
DROP INDEX submission_form;

-- form_tabulated: how far a form was put into its tables.
CREATE TABLE form_tabulated (
    form_id TEXT PRIMARY KEY REFERENCES form (id),
    mark    TEXT NOT NULL            -- rows of submissions up to this id may stand in the tables; of later ones none does
);
INSERT INTO form_tabulated (form_id, mark)
SELECT form_id, MAX(id) FROM submission GROUP BY form_id;
