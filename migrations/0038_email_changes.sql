-- goes with 0037_delivery_reports
-- People who change the email that they sign in with.

-- Asked for, confirmed at the new address (0: not yet), and over: stopped, taken back, or in favour
-- of another one (0: not).
CREATE TABLE email_changes (
    id            TEXT   NOT NULL PRIMARY KEY,
    person_id     TEXT   NOT NULL REFERENCES people (id),
    old_email     TEXT   NOT NULL,
    old_key       TEXT   NOT NULL,
    new_email     TEXT   NOT NULL,
    new_key       TEXT   NOT NULL,
    asked_at      BIGINT NOT NULL,
    confirmed_at  BIGINT NOT NULL DEFAULT 0,
    over_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX email_changes_of_person ON email_changes (person_id, asked_at);
CREATE INDEX email_changes_from ON email_changes (old_key);
CREATE INDEX email_changes_asked ON email_changes (asked_at);

-- What is mailed about one: to confirm it at the new address, or to take it back at the old one.
CREATE TABLE email_links (
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    change_id   TEXT   NOT NULL,
    kind        TEXT   NOT NULL CHECK (kind IN ('confirm', 'undo')),
    made_at     BIGINT NOT NULL
);
CREATE INDEX email_links_made ON email_links (made_at);
