-- Channels: contacts and followers sealed at rest, conversations by text message, notices.
-- Contacts and followers of 0040 and 0041 were never released, and what was kept of them in plain is dropped.

-- follower.address is sealed from now on, and found again by its mark.
DELETE FROM follower;
ALTER TABLE follower ADD COLUMN mark TEXT NOT NULL DEFAULT ''; -- finds the same address again without telling it
ALTER TABLE follower ADD COLUMN is_stopped SMALLINT NOT NULL DEFAULT 0; -- 1 when its owner asked to be told nothing more
DROP INDEX follower_address;
CREATE UNIQUE INDEX follower_once ON follower (subject_kind, subject_id, mark);
CREATE INDEX follower_mark ON follower (mark);

-- request_contact: who filed a request. Personal, sealed; absent for anonymous requests.
DROP TABLE request_contact;
CREATE TABLE request_contact (
    request_id TEXT PRIMARY KEY REFERENCES service_request (id),
    card       TEXT NOT NULL,        -- JSON of name, telephone number, e-mail address and account, sealed
    phone_mark TEXT,                 -- finds the number again without telling it
    email_mark TEXT,                 -- as phone_mark, of the e-mail address
    person     TEXT                  -- the mark that tells one person from another: of account, number or e-mail address; null where nothing does
);
CREATE INDEX request_contact_person ON request_contact (person);
CREATE INDEX request_contact_phone ON request_contact (phone_mark) WHERE phone_mark IS NOT NULL;
CREATE INDEX request_contact_email ON request_contact (email_mark) WHERE email_mark IS NOT NULL;

-- request_talk: where a conversation by text message or mail stands. One of a sender's at a time.
CREATE TABLE request_talk (
    mark       TEXT PRIMARY KEY,     -- of the sender's address
    draft      TEXT NOT NULL,        -- JSON of what was said so far and what was asked last, sealed
    expires_at BIGINT NOT NULL       -- forgotten from then on
);
CREATE INDEX request_talk_expires ON request_talk (expires_at);

-- request_told: what of a request's timeline its people were told, so that nobody is told twice.
CREATE TABLE request_told (
    request_id TEXT NOT NULL,
    entry      TEXT NOT NULL,        -- id of the entry of its timeline
    PRIMARY KEY (request_id, entry)
);

-- request_special_notice: the message by which a resident was told that their request is to be closed specially.
CREATE TABLE request_special_notice (
    message_id  TEXT PRIMARY KEY,    -- of the outbox
    request_id  TEXT NOT NULL,
    proposed_at BIGINT NOT NULL      -- the proposal it tells of
);
CREATE INDEX request_special_notice_request ON request_special_notice (request_id);

-- desk_notice: what somebody of a unit is to be told next, counted, so that many things make one notice.
CREATE TABLE desk_notice (
    user_id    TEXT NOT NULL,
    what       TEXT NOT NULL,        -- 'assigned', 'step-near', 'climbed', 'refused', …
    request_id TEXT NOT NULL,        -- the latest of them
    n          BIGINT NOT NULL,      -- how many
    PRIMARY KEY (user_id, what)
);
