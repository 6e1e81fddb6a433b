-- Aggregates. A unit that no document names is NULL here; the reports write it out.

CREATE VIEW stats.applicants_by_unit AS
SELECT
    recommending_unit,
    count(*)::INTEGER AS applicants,
    count(*) FILTER (verdict = 'excluded')::INTEGER AS excluded,
    count(*) FILTER (verdict = 'incomplete')::INTEGER AS incomplete,
    count(*) FILTER (verdict = 'review')::INTEGER AS review,
    count(*) FILTER (verdict = 'ready')::INTEGER AS ready,
    count(*) FILTER (qualifying_honours > 0)::INTEGER AS with_qualifying_honour,
    sum(blockers)::INTEGER AS blockers,
    sum(warnings)::INTEGER AS warnings,
    sum(to_review)::INTEGER AS to_review,
    max(received_at) AS last_received_at
FROM review.applicants
GROUP BY recommending_unit;

CREATE VIEW stats.verdicts_by_unit AS
SELECT p.recommending_unit, p.verdict, any_value(t.title) AS verdict_title, count(*)::INTEGER AS applicants
FROM review.applicants AS p LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict
GROUP BY p.recommending_unit, p.verdict;

CREATE VIEW stats.arrivals_by_day AS
WITH contents AS (
    SELECT
        file_id,
        count(*) FILTER (source = 'electronic') AS electronic_documents,
        count(*) FILTER (source = 'paper') AS paper_documents
    FROM core.documents WHERE doc_type <> 'blank' GROUP BY file_id
)
SELECT
    a.arrived_on, a.channel, any_value(t.title) AS channel_title,
    count(*)::INTEGER AS files,
    count(*) FILTER (f.status = 'loaded')::INTEGER AS loaded,
    count(*) FILTER (f.status = 'duplicate')::INTEGER AS duplicates,
    count(*) FILTER (f.status = 'rejected')::INTEGER AS rejected,
    coalesce(sum(f.pages) FILTER (f.status = 'loaded'), 0)::INTEGER AS pages,
    coalesce(sum(c.electronic_documents), 0)::INTEGER AS electronic_documents,
    coalesce(sum(c.paper_documents), 0)::INTEGER AS paper_documents
FROM core.files AS f
JOIN core.arrivals AS a ON a.file_id = f.file_id
LEFT JOIN contents AS c ON c.file_id = f.file_id
LEFT JOIN core.code_titles AS t ON t.kind = 'channel' AND t.code = a.channel
GROUP BY a.arrived_on, a.channel;

CREATE VIEW stats.findings_by_code AS
SELECT
    f.code, any_value(t.title) AS code_title, f.severity,
    count(*)::INTEGER AS findings,
    count(DISTINCT f.applicant_id)::INTEGER AS applicants,
    count(*) FILTER (f.status = 'open')::INTEGER AS "open",
    count(*) FILTER (f.status = 'confirmed')::INTEGER AS confirmed,
    count(*) FILTER (f.status = 'waived')::INTEGER AS waived
FROM review.findings AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
GROUP BY f.code, f.severity;

CREATE VIEW stats.findings_by_unit AS
SELECT
    recommending_unit,
    count(*)::INTEGER AS findings,
    count(*) FILTER (severity = 'blocker')::INTEGER AS blockers,
    count(*) FILTER (severity = 'warning')::INTEGER AS warnings,
    count(*) FILTER (severity = 'info')::INTEGER AS infos,
    count(*) FILTER (status = 'open')::INTEGER AS "open",
    count(DISTINCT applicant_id)::INTEGER AS applicants
FROM review.findings
GROUP BY recommending_unit;

-- The year is NULL where the date could not be read.
CREATE VIEW stats.honours_by_class_and_year AS
SELECT
    h.issuer_class, any_value(t.title) AS class_title,
    TRY_CAST(left(h.conferred_on, 4) AS INTEGER) AS "year",
    count(*)::INTEGER AS honours,
    count(*) FILTER (h.qualifies = 'yes')::INTEGER AS qualifying,
    count(*) FILTER (h.qualifies = 'unclear')::INTEGER AS unclear,
    count(*) FILTER (h.certificate_document_id IS NOT NULL)::INTEGER AS with_certificate,
    count(DISTINCT h.applicant_id)::INTEGER AS applicants
FROM review.honours AS h LEFT JOIN core.code_titles AS t ON t.kind = 'issuer_class' AND t.code = h.issuer_class
GROUP BY h.issuer_class, TRY_CAST(left(h.conferred_on, 4) AS INTEGER);

CREATE VIEW stats.documents_by_type AS
SELECT
    d.doc_type, any_value(t.title) AS type_title,
    count(*)::INTEGER AS documents,
    count(*) FILTER (d.source = 'electronic')::INTEGER AS electronic,
    count(*) FILTER (d.source = 'paper')::INTEGER AS paper,
    count(d.applicant_id)::INTEGER AS assigned
FROM review.documents AS d LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type;

CREATE VIEW stats.reading_quality AS
SELECT
    d.doc_type, any_value(t.title) AS type_title, d.source,
    count(DISTINCT d.document_id)::INTEGER AS documents,
    count(f.field)::INTEGER AS "values",
    avg(f.confidence) AS mean_confidence,
    count(*) FILTER (f.needs_review)::INTEGER AS to_review,
    CASE WHEN count(f.field) > 0 THEN count(*) FILTER (f.needs_review) / count(f.field) END AS review_share,
    count(f.corrected_at)::INTEGER AS corrected
FROM core.documents AS d
LEFT JOIN core.standing_fields AS f ON f.document_id = d.document_id
LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type, d.source;

CREATE VIEW stats.files_by_status AS
SELECT status, error_code, count(*)::INTEGER AS files, coalesce(sum(pages), 0)::INTEGER AS pages
FROM core.files GROUP BY status, error_code;

-- Whether everything that arrived ended as part of a document: `unaccounted` and `files_without_documents` are 0 in a sound run.
CREATE VIEW stats.page_accounting AS
WITH page AS (
    SELECT
        count(*) AS pages,
        count(*) FILTER (list_has_any(doc_types,
            ['application_form', 'recommendation_summary', 'id_card', 'union_card', 'certificate'])) AS recognised,
        count(*) FILTER (accounted AND len(list_filter(doc_types, lambda kind: kind NOT IN ('other', 'blank'))) = 0
            AND list_contains(doc_types, 'other')) AS other,
        count(*) FILTER (accounted AND len(list_filter(doc_types, lambda kind: kind <> 'blank')) = 0) AS blank,
        count(*) FILTER (NOT accounted) AS unaccounted
    FROM review.pages
), bare AS (
    SELECT count(*) AS files
    FROM core.files AS f JOIN core.arrivals AS a ON a.file_id = f.file_id
    WHERE f.status = 'loaded' AND NOT a.is_container AND f.file_id NOT IN (SELECT file_id FROM core.documents)
)
SELECT
    (SELECT count(*) FROM core.files)::INTEGER AS files,
    page.pages::INTEGER AS pages,
    page.recognised::INTEGER AS recognised,
    page.other::INTEGER AS other,
    page.blank::INTEGER AS blank,
    page.unaccounted::INTEGER AS unaccounted,
    bare.files::INTEGER AS files_without_documents
FROM page, bare;
