-- Whose ledger this is; one row.
CREATE TABLE ledger (
    api TEXT NOT NULL,
    tenant TEXT NOT NULL,
    -- Keys every hash below.
    secret BLOB NOT NULL,
    made TEXT NOT NULL
) STRICT;

-- One import of one file.
CREATE TABLE run (
    -- Never used twice: entries name it when its history is gone.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    mapping_hash TEXT NOT NULL,
    program TEXT NOT NULL,
    round TEXT,
    started TEXT NOT NULL,
    -- NULL while it runs, and for ever when it was killed.
    ended TEXT,
    -- 'finished', 'stopped' or 'killed'; NULL while it runs.
    ended_as TEXT,
    reason TEXT,
    -- Rows by status, as a JSON object.
    counts TEXT
) STRICT;

-- A row that was sent, or is about to be.
CREATE TABLE entry (
    -- Never used twice: a claim that was left behind must not find another row.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state INTEGER NOT NULL,
    -- A whole number where the id is one, which takes less room.
    lead ANY,
    -- The run that sent it last, and its row in that run's file.
    run INTEGER NOT NULL,
    row INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    -- Keyed hashes.
    source INTEGER,
    cells INTEGER NOT NULL,
    content INTEGER NOT NULL,
    name INTEGER,
    email INTEGER,
    phone INTEGER
) STRICT;

-- Keyed hashes of everything that leads to an entry.
CREATE TABLE claim (
    hash BLOB NOT NULL PRIMARY KEY,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was sent for an entry whose fate is open. The only people's data; gone once it is settled.
CREATE TABLE unsettled (
    entry INTEGER PRIMARY KEY,
    body BLOB,
    request_key BLOB NOT NULL,
    -- The digest of the cells that the row is to be known by as well, once it is sent.
    cells BLOB,
    -- The code of what came in place of an answer; NULL when the run ended before that.
    doubt TEXT
) STRICT;

-- Content of a created row that differs from what was sent, and the run that last told of it.
CREATE TABLE changed (
    entry INTEGER PRIMARY KEY,
    content INTEGER NOT NULL,
    run INTEGER NOT NULL
) STRICT;

-- Rounds opened with `--again`.
CREATE TABLE round (
    name TEXT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    mapping_hash TEXT NOT NULL,
    opened TEXT NOT NULL,
    finished INTEGER NOT NULL
) STRICT;
