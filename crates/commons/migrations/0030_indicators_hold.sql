-- Figures held back: a definition may say that what is published moves only when enough has changed.

-- observation.as_of: when the run was that the figures are of, in microseconds; NULL for those of the current run.
ALTER TABLE observation ADD COLUMN as_of BIGINT;
