-- Base tables. Primary keys only: DuckDB cannot cascade and refuses updates of referenced parents, so references are checked by a view (003).

CREATE SCHEMA IF NOT EXISTS review;
CREATE SCHEMA IF NOT EXISTS stats;

-- What arrived and what was read: written once per source file, never changed afterwards.

CREATE TABLE core.files (
    file_id        VARCHAR PRIMARY KEY,
    path           VARCHAR NOT NULL,
    parent_file_id VARCHAR,
    sha256         VARCHAR NOT NULL,
    media_type     VARCHAR NOT NULL,
    received_at    TIMESTAMPTZ NOT NULL,
    status         VARCHAR NOT NULL CHECK (status IN ('loaded', 'duplicate', 'rejected')),
    error_code     VARCHAR,
    error          VARCHAR,
    pages          INTEGER,
    duplicate_of   VARCHAR,
    UNIQUE (path, sha256)
);

CREATE TABLE core.documents (
    document_id VARCHAR PRIMARY KEY,
    file_id     VARCHAR NOT NULL,
    sequence    INTEGER NOT NULL,
    doc_type    VARCHAR NOT NULL,
    page_from   INTEGER,
    page_to     INTEGER,
    x0          DOUBLE,
    y0          DOUBLE,
    x1          DOUBLE,
    y1          DOUBLE,
    confidence  DOUBLE NOT NULL,
    source      VARCHAR NOT NULL CHECK (source IN ('electronic', 'paper'))
);

-- A document may state a field twice (two sides of a card, two seals): the position in the document is the key.
CREATE TABLE core.fields (
    document_id  VARCHAR NOT NULL,
    ordinal      INTEGER NOT NULL,
    field        VARCHAR NOT NULL,
    "row"        INTEGER NOT NULL,
    "value"      VARCHAR NOT NULL,
    raw          VARCHAR NOT NULL,
    confidence   DOUBLE NOT NULL,
    page         INTEGER,
    x0           DOUBLE,
    y0           DOUBLE,
    x1           DOUBLE,
    y1           DOUBLE,
    method       VARCHAR NOT NULL,
    needs_review BOOLEAN NOT NULL,
    PRIMARY KEY (document_id, ordinal)
);

CREATE TABLE core.failures (
    file_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    kind    VARCHAR NOT NULL,
    page    INTEGER,
    record  VARCHAR NOT NULL,
    error   VARCHAR NOT NULL,
    PRIMARY KEY (file_id, ordinal)
);

-- What was judged: replaced as a whole, in one transaction, whenever the judgement changes.

CREATE TABLE core.assignments (
    document_id       VARCHAR PRIMARY KEY,
    applicant_id      VARCHAR,
    recommending_unit VARCHAR
);

-- Doubtful values that another document of the same applicant states with certainty.
CREATE TABLE core.corroborations (
    corroboration_id VARCHAR PRIMARY KEY,
    document_id      VARCHAR NOT NULL,
    field            VARCHAR NOT NULL,
    "row"            INTEGER NOT NULL,
    by_document_id   VARCHAR NOT NULL
);

CREATE TABLE core.applicants (
    applicant_id       VARCHAR PRIMARY KEY,
    name               VARCHAR NOT NULL,
    sex                VARCHAR,
    birth_date         DATE,
    id_number          VARCHAR,
    employer           VARCHAR,
    post               VARCHAR,
    duty               VARCHAR,
    skill_level        VARCHAR,
    professional_title VARCHAR,
    phone              VARCHAR,
    union_card_number  VARCHAR,
    district           VARCHAR,
    industry           VARCHAR,
    recommending_unit  VARCHAR,
    received_at        TIMESTAMPTZ NOT NULL,
    verdict            VARCHAR NOT NULL,
    blockers           INTEGER NOT NULL,
    warnings           INTEGER NOT NULL,
    qualifying_honours INTEGER NOT NULL,
    rule_version       VARCHAR NOT NULL
);

CREATE TABLE core.honours (
    honour_id               VARCHAR PRIMARY KEY,
    applicant_id            VARCHAR NOT NULL,
    title                   VARCHAR NOT NULL,
    issuers                 VARCHAR[] NOT NULL,
    issuer_class            VARCHAR NOT NULL,
    "level"                 VARCHAR,
    conferred_on            VARCHAR,
    claimed                 BOOLEAN NOT NULL,
    certificate_document_id VARCHAR,
    in_window               VARCHAR NOT NULL,
    role                    VARCHAR,
    qualifies               VARCHAR NOT NULL,
    reasons                 VARCHAR[] NOT NULL,
    claim_document_id       VARCHAR
);

CREATE TABLE core.findings (
    finding_id        VARCHAR PRIMARY KEY,
    applicant_id      VARCHAR,
    recommending_unit VARCHAR,
    code              VARCHAR NOT NULL,
    field             VARCHAR NOT NULL,
    severity          VARCHAR NOT NULL,
    clause            VARCHAR NOT NULL,
    message           VARCHAR NOT NULL,
    evidence          STRUCT(document_id VARCHAR, page INTEGER, "value" VARCHAR)[] NOT NULL,
    status            VARCHAR NOT NULL
);

-- What a judgement said that could not be stored (two records under one id).
CREATE TABLE core.judgement_failures (
    failure_id VARCHAR PRIMARY KEY,
    kind       VARCHAR NOT NULL,
    record     VARCHAR NOT NULL,
    error      VARCHAR NOT NULL
);

-- What people did: no load ever touches these two; the views join them to whatever the machine says today.

CREATE TABLE core.decisions (
    finding_id VARCHAR PRIMARY KEY,
    status     VARCHAR NOT NULL CHECK (status IN ('open', 'confirmed', 'waived')),
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    reason     VARCHAR NOT NULL
);

CREATE TABLE core.corrections (
    document_id  VARCHAR NOT NULL,
    field        VARCHAR NOT NULL,
    "row"        INTEGER NOT NULL,
    "value"      VARCHAR NOT NULL,
    corrected_by VARCHAR NOT NULL,
    corrected_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (document_id, field, "row")
);
