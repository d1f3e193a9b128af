-- Who may read what was filed: besides the place a submission is about, the organisation its project belongs to.
ALTER TABLE project ADD COLUMN org_code TEXT REFERENCES organisation (code); -- none: nobody's in particular

-- For lists of what was filed about some places.
CREATE INDEX submission_place ON submission (form_id, place_code);

-- form_file.follows_places: 1 when the file is the list of places in force, made anew when another list of places comes.
ALTER TABLE form_file ADD COLUMN follows_places SMALLINT NOT NULL DEFAULT 0; -- 1: made from the places; 0: somebody gave it
