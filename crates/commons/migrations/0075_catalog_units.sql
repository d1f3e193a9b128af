-- Units that files give beside their numbers, apart from what a column is called.

-- resource_column.unit: what stands beside every value of the file that is shown, such as 'M', '%' or 'Rp'; empty for nothing.
ALTER TABLE resource_column ADD COLUMN unit TEXT NOT NULL DEFAULT '';
-- Until now a unit stood in the title only, as 'amount (M)', where nobody had given one.
UPDATE resource_column
SET unit = SUBSTR(title, LENGTH(name) + 3, LENGTH(title) - LENGTH(name) - 3)
WHERE kind = 'decimal'
  AND asked = ''
  AND LENGTH(title) BETWEEN LENGTH(name) + 4 AND LENGTH(name) + 15
  AND SUBSTR(title, 1, LENGTH(name) + 2) = name || ' ('
  AND SUBSTR(title, LENGTH(title), 1) = ')'
  AND resource_id IN (SELECT resource_id FROM received_file WHERE state = 'read')
  AND resource_id NOT IN (SELECT resource_id FROM datastore);
