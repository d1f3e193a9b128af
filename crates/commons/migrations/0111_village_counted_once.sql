-- Who was counted stands in one table for proposals and votes; people recorded at the desk and voices that nobody confirmed are counted apart;
-- a text message is asked back; addresses are asked by mail; a text message begins a proposal.

-- village_person: who was counted once. Nothing of the person is kept but a keyed hash that holds for this matter alone.
CREATE TABLE village_person (
    matter      TEXT NOT NULL,      -- what they were counted for: proposal/0190… or ballot/0190…
    mark        TEXT NOT NULL,      -- keyed hash of the matter and the telephone number, or of name and year of birth
    way         TEXT NOT NULL,      -- 'phone', 'desk', 'attested' (at the desk without a number) or 'unconfirmed' (by text message, nobody asked back)
    PRIMARY KEY (matter, mark)
);
INSERT INTO village_person (matter, mark, way) SELECT 'proposal/' || proposal_id, mark, way FROM village_support;
INSERT INTO village_person (matter, mark, way) SELECT 'ballot/' || ballot_id, mark, 'phone' FROM village_voter;
DROP TABLE village_support;
DROP TABLE village_voter;

ALTER TABLE village_proposal ADD COLUMN n_attested BIGINT NOT NULL DEFAULT 0;    -- people who support it at the desk without a telephone number
ALTER TABLE village_proposal ADD COLUMN n_unconfirmed BIGINT NOT NULL DEFAULT 0; -- numbers that support it by text message and were not asked back; in no sum
ALTER TABLE village_ballot ADD COLUMN n_desk BIGINT NOT NULL DEFAULT 0;          -- people who voted at the desk
ALTER TABLE village_ballot ADD COLUMN n_attested BIGINT NOT NULL DEFAULT 0;      -- people who voted at the desk without a telephone number
ALTER TABLE village_ballot ADD COLUMN n_unconfirmed BIGINT NOT NULL DEFAULT 0;   -- numbers that voted by text message and were not asked back; in no sum
ALTER TABLE village_option ADD COLUMN n_desk BIGINT NOT NULL DEFAULT 0;          -- marks from the desk
ALTER TABLE village_option ADD COLUMN n_unconfirmed BIGINT NOT NULL DEFAULT 0;   -- marks by text message that were not asked back; in no sum

ALTER TABLE village_code ADD COLUMN asked TEXT; -- sealed: what a text message asked for, done once its sender sends the code; NULL for codes of forms, empty when over

-- village_draft: a proposal that came by text message and waits for the village's operator to complete it.
CREATE TABLE village_draft (
    id          TEXT PRIMARY KEY,   -- UUIDv7; the proposal's own when it is completed
    code        TEXT NOT NULL UNIQUE, -- six characters, which the sender was told; the proposal's own when it is completed
    place       TEXT NOT NULL,      -- code of the village
    text_sealed TEXT NOT NULL,      -- what was written, sealed: it may name people
    mark        TEXT NOT NULL,      -- keyed hash of the sender's number, by which drafts of one number are counted
    made_at     BIGINT NOT NULL
);
CREATE INDEX village_draft_place ON village_draft (place, id);
CREATE INDEX village_draft_mark ON village_draft (mark, made_at);
