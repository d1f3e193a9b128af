-- What ODK's clients call an account by, roles within one project, and passwords that were forgotten.

-- user_account.number: the number by which ODK's clients know the account; made from its id, null until somebody asks for one made before.
ALTER TABLE user_account ADD COLUMN number BIGINT; -- 1 to 2,147,483,647
CREATE UNIQUE INDEX user_account_number ON user_account (number);

-- assignment: a role within one project, or within one of its forms, as ODK Central gives them.
CREATE TABLE assignment (
    user_id      TEXT NOT NULL REFERENCES user_account (id),
    role         TEXT NOT NULL,       -- 'manager', 'viewer', 'formfill' or 'app-user'
    project_id   BIGINT NOT NULL,     -- the project's number
    project_slug TEXT NOT NULL,       -- the project in page addresses
    xml_form_id  TEXT NOT NULL,       -- the only form it is about; '' for the whole project
    form_slug    TEXT NOT NULL,       -- that form in page addresses; '' for the whole project
    given_at     BIGINT NOT NULL,
    given_by     TEXT NOT NULL,       -- who, as in audit.who
    PRIMARY KEY (user_id, role, project_id, xml_form_id)
);
CREATE INDEX assignment_of_project ON assignment (project_id, xml_form_id);

-- A device of before fills every form of its project.
INSERT INTO assignment (user_id, role, project_id, project_slug, xml_form_id, form_slug, given_at, given_by)
SELECT a.user_id, 'app-user', a.project_id, p.slug, '', '', a.created_at, 'system'
FROM app_user a
JOIN project p ON p.id = a.project_id;

-- password_reset: somebody may choose another password once. The secret itself is never stored.
CREATE TABLE password_reset (
    secret_hash TEXT PRIMARY KEY,     -- SHA-256 of the secret in the mail
    user_id     TEXT NOT NULL REFERENCES user_account (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX password_reset_of_user ON password_reset (user_id);
