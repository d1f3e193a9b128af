-- What a sender knows of a file, and what a form says of a column.

-- How to read the file, as JSON: sheet, delimiter, decimal sign, words for "missing"; '{}' leaves it to the program.
ALTER TABLE received_file ADD COLUMN how TEXT NOT NULL DEFAULT '{}';

-- How a form asks for the column, which its class is proposed from: 'select', 'text', 'position' …; empty when no form does.
ALTER TABLE resource_column ADD COLUMN asked TEXT NOT NULL DEFAULT '';
