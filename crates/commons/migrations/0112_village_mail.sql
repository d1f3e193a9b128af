-- village_mail_asked: addresses that were asked by mail whether they want to be told about a proposal or an ask. Forgotten after three days.
CREATE TABLE village_mail_asked (
    mark        TEXT NOT NULL,      -- keyed hash of the address
    about       TEXT NOT NULL,      -- kind and id of the record: proposal/0190…
    asked_at    BIGINT NOT NULL,
    PRIMARY KEY (mark, about, asked_at)
);
