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
