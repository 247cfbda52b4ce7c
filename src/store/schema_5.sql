-- Format 5: the claims of large files, and those of many small ones, stand in layers; so does what they used.

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

-- what layers hold of these counts no more
CREATE INDEX file_replaced ON file (id) WHERE replaced_by IS NOT NULL
