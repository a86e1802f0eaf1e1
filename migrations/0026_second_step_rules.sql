-- What a practice group asks of those who sign in.

-- The second step (access/second_rule.h): asked for; and from when on it is required of who has
-- Full Access or reads clinical notes, and of everybody.  0: not.
ALTER TABLE practices ADD COLUMN second_asked BIGINT NOT NULL DEFAULT 0 CHECK (second_asked IN (0, 1));
ALTER TABLE practices ADD COLUMN second_some_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE practices ADD COLUMN second_all_from BIGINT NOT NULL DEFAULT 0;

-- When a change of access made the user one of the former.  0: they have been from the start,
-- or are none.
ALTER TABLE users ADD COLUMN second_since BIGINT NOT NULL DEFAULT 0;
