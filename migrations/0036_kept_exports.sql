-- An archive of own records that is whole when the access ends may be taken afterwards.
ALTER TABLE export_permits ADD COLUMN outlives BIGINT NOT NULL DEFAULT 0 CHECK (outlives IN (0, 1));
