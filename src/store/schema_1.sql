-- Format 1. Dates are days since 1970-01-01, amounts ten-thousandths, members and fingerprints the words that the program
-- compares by. Everything here is protected health information.

-- Every decision on an authorization number that was imported or came in a run. What those of one number come to is worked
-- out when it is looked up.
CREATE TABLE decision (
    number TEXT NOT NULL,
    day INTEGER NOT NULL,
    time INTEGER NOT NULL,
    -- fingerprint of effect, previous and body: the same decision is kept once
    print INTEGER NOT NULL,
    -- the order in which decisions came to the store
    arrival INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    -- the number that it refers to (REF*BB)
    previous TEXT,
    member BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (number, day, time, print)
) WITHOUT ROWID;
CREATE INDEX decision_of_member ON decision (member);

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    content BLOB NOT NULL,
    received INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    -- the file of the same bytes that took its place
    replaced_by INTEGER
);
CREATE INDEX file_of_content ON file (content);

CREATE TABLE interchange (
    print INTEGER NOT NULL,
    file INTEGER NOT NULL,
    PRIMARY KEY (print, file)
) WITHOUT ROWID;

-- Accepted claims. A party is a billing provider with a member, a print what the lines are.
CREATE TABLE claim (
    party INTEGER NOT NULL,
    print INTEGER NOT NULL,
    file INTEGER NOT NULL,
    record INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (party, print, file, record)
) WITHOUT ROWID;

-- What lines of accepted claims used: kind 1 of an authorization (account is its number), 2 of physical therapy, 3 of
-- equipment and supplies, 4 of rented equipment (account is the member).
CREATE TABLE use (
    kind INTEGER NOT NULL,
    account BLOB NOT NULL,
    file INTEGER NOT NULL,
    record INTEGER NOT NULL,
    line INTEGER NOT NULL,
    -- CLM01
    id BLOB NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    code TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (kind, account, file, record, line)
) WITHOUT ROWID;

-- Claims that were voided or replaced: what they used counts no more.
CREATE TABLE given_back (
    file INTEGER NOT NULL,
    record INTEGER NOT NULL,
    by_file INTEGER NOT NULL,
    by_record INTEGER NOT NULL,
    PRIMARY KEY (file, record, by_file, by_record)
) WITHOUT ROWID;

-- How many decisions came to the store: the arrival of the last.
CREATE TABLE arrivals (last INTEGER NOT NULL);
INSERT INTO arrivals (last) VALUES (0);

-- The last control number that was given out, by partner.
CREATE TABLE sequence (
    partner TEXT NOT NULL,
    of_groups INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (partner, of_groups)
) WITHOUT ROWID
