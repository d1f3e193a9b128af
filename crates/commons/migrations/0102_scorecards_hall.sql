-- The meeting screen: pictures that devices sent, before an act says what they show.

-- scorecard_hall_photo: a picture under the name that its device gave it.
CREATE TABLE scorecard_hall_photo (
    round_id   TEXT NOT NULL REFERENCES scorecard_round (id),
    digest     TEXT NOT NULL,     -- SHA-256 in hex of the bytes that the device sent; scorecard_photo.blob names it
    blob       TEXT NOT NULL,     -- SHA-256 in hex of what is kept of them: the picture without anything hidden
    media_type TEXT NOT NULL,     -- of what is kept: 'image/jpeg', 'image/png' or 'image/webp'
    size_bytes BIGINT NOT NULL,
    sent_by    TEXT NOT NULL,     -- account that sent it; empty for none
    sent_at    BIGINT NOT NULL,
    PRIMARY KEY (round_id, digest)
);
