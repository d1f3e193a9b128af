-- Since when everybody may read a version of a table. What a closed dataset showed to those who work with it was not meant for everybody:
-- when it is opened, everybody reads the version that is shown then, and those that come.
ALTER TABLE shown_version ADD COLUMN public_at BIGINT; -- since when everybody may read it; none for one from a time when the dataset was closed

-- Of the versions from before this was kept: those of open datasets that came since the last opening. Of older ones nobody can tell whether
-- everybody ever read them.
UPDATE shown_version
SET public_at = shown_at
WHERE EXISTS (SELECT 1
              FROM resource r
              JOIN dataset d ON d.slug = r.dataset_slug
              WHERE r.id = shown_version.resource_id
                AND d.is_open = 1
                AND d.state IN ('active', 'withdrawn')
                AND NOT EXISTS (SELECT 1
                                FROM publication_step s
                                LEFT JOIN publication p ON p.id = s.publication_id
                                WHERE s.dataset_id = d.id
                                  AND s.act = 'published'
                                  AND p.resource_id IS NULL
                                  AND p.licence IS NULL
                                  AND s.at > shown_version.shown_at));
-- And the version that such a dataset was opened with: the newest from before its last opening.
UPDATE shown_version
SET public_at = (SELECT MAX(s.at)
                 FROM resource r
                 JOIN dataset d ON d.slug = r.dataset_slug
                 JOIN publication_step s ON s.dataset_id = d.id
                 LEFT JOIN publication p ON p.id = s.publication_id
                 WHERE r.id = shown_version.resource_id
                   AND s.act = 'published'
                   AND p.resource_id IS NULL
                   AND p.licence IS NULL)
WHERE public_at IS NULL
  AND EXISTS (SELECT 1
              FROM resource r
              JOIN dataset d ON d.slug = r.dataset_slug
              WHERE r.id = shown_version.resource_id
                AND d.is_open = 1
                AND d.state IN ('active', 'withdrawn'))
  AND NOT EXISTS (SELECT 1
                  FROM shown_version later
                  JOIN resource r ON r.id = later.resource_id
                  JOIN dataset d ON d.slug = r.dataset_slug
                  WHERE later.resource_id = shown_version.resource_id
                    AND later.version > shown_version.version
                    AND later.shown_at <= (SELECT MAX(s.at)
                                           FROM publication_step s
                                           LEFT JOIN publication p ON p.id = s.publication_id
                                           WHERE s.dataset_id = d.id
                                             AND s.act = 'published'
                                             AND p.resource_id IS NULL
                                             AND p.licence IS NULL));
