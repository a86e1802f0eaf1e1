-- Showing again who is there, and values that are good once.

-- When the person of this device last did: signing in counts.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- A value that goes out in clear text and comes back once.  owner: the session, or the
-- hash of a visitor's cookie.  used_at 0: not yet.
CREATE TABLE challenges (
    hash        TEXT   NOT NULL PRIMARY KEY,
    purpose     TEXT   NOT NULL,
    owner       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX challenges_old ON challenges (created_at);
