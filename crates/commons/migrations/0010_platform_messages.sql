-- Messages to people and from people. Addresses and words are sealed with the installation's own key.

-- message: one notice on its way to one person.
CREATE TABLE message (
    id         TEXT PRIMARY KEY,     -- UUIDv7
    channel    TEXT NOT NULL,        -- 'sms', 'email' or 'account'
    address    TEXT NOT NULL,        -- sealed: a phone number, an e-mail address or the id of an account
    mark       TEXT NOT NULL,        -- keyed hash of the address, to find the messages of one person
    lang       TEXT NOT NULL,        -- language it is written in
    title      TEXT NOT NULL,        -- sealed; the subject of mail, empty otherwise
    text       TEXT,                 -- sealed; erased once a gateway has taken it
    about      TEXT NOT NULL,        -- the path of the record it is about, e.g. 'request/{id}'
    answers    TEXT,                 -- sealed Message-ID of the mail it answers
    state      TEXT NOT NULL,        -- 'queued', 'sent', 'delivered' or 'failed'
    trouble    TEXT,                 -- code of what went wrong last, never with an address in it
    n_tries    BIGINT NOT NULL,
    n_parts    BIGINT NOT NULL,      -- parts the gateway charges for
    queued_at  BIGINT NOT NULL,
    sent_at    BIGINT,
    settled_at BIGINT                -- when it was delivered or failed for good
);
CREATE INDEX message_state ON message (state, channel, id);
CREATE INDEX message_mark ON message (mark, id);
CREATE INDEX message_about ON message (about, id);

-- heard: one message from somebody, so that each is handled once; the words stay with the slice that took them.
CREATE TABLE heard (
    id           TEXT PRIMARY KEY,   -- channel and the gateway's own id
    channel      TEXT NOT NULL,      -- 'sms', 'ussd' or 'email'
    mark         TEXT NOT NULL,      -- keyed hash of the sender, to slow down one who floods
    n_characters BIGINT NOT NULL,
    n_files      BIGINT NOT NULL,
    outcome      TEXT NOT NULL,      -- 'answered', 'quiet', 'ignored', 'refused' or 'flood'
    answer       TEXT,               -- sealed; given again when the gateway asks again
    at           BIGINT NOT NULL
);
CREATE INDEX heard_mark ON heard (mark, at);
CREATE INDEX heard_at ON heard (at);
