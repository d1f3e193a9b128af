-- Who provides in a round stays who provided when it was planned, whoever the facility belongs to later.

-- Code of the organisation that provided the service when the round was planned; empty where nobody knows.
ALTER TABLE scorecard_round ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
UPDATE scorecard_round
SET organisation = COALESCE((SELECT f.organisation
                             FROM scorecard_facility f
                             WHERE f.code = scorecard_round.facility_code), '');
