-- What users asked to be let into, and what they were answered.

-- Of one patient's record, or of an area (areas.def).  `ends_at` is how long it
-- is needed; who waits beyond it waits for nothing any more.
CREATE TABLE access_requests (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    patient_id   TEXT,
    area         TEXT   NOT NULL DEFAULT '',
    reach        BIGINT NOT NULL CHECK (reach BETWEEN 1 AND 2),
    reason       TEXT   NOT NULL,
    asked_at     BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    state        TEXT   NOT NULL DEFAULT 'waiting'
                 CHECK (state IN ('waiting', 'granted', 'refused', 'withdrawn')),
    answered_at  BIGINT,
    answered_by  TEXT   NOT NULL DEFAULT '',
    answer       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    CHECK ((patient_id IS NULL) = (area <> ''))
);
CREATE INDEX access_requests_of ON access_requests (practice_id, user_id, id);
CREATE INDEX access_requests_waiting ON access_requests (practice_id, id) WHERE state = 'waiting';
CREATE INDEX access_requests_for ON access_requests (practice_id, patient_id);
-- Whoever asks twice asked once.
CREATE UNIQUE INDEX access_requests_record ON access_requests (practice_id, user_id, patient_id)
    WHERE state = 'waiting';
CREATE UNIQUE INDEX access_requests_area ON access_requests (practice_id, user_id, area)
    WHERE state = 'waiting' AND patient_id IS NULL;
