-- Who was told of which step on the way to everybody; licences of published datasets that are looked at before they hold.

-- publication.licence: the licence that a published dataset is to have; none where rows or the whole dataset are to be published.
ALTER TABLE publication ADD COLUMN licence TEXT;

-- publication_step.told_at: when those whom the step concerns were told, or that it concerns nobody; none until then.
ALTER TABLE publication_step ADD COLUMN told_at BIGINT;
-- Nobody is told of what was done before anybody was told of anything.
UPDATE publication_step SET told_at = at;
CREATE INDEX publication_step_untold ON publication_step (id) WHERE told_at IS NULL;
