-- What a number rests on, and how sure it is.

-- observation.se: the standard error, in the unit of the value; NULL for a count of all.
ALTER TABLE observation ADD COLUMN se DOUBLE PRECISION;
-- observation.n_eff: rows of a simple random sample that would tell as much; NULL where se is.
ALTER TABLE observation ADD COLUMN n_eff DOUBLE PRECISION;
-- observation.standing: 'official', 'provisional', 'citizen', 'proxy' or 'estimated'.
ALTER TABLE observation ADD COLUMN standing TEXT NOT NULL DEFAULT 'official';
