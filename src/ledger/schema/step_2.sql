-- Which row has a lead: what a look-up finds must be nobody else's.
CREATE INDEX entry_by_lead ON entry (lead) WHERE lead IS NOT NULL;

-- The entry of a row that was created before this one was sent: its lead bounds how far back this one's
-- can lie. NULL where none was known.
ALTER TABLE unsettled ADD COLUMN known_before INTEGER;

-- When the request key was first used, in milliseconds since 1970; NULL in rows of version 1.
ALTER TABLE unsettled ADD COLUMN key_since INTEGER;

-- Runs of other files that have looked for the lead in vain.
ALTER TABLE unsettled ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
