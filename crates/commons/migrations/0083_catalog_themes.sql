-- A portal begins with the seven themes of the codelist "themes". What was called "population" here is called "demography" there: its datasets,
-- requests and followers go along, and the old address leads to the new one.

INSERT INTO theme (name, id, title, description, image_url, state, extras, created_at)
SELECT 'demography', 'demography', title, description, image_url, state, extras, created_at
FROM theme
WHERE name = 'population'
ON CONFLICT DO NOTHING;
INSERT INTO theme (name, id, title, description, image_url, state, extras, created_at)
-- Their day is that of the list: 4 March 2019.
VALUES ('demography', 'demography', '', '', '', 'active', '[]', 1551657600000000),
       ('government', 'government', '', '', '', 'active', '[]', 1551657600000000),
       ('economy', 'economy', '', '', '', 'active', '[]', 1551657600000000),
       ('education', 'education', '', '', '', 'active', '[]', 1551657600000000),
       ('culture', 'culture', '', '', '', 'active', '[]', 1551657600000000),
       ('health', 'health', '', '', '', 'active', '[]', 1551657600000000),
       ('infrastructure', 'infrastructure', '', '', '', 'active', '[]', 1551657600000000)
ON CONFLICT DO NOTHING;

INSERT INTO dataset_theme (dataset_slug, theme)
SELECT dataset_slug, 'demography' FROM dataset_theme WHERE theme = 'population'
ON CONFLICT DO NOTHING;
DELETE FROM dataset_theme WHERE theme = 'population';
UPDATE dataset SET theme = 'demography' WHERE theme = 'population';
UPDATE contribution SET theme = 'demography' WHERE theme = 'population';
DELETE FROM theme WHERE name = 'population';

DELETE FROM follower
WHERE subject_kind = 'news-of-theme'
  AND subject_id = 'population'
  AND EXISTS (SELECT 1
              FROM follower f
              WHERE f.subject_kind = 'news-of-theme'
                AND f.subject_id = 'demography'
                AND f.channel = follower.channel
                AND f.address = follower.address);
UPDATE follower SET subject_id = 'demography' WHERE subject_kind = 'news-of-theme' AND subject_id = 'population';

-- Indexes that another program keeps of the catalogue are old.
UPDATE catalogue_state SET n = n + 1, n_whole = n + 1;
