-- Projects, forms and submissions as ODK Central knows them: trash, reviews, comments, edits counted, drafts that are tried out.

ALTER TABLE project ADD COLUMN description TEXT;                            -- what it is for
ALTER TABLE project ADD COLUMN is_archived SMALLINT NOT NULL DEFAULT 0;     -- 1 when lists show it last
ALTER TABLE project ADD COLUMN updated_at BIGINT;                           -- when its name or description changed
ALTER TABLE project ADD COLUMN deleted_at BIGINT;                           -- when it was thrown away, its forms with it

ALTER TABLE form ADD COLUMN number BIGINT;          -- a small number: ODK clients name a form in the trash by it
ALTER TABLE form ADD COLUMN updated_at BIGINT;      -- when its state or audience changed
ALTER TABLE form ADD COLUMN deleted_at BIGINT;      -- when it was thrown away
ALTER TABLE form ADD COLUMN trashed_form_id TEXT;   -- its XForm id while it is in the trash; xml_form_id is its own id then, so that another may take the name
ALTER TABLE form ADD COLUMN draft_of TEXT;          -- the form whose draft is tried out here; such a form is in no list, and what is filed to it in no table
UPDATE form SET number = (SELECT COUNT(*) FROM form other WHERE other.id <= form.id);
CREATE UNIQUE INDEX form_number ON form (number);
CREATE UNIQUE INDEX form_draft_of ON form (draft_of) WHERE draft_of IS NOT NULL;

ALTER TABLE form_version ADD COLUMN published_by TEXT;  -- who, as in audit
ALTER TABLE form_version ADD COLUMN draft_token TEXT;   -- a secret in the address where a draft is tried out; null once it is published

-- submission.is_current: 1 for the newest of its edits, 2 for the newest of a submission that is in the trash, 0 for all others.
ALTER TABLE submission ADD COLUMN review_state TEXT;    -- 'edited', 'hasIssues', 'approved' or 'rejected' on the newest of its edits; null when nobody looked at it
ALTER TABLE submission ADD COLUMN updated_at BIGINT;    -- on the newest of its edits: when it was edited or reviewed
ALTER TABLE submission ADD COLUMN deleted_at BIGINT;    -- on every edit: when it was thrown away
ALTER TABLE submission ADD COLUMN n_edits BIGINT NOT NULL DEFAULT 0; -- on the newest of its edits: how many came before it
ALTER TABLE submission ADD COLUMN user_agent TEXT;      -- the program that sent it, as it says
ALTER TABLE submission ADD COLUMN first_at BIGINT;      -- on the newest of several edits: when the first came; null where it is the first
ALTER TABLE submission ADD COLUMN first_by TEXT;        -- on the newest of several edits: who filed the first
ALTER TABLE submission ADD COLUMN first_device TEXT;    -- on the newest of several edits: the first one's device
ALTER TABLE submission ADD COLUMN first_agent TEXT;     -- on the newest of several edits: the program that sent the first
UPDATE submission
SET review_state = 'edited',
    updated_at = filed_at,
    n_edits = (SELECT COUNT(*) FROM submission o WHERE o.form_id = submission.form_id AND o.root_id = submission.root_id) - 1,
    first_at = (SELECT o.filed_at FROM submission o WHERE o.form_id = submission.form_id AND o.instance_id = submission.root_id),
    first_by = (SELECT o.filed_by FROM submission o WHERE o.form_id = submission.form_id AND o.instance_id = submission.root_id),
    first_device = (SELECT o.device_id FROM submission o WHERE o.form_id = submission.form_id AND o.instance_id = submission.root_id)
WHERE is_current = 1 AND instance_id <> root_id;
CREATE INDEX submission_trash ON submission (form_id, id) WHERE is_current = 2;
CREATE INDEX submission_review ON submission (form_id, review_state) WHERE review_state IS NOT NULL;

-- submission_comment: what people who look at a submission tell each other about it. Personal.
CREATE TABLE submission_comment (
    id      TEXT PRIMARY KEY,   -- UUIDv7
    form_id TEXT NOT NULL REFERENCES form (id),
    root_id TEXT NOT NULL,      -- the instance id of the first of the submission's edits
    body    TEXT NOT NULL,      -- as it was written
    at      BIGINT NOT NULL,
    by      TEXT                -- the account; null for an operator
);
CREATE INDEX submission_comment_of ON submission_comment (form_id, root_id, id);

-- web_draft.corrects: the instance id of the edit that these answers take the place of; null for a new submission.
ALTER TABLE web_draft ADD COLUMN corrects TEXT;
