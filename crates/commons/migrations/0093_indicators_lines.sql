-- Where the numbers of others stood, so that their passports say it: the line of the file, and under which terms it was published.

ALTER TABLE outside_indicator ADD COLUMN lines TEXT;    -- JSON: for each number its line and how that read; NULL for what was taken in before
ALTER TABLE outside_source ADD COLUMN licence TEXT;     -- as the operator gave it; NULL where nobody said
