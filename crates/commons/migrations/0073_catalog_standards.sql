-- Why a column could not be held against its standard.

-- column_standard.unchecked: why the last check could not be made, as JSON: language to sentence; empty when it was made.
ALTER TABLE column_standard ADD COLUMN unchecked TEXT NOT NULL DEFAULT '';
