-- Somebody has lost the second step, and two people with Full Access let them in without it.

-- asked_by has asked, agreed_by has agreed (NULL: not yet), until ends_at; both are users.
-- over_how: 'used', 'refused' (by whom it is about), 'withdrawn' (by Full Access) or 'ended' (nobody came).
CREATE TABLE lost_steps (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    reason       TEXT   NOT NULL CHECK (reason <> ''),
    asked_by     TEXT   NOT NULL,
    asked_name   TEXT   NOT NULL,
    asked_at     BIGINT NOT NULL,
    agreed_by    TEXT,
    agreed_name  TEXT   NOT NULL DEFAULT '',
    agreed_at    BIGINT,
    ends_at      BIGINT NOT NULL,
    over_at      BIGINT,
    over_how     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, asked_by) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, agreed_by) REFERENCES users (practice_id, id),
    CHECK (asked_by <> user_id AND agreed_by <> user_id AND agreed_by <> asked_by)
);
-- One at a time.
CREATE UNIQUE INDEX lost_steps_open ON lost_steps (practice_id, user_id) WHERE over_at IS NULL;
