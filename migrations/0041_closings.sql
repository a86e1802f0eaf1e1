-- What a line of the list of a location that closes was settled with, or why it is waived.
CREATE TABLE closings (
    practice_id  TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    line         TEXT   NOT NULL,
    settled_at   BIGINT NOT NULL,
    settled_by   TEXT   NOT NULL,
    settled_name TEXT   NOT NULL,
    waived       BIGINT NOT NULL DEFAULT 0 CHECK (waived IN (0, 1)),
    reason       TEXT   NOT NULL DEFAULT '',
    undo         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, location_id, line),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
