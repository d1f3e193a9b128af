-- Formulas over other indicators: what each reads, and how far it has read. Recomputing touches only the places whose inputs changed.

-- observation.run_id: the run that last changed the row; NULL for rows that have stood since before this column.
ALTER TABLE observation ADD COLUMN run_id TEXT;
CREATE INDEX observation_changed ON observation (indicator, run_id);

-- indicator.shrunk_in: the last run in which observations went away, which no row can tell; NULL when none ever did.
ALTER TABLE indicator ADD COLUMN shrunk_in TEXT;

-- indicator_input: which indicators the formula in force reads.
CREATE TABLE indicator_input (
    indicator TEXT NOT NULL,            -- code of the formula
    name      TEXT NOT NULL,            -- what its expression calls the input
    input     TEXT NOT NULL,            -- code of the indicator that is read
    PRIMARY KEY (indicator, name)
);
CREATE INDEX indicator_input_read ON indicator_input (input);

-- indicator_input_seen: how far a formula's public numbers follow each input.
CREATE TABLE indicator_input_seen (
    indicator TEXT NOT NULL,            -- code of the formula
    input     TEXT NOT NULL,            -- code of the indicator that is read
    run_id    TEXT NOT NULL,            -- the input's run that was public when the formula was last worked out
    PRIMARY KEY (indicator, input)
);
