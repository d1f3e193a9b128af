-- Files that are no tables can be cited: each that came stays at an address of its own when another takes its place.

-- kept_file: a file that came for a resource that is no table.
CREATE TABLE kept_file (
    resource_id TEXT NOT NULL,       -- resource.id
    blob        TEXT NOT NULL,       -- SHA-256 of its bytes
    name        TEXT NOT NULL,       -- the name it was sent under
    size_bytes  BIGINT,              -- its length; none for one that came before this was kept
    received_at BIGINT NOT NULL,     -- when it came first
    public_at   BIGINT,              -- since when everybody may read it; none for one from a time when the dataset was closed
    PRIMARY KEY (resource_id, blob)
);
CREATE INDEX kept_file_blob ON kept_file (blob);

INSERT INTO kept_file (resource_id, blob, name, size_bytes, received_at, public_at)
SELECT r.id, r.blob, r.url, CAST(NULL AS BIGINT), r.changed_at,
       CASE WHEN d.is_open = 1 AND d.state IN ('active', 'withdrawn') THEN r.changed_at ELSE NULL END
FROM resource r
JOIN dataset d ON d.slug = r.dataset_slug
WHERE r.blob IS NOT NULL AND r.lake_table IS NULL AND r.state = 'active';
