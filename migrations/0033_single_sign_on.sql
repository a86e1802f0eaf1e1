-- Single sign-on: a practice group's own provider (OpenID Connect), and who its users are there.

-- One for a group at the most.  sealed: the client's secret, under a key that is not in the
-- database.  What stands in the provider's own document is kept as it was when it was set up; keys
-- are its signing keys (a JSON Web Key Set), which are asked for again when one is unknown.
-- says_issuer: its answers name it (RFC 9207).  by_post: where the client shows its secret.
CREATE TABLE sign_in_providers (
    practice_id    TEXT   NOT NULL REFERENCES practices (id),
    id             TEXT   NOT NULL,
    name           TEXT   NOT NULL CHECK (name <> ''),
    issuer         TEXT   NOT NULL CHECK (issuer <> ''),
    client         TEXT   NOT NULL CHECK (client <> ''),
    sealed         TEXT   NOT NULL,
    algorithm      TEXT   NOT NULL CHECK (algorithm IN ('RS256', 'PS256', 'ES256', 'EdDSA')),
    authorize_url  TEXT   NOT NULL,
    token_url      TEXT   NOT NULL,
    keys_url       TEXT   NOT NULL,
    says_issuer    BIGINT NOT NULL CHECK (says_issuer IN (0, 1)),
    by_post        BIGINT NOT NULL CHECK (by_post IN (0, 1)),
    keys           TEXT   NOT NULL,
    keys_at        BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id)
);

-- Who a user is there: issuer and subject, and nothing that can be given to somebody else.
CREATE TABLE sign_in_identities (
    practice_id    TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    issuer         TEXT   NOT NULL,
    subject        TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    linked_at      BIGINT NOT NULL,
    used_at        BIGINT,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, issuer, subject),
    UNIQUE (practice_id, user_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);

-- A session that came through a group's provider opens that group alone.  provider_session: what
-- the provider calls it, so that it can be ended from there.
ALTER TABLE sessions ADD COLUMN only_practice_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN provider_session TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_only ON sessions (only_practice_id) WHERE only_practice_id <> '';
