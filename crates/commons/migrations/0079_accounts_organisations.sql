-- Two who say something of one organisation at once: whoever is second is told, and loses nothing.
ALTER TABLE organisation ADD COLUMN revision BIGINT NOT NULL DEFAULT 0; -- grows with every change of what is known of it, and of whether it is in use
