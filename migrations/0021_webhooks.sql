-- Programs outside that are told when something happens, and what they were told.

-- A hook acts for whoever turned it on last, and is off when that one's access ends.  `sealed`:
-- what its messages are signed with, under a key that is not in the database.  events are
-- " user.added location.added ".  After a failure nothing is tried before rest_until; fails and
-- failing_since begin anew with the next answer that is fine.
CREATE TABLE webhooks (
    practice_id    TEXT   NOT NULL REFERENCES practices (id),
    id             TEXT   NOT NULL,
    user_id        TEXT   NOT NULL,
    url            TEXT   NOT NULL CHECK (url <> ''),
    sealed         TEXT   NOT NULL,
    events         TEXT   NOT NULL,
    state          TEXT   NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'off')),
    stopped        TEXT   NOT NULL DEFAULT ''
                   CHECK (stopped IN ('', 'user', 'left', 'access', 'failed', 'gone')),
    made_at        BIGINT NOT NULL,
    tried_at       BIGINT,
    fails          BIGINT NOT NULL DEFAULT 0,
    failing_since  BIGINT,
    rest_until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    CHECK ((state = 'on') = (stopped = ''))
);
CREATE INDEX webhooks_on ON webhooks (practice_id, state);
CREATE INDEX webhooks_of ON webhooks (practice_id, user_id);

-- One for each event and hook, with the bytes that are sent.  waiting_since: since when it is
-- tried, anew when somebody has it sent again.  status is that of the last answer, 0 if none came.
CREATE TABLE webhook_messages (
    practice_id    TEXT   NOT NULL,
    id             TEXT   NOT NULL,
    webhook_id     TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    state          TEXT   NOT NULL DEFAULT 'waiting'
                   CHECK (state IN ('waiting', 'told', 'failed', 'dropped')),
    at             BIGINT NOT NULL,
    waiting_since  BIGINT NOT NULL,
    tries          BIGINT NOT NULL DEFAULT 0,
    tried_at       BIGINT,
    status         BIGINT NOT NULL DEFAULT 0,
    answer         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, webhook_id) REFERENCES webhooks (practice_id, id)
);
CREATE INDEX webhook_messages_of ON webhook_messages (practice_id, webhook_id, id);
