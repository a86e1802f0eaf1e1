-- When patients are reminded of appointments, and which reminders there were.

-- The group's setting has no user; a practitioner's own one wins over it.
CREATE TABLE reminder_settings (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    user_id      TEXT,
    email_on     BIGINT NOT NULL CHECK (email_on IN (0, 1)),
    email_n      BIGINT NOT NULL CHECK (email_n >= 1),
    email_unit   TEXT   NOT NULL CHECK (email_unit IN ('hours', 'days')),
    text_on      BIGINT NOT NULL DEFAULT 0 CHECK (text_on IN (0, 1)),
    text_n       BIGINT NOT NULL DEFAULT 1 CHECK (text_n >= 1),
    text_unit    TEXT   NOT NULL DEFAULT 'days' CHECK (text_unit IN ('hours', 'days')),
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX reminder_settings_own ON reminder_settings (practice_id, user_id)
    WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX reminder_settings_group ON reminder_settings (practice_id)
    WHERE user_id IS NULL;

-- One row for each time that an appointment was to be reminded of; `newest` is
-- the one that counts.  starts_at is the moment that the patient was told.
-- `why` is a key for what was skipped, the server's words for what failed.  `spent`
-- names the move of credits that paid for a text message (credit_moves.once).
CREATE TABLE reminders (
    practice_id     TEXT   NOT NULL REFERENCES practices (id),
    id              TEXT   NOT NULL,
    appointment_id  TEXT   NOT NULL,
    channel         TEXT   NOT NULL CHECK (channel IN ('email', 'text')),
    starts_at       BIGINT NOT NULL,
    state           TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'skipped')),
    why             TEXT   NOT NULL DEFAULT '',
    spent           TEXT   NOT NULL DEFAULT '',
    newest          BIGINT NOT NULL DEFAULT 1 CHECK (newest IN (0, 1)),
    at              BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, appointment_id) REFERENCES appointments (practice_id, id)
);
CREATE UNIQUE INDEX reminders_newest ON reminders (practice_id, appointment_id, channel)
    WHERE newest = 1;
CREATE INDEX reminders_of ON reminders (practice_id, appointment_id, at);
CREATE INDEX reminders_at ON reminders (practice_id, at);
CREATE INDEX appointments_when ON appointments (practice_id, starts_at);
