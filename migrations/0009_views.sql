-- Who looked at the practice as another user, on which device, and until when.
CREATE TABLE views (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    session_id   TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    as_user_id   TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, as_user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX views_of ON views (practice_id, user_id, ends_at);
