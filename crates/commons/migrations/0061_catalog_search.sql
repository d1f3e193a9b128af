-- The index of the catalogue follows what changed: which datasets, and since when everything has to be read again.

ALTER TABLE dataset ADD COLUMN changed_n BIGINT NOT NULL DEFAULT 0;          -- catalogue_state.n at its last change
CREATE INDEX dataset_changed_n ON dataset (changed_n);
ALTER TABLE catalogue_state ADD COLUMN n_whole BIGINT NOT NULL DEFAULT 0;    -- n at the last change that was not of one dataset, nor of a publisher or theme
