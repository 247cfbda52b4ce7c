-- Format 3: claims that wait for an authorization, and claims that are judged again.

ALTER TABLE arrival ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrival ADD COLUMN charged_held INTEGER NOT NULL DEFAULT 0;
-- the arrival whose claims are judged again by this one, and what for; 0 for a file that came
ALTER TABLE arrival ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrival ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
CREATE INDEX arrival_of_origin ON arrival (origin) WHERE origin <> 0;

-- where a claim stands among the records of its fate, from 0
ALTER TABLE arrival_claim ADD COLUMN record INTEGER NOT NULL DEFAULT -1;

-- Records that wait, and records that are judged again: each once.
CREATE TABLE arrival_again (
    -- the arrival that it came with
    origin INTEGER NOT NULL,
    -- what became of it there, held or rejected, and where it stands among those
    fate TEXT NOT NULL,
    record INTEGER NOT NULL,
    -- when its time is up, in seconds since 1970
    until INTEGER NOT NULL,
    -- the arrival that judges it again; 0 while it waits
    arrival INTEGER NOT NULL,
    PRIMARY KEY (origin, fate, record)
) WITHOUT ROWID;
CREATE INDEX again_of_arrival ON arrival_again (arrival, until)
