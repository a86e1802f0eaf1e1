-- Who is to be deactivated, activated again, Read Only, or of another access, on a day that is to come.  What was carried
-- out or taken back is gone from here; the audit log knows of it.  But Read Only stays (done_at), as long
-- as it holds, so that it can be taken back.
CREATE TABLE planned_changes (
    practice_id  TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    kind         TEXT   NOT NULL CHECK (kind IN ('deactivate', 'activate', 'read_only', 'access')),
    due_at       BIGINT NOT NULL,
    tell         BIGINT NOT NULL CHECK (tell IN (0, 1)),
    note         TEXT   NOT NULL DEFAULT '',
    planned_at   BIGINT NOT NULL,
    planned_by   TEXT   NOT NULL,
    planned_name TEXT   NOT NULL,
    refused      TEXT   NOT NULL DEFAULT '',  -- why it cannot be carried out
    done_at      BIGINT,
    access       TEXT   NOT NULL DEFAULT '',  -- what of it changes; '' for the other kinds
    PRIMARY KEY (practice_id, user_id, kind),
    FOREIGN KEY (practice_id, user_id) REFERENCES users (practice_id, id),
    FOREIGN KEY (practice_id, planned_by) REFERENCES users (practice_id, id)
);
CREATE INDEX planned_changes_by ON planned_changes (practice_id, planned_by);
