-- What patients find and do by themselves: who can be booked online, and what they asked for.

-- Of a practitioner at a location: who sees it, who may book, and what the directory says.
-- `id` stands in the address of its page.
CREATE TABLE booking_profiles (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    location_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    visible      TEXT   NOT NULL CHECK (visible IN ('public', 'link', 'hidden')),
    books        TEXT   NOT NULL CHECK (books IN ('all', 'known', 'none')),
    lead_hours   BIGINT NOT NULL CHECK (lead_hours BETWEEN 0 AND 336),
    languages    TEXT   NOT NULL DEFAULT '',
    spoken       TEXT   NOT NULL DEFAULT '', -- languages, folded
    about        TEXT   NOT NULL DEFAULT '',
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, user_id, location_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
CREATE INDEX booking_profiles_by_id ON booking_profiles (id);
CREATE INDEX booking_profiles_public ON booking_profiles (practice_id, user_id, location_id)
    WHERE visible = 'public';

-- What can be booked there.
CREATE TABLE booking_types (
    practice_id  TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    location_id  TEXT NOT NULL,
    type_id      TEXT NOT NULL,
    PRIMARY KEY (practice_id, user_id, location_id, type_id),
    FOREIGN KEY (practice_id, user_id, location_id)
        REFERENCES booking_profiles (practice_id, user_id, location_id),
    FOREIGN KEY (practice_id, type_id) REFERENCES appointment_types (practice_id, id)
);

-- Time that is kept for a visitor, and what became of it: 'asked' waits for the click in a mail,
-- 'booked' is an appointment.  visitor_hash is of the browser that may go on with it.  A row with
-- what somebody typed goes away some time after expires_at (app/booking/request.c).
CREATE TABLE bookings (
    practice_id     TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    user_id         TEXT   NOT NULL,
    location_id     TEXT   NOT NULL,
    type_id         TEXT   NOT NULL,
    starts_at       BIGINT NOT NULL,
    ends_at         BIGINT NOT NULL,
    state           TEXT   NOT NULL CHECK (state IN ('held', 'asked', 'booked', 'ended')),
    visitor_hash    TEXT   NOT NULL,
    first_name      TEXT   NOT NULL DEFAULT '',
    last_name       TEXT   NOT NULL DEFAULT '',
    birth_date      TEXT   NOT NULL DEFAULT '',
    email           TEXT   NOT NULL DEFAULT '',
    phone           TEXT   NOT NULL DEFAULT '',
    patient_id      TEXT,
    appointment_id  TEXT,
    held_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    FOREIGN KEY (practice_id, type_id) REFERENCES appointment_types (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, appointment_id) REFERENCES appointments (practice_id, id),
    CHECK (starts_at < ends_at)
);
CREATE INDEX bookings_kept ON bookings (practice_id, user_id, starts_at)
    WHERE state IN ('held', 'asked');
CREATE INDEX bookings_of_visitor ON bookings (practice_id, visitor_hash);
CREATE INDEX bookings_made ON bookings (practice_id, appointment_id);

-- Links in mails: the hash of the secret in each.
CREATE TABLE booking_links (
    practice_id  TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    booking_id   TEXT NOT NULL,
    PRIMARY KEY (practice_id, token_hash),
    FOREIGN KEY (practice_id, booking_id) REFERENCES bookings (practice_id, id)
);
CREATE INDEX booking_links_by_token ON booking_links (token_hash);
CREATE INDEX booking_links_of ON booking_links (practice_id, booking_id);
