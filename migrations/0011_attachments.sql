-- Files that hang on clinical notes.  Why they stand in the database: decision 025.

-- What a file is and how it is called.  `edition`: the one of the note that it came
-- with.  One that was taken off a draft keeps its row and loses its name and bytes.
CREATE TABLE attachments (
    practice_id  TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    note_id      TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    size         BIGINT NOT NULL CHECK (size > 0),
    hash         TEXT   NOT NULL,
    edition      BIGINT NOT NULL CHECK (edition > 0),
    at           BIGINT NOT NULL,
    by_id        TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    removed_at   BIGINT,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, note_id) REFERENCES notes (practice_id, id),
    FOREIGN KEY (practice_id, by_id) REFERENCES users (practice_id, id),
    CHECK ((removed_at IS NULL) = (name <> ''))
);
CREATE INDEX attachments_of ON attachments (practice_id, note_id, id);

-- Its bytes, in pieces of 64 KB, so that neither writing nor reading one takes much memory.
CREATE TABLE attachment_pieces (
    practice_id    TEXT   NOT NULL,
    attachment_id  TEXT   NOT NULL,
    piece          BIGINT NOT NULL CHECK (piece >= 0),
    bytes          BYTEA  NOT NULL,
    PRIMARY KEY (practice_id, attachment_id, piece),
    FOREIGN KEY (practice_id, attachment_id) REFERENCES attachments (practice_id, id)
);
/*postgres
-- Pictures and PDFs are compressed already.
ALTER TABLE attachment_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
*/

-- How much all of them take, so that nobody has to add them up.
CREATE TABLE attachment_sizes (
    practice_id  TEXT   NOT NULL PRIMARY KEY REFERENCES practices (id),
    bytes        BIGINT NOT NULL CHECK (bytes >= 0)
);
