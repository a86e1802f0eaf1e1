-- Reviews of who has what access in a practice group.

-- Open until somebody signs it.  What it then says is a row of the audit log, whose number and
-- hash stand here.
CREATE TABLE access_reviews (
    practice_id  TEXT   NOT NULL REFERENCES practices (id),
    id           TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('open', 'signed')),
    begun_at     BIGINT NOT NULL,
    begun_by     TEXT   NOT NULL,
    begun_name   TEXT   NOT NULL,
    signed_at    BIGINT,
    signed_by    TEXT,
    signed_name  TEXT   NOT NULL DEFAULT '',
    note         TEXT   NOT NULL DEFAULT '',
    entry        BIGINT NOT NULL DEFAULT 0,
    hash         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, begun_by) REFERENCES users (practice_id, id)
);
CREATE UNIQUE INDEX access_reviews_open ON access_reviews (practice_id) WHERE state = 'open';

-- What was decided about a user: `had` and `has` are the access in words, before and after.
CREATE TABLE access_review_lines (
    practice_id   TEXT   NOT NULL,
    review_id     TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    had           TEXT   NOT NULL,
    has           TEXT   NOT NULL,
    seen_at       BIGINT NOT NULL,
    decision      TEXT   NOT NULL CHECK (decision IN ('keep', 'reduce', 'deactivate')),
    decided_at    BIGINT NOT NULL,
    decided_by    TEXT   NOT NULL,
    decided_name  TEXT   NOT NULL,
    version       BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (practice_id, review_id, user_id),
    FOREIGN KEY (practice_id, review_id) REFERENCES access_reviews (practice_id, id),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);

-- Every so many months everybody with Full Access is reminded; no row: never.
CREATE TABLE access_review_plans (
    practice_id  TEXT   NOT NULL PRIMARY KEY REFERENCES practices (id),
    months       BIGINT NOT NULL CHECK (months BETWEEN 1 AND 24),
    due_at       BIGINT NOT NULL -- the next time; a job of another moment does nothing
);
