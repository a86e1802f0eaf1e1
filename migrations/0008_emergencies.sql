-- Records that somebody opened in an emergency, and why.  The right itself is a
-- row of patient_grants; this is what is looked through afterwards.
CREATE TABLE emergencies (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    patient_id   TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    ended_at     BIGINT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    CHECK (ends_at > since AND ends_at <= since + 3600000000)
);
CREATE INDEX emergencies_of ON emergencies (practice_id, user_id, ends_at);
CREATE INDEX emergencies_for ON emergencies (practice_id, patient_id);
