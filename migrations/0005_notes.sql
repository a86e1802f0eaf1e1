-- Clinical notes of patients.

-- `title` and `text` are what is read now; what was signed, and every amendment
-- of it, stays in note_editions.  A discarded draft keeps its row and no words.
CREATE TABLE notes (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    patient_id   TEXT   NOT NULL,
    author_id    TEXT   NOT NULL,
    author_name  TEXT   NOT NULL,
    title        TEXT   NOT NULL DEFAULT '',
    text         TEXT   NOT NULL,
    private      BIGINT NOT NULL CHECK (private IN (0, 1)),
    state        TEXT   NOT NULL CHECK (state IN ('draft', 'signed', 'discarded')),
    edition      BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    signed_at    BIGINT,
    changed_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, author_id) REFERENCES users (practice_id, id),
    CHECK ((state = 'signed') = (signed_at IS NOT NULL)),
    CHECK ((state = 'signed') = (edition > 0))
);
CREATE INDEX notes_of ON notes (practice_id, patient_id, id);

CREATE TABLE note_editions (
    practice_id  TEXT   NOT NULL,
    note_id      TEXT   NOT NULL,
    edition      BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    text         TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    PRIMARY KEY (practice_id, note_id, edition),
    FOREIGN KEY (practice_id, note_id) REFERENCES notes (practice_id, id),
    FOREIGN KEY (practice_id, by_id) REFERENCES users (practice_id, id)
);
