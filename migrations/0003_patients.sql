-- Patients of a practice, who looks after them, and who may see them.

-- `names` holds the words of all names as they are searched: small letters
-- without accents, the last name first.  Lists are in its order and of one state, so
-- the tables from which lists are read hold both, too (app/patients/words.c).
CREATE TABLE patients (
    practice_id       TEXT   NOT NULL REFERENCES practices (id),
    id                TEXT   NOT NULL,
    number            BIGINT NOT NULL,
    pseudonym         BIGINT NOT NULL,
    title             TEXT   NOT NULL DEFAULT '',
    first_name        TEXT   NOT NULL DEFAULT '',
    last_name         TEXT   NOT NULL CHECK (last_name <> ''),
    preferred_name    TEXT   NOT NULL DEFAULT '',
    names             TEXT   NOT NULL,
    birth_date        TEXT   NOT NULL DEFAULT '',
    gender            TEXT   NOT NULL DEFAULT '',
    phone             TEXT   NOT NULL DEFAULT '',
    other_phone       TEXT   NOT NULL DEFAULT '',
    email             TEXT   NOT NULL DEFAULT '',
    address           TEXT   NOT NULL DEFAULT '',
    contact_name      TEXT   NOT NULL DEFAULT '',
    contact_relation  TEXT   NOT NULL DEFAULT '',
    contact_phone     TEXT   NOT NULL DEFAULT '',
    state             TEXT   NOT NULL DEFAULT 'active'
                      CHECK (state IN ('active', 'archived', 'merged')),
    state_at          BIGINT,
    state_by          TEXT   NOT NULL DEFAULT '',
    merged_into       TEXT,
    created_at        BIGINT NOT NULL,
    version           BIGINT NOT NULL DEFAULT 1,
    -- What is shown of the patient in passing, a line each: reach.h.
    listed            TEXT   GENERATED ALWAYS AS (
        CAST(number AS VARCHAR) || '
' || CAST(pseudonym AS VARCHAR) || '
' || title || '
' || first_name || '
' || last_name || '
' || phone) STORED,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, merged_into) REFERENCES patients (practice_id, id),
    CHECK ((state = 'merged') = (merged_into IS NOT NULL))
);
CREATE UNIQUE INDEX patients_by_number ON patients (practice_id, number);
CREATE UNIQUE INDEX patients_by_pseudonym ON patients (practice_id, pseudonym);
CREATE INDEX patients_in_order ON patients (practice_id, state, names, id);
CREATE INDEX patients_named ON patients (practice_id, names, id/*sqlite, state, number, pseudonym, title,
    first_name, last_name, preferred_name, birth_date, gender, phone, other_phone*/);
CREATE INDEX patients_born ON patients (practice_id, birth_date);
CREATE INDEX patients_merged ON patients (practice_id, merged_into);

-- What patients are found by: words of names, and digits of phone numbers,
-- '#' and from the first on, '~' and from the last on.
CREATE TABLE patient_words (
    practice_id  TEXT NOT NULL,
    word         TEXT NOT NULL,
    names        TEXT NOT NULL,
    patient_id   TEXT NOT NULL,
    PRIMARY KEY (practice_id, word, names, patient_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id)
);
CREATE INDEX patient_words_of ON patient_words (practice_id, patient_id);

-- Who looks after a patient; at most one is the main practitioner.
CREATE TABLE patient_practitioners (
    practice_id  TEXT   NOT NULL,
    patient_id   TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    main         BIGINT NOT NULL CHECK (main IN (0, 1)),
    names        TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    state        TEXT   NOT NULL DEFAULT 'active',
    PRIMARY KEY (practice_id, patient_id, user_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX patient_practitioners_main ON patient_practitioners (practice_id, patient_id)
    WHERE main = 1;
CREATE INDEX patient_practitioners_mains ON patient_practitioners (practice_id, names, patient_id, main, user_id)
    WHERE main = 1;
CREATE INDEX patient_practitioners_of ON patient_practitioners (practice_id, user_id, names, patient_id,
    state);

CREATE TABLE patient_locations (
    practice_id  TEXT NOT NULL,
    patient_id   TEXT NOT NULL,
    location_id  TEXT NOT NULL,
    names        TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'active',
    PRIMARY KEY (practice_id, patient_id, location_id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);
CREATE INDEX patient_locations_at ON patient_locations (practice_id, location_id, names, patient_id,
    state);

-- One user's access to one patient, whatever level and settings say:
-- 0 taken away, 1 see, 2 see and edit.  What stands is there until somebody
-- changes it; what was asked for, and what an emergency opened, ends by itself
-- and leaves what stands as it was.
CREATE TABLE patient_grants (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    patient_id   TEXT   NOT NULL,
    kind         TEXT   NOT NULL DEFAULT 'standing'
                 CHECK (kind IN ('standing', 'asked', 'emergency')),
    reach        BIGINT NOT NULL CHECK (reach BETWEEN 0 AND 2),
    since        BIGINT NOT NULL,
    ends_at      BIGINT,
    by_name      TEXT   NOT NULL,
    PRIMARY KEY (practice_id, user_id, patient_id, kind),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    CHECK ((kind = 'standing') = (ends_at IS NULL)),
    CHECK (reach > 0 OR kind = 'standing')
);
CREATE INDEX patient_grants_for ON patient_grants (practice_id, patient_id);

-- Who looked at patients: one row a request, and below it each patient that the
-- answer showed, or that was refused.
CREATE TABLE looks (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    user_id      TEXT,
    user_name    TEXT   NOT NULL,
    opened       BIGINT NOT NULL CHECK (opened IN (0, 1)),
    route        TEXT   NOT NULL,
    reference    TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    agent        TEXT   NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX looks_opened ON looks (practice_id, user_id, id) WHERE opened = 1;

CREATE TABLE looked_at (
    practice_id  TEXT NOT NULL,
    patient_id   TEXT NOT NULL,
    look_id      TEXT NOT NULL,
    how          TEXT NOT NULL CHECK (how IN
                 ('opened', 'listed', 'found', 'exported', 'denied')),
    PRIMARY KEY (practice_id, patient_id, look_id, how),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, look_id) REFERENCES looks (practice_id, id)
);

-- The patients of one list that was shown, all in one row: their ids, a blank
-- before and behind each.  They are moved into looked_at in the background, many
-- lists at once.
CREATE TABLE looks_listed (
    practice_id  TEXT NOT NULL,
    look_id      TEXT NOT NULL,
    how          TEXT NOT NULL CHECK (how IN ('listed', 'found', 'exported')),
    patients     TEXT NOT NULL,
    PRIMARY KEY (practice_id, look_id, how),
    FOREIGN KEY (practice_id, look_id) REFERENCES looks (practice_id, id)
);
