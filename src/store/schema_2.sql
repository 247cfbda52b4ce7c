-- Format 2: the files of the drop folder, and what became of them.

CREATE TABLE arrival (
    -- never given out twice: outputs are named by it
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    partner TEXT NOT NULL,
    -- the file's name as it came, which need not be UTF-8
    name BLOB NOT NULL,
    -- RFC 3339
    received TEXT NOT NULL,
    -- days since 1970-01-01
    day INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    -- why it came to that outcome
    why TEXT NOT NULL DEFAULT '',
    -- whether it is taken by copying, since its inbox is on another disk
    copied INTEGER NOT NULL,
    -- whether a person let it pass the guard
    released INTEGER NOT NULL DEFAULT 0,
    test INTEGER NOT NULL DEFAULT 0,
    -- SHA-256 of the bytes, in hexadecimal digits
    sha256 TEXT NOT NULL DEFAULT '',
    read INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    -- charges, in cents
    charged INTEGER NOT NULL DEFAULT 0,
    charged_accepted INTEGER NOT NULL DEFAULT 0,
    charged_rejected INTEGER NOT NULL DEFAULT 0,
    charged_refused INTEGER NOT NULL DEFAULT 0,
    -- where it and its outputs are kept
    place BLOB NOT NULL DEFAULT x''
);
CREATE INDEX arrival_of_state ON arrival (state);
CREATE INDEX arrival_of_content ON arrival (sha256);
CREATE INDEX arrival_of_day ON arrival (day);

CREATE TABLE arrival_interchange (
    arrival INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    control TEXT NOT NULL,
    PRIMARY KEY (arrival, ordinal)
) WITHOUT ROWID;
CREATE INDEX arrival_of_control ON arrival_interchange (control);

-- The claims of arrivals. A fate is accepted, rejected or refused.
CREATE TABLE arrival_claim (
    arrival INTEGER NOT NULL,
    id TEXT NOT NULL,
    charge TEXT NOT NULL,
    member TEXT NOT NULL,
    fate TEXT NOT NULL
);
CREATE INDEX claims_of_arrival ON arrival_claim (arrival);
CREATE INDEX arrival_of_claim ON arrival_claim (id);
CREATE INDEX arrival_of_member ON arrival_claim (member);

-- What people did with arrivals.
CREATE TABLE arrival_deed (
    arrival INTEGER NOT NULL,
    at TEXT NOT NULL,
    deed TEXT NOT NULL,
    initials TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX deeds_of_arrival ON arrival_deed (arrival)
