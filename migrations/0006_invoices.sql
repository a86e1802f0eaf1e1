-- Invoices, what was paid, and how a practice writes them.

-- One row beside the practice.  Whoever issues an invoice takes the next number
-- from it, in the transaction that issues: so there is no gap, whoever else issues
-- at that moment, and nothing is left behind by a transaction that fails.  Refunds
-- and credits have numbers of their own, last_note, in the same way.
CREATE TABLE invoicing (
    practice_id   TEXT   NOT NULL PRIMARY KEY REFERENCES practices (id),
    last_number   BIGINT NOT NULL DEFAULT 0,
    last_note     BIGINT NOT NULL DEFAULT 0,
    currency      TEXT   NOT NULL DEFAULT 'AUD',
    tax_name      TEXT   NOT NULL DEFAULT 'GST',
    tax_rate      BIGINT NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 10000),
    due_days      BIGINT NOT NULL DEFAULT 14 CHECK (due_days BETWEEN 0 AND 365),
    business      TEXT   NOT NULL DEFAULT '',
    pay_to        TEXT   NOT NULL DEFAULT '',
    version       BIGINT NOT NULL DEFAULT 1
);

-- What a practitioner's invoices of one location say instead of the number on the
-- user's page.
CREATE TABLE provider_numbers (
    practice_id  TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    location_id  TEXT NOT NULL,
    number       TEXT NOT NULL CHECK (number <> ''),
    PRIMARY KEY (practice_id, user_id, location_id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id)
);

-- A draft has no number; what is printed is written down when it is issued, and
-- stays.  paid_cents is what was paid less what was given back, credited_cents
-- what nobody has to pay any more; both are sums over invoice_entries.
CREATE TABLE invoices (
    practice_id        TEXT   NOT NULL REFERENCES practices (id),
    id                 TEXT   NOT NULL,
    number             BIGINT,
    issued             BIGINT NOT NULL DEFAULT 0 CHECK (issued IN (0, 1)),
    state              TEXT   NOT NULL DEFAULT 'draft'
                       CHECK (state IN ('draft', 'discarded', 'issued', 'part_paid', 'paid', 'void',
                                        'written_off')),
    patient_id         TEXT   NOT NULL,
    user_id            TEXT   NOT NULL,
    location_id        TEXT   NOT NULL,
    currency           TEXT   NOT NULL DEFAULT '',
    tax_name           TEXT   NOT NULL DEFAULT '',
    issued_on          TEXT   NOT NULL DEFAULT '',
    due_on             TEXT   NOT NULL DEFAULT '',
    practice_name      TEXT   NOT NULL DEFAULT '',
    business           TEXT   NOT NULL DEFAULT '',
    pay_to             TEXT   NOT NULL DEFAULT '',
    location_name      TEXT   NOT NULL DEFAULT '',
    location_address   TEXT   NOT NULL DEFAULT '',
    practitioner_name  TEXT   NOT NULL DEFAULT '',
    registration       TEXT   NOT NULL DEFAULT '',
    patient_name       TEXT   NOT NULL DEFAULT '',
    patient_address    TEXT   NOT NULL DEFAULT '',
    net_cents          BIGINT NOT NULL DEFAULT 0 CHECK (net_cents >= 0),
    tax_cents          BIGINT NOT NULL DEFAULT 0 CHECK (tax_cents >= 0),
    total_cents        BIGINT NOT NULL DEFAULT 0,
    paid_cents         BIGINT NOT NULL DEFAULT 0 CHECK (paid_cents >= 0),
    credited_cents     BIGINT NOT NULL DEFAULT 0 CHECK (credited_cents >= 0),
    issued_at          BIGINT,
    created_at         BIGINT NOT NULL,
    version            BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, id, issued),
    FOREIGN KEY (practice_id, patient_id) REFERENCES patients (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, location_id) REFERENCES locations (practice_id, id),
    CHECK ((issued = 1) = (number IS NOT NULL)),
    CHECK ((issued = 1) = (issued_at IS NOT NULL)),
    CHECK ((issued = 0) = (state IN ('draft', 'discarded'))),
    CHECK (total_cents = net_cents + tax_cents),
    CHECK (paid_cents + credited_cents <= total_cents)
);
CREATE UNIQUE INDEX invoices_by_number ON invoices (practice_id, number);
CREATE INDEX invoices_of ON invoices (practice_id, user_id, id);
CREATE INDEX invoices_for ON invoices (practice_id, patient_id, id);
CREATE INDEX invoices_on ON invoices (practice_id, issued_on);
CREATE INDEX invoices_due ON invoices (practice_id, state, due_on);

-- tax_rate is in hundredths of a percent.  The key holds `issued`, too: so lines are
-- those of an issued invoice exactly when their invoice is one.
CREATE TABLE invoice_lines (
    practice_id     TEXT   NOT NULL,
    invoice_id      TEXT   NOT NULL,
    line            BIGINT NOT NULL,
    issued          BIGINT NOT NULL DEFAULT 0,
    appointment_id  TEXT,
    type_name       TEXT   NOT NULL DEFAULT '',
    description     TEXT   NOT NULL CHECK (description <> ''),
    quantity        BIGINT NOT NULL CHECK (quantity > 0),
    price_cents     BIGINT NOT NULL CHECK (price_cents >= 0),
    tax_rate        BIGINT NOT NULL CHECK (tax_rate BETWEEN 0 AND 10000),
    net_cents       BIGINT NOT NULL,
    tax_cents       BIGINT NOT NULL CHECK (tax_cents >= 0),
    PRIMARY KEY (practice_id, invoice_id, line),
    FOREIGN KEY (practice_id, invoice_id, issued)
        REFERENCES invoices (practice_id, id, issued) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (practice_id, appointment_id) REFERENCES appointments (practice_id, id),
    CHECK (net_cents = quantity * price_cents)
);
CREATE INDEX invoice_lines_of ON invoice_lines (practice_id, appointment_id);

-- What happened to the money: never changed, never taken away.  Refunds and credits
-- are documents, and have a number.
CREATE TABLE invoice_entries (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    invoice_id   TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('payment', 'refund', 'credit')),
    cents        BIGINT NOT NULL CHECK (cents > 0),
    way          TEXT   NOT NULL CHECK (way IN ('', 'card', 'cash', 'transfer', 'insurer', 'other')),
    note         TEXT   NOT NULL DEFAULT '',
    on_day       TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    number       BIGINT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, invoice_id) REFERENCES invoices (practice_id, id),
    FOREIGN KEY (practice_id, by_id) REFERENCES users (practice_id, id),
    CHECK ((kind = 'payment') = (number IS NULL))
);
CREATE UNIQUE INDEX invoice_entries_by_number ON invoice_entries (practice_id, number);
CREATE INDEX invoice_entries_on ON invoice_entries (practice_id, on_day);
CREATE INDEX invoice_entries_of ON invoice_entries (practice_id, invoice_id, id);

-- What was issued stays as it is, whatever a statement says: only what it comes to
-- may change (paid, credited), and whose record it lies in when two are merged.
/*sqlite
CREATE TRIGGER invoices_stay BEFORE UPDATE ON invoices WHEN OLD.issued = 1 AND
    (OLD.number, OLD.issued, OLD.user_id, OLD.location_id, OLD.currency, OLD.tax_name,
     OLD.issued_on, OLD.due_on, OLD.practice_name, OLD.business, OLD.pay_to, OLD.location_name,
     OLD.location_address, OLD.practitioner_name, OLD.registration, OLD.patient_name,
     OLD.patient_address, OLD.net_cents, OLD.tax_cents, OLD.total_cents, OLD.issued_at) IS NOT
    (NEW.number, NEW.issued, NEW.user_id, NEW.location_id, NEW.currency, NEW.tax_name,
     NEW.issued_on, NEW.due_on, NEW.practice_name, NEW.business, NEW.pay_to, NEW.location_name,
     NEW.location_address, NEW.practitioner_name, NEW.registration, NEW.patient_name,
     NEW.patient_address, NEW.net_cents, NEW.tax_cents, NEW.total_cents, NEW.issued_at)
BEGIN SELECT RAISE(ABORT, 'an issued invoice stays as it is'); END;
CREATE TRIGGER invoices_remain BEFORE DELETE ON invoices WHEN OLD.issued = 1
BEGIN SELECT RAISE(ABORT, 'an issued invoice stays as it is'); END;
CREATE TRIGGER invoice_lines_stay BEFORE UPDATE ON invoice_lines WHEN OLD.issued = 1 AND
    (OLD.invoice_id, OLD.line, OLD.issued, OLD.appointment_id, OLD.type_name, OLD.description,
     OLD.quantity, OLD.price_cents, OLD.tax_rate, OLD.net_cents, OLD.tax_cents) IS NOT
    (NEW.invoice_id, NEW.line, NEW.issued, NEW.appointment_id, NEW.type_name, NEW.description,
     NEW.quantity, NEW.price_cents, NEW.tax_rate, NEW.net_cents, NEW.tax_cents)
BEGIN SELECT RAISE(ABORT, 'an issued invoice stays as it is'); END;
CREATE TRIGGER invoice_lines_remain BEFORE DELETE ON invoice_lines WHEN OLD.issued = 1
BEGIN SELECT RAISE(ABORT, 'an issued invoice stays as it is'); END;
CREATE TRIGGER invoice_entries_stay BEFORE UPDATE ON invoice_entries WHEN
    (OLD.id, OLD.invoice_id, OLD.kind, OLD.cents, OLD.way, OLD.note, OLD.on_day, OLD.at, OLD.by_id,
     OLD.by_name, OLD.number) IS NOT
    (NEW.id, NEW.invoice_id, NEW.kind, NEW.cents, NEW.way, NEW.note, NEW.on_day, NEW.at, NEW.by_id,
     NEW.by_name, NEW.number)
BEGIN SELECT RAISE(ABORT, 'what was paid stays as it is'); END;
CREATE TRIGGER invoice_entries_remain BEFORE DELETE ON invoice_entries
BEGIN SELECT RAISE(ABORT, 'what was paid stays as it is'); END;
*/
/*postgres
CREATE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'what was issued or paid stays as it is'; END $$;
CREATE TRIGGER invoices_stay BEFORE UPDATE ON invoices FOR EACH ROW WHEN (OLD.issued = 1 AND
    (OLD.number, OLD.issued, OLD.user_id, OLD.location_id, OLD.currency, OLD.tax_name,
     OLD.issued_on, OLD.due_on, OLD.practice_name, OLD.business, OLD.pay_to, OLD.location_name,
     OLD.location_address, OLD.practitioner_name, OLD.registration, OLD.patient_name,
     OLD.patient_address, OLD.net_cents, OLD.tax_cents, OLD.total_cents, OLD.issued_at)
    IS DISTINCT FROM
    (NEW.number, NEW.issued, NEW.user_id, NEW.location_id, NEW.currency, NEW.tax_name,
     NEW.issued_on, NEW.due_on, NEW.practice_name, NEW.business, NEW.pay_to, NEW.location_name,
     NEW.location_address, NEW.practitioner_name, NEW.registration, NEW.patient_name,
     NEW.patient_address, NEW.net_cents, NEW.tax_cents, NEW.total_cents, NEW.issued_at))
EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER invoices_remain BEFORE DELETE ON invoices FOR EACH ROW WHEN (OLD.issued = 1)
EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER invoice_lines_stay BEFORE UPDATE ON invoice_lines FOR EACH ROW WHEN (OLD.issued = 1
    AND (OLD.invoice_id, OLD.line, OLD.issued, OLD.appointment_id, OLD.type_name, OLD.description,
     OLD.quantity, OLD.price_cents, OLD.tax_rate, OLD.net_cents, OLD.tax_cents)
    IS DISTINCT FROM
    (NEW.invoice_id, NEW.line, NEW.issued, NEW.appointment_id, NEW.type_name, NEW.description,
     NEW.quantity, NEW.price_cents, NEW.tax_rate, NEW.net_cents, NEW.tax_cents))
EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER invoice_lines_remain BEFORE DELETE ON invoice_lines FOR EACH ROW
WHEN (OLD.issued = 1) EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER invoice_entries_stay BEFORE UPDATE ON invoice_entries FOR EACH ROW WHEN (
    (OLD.id, OLD.invoice_id, OLD.kind, OLD.cents, OLD.way, OLD.note, OLD.on_day, OLD.at, OLD.by_id,
     OLD.by_name, OLD.number) IS DISTINCT FROM
    (NEW.id, NEW.invoice_id, NEW.kind, NEW.cents, NEW.way, NEW.note, NEW.on_day, NEW.at, NEW.by_id,
     NEW.by_name, NEW.number))
EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER invoice_entries_remain BEFORE DELETE ON invoice_entries FOR EACH ROW
EXECUTE FUNCTION stays_as_it_is();
*/
