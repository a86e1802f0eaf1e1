-- What the gateway says has become of a text message.

-- The hash of what leaves with the message, so that a report is known to be about it. 'delivered':
-- a phone has it; 'missed': none took it.
ALTER TABLE reminders ADD COLUMN report_hash TEXT;
ALTER TABLE reminders ADD COLUMN report TEXT CHECK (report IN ('delivered', 'missed'));
ALTER TABLE reminders ADD COLUMN reported_at BIGINT;
CREATE UNIQUE INDEX reminders_reported ON reminders (report_hash) WHERE report_hash IS NOT NULL;
