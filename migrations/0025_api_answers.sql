-- What a program was answered when it changed something, so that asking again changes nothing.

-- `once` is what the program called its request (Idempotency-Key), `request_hash` what it asked
-- for, the rest the answer.  A row is written with the change, counts for a day (web/api_once.c)
-- and goes with its key.
CREATE TABLE api_answers (
    practice_id  TEXT   NOT NULL,
    key_id       TEXT   NOT NULL,
    once         TEXT   NOT NULL CHECK (once <> ''),
    request_hash TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    etag         TEXT,
    location     TEXT,
    body         TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (practice_id, key_id, once),
    FOREIGN KEY (practice_id, key_id) REFERENCES api_keys (practice_id, id)
);
CREATE INDEX api_answers_by_age ON api_answers (at);
