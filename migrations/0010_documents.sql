-- Invoices that were mailed to patients, a row each time.  The link of the last one
-- opens the invoice until it expires or is withdrawn; sending again ends it, too.
-- What failed has the mail server's words.
CREATE TABLE invoice_sendings (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    invoice_id   TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    problem      TEXT   NOT NULL DEFAULT '',
    at           BIGINT NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, invoice_id) REFERENCES invoices (practice_id, id),
    FOREIGN KEY (practice_id, by_id) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX invoice_sendings_open ON invoice_sendings (practice_id, invoice_id)
    WHERE ended_at IS NULL;
CREATE INDEX invoice_sendings_of ON invoice_sendings (practice_id, invoice_id, id);

-- The hashes of what mailed links hold.  A letter that is written out once more, for
-- nobody knows whether the first one arrived, has another; both open the same.
CREATE TABLE invoice_links (
    practice_id  TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    sending_id   TEXT NOT NULL,
    PRIMARY KEY (practice_id, token_hash),
    FOREIGN KEY (practice_id, sending_id) REFERENCES invoice_sendings (practice_id, id)
);
CREATE UNIQUE INDEX invoice_links_by_token ON invoice_links (token_hash);
