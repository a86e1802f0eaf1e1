-- Written once, in the types both engines share: TEXT, BIGINT.
-- Times are microseconds since 1970 UTC.  Booleans are 0 and 1.
-- Every table of a practice has practice_id first in its primary key, and its
-- foreign keys are composite, so a row cannot point into another practice.

CREATE TABLE practices (
    id                 TEXT   NOT NULL PRIMARY KEY,
    slug               TEXT   NOT NULL UNIQUE,
    name               TEXT   NOT NULL CHECK (name <> ''),
    time_zone          TEXT   NOT NULL,
    idle_minutes       BIGINT NOT NULL DEFAULT 30 CHECK (idle_minutes BETWEEN 5 AND 60),
    adds_per_hour      BIGINT NOT NULL DEFAULT 200,
    -- How many users it has: written with every change of a status (users/headcount.c).
    active_users       BIGINT NOT NULL DEFAULT 0 CHECK (active_users >= 0),
    deactivated_users  BIGINT NOT NULL DEFAULT 0 CHECK (deactivated_users >= 0),
    created_at         BIGINT NOT NULL,
    version            BIGINT NOT NULL DEFAULT 1
)/*sqlite WITHOUT ROWID, STRICT*/;

-- One human, one email, one password, above all practices.
CREATE TABLE people (
    id                   TEXT   NOT NULL PRIMARY KEY,
    email                TEXT   NOT NULL,
    email_key            TEXT   NOT NULL UNIQUE,
    first_name           TEXT   NOT NULL,
    last_name            TEXT   NOT NULL,
    password_hash        TEXT,
    password_at          BIGINT,
    temporary            BIGINT NOT NULL DEFAULT 0 CHECK (temporary IN (0, 1)),
    temporary_until      BIGINT NOT NULL DEFAULT 0,
    temporary_by         TEXT,
    temporary_at_name    TEXT,
    proven_at            BIGINT,
    theme                TEXT   NOT NULL DEFAULT 'system',
    density              TEXT   NOT NULL DEFAULT 'comfortable',
    clock                TEXT   NOT NULL DEFAULT '24',
    shortcuts            BIGINT NOT NULL DEFAULT 1,
    onboarding_mails     BIGINT NOT NULL DEFAULT 1,
    last_practice_id     TEXT,
    created_at           BIGINT NOT NULL,
    version              BIGINT NOT NULL DEFAULT 1,
    UNIQUE (id, email, temporary_until),
    CHECK (temporary = 1 OR temporary_until = 0)
);

-- A person's signed-in device.  Only the hash of the cookie's token is kept.
CREATE TABLE sessions (
    id            TEXT   NOT NULL PRIMARY KEY,
    token_hash    TEXT   NOT NULL UNIQUE,
    person_id     TEXT   NOT NULL REFERENCES people (id),
    signed_in_at  BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL,
    ended_at      BIGINT,
    -- 1: a code of the second step, 2: an own password in place of a temporary one.
    waits_for     BIGINT NOT NULL DEFAULT 0 CHECK (waits_for BETWEEN 0 AND 2),
    agent         TEXT   NOT NULL DEFAULT '',
    address       TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX sessions_of_person ON sessions (person_id, ended_at);

-- A person in one practice.  Never deleted.
CREATE TABLE users (
    practice_id           TEXT   NOT NULL REFERENCES practices (id),
    id                    TEXT   NOT NULL,
    person_id             TEXT   NOT NULL,
    -- The person's, copied by the key below and by nobody else.
    email                 TEXT   NOT NULL,
    temporary_until       BIGINT NOT NULL DEFAULT 0,
    title                 TEXT   NOT NULL DEFAULT '',
    first_name            TEXT   NOT NULL DEFAULT '',
    last_name             TEXT   NOT NULL CHECK (last_name <> ''),
    sort_key              TEXT   NOT NULL,
    find_key              TEXT   NOT NULL,
    role_type             TEXT   NOT NULL CHECK (role_type IN ('practitioner', 'administrator')),
    profession            TEXT   NOT NULL DEFAULT '',
    registration_number   TEXT   NOT NULL DEFAULT '',
    level                 TEXT   NOT NULL,
    others                TEXT   NOT NULL DEFAULT '',
    read_only             BIGINT NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1)),
    location_restriction  BIGINT NOT NULL DEFAULT 0 CHECK (location_restriction IN (0, 1)),
    hide_patient_names    BIGINT NOT NULL DEFAULT 0 CHECK (hide_patient_names IN (0, 1)),
    see_history           BIGINT NOT NULL DEFAULT 0 CHECK (see_history IN (0, 1)),
    see_reports           BIGINT NOT NULL DEFAULT 0 CHECK (see_reports IN (0, 1)),
    export_own            BIGINT NOT NULL DEFAULT 0 CHECK (export_own IN (0, 1)),
    owner                 BIGINT NOT NULL DEFAULT 0 CHECK (owner IN (0, 1)),
    all_locations         BIGINT NOT NULL DEFAULT 0 CHECK (all_locations IN (0, 1)),
    -- The ids of the assigned ones, as the table assignments has them (users/user.c).
    locations             TEXT   NOT NULL DEFAULT '',
    status                TEXT   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deactivated')),
    access_ended_at       BIGINT,
    deactivated_at        BIGINT,
    deactivated_by        TEXT,
    deactivated_by_name   TEXT,
    created_at            BIGINT NOT NULL,
    seen_at               BIGINT,
    mail_problem          TEXT   NOT NULL DEFAULT '',
    guide_hidden          BIGINT NOT NULL DEFAULT 0,
    details_checked_at    BIGINT,
    version               BIGINT NOT NULL DEFAULT 1,
    -- What a row of a list shows, a line each; whatever may be long, or come from
    -- elsewhere, at the end.  user_list.c reads it in one piece.
    listed                TEXT   GENERATED ALWAYS AS (
        id || '
' || title || '
' || first_name || '
' || last_name || '
' || email || '
' || profession || '
' || role_type || '
' || level || '
' || others || '
' || CAST(see_reports + 2 * see_history + 4 * export_own + 8 * read_only
          + 16 * location_restriction + 32 * hide_patient_names + 64 * all_locations
          + 128 * owner AS VARCHAR) || '
' || status || '
' || COALESCE(CAST(deactivated_at AS VARCHAR), '') || '
' || COALESCE(deactivated_by_name, '') || '
' || COALESCE(CAST(seen_at AS VARCHAR), '') || '
' || CAST(temporary_until AS VARCHAR) || '
' || locations || '
' || mail_problem) STORED,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, person_id),
    FOREIGN KEY (person_id, email, temporary_until)
        REFERENCES people (id, email, temporary_until) ON UPDATE CASCADE,
    CHECK (status = 'active' OR (level <> 'full' AND owner = 0)),
    CHECK (owner = 0 OR level = 'full')
);
-- SQLite reads a list from the index alone.  PostgreSQL's entries must not be that long.
CREATE INDEX users_in_order ON users (practice_id, status, sort_key, id/*sqlite, listed*/);
-- What the menu of groups says of the user.
CREATE INDEX users_of_person ON users (person_id, practice_id, status, role_type, level);
CREATE INDEX users_full ON users (practice_id, level, status);
CREATE INDEX users_everywhere ON users (practice_id, id) WHERE all_locations = 1;

CREATE TABLE locations (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL CHECK (name <> ''),
    address      TEXT   NOT NULL DEFAULT '',
    searched     TEXT   NOT NULL DEFAULT '', -- name and address, folded
    time_zone    TEXT   NOT NULL,
    phone        TEXT   NOT NULL DEFAULT '',
    hours        TEXT   NOT NULL DEFAULT '',
    no_overlap   BIGINT NOT NULL DEFAULT 0 CHECK (no_overlap IN (0, 1)),
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id)
);
CREATE UNIQUE INDEX locations_by_name ON locations (practice_id, name);

CREATE TABLE assignments (
    practice_id  TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    location_id  TEXT NOT NULL,
    PRIMARY KEY (practice_id, user_id, location_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
CREATE INDEX assignments_at ON assignments (practice_id, location_id, user_id);

-- A form for adding a user, put aside half-filled by one who may add.
CREATE TABLE kept_drafts (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    fields       TEXT   NOT NULL,
    kept_at      BIGINT NOT NULL,
    PRIMARY KEY (practice_id, user_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX kept_drafts_old ON kept_drafts (kept_at);

-- For one email, into one practice.  Holds what the user will be.
CREATE TABLE invitations (
    practice_id           TEXT   NOT NULL REFERENCES practices (id),
    id                    TEXT   NOT NULL,
    email                 TEXT   NOT NULL,
    email_key             TEXT   NOT NULL,
    title                 TEXT   NOT NULL DEFAULT '',
    first_name            TEXT   NOT NULL DEFAULT '',
    last_name             TEXT   NOT NULL,
    find_key              TEXT   NOT NULL,
    role_type             TEXT   NOT NULL CHECK (role_type IN ('practitioner', 'administrator')),
    profession            TEXT   NOT NULL DEFAULT '',
    registration_number   TEXT   NOT NULL DEFAULT '',
    level                 TEXT   NOT NULL,
    others                TEXT   NOT NULL DEFAULT '',
    read_only             BIGINT NOT NULL DEFAULT 0,
    location_restriction  BIGINT NOT NULL DEFAULT 0,
    hide_patient_names    BIGINT NOT NULL DEFAULT 0,
    see_history           BIGINT NOT NULL DEFAULT 0,
    see_reports           BIGINT NOT NULL DEFAULT 0,
    export_own            BIGINT NOT NULL DEFAULT 0,
    all_locations         BIGINT NOT NULL DEFAULT 0,
    locations             TEXT   NOT NULL DEFAULT '',
    state                 TEXT   NOT NULL DEFAULT 'pending'
                          CHECK (state IN ('pending', 'accepted', 'declined', 'expired', 'withdrawn')),
    cleared               BIGINT NOT NULL DEFAULT 0,
    lost                  BIGINT NOT NULL DEFAULT 0,
    inviter_id            TEXT   NOT NULL,
    inviter_name          TEXT   NOT NULL,
    created_at            BIGINT NOT NULL,
    sent_at               BIGINT NOT NULL,
    expires_at            BIGINT NOT NULL,
    answered_at           BIGINT,
    note                  TEXT   NOT NULL DEFAULT '',
    user_id               TEXT,
    mail_problem          TEXT   NOT NULL DEFAULT '',
    version               BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, inviter_id) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX invitations_pending ON invitations (practice_id, email_key) WHERE state = 'pending';
CREATE INDEX invitations_of_email ON invitations (email_key, state);
CREATE INDEX invitations_shown ON invitations (practice_id, sent_at, id) WHERE cleared = 0;

-- What a mailed link opens.  Only the hash of its token is kept; the token is
-- made when the mail is written out and stands nowhere else.
CREATE TABLE links (
    token_hash     TEXT   NOT NULL PRIMARY KEY,
    purpose        TEXT   NOT NULL CHECK (purpose IN ('prove', 'choose', 'reset', 'invitation', 'unsubscribe')),
    person_id      TEXT,
    practice_id    TEXT,
    invitation_id  TEXT,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    used_at        BIGINT
);
CREATE INDEX links_of_person ON links (person_id, purpose);
CREATE INDEX links_of_invitation ON links (practice_id, invitation_id);
CREATE INDEX links_ending ON links (expires_at);

-- How often something was tried, for slowing down.  what: 'sign-in account', 'sign-in address', ...
CREATE TABLE tries (
    what        TEXT   NOT NULL,
    who         TEXT   NOT NULL,
    n           BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    PRIMARY KEY (what, who)
);
-- last_at stands in no index: so counting writes none, and PostgreSQL does not take
-- those who count for each other's neighbours.  The daily cleaning reads them all.
