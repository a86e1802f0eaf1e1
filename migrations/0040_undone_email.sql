-- goes with 0039_names_on_paper
-- Taking an email back takes along what was added to the sign-in since.

-- Had the person a second step when the change was asked for?
ALTER TABLE email_changes ADD COLUMN second_then BIGINT NOT NULL DEFAULT 1 CHECK (second_then IN (0, 1));
