-- Rows about to be sent, one blob for each commit: what `intent_log` says of it. A row of the log gets
-- its rows in the other tables when its fate is known, or by whoever takes over from a killed run.
CREATE TABLE intents (
    -- In the order of the commits.
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    notes BLOB NOT NULL
) STRICT;

-- Claims that are not yet in `claim`, one blob for each commit: 16 bytes of the hash and 8 of the entry, little
-- end first, for each. A later one stands for an earlier one of the same hash, and for that in `claim`.
CREATE TABLE recent_claims (
    id INTEGER PRIMARY KEY,
    claims BLOB NOT NULL
) STRICT;
