-- Followers of a dataset are told of deprecated versions of its tables from now on. Nobody is told of those that were deprecated before,
-- unless the dataset has other news for them.
UPDATE dataset_told
SET changed_at = (SELECT MAX(s.standing_at)
                  FROM shown_version s
                  JOIN resource r ON r.id = s.resource_id
                  JOIN dataset d ON d.slug = r.dataset_slug
                  WHERE d.id = dataset_told.dataset_id
                    AND s.standing = 'deprecated')
WHERE changed_at >= (SELECT d.changed_at FROM dataset d WHERE d.id = dataset_told.dataset_id)
  AND changed_at < (SELECT MAX(s.standing_at)
                    FROM shown_version s
                    JOIN resource r ON r.id = s.resource_id
                    JOIN dataset d ON d.slug = r.dataset_slug
                    WHERE d.id = dataset_told.dataset_id
                      AND s.standing = 'deprecated');
