-- goes with 9001_expands
-- Takes away what only programs before 9001_expands used.
ALTER TABLE locations DROP COLUMN short_name;
