-- The second step of signing in.

-- An authenticator app.  `sealed`: its secret, under a key that is not in the database.
-- Until a first code has proven it, it belongs to the session that adds it, and asks nobody
-- for anything.  last_step: the time step of the last code that was taken; none comes twice.
CREATE TABLE authenticators (
    id          TEXT   NOT NULL PRIMARY KEY,
    person_id   TEXT   NOT NULL REFERENCES people (id),
    session_id  TEXT   NOT NULL,
    name        TEXT   NOT NULL CHECK (name <> ''),
    sealed      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    proven_at   BIGINT,
    used_at     BIGINT,
    last_step   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX authenticators_of_person ON authenticators (person_id, proven_at);

-- For whoever has lost the app.  Long and random, so a plain hash is enough.
CREATE TABLE recovery_codes (
    person_id   TEXT   NOT NULL REFERENCES people (id),
    code_hash   TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT,
    PRIMARY KEY (person_id, code_hash)
);
