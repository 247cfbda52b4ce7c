-- Format 5: claims that are voided or replaced before they are judged, and files that a person takes out.

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
