-- What other programs sign in with: keys of the API.

-- A key acts as its user, with no more than its scopes ("users:1 calendar:2": an area and how
-- far, 1 to see and 2 to edit).  The key itself is shown once and kept as a hash; `tail` are
-- its last letters, to tell one from another.  A key that is disabled, and those of whoever
-- leaves, are gone.
CREATE TABLE api_keys (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    name         TEXT   NOT NULL CHECK (name <> ''),
    token_hash   TEXT   NOT NULL,
    tail         TEXT   NOT NULL,
    scopes       TEXT   NOT NULL CHECK (scopes <> ''),
    made_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX api_keys_by_token ON api_keys (token_hash);
CREATE INDEX api_keys_of_user ON api_keys (practice_id, user_id);
