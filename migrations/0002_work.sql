-- Work that happens after the answer was sent, and what is remembered.

-- The outbox.  practice_id is '' for work above the practices.
CREATE TABLE jobs (
    practice_id    TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    about          TEXT   NOT NULL,
    details        TEXT   NOT NULL DEFAULT '',
    attempts_left  BIGINT NOT NULL,
    tries          BIGINT NOT NULL DEFAULT 0,
    run_at         BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    last_problem   TEXT   NOT NULL DEFAULT '',
    held_by        TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id)
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE attempts_left > 0;
CREATE INDEX jobs_about ON jobs (practice_id, about, kind);

-- The last letter to each receiver, as hashes: the same again within minutes is
-- not sent.  practice_id is '' for letters from above the practices.
CREATE TABLE letters_last (
    practice_id  TEXT   NOT NULL,
    receiver     TEXT   NOT NULL,
    letter       TEXT   NOT NULL,
    job_id       TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (practice_id, receiver)
);
CREATE INDEX letters_last_old ON letters_last (at);

-- One chain a practice, and one ('') for what stands above the practices.
-- Each row's hash covers its fields and the hash before it.
CREATE TABLE audit (
    practice_id  TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    actor_id     TEXT   NOT NULL,
    actor_name   TEXT   NOT NULL,
    about_id     TEXT   NOT NULL,
    about_name   TEXT   NOT NULL,
    changes      TEXT   NOT NULL,
    note         TEXT   NOT NULL,
    via          TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    agent        TEXT   NOT NULL,
    before_hash  TEXT   NOT NULL,
    hash         TEXT   NOT NULL,
    PRIMARY KEY (practice_id, seq)
);
CREATE INDEX audit_about ON audit (practice_id, about_id, seq);

CREATE TABLE audit_heads (
    practice_id  TEXT   NOT NULL PRIMARY KEY,
    seq          BIGINT NOT NULL,
    hash         TEXT   NOT NULL
);

-- What a line of the pre-deactivation checklist was settled with, or why it is waived.
CREATE TABLE checklist (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    line         TEXT   NOT NULL,
    settled_at   BIGINT NOT NULL,
    settled_by   TEXT   NOT NULL,
    settled_name TEXT   NOT NULL,
    waived       BIGINT NOT NULL DEFAULT 0 CHECK (waived IN (0, 1)),
    reason       TEXT   NOT NULL DEFAULT '',
    undo         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, user_id, line),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);

CREATE TABLE help_answers (
    id       TEXT   NOT NULL PRIMARY KEY,
    article  TEXT   NOT NULL,
    helpful  BIGINT NOT NULL CHECK (helpful IN (0, 1)),
    comment  TEXT   NOT NULL DEFAULT '',
    at       BIGINT NOT NULL
);
