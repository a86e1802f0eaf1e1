-- From where the users of a practice group may enter it.

-- Networks with blanks between them, like 192.0.2.0/24 and 2001:db8::/48; '' is from everywhere.
ALTER TABLE practices ADD COLUMN networks TEXT NOT NULL DEFAULT '';
