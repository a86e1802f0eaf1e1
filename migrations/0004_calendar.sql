-- What can be booked, when people work, and what stands in the calendar.

-- Kinds of appointments.  One that is retired is no longer offered.
CREATE TABLE appointment_types (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL CHECK (name <> ''),
    minutes      BIGINT NOT NULL CHECK (minutes BETWEEN 5 AND 720),
    fee_cents    BIGINT NOT NULL CHECK (fee_cents >= 0),
    retired      BIGINT NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX appointment_types_by_name ON appointment_types (practice_id, name);

-- When a user works at a location, in minutes of its day; what lies between two
-- rows of a day is a break.  Weekday 0 is Sunday.
CREATE TABLE working_hours (
    practice_id  TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    weekday      BIGINT NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    from_minute  BIGINT NOT NULL CHECK (from_minute >= 0),
    to_minute    BIGINT NOT NULL CHECK (to_minute <= 1440),
    PRIMARY KEY (practice_id, location_id, user_id, weekday, from_minute),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    CHECK (from_minute < to_minute)
);

-- Rooms of a location, in their order.  One that is archived is no longer offered.
CREATE TABLE rooms (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    name         TEXT   NOT NULL CHECK (name <> ''),
    position     BIGINT NOT NULL,
    archived     BIGINT NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
CREATE UNIQUE INDEX rooms_of ON rooms (practice_id, location_id, id);

-- Of a patient, or time that is kept free and has a label.  Without a user it
-- needs a practitioner.  Those booked as one series bear its id.  Moments are microseconds since 1970 in UTC.
-- patient_listed is the patient's `listed` (booking.c), and `listed` what a calendar shows besides
-- the columns of its index, a line each, what people typed at the end: a day is read in one place.
CREATE TABLE appointments (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    user_id      TEXT,
    room_id      TEXT,
    patient_id   TEXT,
    type_id      TEXT,
    label        TEXT   NOT NULL DEFAULT '',
    starts_at    BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL,
    state        TEXT   NOT NULL DEFAULT 'booked'
                 CHECK (state IN ('booked', 'confirmed', 'arrived', 'completed', 'did_not_attend',
                                  'cancelled')),
    reason       TEXT   NOT NULL DEFAULT '',
    note         TEXT   NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1,
    series_id    TEXT,
    patient_listed TEXT NOT NULL DEFAULT '',
    listed       TEXT   GENERATED ALWAYS AS (
        CAST(ends_at AS VARCHAR) || '
' || state || '
' || COALESCE(type_id, '') || '
' || COALESCE(room_id, '') || '
' || patient_listed || label) STORED,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id, room_id) REFERENCES rooms (practice_id, location_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, type_id) REFERENCES appointment_types (practice_id, id),
    CHECK (starts_at < ends_at),
    CHECK ((patient_id IS NULL) = (label <> ''))
);
CREATE INDEX appointments_at ON appointments (practice_id, location_id, starts_at/*sqlite, id, user_id,
    patient_id, state, listed*/);
CREATE INDEX appointments_of ON appointments (practice_id, user_id, starts_at);
CREATE INDEX appointments_in ON appointments (practice_id, room_id, starts_at) WHERE room_id IS NOT NULL;
CREATE INDEX appointments_of_series ON appointments (practice_id, series_id, starts_at)
    WHERE series_id IS NOT NULL;
CREATE INDEX appointments_for ON appointments (practice_id, patient_id, starts_at);

-- Addresses under which other programs read somebody's own appointments: a hash of the secret in
-- it.  How often one is read stands in the record of looks.
CREATE TABLE calendar_feeds (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    token_hash   TEXT   NOT NULL,
    names        BIGINT NOT NULL CHECK (names IN (0, 1)),
    made_at      BIGINT NOT NULL,
    PRIMARY KEY (practice_id, user_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX calendar_feeds_by_token ON calendar_feeds (token_hash);
CREATE INDEX looks_fed ON looks (practice_id, user_id, at) WHERE route = '/feeds/:token/linden.ics';
