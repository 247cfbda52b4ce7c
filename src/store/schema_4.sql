-- Format 4: claims that are voided or replaced while they wait, and outboxes that are replaced.

-- the folders in which the outputs of an arrival wait for their names
ALTER TABLE arrival ADD COLUMN prepared_in TEXT NOT NULL DEFAULT '';

-- Who sent a record that waits: billing provider with member, as in `claim`, and a fingerprint of its CLM01; 0 where that is
-- not known.
ALTER TABLE arrival_again ADD COLUMN party INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrival_again ADD COLUMN name INTEGER NOT NULL DEFAULT 0;
-- whether a claim that was accepted since voids or replaces it
ALTER TABLE arrival_again ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0;
CREATE INDEX again_of_party ON arrival_again (party, name) WHERE party <> 0;

-- sets that came in judged files, and those that were answered: by a 999, or with their interchange by a TA1
ALTER TABLE arrival ADD COLUMN sets INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrival ADD COLUMN sets_answered INTEGER NOT NULL DEFAULT 0;
-- those of before are not known
UPDATE arrival SET sets = -1, sets_answered = -1;

-- a partner's latest arrivals are asked for with each file
CREATE INDEX arrival_of_partner ON arrival (partner)
