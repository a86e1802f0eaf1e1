-- goes with 0028_devices
-- Browsers that a person has signed in from, so that a sign-in from another one can be told.

-- token_hash: of a cookie of the browser's own, which opens nothing.  disowned_at: its person said
-- that a sign-in there was somebody else's; 0: nobody did.
CREATE TABLE known_devices (
    person_id    TEXT   NOT NULL REFERENCES people (id),
    token_hash   TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    disowned_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (person_id, token_hash)
);
CREATE INDEX known_devices_seen ON known_devices (seen_at);

-- The token_hash of the browser that it began in.
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';

-- Mailed links, to say that a sign-in was somebody else's.  used_at 0: not yet.
CREATE TABLE not_me_links (
    token_hash   TEXT   NOT NULL PRIMARY KEY,
    session_id   TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX not_me_links_ending ON not_me_links (expires_at);
