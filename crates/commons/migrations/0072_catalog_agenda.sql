-- What came for a period may wait for others before everybody can read it; plans may have targets; a file may say which period it is for.

-- agenda_due.delivered_at: since this migration, when its producer sent it, whether or not everybody can read it yet.
-- agenda_due.published_at: since when everybody can read it; none while it waits, and for data that are for staff only.
ALTER TABLE agenda_due ADD COLUMN published_at BIGINT;
-- agenda_due.publication_id: the way (publication.id) of the file that came for it; none where nobody looks at files first.
ALTER TABLE agenda_due ADD COLUMN publication_id TEXT;
UPDATE agenda_due SET published_at = delivered_at
WHERE delivered_at IS NOT NULL AND dataset_id IN (SELECT id FROM dataset WHERE is_open = 1);
CREATE INDEX agenda_due_publication ON agenda_due (publication_id);
CREATE INDEX publication_step_publication ON publication_step (publication_id, id);

-- agenda_plan.targets: how much of the rows is to be there at B03, B06, B09 and B12, in percent, as '50 100 - -'; empty where nobody said.
ALTER TABLE agenda_plan ADD COLUMN targets TEXT NOT NULL DEFAULT '';
-- agenda_plan.expected_rows: how many rows the first table of the dataset holds when everything is in; none without targets.
ALTER TABLE agenda_plan ADD COLUMN expected_rows BIGINT;

-- agenda_file: for which period its sender said a file is.
CREATE TABLE agenda_file (
    file_id TEXT PRIMARY KEY,        -- received_file.id
    period  TEXT NOT NULL            -- agenda_due.period; '-' for a file that corrects what came before
);

-- agenda_seen: which file or address of a resource that is no table was counted last.
CREATE TABLE agenda_seen (
    resource_id TEXT PRIMARY KEY,    -- resource.id
    mark        TEXT NOT NULL        -- SHA-256 of the file, or the address
);
-- What stands there already came before it was counted.
INSERT INTO agenda_seen (resource_id, mark)
SELECT r.id, COALESCE(r.blob, r.url)
FROM resource r
JOIN dataset d ON d.slug = r.dataset_slug
JOIN agenda_plan p ON p.dataset_id = d.id
WHERE r.lake_table IS NULL;
