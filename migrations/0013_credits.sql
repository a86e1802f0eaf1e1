-- Credits pay for text messages: where they are, every move of them, who keeps
-- their own, and what was asked to be bought.

-- 'group' is the practice's account, a user's id that user's own.  The other two
-- make every move whole: what is bought comes out of 'bought', which owes as much
-- as there is, and what is spent goes to 'used'.  So all balances add up to zero.
-- Nobody is told every time that there are none left, or that a month's limit is reached.
CREATE TABLE credit_accounts (
    practice_id    TEXT   NOT NULL REFERENCES practices (id),
    id             TEXT   NOT NULL,
    user_id        TEXT,
    balance        BIGINT NOT NULL DEFAULT 0,
    moves          BIGINT NOT NULL DEFAULT 0,
    empty_told_at  BIGINT NOT NULL DEFAULT 0,
    limit_told_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    CHECK (balance >= 0 OR id = 'bought'),
    CHECK (user_id IS NULL OR user_id = id),
    CHECK (user_id IS NOT NULL OR id IN ('group', 'bought', 'used'))
);

-- One row takes from one account what it gives to another.  from_n and to_n number
-- the moves of each account without a gap, and the balances are those after it.
-- `once` says what it was for, so that the same is never moved twice; about_id is
-- the appointment, or what was bought.
CREATE TABLE credit_moves (
    practice_id   TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    kind          TEXT   NOT NULL CHECK (kind IN ('bought', 'used', 'returned', 'joined')),
    once          TEXT   NOT NULL,
    credits       BIGINT NOT NULL CHECK (credits > 0),
    from_id       TEXT   NOT NULL,
    from_n        BIGINT NOT NULL,
    from_balance  BIGINT NOT NULL,
    to_id         TEXT   NOT NULL,
    to_n          BIGINT NOT NULL,
    to_balance    BIGINT NOT NULL,
    about_id      TEXT   NOT NULL DEFAULT '',
    note          TEXT   NOT NULL DEFAULT '',
    at            BIGINT NOT NULL,
    by_id         TEXT   NOT NULL,
    by_name       TEXT   NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, from_id) REFERENCES credit_accounts (practice_id, id),
    FOREIGN KEY (practice_id, to_id) REFERENCES credit_accounts (practice_id, id),
    CHECK (from_id <> to_id)
);
CREATE UNIQUE INDEX credit_moves_once ON credit_moves (practice_id, once);
CREATE UNIQUE INDEX credit_moves_out ON credit_moves (practice_id, from_id, from_n);
CREATE UNIQUE INDEX credit_moves_in ON credit_moves (practice_id, to_id, to_n);
CREATE INDEX credit_moves_out_at ON credit_moves (practice_id, from_id, at);
CREATE INDEX credit_moves_in_at ON credit_moves (practice_id, to_id, at);

-- The group's has no user.  Who has a row of their own has an account of their own.
-- `stopped` says why auto top-up went off by itself.
CREATE TABLE credit_settings (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    user_id      TEXT,
    auto_on      BIGINT NOT NULL DEFAULT 0 CHECK (auto_on IN (0, 1)),
    auto_below   BIGINT NOT NULL CHECK (auto_below >= 0),
    auto_buy     BIGINT NOT NULL CHECK (auto_buy > 0),
    auto_most    BIGINT NOT NULL CHECK (auto_most >= auto_buy),
    provider     TEXT   NOT NULL,
    stopped      TEXT   NOT NULL DEFAULT '' CHECK (stopped IN ('', 'left', 'unpaid')),
    version      BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    CHECK (auto_on = 0 OR stopped = '')
);
CREATE UNIQUE INDEX credit_settings_own ON credit_settings (practice_id, user_id)
    WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX credit_settings_group ON credit_settings (practice_id)
    WHERE user_id IS NULL;

-- What was asked to be bought, and whether the money came.  `reference` is what the
-- payer writes on the transfer.
CREATE TABLE credit_orders (
    practice_id   TEXT   NOT NULL REFERENCES practices (id),
    id            TEXT   NOT NULL,
    account_id    TEXT   NOT NULL,
    credits       BIGINT NOT NULL CHECK (credits > 0),
    cents         BIGINT NOT NULL CHECK (cents >= 0),
    currency      TEXT   NOT NULL,
    provider      TEXT   NOT NULL,
    reference     TEXT   NOT NULL,
    automatic     BIGINT NOT NULL DEFAULT 0 CHECK (automatic IN (0, 1)),
    state         TEXT   NOT NULL DEFAULT 'asked'
                  CHECK (state IN ('asked', 'paid', 'withdrawn', 'unpaid')),
    asked_at      BIGINT NOT NULL,
    asked_by      TEXT   NOT NULL,
    asked_name    TEXT   NOT NULL,
    ended_at      BIGINT,
    ended_name    TEXT   NOT NULL DEFAULT '',
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES credit_accounts (practice_id, id),
    CHECK ((state = 'asked') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX credit_orders_reference ON credit_orders (practice_id, reference);
CREATE INDEX credit_orders_of ON credit_orders (practice_id, account_id, asked_at);
CREATE UNIQUE INDEX credit_orders_automatic ON credit_orders (practice_id, account_id)
    WHERE automatic = 1 AND state = 'asked';

-- What was moved stays as it is, whatever a statement says.
/*sqlite
CREATE TRIGGER credit_moves_stay BEFORE UPDATE ON credit_moves WHEN
    (OLD.id, OLD.kind, OLD.once, OLD.credits, OLD.from_id, OLD.from_n, OLD.from_balance, OLD.to_id,
     OLD.to_n, OLD.to_balance, OLD.about_id, OLD.note, OLD.at, OLD.by_id, OLD.by_name) IS NOT
    (NEW.id, NEW.kind, NEW.once, NEW.credits, NEW.from_id, NEW.from_n, NEW.from_balance, NEW.to_id,
     NEW.to_n, NEW.to_balance, NEW.about_id, NEW.note, NEW.at, NEW.by_id, NEW.by_name)
BEGIN SELECT RAISE(ABORT, 'what was moved stays as it is'); END;
CREATE TRIGGER credit_moves_remain BEFORE DELETE ON credit_moves
BEGIN SELECT RAISE(ABORT, 'what was moved stays as it is'); END;
*/
/*postgres
CREATE TRIGGER credit_moves_stay BEFORE UPDATE ON credit_moves FOR EACH ROW WHEN (
    (OLD.id, OLD.kind, OLD.once, OLD.credits, OLD.from_id, OLD.from_n, OLD.from_balance, OLD.to_id,
     OLD.to_n, OLD.to_balance, OLD.about_id, OLD.note, OLD.at, OLD.by_id, OLD.by_name)
    IS DISTINCT FROM
    (NEW.id, NEW.kind, NEW.once, NEW.credits, NEW.from_id, NEW.from_n, NEW.from_balance, NEW.to_id,
     NEW.to_n, NEW.to_balance, NEW.about_id, NEW.note, NEW.at, NEW.by_id, NEW.by_name))
EXECUTE FUNCTION stays_as_it_is();
CREATE TRIGGER credit_moves_remain BEFORE DELETE ON credit_moves FOR EACH ROW
EXECUTE FUNCTION stays_as_it_is();
*/
