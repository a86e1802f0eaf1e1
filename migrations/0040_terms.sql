-- An invitation may be to an access that begins and ends on a day; the plans are made when it is accepted.
ALTER TABLE invitations ADD COLUMN starts_at BIGINT;
ALTER TABLE invitations ADD COLUMN ends_at BIGINT;
