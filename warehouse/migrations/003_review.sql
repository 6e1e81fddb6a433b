-- The public data contract: names, order and types of these columns are stable; columns may be appended.

-- Machine values with people's corrections over them. A correction for a value that the machine never found becomes a row of its own.
CREATE VIEW core.current_fields AS
SELECT
    f.document_id, f.ordinal, f.field, f."row",
    CASE WHEN c.document_id IS NULL THEN f."value" ELSE c."value" END AS "value",
    f.raw,
    CASE WHEN c.document_id IS NULL THEN f.confidence ELSE 1.0::DOUBLE END AS confidence,
    f.page, f.x0, f.y0, f.x1, f.y1, f.method,
    f.needs_review AND c.document_id IS NULL AS needs_review,
    c.corrected_by, c.corrected_at
FROM core.fields AS f
LEFT JOIN core.corrections AS c ON c.document_id = f.document_id AND c.field = f.field AND c."row" = f."row"
UNION ALL
SELECT
    c.document_id,
    (1000000 + row_number() OVER (PARTITION BY c.document_id ORDER BY c.field, c."row"))::INTEGER,
    c.field, c."row", c."value", '', 1.0::DOUBLE, d.page_from, NULL, NULL, NULL, NULL,
    CASE WHEN d.source = 'paper' THEN 'ocr' WHEN d.page_from IS NULL THEN 'docx' ELSE 'pdf_text' END,
    false, c.corrected_by, c.corrected_at
FROM core.corrections AS c
JOIN core.documents AS d ON d.document_id = c.document_id
WHERE NOT EXISTS (FROM core.fields AS f WHERE f.document_id = c.document_id AND f.field = c.field AND f."row" = c."row");

-- What still awaits a person: a doubtful value for which no other document vouches. Judging reads `current_fields` instead, so that
-- it finds the same corroborations each time.
CREATE VIEW core.standing_fields AS
SELECT
    f.* REPLACE (f.needs_review AND k.document_id IS NULL AS needs_review),
    k.by_document_id AS corroborated_by
FROM core.current_fields AS f
LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row";

-- How each file came: the outermost container decides (a zip inside an e-mail came by e-mail). Days are Shanghai's.
CREATE VIEW core.arrivals AS
WITH RECURSIVE chain AS (
    SELECT file_id, file_id AS outer_file_id, media_type AS outer_media_type, parent_file_id AS above
    FROM core.files
    UNION
    SELECT chain.file_id, outside.file_id, outside.media_type, outside.parent_file_id
    FROM chain JOIN core.files AS outside ON outside.file_id = chain.above
), outermost AS (
    SELECT file_id, outer_file_id, outer_media_type
    FROM chain
    WHERE above IS NULL OR above NOT IN (SELECT file_id FROM core.files)
), containers AS (
    SELECT DISTINCT parent_file_id AS file_id FROM core.files WHERE parent_file_id IS NOT NULL
    UNION
    SELECT file_id FROM core.files WHERE media_type IN (
        'message/rfc822', 'application/zip', 'application/x-zip-compressed', 'application/x-7z-compressed', 'application/vnd.rar',
        'application/x-rar-compressed', 'application/x-rar', 'application/x-tar', 'application/gzip')
)
SELECT
    f.file_id,
    o.outer_file_id,
    CASE
        WHEN o.outer_media_type = 'message/rfc822' THEN 'email'
        WHEN o.outer_file_id IN (SELECT file_id FROM containers) THEN 'archive'
        ELSE 'folder'
    END AS channel,
    f.file_id IN (SELECT file_id FROM containers) AS is_container,
    timezone('Asia/Shanghai', f.received_at)::DATE AS arrived_on
FROM core.files AS f JOIN outermost AS o ON o.file_id = f.file_id;

CREATE VIEW review.files AS
SELECT f.file_id, f.path, f.parent_file_id, f.sha256, f.media_type, f.received_at, f.status, f.error_code, f.error, f.pages, f.duplicate_of, a.channel
FROM core.files AS f JOIN core.arrivals AS a ON a.file_id = f.file_id;

CREATE VIEW review.documents AS
SELECT d.document_id, d.file_id, d.doc_type, d.page_from, d.page_to, a.applicant_id, a.recommending_unit, d.confidence, d.source
FROM core.documents AS d LEFT JOIN core.assignments AS a ON a.document_id = d.document_id;

CREATE VIEW review.fields AS
SELECT document_id, field, "row", "value", raw, confidence, page, x0, y0, x1, y1, method, needs_review, corrected_by, corrected_at,
    corroborated_by
FROM core.standing_fields;

CREATE VIEW review.applicants AS
WITH waiting AS (
    SELECT a.applicant_id, count(*)::INTEGER AS fields
    FROM core.assignments AS a JOIN core.standing_fields AS f ON f.document_id = a.document_id
    WHERE f.needs_review
    GROUP BY a.applicant_id
)
SELECT
    p.applicant_id, p.name, p.sex, p.birth_date, p.id_number, p.employer, p.post, p.duty, p.skill_level, p.professional_title, p.phone,
    p.union_card_number, p.district, p.industry, p.recommending_unit, p.received_at, p.verdict, p.blockers, p.warnings,
    coalesce(w.fields, 0)::INTEGER AS to_review, p.qualifying_honours, p.rule_version
FROM core.applicants AS p LEFT JOIN waiting AS w ON w.applicant_id = p.applicant_id;

CREATE VIEW review.honours AS
SELECT
    honour_id, applicant_id, title, issuers, issuer_class, "level", conferred_on, claimed, certificate_document_id, in_window, role, qualifies, reasons,
    claim_document_id
FROM core.honours;

CREATE VIEW review.findings AS
SELECT
    f.finding_id, f.applicant_id, f.recommending_unit, f.code, f.field, f.severity, f.clause, f.message, f.evidence,
    coalesce(d.status, f.status) AS status, d.decided_by, d.decided_at, d.reason
FROM core.findings AS f LEFT JOIN core.decisions AS d ON d.finding_id = f.finding_id;

-- Beyond the contract: where every page went, what could not be validated, and the Chinese names of the codes.

-- A document without page numbers is the body of a Word file, which counts as the file's page 1.
CREATE VIEW review.pages AS
SELECT
    p.file_id, p.path, p.page,
    coalesce(list(d.document_id ORDER BY d.sequence) FILTER (d.document_id IS NOT NULL), []) AS document_ids,
    coalesce(list(d.doc_type ORDER BY d.sequence) FILTER (d.document_id IS NOT NULL), []) AS doc_types,
    count(d.document_id) > 0 AS accounted
FROM (SELECT file_id, path, unnest(range(1, pages + 1))::INTEGER AS page FROM core.files WHERE status = 'loaded' AND pages > 0) AS p
LEFT JOIN core.documents AS d
    ON d.file_id = p.file_id AND p.page BETWEEN coalesce(d.page_from, 1) AND coalesce(d.page_to, d.page_from, 1)
GROUP BY p.file_id, p.path, p.page;

CREATE VIEW review.failures AS
SELECT x.file_id, f.path, x.ordinal, x.kind, x.page, x.record, x.error
FROM core.failures AS x LEFT JOIN core.files AS f ON f.file_id = x.file_id
UNION ALL
SELECT NULL, NULL, NULL, kind, NULL, record, error FROM core.judgement_failures;

CREATE VIEW review.code_titles AS SELECT kind, code, title, position FROM core.code_titles;

-- Every reference that leads nowhere; empty in a sound warehouse.
CREATE VIEW core.broken_references AS
SELECT 'files.parent_file_id' AS reference, file_id AS id, parent_file_id AS missing
FROM core.files WHERE parent_file_id IS NOT NULL AND parent_file_id NOT IN (SELECT file_id FROM core.files)
UNION ALL
SELECT 'files.duplicate_of', file_id, duplicate_of
FROM core.files WHERE duplicate_of IS NOT NULL AND duplicate_of NOT IN (SELECT file_id FROM core.files)
UNION ALL
SELECT 'documents.file_id', document_id, file_id FROM core.documents WHERE file_id NOT IN (SELECT file_id FROM core.files)
UNION ALL
SELECT DISTINCT 'fields.document_id', document_id, document_id
FROM core.fields WHERE document_id NOT IN (SELECT document_id FROM core.documents)
UNION ALL
SELECT DISTINCT 'failures.file_id', file_id, file_id FROM core.failures WHERE file_id NOT IN (SELECT file_id FROM core.files)
UNION ALL
SELECT 'assignments.document_id', document_id, document_id
FROM core.assignments WHERE document_id NOT IN (SELECT document_id FROM core.documents)
UNION ALL
SELECT 'assignments.applicant_id', document_id, applicant_id
FROM core.assignments WHERE applicant_id IS NOT NULL AND applicant_id NOT IN (SELECT applicant_id FROM core.applicants)
UNION ALL
SELECT 'honours.applicant_id', honour_id, applicant_id
FROM core.honours WHERE applicant_id NOT IN (SELECT applicant_id FROM core.applicants)
UNION ALL
SELECT 'honours.certificate_document_id', honour_id, certificate_document_id
FROM core.honours WHERE certificate_document_id IS NOT NULL AND certificate_document_id NOT IN (SELECT document_id FROM core.documents)
UNION ALL
SELECT 'honours.claim_document_id', honour_id, claim_document_id
FROM core.honours WHERE claim_document_id IS NOT NULL AND claim_document_id NOT IN (SELECT document_id FROM core.documents)
UNION ALL
SELECT 'findings.applicant_id', finding_id, applicant_id
FROM core.findings WHERE applicant_id IS NOT NULL AND applicant_id NOT IN (SELECT applicant_id FROM core.applicants)
UNION ALL
SELECT 'findings.evidence', e.finding_id, e.document_id
FROM (SELECT finding_id, unnest(evidence).document_id AS document_id FROM core.findings) AS e
WHERE e.document_id NOT IN (SELECT document_id FROM core.documents);
