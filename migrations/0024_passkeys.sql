-- Showing again who is there, passkeys, and values that are good once.

-- When the person of this device last did: signing in counts.  And when with a passkey.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN passkey_at BIGINT NOT NULL DEFAULT 0;

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

-- Public keys, and the names that authenticators know them by (base64url).  algorithm: as COSE
-- numbers it.  counter: of the last signature; 0 from keys that do not count.
CREATE TABLE passkeys (
    id          TEXT   NOT NULL PRIMARY KEY,
    person_id   TEXT   NOT NULL REFERENCES people (id),
    name        TEXT   NOT NULL CHECK (name <> ''),
    credential  TEXT   NOT NULL UNIQUE,
    algorithm   BIGINT NOT NULL,
    public_key  TEXT   NOT NULL,
    counter     BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX passkeys_of_person ON passkeys (person_id, created_at);
