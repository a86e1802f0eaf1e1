-- Groups whose calendars are printed with initials in place of patients' names.

ALTER TABLE practices ADD COLUMN paper_initials BIGINT NOT NULL DEFAULT 0 CHECK (paper_initials IN (0, 1));
