-- What readers bring and stewards make service requests of; and how a dataset stood when its followers were told of it last.

-- contribution.is_question: 1 when the sender said that it is a question that wants an answer; 0 otherwise.
ALTER TABLE contribution ADD COLUMN is_question SMALLINT NOT NULL DEFAULT 0;
-- contribution.request_state: empty while it is no service request; 'asked' while it is being filed as one; 'unfiled' when it could not be
-- filed; then how the request stands for everybody: 'open', 'answered' or 'closed'.
ALTER TABLE contribution ADD COLUMN request_state TEXT NOT NULL DEFAULT '';
-- contribution.request_code: the tracking code of that request, plain; empty before there is one.
ALTER TABLE contribution ADD COLUMN request_code TEXT NOT NULL DEFAULT '';
CREATE INDEX contribution_request ON contribution (request_code);

-- dataset_told.standing: how the dataset stood when its followers were told last: 'open', 'deprecated', 'withdrawn' or 'closed'.
ALTER TABLE dataset_told ADD COLUMN standing TEXT NOT NULL DEFAULT 'open';
-- Nobody is told now of what went away before this was kept.
UPDATE dataset_told SET standing = 'closed' WHERE dataset_id NOT IN (SELECT id FROM dataset WHERE state = 'active' AND is_open = 1);
