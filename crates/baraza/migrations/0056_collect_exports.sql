-- Exports read a form's submissions from the newest to the oldest, in stretches, as they were first filed; this holds the order.

CREATE INDEX submission_shown ON submission (form_id, (COALESCE(first_at, filed_at)), id, is_current) WHERE is_current > 0;
-- What sorted by the time of the newest edit has the one above.
DROP INDEX submission_form;
