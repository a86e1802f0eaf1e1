-- Devices, as a practice group knows them and as their person does.

-- Where a user is signed in to this group: a session that was used here.  Address and times are
-- those of its use here, whatever it does elsewhere.  ended_at: somebody ended its place here.
CREATE TABLE user_devices (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    session_id   TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    ended_at     BIGINT,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, session_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX user_devices_seen ON user_devices (practice_id, seen_at);
CREATE INDEX user_devices_old ON user_devices (since);
