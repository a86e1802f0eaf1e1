-- goes with 0003_patients
-- Beside what is there, so that programs of before go on: a column that may be
-- empty, a table with the wall around it, and rows that are made from those there are.
ALTER TABLE locations ADD COLUMN short_name TEXT;
CREATE TABLE shelves (
    practice_id  TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    PRIMARY KEY (practice_id, location_id, number),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
INSERT INTO shelves SELECT practice_id, id, 1, name FROM locations;
