-- Until when a practitioner's registration and insurance hold, as somebody noted it.
CREATE TABLE user_papers (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('registration', 'insurance')),
    ends_on      TEXT   NOT NULL, -- the last day: "2026-11-30"
    noted_at     BIGINT NOT NULL,
    noted_by     TEXT   NOT NULL,
    noted_name   TEXT   NOT NULL,
    PRIMARY KEY (practice_id, user_id, kind),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id)
);
CREATE INDEX user_papers_ending ON user_papers (practice_id, ends_on);
