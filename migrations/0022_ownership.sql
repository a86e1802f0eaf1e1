-- Who becomes an Account Owner of the group if none has been there for so many days: one for a group.
CREATE TABLE deputies (
    practice_id  TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL,
    days         BIGINT NOT NULL CHECK (days BETWEEN 14 AND 180),
    named_at     BIGINT NOT NULL,
    named_by     TEXT   NOT NULL,
    named_name   TEXT   NOT NULL,
    -- What the last look found: since when no owner was there, and when the deputy becomes one.
    quiet_since  BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    told         BIGINT NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 3), -- notices of this silence
    look_at      BIGINT NOT NULL, -- the next look; a job of another moment does nothing
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, named_by) REFERENCES users (practice_id, id)
);
