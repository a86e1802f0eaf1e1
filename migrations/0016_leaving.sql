-- What somebody who leaves hands over, and takes along.

-- Appointments that go from one practitioner to others.

-- Whose they are (user_id) and who hands them over (by_id).  What is only begun is gone a week later;
-- what was done stays.
CREATE TABLE handovers (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN
                 ('choosing', 'running', 'done', 'undoing', 'undone', 'stopped')),
    rows_n       BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    touched_at   BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, by_id) REFERENCES users (practice_id, id)
);
CREATE INDEX handovers_of ON handovers (practice_id, user_id, id);

-- In the order of time: who gets each appointment (nobody: it stays), where and when it was as that was
-- decided, and what became of it ('' : nothing yet).
CREATE TABLE handover_rows (
    practice_id    TEXT   NOT NULL,
    handover_id    TEXT   NOT NULL,
    position       BIGINT NOT NULL,
    appointment_id TEXT   NOT NULL,
    location_id    TEXT   NOT NULL,
    starts_at      BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL,
    receiver_id    TEXT,
    result         TEXT   NOT NULL DEFAULT '' CHECK (result IN
                   ('', 'moved', 'left', 'changed', 'booked', 'hours', 'place', 'reach', 'back',
                    'kept', 'kept_booked', 'kept_reach')),
    PRIMARY KEY (practice_id, handover_id, position),
    FOREIGN KEY (practice_id, handover_id) REFERENCES handovers (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    FOREIGN KEY (practice_id, receiver_id) REFERENCES users (practice_id, id)
);

-- Taking the own data along.

-- How long a user may, if not for as long as the access settings say so.
CREATE TABLE export_permits (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    until        BIGINT NOT NULL,
    by_name      TEXT   NOT NULL,
    PRIMARY KEY (practice_id, user_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);

-- `done_n` of `of_n` records are in it.  What is over keeps this row and nothing else.  One of the
-- whole practice waits ('asked') until a second person agrees; its records are listed some at a time:
-- `listed` kinds of them are, and of the next one those up to the id `listed_to`.
CREATE TABLE exports (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    scope        TEXT   NOT NULL DEFAULT 'own' CHECK (scope IN ('own', 'practice')),
    state        TEXT   NOT NULL CHECK (state IN ('asked', 'running', 'ready', 'taken', 'ended')),
    by_name      TEXT   NOT NULL DEFAULT '',
    reason       TEXT   NOT NULL DEFAULT '',
    agreed_name  TEXT   NOT NULL DEFAULT '',
    listed       BIGINT NOT NULL DEFAULT 0,
    listed_to    TEXT   NOT NULL DEFAULT '',
    done_n       BIGINT NOT NULL DEFAULT 0,
    of_n         BIGINT NOT NULL DEFAULT 0,
    bytes        BIGINT NOT NULL DEFAULT 0,
    link_hash    TEXT,
    link_until   BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    touched_at   BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX exports_of ON exports (practice_id, user_id, id);
CREATE INDEX exports_whole ON exports (practice_id, id) WHERE scope = 'practice';

-- The records that are to go in; `of_id`: the patient of a note.
CREATE TABLE export_items (
    practice_id  TEXT   NOT NULL,
    export_id    TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('patient', 'note', 'attachment', 'appointment', 'invoice')),
    record_id    TEXT   NOT NULL,
    of_id        TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, export_id, position),
    FOREIGN KEY (practice_id, export_id) REFERENCES exports (practice_id, id)
);

-- How many records went in (why is ''), and how many stayed out, and why.
CREATE TABLE export_counts (
    practice_id  TEXT   NOT NULL,
    export_id    TEXT   NOT NULL,
    what         TEXT   NOT NULL,
    why          TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (practice_id, export_id, what, why),
    FOREIGN KEY (practice_id, export_id) REFERENCES exports (practice_id, id)
);

-- The files of the archive, and where each begins in it once it is whole.  `sum` is the state of
-- a SHA-256 that goes on.  Decision 031.
CREATE TABLE export_files (
    practice_id  TEXT   NOT NULL,
    export_id    TEXT   NOT NULL,
    file         BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    size         BIGINT NOT NULL,
    crc          BIGINT NOT NULL,
    sum          BYTEA  NOT NULL,
    begins_at    BIGINT NOT NULL DEFAULT -1,
    PRIMARY KEY (practice_id, export_id, file),
    FOREIGN KEY (practice_id, export_id) REFERENCES exports (practice_id, id)
);
CREATE INDEX export_files_at ON export_files (practice_id, export_id, begins_at);

CREATE TABLE export_pieces (
    practice_id  TEXT   NOT NULL,
    export_id    TEXT   NOT NULL,
    file         BIGINT NOT NULL,
    begins_at    BIGINT NOT NULL,
    bytes        BYTEA  NOT NULL,
    PRIMARY KEY (practice_id, export_id, file, begins_at),
    FOREIGN KEY (practice_id, export_id) REFERENCES exports (practice_id, id)
);
