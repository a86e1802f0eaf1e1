-- Who found no time online and waits for one: asked until the link in the mail is confirmed, ended
-- where nobody can be booked any more.  parts: 1 before noon, 2 in the afternoon, 4 in the evening,
-- added up.  booking_id: of a time that is kept for them; kept_at is when it begins, and passed the
-- beginnings of those they let go by.  A row goes when it expires (app/waiting/look.c).
CREATE TABLE waiters (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    type_id      TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('asked', 'waiting', 'ended')),
    name         TEXT   NOT NULL,
    email        TEXT   NOT NULL,
    email_key    TEXT   NOT NULL,
    phone        TEXT   NOT NULL,
    parts        BIGINT NOT NULL CHECK (parts BETWEEN 1 AND 7),
    joined_at    BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    booking_id   TEXT,
    kept_at      BIGINT NOT NULL DEFAULT 0,
    passed       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    FOREIGN KEY (practice_id, type_id) REFERENCES appointment_types (practice_id, id)
);
CREATE INDEX waiters_in_order ON waiters (practice_id, joined_at, id);
CREATE INDEX waiters_for ON waiters (practice_id, user_id, location_id, joined_at);

-- Links in mails: the hash of the secret in each.
CREATE TABLE waiter_links (
    practice_id  TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    waiter_id    TEXT NOT NULL,
    PRIMARY KEY (practice_id, token_hash),
    FOREIGN KEY (practice_id, waiter_id) REFERENCES waiters (practice_id, id)
);
CREATE INDEX waiter_links_by_token ON waiter_links (token_hash);
CREATE INDEX waiter_links_of ON waiter_links (practice_id, waiter_id);
