-- Two truths side by side: what other numbers say about a standard criterion of a kind of facility.

-- beside_link: what a steward said of a link. Rows are only added; of each link the last one holds, over what is shipped.
CREATE TABLE beside_link (
    id            TEXT PRIMARY KEY,  -- UUIDv7
    facility_kind TEXT NOT NULL,     -- 'clinic', 'school', 'licensing', 'water', 'market' or 'other'
    standard      TEXT NOT NULL,     -- code of a standard criterion, 'waiting'
    source        TEXT NOT NULL,     -- 'survey', 'official' or 'requests'
    number_code   TEXT NOT NULL,     -- code of the indicator; of the service where the source is 'requests'
    people_code   TEXT,              -- code of the indicator that counts the people of a place, for a rate of requests; NULL: a count
    zero_value    DOUBLE PRECISION,  -- the value that stands at 0 points; NULL: the value does not turn into points
    hundred_value DOUBLE PRECISION,  -- the value that stands at 100 points
    concept       TEXT NOT NULL,     -- beside the criterion: 'same', 'broader', 'narrower', 'proxy' or 'different'
    people        TEXT NOT NULL,     -- whom the number is of: 'users', 'residents' or 'senders'
    note          TEXT NOT NULL,     -- why the concept is said to be so: JSON of a text by language
    is_withdrawn  SMALLINT NOT NULL, -- 1: the link holds no more
    version       BIGINT NOT NULL,   -- the first, second … thing that was said of the link; the last one holds
    who           TEXT NOT NULL,     -- who said so, as in audit.who
    at            BIGINT NOT NULL
);
CREATE INDEX beside_link_of ON beside_link (facility_kind, standard, source, number_code);
