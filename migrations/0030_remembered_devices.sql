-- goes with 0029_known_devices
-- Browsers that are not asked for the second step for a while.

-- token_hash: of a cookie of its own, good for this person alone.
CREATE TABLE remembered_devices (
    id           TEXT   NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL REFERENCES people (id),
    token_hash   TEXT   NOT NULL UNIQUE,
    agent        TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    used_at      BIGINT NOT NULL DEFAULT 0,
    ends_at      BIGINT NOT NULL
);
CREATE INDEX remembered_devices_of_person ON remembered_devices (person_id, since);
CREATE INDEX remembered_devices_ending ON remembered_devices (ends_at);

-- It began in such a browser, with the password alone: no proof for acts that ask who is there,
-- until the second step is shown after all.
ALTER TABLE sessions ADD COLUMN remembered BIGINT NOT NULL DEFAULT 0 CHECK (remembered IN (0, 1));

-- Whether those of whom the group requires a second step may have such browsers.
ALTER TABLE practices ADD COLUMN second_remember BIGINT NOT NULL DEFAULT 0 CHECK (second_remember IN (0, 1));
