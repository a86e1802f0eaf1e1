-- Patients and users that come in as files.

-- `columns`, `fields`: the names of the columns and what each was matched with, as
-- rows of CSV.  `locations`: ids with blanks between, or "all"; below it what rows get
-- that do not say it themselves.  When an import ends only what came of it stays, and a
-- day later nothing.
CREATE TABLE imports (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('patients', 'users')),
    state        TEXT   NOT NULL CHECK (state IN
                 ('matching', 'checking', 'ready', 'running', 'done', 'stopped')),
    encoding     BIGINT NOT NULL,
    rows_n       BIGINT NOT NULL,
    columns      TEXT   NOT NULL,
    fields       TEXT   NOT NULL,
    date_order   TEXT   NOT NULL DEFAULT '' CHECK (date_order IN ('', 'day', 'month')),
    locations    TEXT   NOT NULL DEFAULT '',
    role         TEXT   NOT NULL DEFAULT '',
    level_practitioner   TEXT NOT NULL DEFAULT '',
    level_administrator  TEXT NOT NULL DEFAULT '',
    entry        TEXT   NOT NULL DEFAULT 'link' CHECK (entry IN ('link', 'invitation')),
    add_alike    BIGINT NOT NULL DEFAULT 0 CHECK (add_alike IN (0, 1)),
    planned      BIGINT NOT NULL DEFAULT 0,
    why          TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    touched_at   BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX imports_of ON imports (practice_id, user_id, id);

-- The rows, a hundred in one: their numbers with blanks between, their cells as CSV
-- ('' once the import is over), and one letter each for what became of them.
CREATE TABLE import_rows (
    practice_id  TEXT   NOT NULL,
    import_id    TEXT   NOT NULL,
    part         BIGINT NOT NULL,
    numbers      TEXT   NOT NULL,
    cells        TEXT   NOT NULL,
    verdicts     TEXT   NOT NULL,
    PRIMARY KEY (practice_id, import_id, part),
    FOREIGN KEY (practice_id, import_id) REFERENCES imports (practice_id, id)
);

-- Hashes that tell whether a row stands twice in one file.
CREATE TABLE import_marks (
    practice_id  TEXT NOT NULL,
    import_id    TEXT NOT NULL,
    mark         TEXT NOT NULL,
    PRIMARY KEY (practice_id, import_id, mark),
    FOREIGN KEY (practice_id, import_id) REFERENCES imports (practice_id, id)
);

-- What a patient was imported by, as hashes: the number in the system that the file
-- came from, or name and date of birth.  These stay: the same row again finds them.
CREATE TABLE import_keys (
    practice_id  TEXT NOT NULL,
    key          TEXT NOT NULL,
    names        TEXT NOT NULL,
    born         TEXT NOT NULL,
    patient_id   TEXT NOT NULL,
    PRIMARY KEY (practice_id, key),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id)
);
CREATE INDEX import_keys_of ON import_keys (practice_id, patient_id);
