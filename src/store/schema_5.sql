-- Format 5: decisions stand by numbers, and the claims of large files, and those of many small ones, in layers; so does what
-- they used. Claims that are voided or replaced before they are judged, and files that a person takes out.

-- Every decision on an authorization number that was imported or came in a run. What those of one number come to is worked
-- out when it is looked up. A key is made of the number; few share one.
CREATE TABLE decided (
    key INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
CREATE TABLE decided_for (
    member BLOB NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (member, key)
) WITHOUT ROWID;

-- Rows that never change, sorted by a key of 64 bits: kind 1 accepted claims by their party, kind 2 uses by a fingerprint of
-- their account.
CREATE TABLE layer (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    -- a Bloom filter of what is asked for in it
    filter BLOB NOT NULL
);

-- The rows of layers, about a page together. The number is that of the layer with the upper 48 bits of the first row's key.
CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);

-- how many rows there are in `claim` and `use`: those that no layer took yet
ALTER TABLE arrivals ADD COLUMN recent INTEGER NOT NULL DEFAULT 0;
UPDATE arrivals SET recent = (SELECT count(*) FROM claim) + (SELECT count(*) FROM use);

-- Files are told apart by their length, and by the BLAKE3 hash of their bytes; those of before by a fingerprint of 16 bytes.
DROP INDEX file_of_content;
CREATE INDEX file_of_length ON file (bytes);

-- what layers hold of these counts no more
CREATE INDEX file_replaced ON file (id) WHERE replaced_by IS NOT NULL;

-- whether a person took it out after the guard had stopped it
ALTER TABLE arrival ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;

-- the arrival that a file's claims came with at first; 0 for a run that is none's, and for those of before
ALTER TABLE file ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;

-- What accepted claims void or replace of arrivals that were not judged yet; kept as long as there is such an arrival.
CREATE TABLE taken_back (
    -- the first arrival that it leaves alone: only what came before is taken back
    before INTEGER NOT NULL,
    -- as in `arrival_again`
    party INTEGER NOT NULL,
    name INTEGER NOT NULL,
    by_file INTEGER NOT NULL,
    PRIMARY KEY (before, party, name, by_file)
) WITHOUT ROWID
