-- Format 5: decisions stand by numbers, and the claims of large files, and those of many small ones, in layers; so does what
-- they used.

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
CREATE INDEX file_replaced ON file (id) WHERE replaced_by IS NOT NULL
