-- Statistics for analysts, for today or for any earlier moment: `SET VARIABLE cut_off = TIMESTAMPTZ '2024-03-20 18:00:00+08'` in the session
-- makes every view below count only what had arrived and had been decided by then. Without it they say what is so now.

-- The dates and demands of the edition that the material was judged by; written by every run that reads or judges (warehouse/editions.py).
CREATE TABLE core.edition (
    edition           VARCHAR PRIMARY KEY,
    title             VARCHAR NOT NULL,
    deadline          DATE NOT NULL,
    window_from       DATE NOT NULL,
    window_to         DATE NOT NULL,
    required_material VARCHAR[] NOT NULL,
    stored_at         TIMESTAMPTZ NOT NULL
);

CREATE MACRO core.cut_off() AS coalesce(getvariable('cut_off')::TIMESTAMPTZ, 'infinity'::TIMESTAMPTZ);

-- A statistic holds no number by which a person could be found, even where one was read into the wrong cell: a text with six or more digits in
-- a row, or with a house number, is not shown.
CREATE MACRO core.unrevealing(words) AS
    CASE WHEN regexp_matches(words, '[0-9０-９]{6}') OR regexp_matches(words, '[路街道弄村][0-9０-９一二三四五六七八九十]+[号弄]') THEN '（不显示）' ELSE words END;

-- As it was at the cut-off. Exact: what arrived (by its time of arrival) and what people decided (by the time of the decision). Approximate: who
-- a document belongs to, findings, honours and verdicts are those of the last judgement. Where something arrived or was decided after the
-- cut-off, the verdict of then is not known: NULL, never a guess.
CREATE VIEW core.files_then AS
SELECT f.*, a.outer_file_id, a.channel, a.is_container, a.arrived_on
FROM core.files AS f JOIN core.arrivals AS a ON a.file_id = f.file_id
WHERE f.received_at <= core.cut_off();

CREATE VIEW core.documents_then AS
SELECT d.document_id, d.file_id, d.doc_type, d.source, d.confidence, a.applicant_id, a.recommending_unit, a.superseded_by, f.received_at,
    f.arrived_on, f.outer_file_id, f.channel
FROM core.documents AS d
JOIN core.files_then AS f ON f.file_id = d.file_id
LEFT JOIN core.assignments AS a ON a.document_id = d.document_id;

CREATE VIEW core.later_decisions AS
SELECT applicant_id FROM core.finding_decisions WHERE decided_at > core.cut_off() AND applicant_id IS NOT NULL
UNION
SELECT a.applicant_id FROM core.value_decisions AS v JOIN core.assignments AS a ON a.document_id = v.document_id
WHERE v.decided_at > core.cut_off() AND a.applicant_id IS NOT NULL;

-- An applicant without any document (only a line in a summary table) counts from the time that the judgement gives.
CREATE VIEW core.applicants_then AS
WITH material AS (
    SELECT applicant_id, min(received_at) AS first_at, max(received_at) AS last_at, min(arrived_on) AS first_on, max(arrived_on) AS last_on
    FROM core.documents_then WHERE applicant_id IS NOT NULL GROUP BY applicant_id
), later AS (
    SELECT DISTINCT a.applicant_id
    FROM core.assignments AS a JOIN core.documents AS d ON d.document_id = a.document_id JOIN core.files AS f ON f.file_id = d.file_id
    WHERE f.received_at > core.cut_off()
)
SELECT
    p.applicant_id, p.sex, p.birth_date, core.unrevealing(nullif(p.skill_level, '')) AS skill_level,
    core.unrevealing(nullif(p.professional_title, '')) AS professional_title, core.unrevealing(nullif(p.district, '')) AS district,
    core.unrevealing(nullif(p.industry, '')) AS industry, core.unrevealing(p.recommending_unit) AS recommending_unit,
    coalesce(m.first_at, p.received_at) AS first_at, coalesce(m.last_at, p.received_at) AS last_at,
    coalesce(m.first_on, timezone('Asia/Shanghai', p.received_at)::DATE) AS first_on,
    coalesce(m.last_on, timezone('Asia/Shanghai', p.received_at)::DATE) AS last_on,
    CASE WHEN later.applicant_id IS NULL AND decided.applicant_id IS NULL THEN p.verdict END AS verdict,
    p.qualifying_honours
FROM core.applicants AS p
LEFT JOIN material AS m ON m.applicant_id = p.applicant_id
LEFT JOIN later ON later.applicant_id = p.applicant_id
LEFT JOIN core.later_decisions AS decided ON decided.applicant_id = p.applicant_id
WHERE coalesce(m.first_at, p.received_at) <= core.cut_off();

-- What a finding is about: a field, never the number of an honour or of another finding.
CREATE VIEW core.findings_then AS
SELECT
    f.finding_id, f.applicant_id, core.unrevealing(f.recommending_unit) AS recommending_unit, f.code,
    CASE WHEN regexp_full_match(f.field, '[0-9a-f]{16}') THEN '' ELSE core.unrevealing(f.field) END AS field, f.severity,
    CASE WHEN core.cut_off() = 'infinity'::TIMESTAMPTZ THEN f.status ELSE coalesce(d.status, 'open') END AS status
FROM review.findings AS f
LEFT JOIN (
    SELECT finding_id, arg_max(status, decided_at) AS status FROM core.finding_decisions WHERE decided_at <= core.cut_off() GROUP BY finding_id
) AS d ON d.finding_id = f.finding_id
WHERE f.applicant_id IS NULL OR f.applicant_id IN (SELECT applicant_id FROM core.applicants_then);

-- A certificate that had not arrived was none.
CREATE VIEW core.honours_then AS
SELECT
    h.honour_id, h.applicant_id, core.unrevealing(h.title) AS title, h.issuer_class, core.unrevealing(nullif(h."level", '')) AS "level",
    TRY_CAST(left(h.conferred_on, 4) AS INTEGER) AS "year", h.claimed, c.document_id IS NOT NULL AS certified, h.in_window,
    CASE WHEN h.qualifies = 'yes' AND c.document_id IS NULL THEN 'unclear' ELSE h.qualifies END AS qualifies
FROM core.honours AS h
LEFT JOIN core.documents_then AS c ON c.document_id = h.certificate_document_id
WHERE h.applicant_id IN (SELECT applicant_id FROM core.applicants_then);

-- One row per value that the machine read: whether it went to a person, and what the person made of it.
CREATE VIEW core.readings_then AS
SELECT
    f.document_id, d.doc_type, d.source, coalesce(p.recommending_unit, core.unrevealing(d.recommending_unit)) AS recommending_unit, f.confidence,
    f.needs_review AND k.document_id IS NULL AND d.superseded_by IS NULL AS sent_to_person,
    c.document_id IS NOT NULL AND c."value" IS DISTINCT FROM f."value" AS corrected,
    c.document_id IS NOT NULL AND c."value" IS NOT DISTINCT FROM f."value" AS confirmed
FROM core.fields AS f
JOIN core.documents_then AS d ON d.document_id = f.document_id
LEFT JOIN core.applicants_then AS p ON p.applicant_id = d.applicant_id
LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row"
LEFT JOIN core.corrections AS c
    ON c.document_id = f.document_id AND c.field = f.field AND c."row" = f."row" AND c.corrected_at <= core.cut_off();

-- When each dossier held every kind of material that the edition demands of an applicant. The summary table is the unit's, not the dossier's;
-- what is written in the forms is the findings' matter. `first` is the day of the first arrival (Shanghai).
CREATE VIEW core.dossiers_then AS
WITH demanded AS (
    SELECT unnest(coalesce(
        (SELECT arg_max(required_material, stored_at) FROM core.edition), ['electronic_form', 'paper_form', 'id_card', 'union_card', 'certificate']
    )) AS kind
), kinds AS (
    SELECT applicant_id, arrived_on,
        CASE WHEN doc_type <> 'application_form' THEN doc_type WHEN source = 'paper' THEN 'paper_form' ELSE 'electronic_form' END AS kind
    FROM core.documents_then WHERE applicant_id IS NOT NULL
), there AS (
    SELECT applicant_id, kind, min(arrived_on) AS since FROM kinds
    WHERE kind IN (SELECT kind FROM demanded) GROUP BY applicant_id, kind
), complete AS (
    SELECT applicant_id, count(*) AS kinds, max(since) AS last_since FROM there GROUP BY applicant_id
), more AS (
    SELECT d.applicant_id, count(DISTINCT d.outer_file_id) FILTER (d.arrived_on > p.first_on) AS later_arrivals,
        count(DISTINCT d.document_id) FILTER (d.superseded_by IS NOT NULL) AS superseded_forms
    FROM core.documents_then AS d JOIN core.applicants_then AS p ON p.applicant_id = d.applicant_id GROUP BY d.applicant_id
)
SELECT
    p.applicant_id, p.recommending_unit, p.first_on,
    CASE WHEN c.kinds = (SELECT count(*) FROM demanded WHERE kind NOT IN ('application_form', 'recommendation_summary')) THEN c.last_since END
        AS complete_on,
    coalesce(m.later_arrivals, 0)::INTEGER AS later_arrivals, coalesce(m.superseded_forms, 0)::INTEGER AS superseded_forms
FROM core.applicants_then AS p
LEFT JOIN complete AS c ON c.applicant_id = p.applicant_id
LEFT JOIN more AS m ON m.applicant_id = p.applicant_id;

CREATE MACRO core.deadline() AS (SELECT arg_max(deadline, stored_at) FROM core.edition);

-- The older statistics, now for any moment too; names, order and types of their columns are unchanged.

CREATE OR REPLACE VIEW stats.applicants_by_unit AS
WITH flags AS (
    SELECT applicant_id, count(*) FILTER (severity = 'blocker' AND status <> 'waived') AS blockers,
        count(*) FILTER (severity = 'warning' AND status <> 'waived') AS warnings
    FROM core.findings_then GROUP BY applicant_id
)
SELECT
    core.unrevealing(p.recommending_unit) AS recommending_unit,
    count(*)::INTEGER AS applicants,
    count(*) FILTER (t.verdict = 'excluded')::INTEGER AS excluded,
    count(*) FILTER (t.verdict = 'incomplete')::INTEGER AS incomplete,
    count(*) FILTER (t.verdict = 'review')::INTEGER AS review,
    count(*) FILTER (t.verdict = 'ready')::INTEGER AS ready,
    count(*) FILTER (p.qualifying_honours > 0)::INTEGER AS with_qualifying_honour,
    sum(CASE WHEN core.cut_off() = 'infinity'::TIMESTAMPTZ THEN p.blockers ELSE coalesce(f.blockers, 0) END)::INTEGER AS blockers,
    sum(CASE WHEN core.cut_off() = 'infinity'::TIMESTAMPTZ THEN p.warnings ELSE coalesce(f.warnings, 0) END)::INTEGER AS warnings,
    sum(p.to_review)::INTEGER AS to_review,
    max(CASE WHEN core.cut_off() = 'infinity'::TIMESTAMPTZ THEN p.received_at ELSE t.last_at END) AS last_received_at
FROM review.applicants AS p
JOIN core.applicants_then AS t ON t.applicant_id = p.applicant_id
LEFT JOIN flags AS f ON f.applicant_id = p.applicant_id
GROUP BY core.unrevealing(p.recommending_unit);

CREATE OR REPLACE VIEW stats.verdicts_by_unit AS
SELECT p.recommending_unit, p.verdict, any_value(t.title) AS verdict_title, count(*)::INTEGER AS applicants
FROM core.applicants_then AS p LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict
GROUP BY p.recommending_unit, p.verdict;

CREATE OR REPLACE VIEW stats.arrivals_by_day AS
WITH contents AS (
    SELECT
        file_id,
        count(*) FILTER (source = 'electronic') AS electronic_documents,
        count(*) FILTER (source = 'paper') AS paper_documents
    FROM core.documents WHERE doc_type <> 'blank' GROUP BY file_id
)
SELECT
    f.arrived_on, f.channel, any_value(t.title) AS channel_title,
    count(*)::INTEGER AS files,
    count(*) FILTER (f.status = 'loaded')::INTEGER AS loaded,
    count(*) FILTER (f.status = 'duplicate')::INTEGER AS duplicates,
    count(*) FILTER (f.status = 'rejected')::INTEGER AS rejected,
    coalesce(sum(f.pages) FILTER (f.status = 'loaded'), 0)::INTEGER AS pages,
    coalesce(sum(c.electronic_documents), 0)::INTEGER AS electronic_documents,
    coalesce(sum(c.paper_documents), 0)::INTEGER AS paper_documents
FROM core.files_then AS f
LEFT JOIN contents AS c ON c.file_id = f.file_id
LEFT JOIN core.code_titles AS t ON t.kind = 'channel' AND t.code = f.channel
GROUP BY f.arrived_on, f.channel;

CREATE OR REPLACE VIEW stats.findings_by_code AS
SELECT
    f.code, any_value(t.title) AS code_title, f.severity,
    count(*)::INTEGER AS findings,
    count(DISTINCT f.applicant_id)::INTEGER AS applicants,
    count(*) FILTER (f.status = 'open')::INTEGER AS "open",
    count(*) FILTER (f.status = 'confirmed')::INTEGER AS confirmed,
    count(*) FILTER (f.status = 'waived')::INTEGER AS waived
FROM core.findings_then AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
GROUP BY f.code, f.severity;

CREATE OR REPLACE VIEW stats.findings_by_unit AS
SELECT
    recommending_unit,
    count(*)::INTEGER AS findings,
    count(*) FILTER (severity = 'blocker')::INTEGER AS blockers,
    count(*) FILTER (severity = 'warning')::INTEGER AS warnings,
    count(*) FILTER (severity = 'info')::INTEGER AS infos,
    count(*) FILTER (status = 'open')::INTEGER AS "open",
    count(DISTINCT applicant_id)::INTEGER AS applicants
FROM core.findings_then
GROUP BY recommending_unit;

CREATE OR REPLACE VIEW stats.honours_by_class_and_year AS
SELECT
    h.issuer_class, any_value(t.title) AS class_title, h."year",
    count(*)::INTEGER AS honours,
    count(*) FILTER (h.qualifies = 'yes')::INTEGER AS qualifying,
    count(*) FILTER (h.qualifies = 'unclear')::INTEGER AS unclear,
    count(*) FILTER (h.certified)::INTEGER AS with_certificate,
    count(DISTINCT h.applicant_id)::INTEGER AS applicants
FROM core.honours_then AS h LEFT JOIN core.code_titles AS t ON t.kind = 'issuer_class' AND t.code = h.issuer_class
GROUP BY h.issuer_class, h."year";

-- Submissions.

CREATE VIEW stats.editions AS
SELECT edition, title, deadline, window_from, window_to FROM core.edition;

CREATE VIEW stats.submissions_by_unit AS
SELECT
    recommending_unit, count(*)::INTEGER AS applicants,
    count(*) FILTER (first_on > core.deadline())::INTEGER AS late,
    min(first_on) AS first_on, max(last_on) AS last_on
FROM core.applicants_then GROUP BY recommending_unit;

CREATE VIEW stats.submissions_by_district AS
SELECT
    district, count(*)::INTEGER AS applicants,
    count(*) FILTER (verdict = 'excluded')::INTEGER AS excluded,
    count(*) FILTER (verdict = 'incomplete')::INTEGER AS incomplete,
    count(*) FILTER (verdict = 'review')::INTEGER AS review,
    count(*) FILTER (verdict = 'ready')::INTEGER AS ready,
    count(*) FILTER (verdict IS NULL)::INTEGER AS unknown
FROM core.applicants_then GROUP BY district;

CREATE VIEW stats.submissions_by_industry AS
SELECT
    industry, count(*)::INTEGER AS applicants,
    count(*) FILTER (verdict = 'excluded')::INTEGER AS excluded,
    count(*) FILTER (verdict = 'incomplete')::INTEGER AS incomplete,
    count(*) FILTER (verdict = 'review')::INTEGER AS review,
    count(*) FILTER (verdict = 'ready')::INTEGER AS ready,
    count(*) FILTER (verdict IS NULL)::INTEGER AS unknown
FROM core.applicants_then GROUP BY industry;

CREATE VIEW stats.submissions_by_day AS
SELECT
    first_on AS arrived_on, core.deadline() AS deadline, (core.deadline() - first_on)::INTEGER AS days_left, count(*)::INTEGER AS applicants,
    (sum(count(*)) OVER (ORDER BY first_on))::INTEGER AS applicants_so_far
FROM core.applicants_then GROUP BY first_on;

-- Completeness, verdicts, findings.

CREATE VIEW stats.completeness_by_unit AS
SELECT
    recommending_unit, count(*)::INTEGER AS applicants,
    count(*) FILTER (complete_on = first_on)::INTEGER AS complete_at_first,
    count(complete_on)::INTEGER AS complete,
    count(*) FILTER (complete_on = first_on) / count(*) AS share_complete_at_first,
    avg(complete_on - first_on) AS mean_days_to_complete,
    median(complete_on - first_on)::DOUBLE AS median_days_to_complete,
    sum(later_arrivals)::INTEGER AS later_arrivals,
    sum(superseded_forms)::INTEGER AS superseded_forms,
    sum(later_arrivals) / count(*) AS corrections_per_dossier
FROM core.dossiers_then GROUP BY recommending_unit;

CREATE VIEW stats.completeness_by_days AS
SELECT (complete_on - first_on)::INTEGER AS days_to_complete, count(*)::INTEGER AS applicants
FROM core.dossiers_then GROUP BY complete_on - first_on;

CREATE VIEW stats.verdicts AS
SELECT p.verdict, any_value(t.title) AS verdict_title, any_value(t.position) AS position, count(*)::INTEGER AS applicants,
    count(*) / sum(count(*)) OVER () AS share
FROM core.applicants_then AS p LEFT JOIN core.code_titles AS t ON t.kind = 'verdict' AND t.code = p.verdict
GROUP BY p.verdict;

CREATE VIEW stats.findings_by_code_unit_field AS
SELECT
    f.code, any_value(t.title) AS code_title, f.recommending_unit, f.field, f.severity,
    count(*)::INTEGER AS findings, count(DISTINCT f.applicant_id)::INTEGER AS applicants, count(*) FILTER (f.status = 'open')::INTEGER AS "open"
FROM core.findings_then AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
GROUP BY f.code, f.recommending_unit, f.field, f.severity;

-- Honours. Each step of the funnel counts those that passed all steps before it.

CREATE VIEW stats.honours_by_award AS
SELECT
    h.title, h.issuer_class, any_value(t.title) AS class_title, h."level", h."year",
    count(*)::INTEGER AS honours, count(*) FILTER (h.qualifies = 'yes')::INTEGER AS qualifying,
    count(*) FILTER (h.qualifies = 'unclear')::INTEGER AS unclear, count(DISTINCT h.applicant_id)::INTEGER AS applicants
FROM core.honours_then AS h LEFT JOIN core.code_titles AS t ON t.kind = 'issuer_class' AND t.code = h.issuer_class
GROUP BY h.title, h.issuer_class, h."level", h."year";

CREATE VIEW stats.honour_funnel AS
WITH passed AS (
    SELECT applicant_id, step
    FROM (
        SELECT applicant_id, unnest(range(1, 1 + CASE
            WHEN NOT claimed THEN 0
            WHEN NOT certified THEN 1
            WHEN in_window <> 'yes' THEN 2
            WHEN issuer_class NOT IN ('government', 'caq', 'saq') THEN 3
            WHEN qualifies <> 'yes' THEN 4
            ELSE 5
        END)) AS step
        FROM core.honours_then
    )
)
SELECT steps.step::INTEGER AS step, steps.code, steps.title AS step_title, count(p.applicant_id)::INTEGER AS honours,
    count(DISTINCT p.applicant_id)::INTEGER AS applicants
FROM (VALUES (1, 'claimed', '表中填报'), (2, 'certified', '有证书'), (3, 'in_window', '在五年期限内'), (4, 'recognised', '颁发单位在认可范围'),
    (5, 'qualifying', '符合条件')) AS steps(step, code, title)
LEFT JOIN passed AS p ON p.step = steps.step
GROUP BY steps.step, steps.code, steps.title;

-- People. Age is that on the deadline; without an edition, on the day of the first arrival.

CREATE VIEW stats.sex_and_age AS
WITH aged AS (
    SELECT sex, date_sub('year', birth_date, coalesce(core.deadline(), first_on)) AS age FROM core.applicants_then
)
SELECT
    sex,
    CASE WHEN age IS NULL THEN '不详' WHEN age < 30 THEN '30岁以下' WHEN age < 40 THEN '30–39岁' WHEN age < 50 THEN '40–49岁'
        WHEN age < 60 THEN '50–59岁' ELSE '60岁及以上' END AS age_band,
    count(*)::INTEGER AS applicants
FROM aged GROUP BY ALL;

CREATE VIEW stats.skills_and_titles AS
SELECT 'skill_level' AS kind, skill_level AS title, count(*)::INTEGER AS applicants FROM core.applicants_then GROUP BY skill_level
UNION ALL
SELECT 'professional_title', professional_title, count(*)::INTEGER FROM core.applicants_then GROUP BY professional_title;

-- Reading, throughput, queue.

CREATE VIEW stats.reading_quality_by_unit AS
SELECT
    r.doc_type, any_value(t.title) AS type_title, r.source, r.recommending_unit,
    count(DISTINCT r.document_id)::INTEGER AS documents, count(*)::INTEGER AS "values", avg(r.confidence) AS mean_confidence,
    count(*) FILTER (r.sent_to_person)::INTEGER AS sent_to_person, count(*) FILTER (r.sent_to_person) / count(*) AS share_sent_to_person,
    count(*) FILTER (r.corrected)::INTEGER AS corrected, count(*) FILTER (r.confirmed)::INTEGER AS confirmed
FROM core.readings_then AS r LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = r.doc_type
GROUP BY r.doc_type, r.source, r.recommending_unit;

CREATE VIEW stats.throughput_by_day AS
WITH work AS (
    SELECT arrived_on AS "day", 1 AS files, 0 AS applicants, 0 AS findings, 0 AS "values" FROM core.files_then WHERE NOT is_container
    UNION ALL SELECT first_on, 0, 1, 0, 0 FROM core.applicants_then
    UNION ALL SELECT timezone('Asia/Shanghai', decided_at)::DATE, 0, 0, 1, 0 FROM core.finding_decisions WHERE decided_at <= core.cut_off()
    UNION ALL SELECT timezone('Asia/Shanghai', decided_at)::DATE, 0, 0, 0, 1 FROM core.value_decisions WHERE decided_at <= core.cut_off()
)
SELECT "day", sum(files)::INTEGER AS files, sum(applicants)::INTEGER AS applicants, sum(findings)::INTEGER AS findings_decided,
    sum("values")::INTEGER AS values_decided
FROM work GROUP BY "day";

CREATE VIEW stats.queue_by_unit AS
WITH waiting AS (
    SELECT p.applicant_id, p.recommending_unit, p.last_on, count(DISTINCT f.finding_id) AS findings
    FROM core.applicants_then AS p
    JOIN core.findings_then AS f ON f.applicant_id = p.applicant_id AND f.status = 'open' AND f.severity <> 'info'
    GROUP BY ALL
)
SELECT recommending_unit, count(*)::INTEGER AS applicants, sum(findings)::INTEGER AS open_findings, min(last_on) AS waiting_since,
    (avg(coalesce(timezone('Asia/Shanghai', nullif(core.cut_off(), 'infinity'::TIMESTAMPTZ))::DATE, current_date) - last_on)) AS mean_days_waiting
FROM waiting GROUP BY recommending_unit;

-- The headline figures, one a row: what two moments or two editions are compared by.
CREATE VIEW stats.headline AS
WITH people AS (
    SELECT count(*) AS applicants, count(DISTINCT recommending_unit) AS units, count(*) FILTER (verdict = 'ready') AS ready,
        count(*) FILTER (verdict = 'review') AS review, count(*) FILTER (verdict = 'incomplete') AS incomplete,
        count(*) FILTER (verdict = 'excluded') AS excluded, count(*) FILTER (verdict IS NULL) AS unknown,
        count(*) FILTER (first_on > core.deadline()) AS late
    FROM core.applicants_then
), dossiers AS (
    SELECT count(*) FILTER (complete_on = first_on) AS complete_at_first, count(complete_on) AS complete, count(*) AS dossiers,
        avg(complete_on - first_on) AS days, sum(later_arrivals) AS later
    FROM core.dossiers_then
), arrived AS (SELECT count(*) FILTER (NOT is_container) AS files, count(*) FILTER (status = 'rejected') AS rejected FROM core.files_then
), found AS (SELECT count(*) AS findings, count(*) FILTER (status = 'open') AS "open" FROM core.findings_then
), won AS (SELECT count(*) AS honours, count(*) FILTER (qualifies = 'yes') AS qualifying FROM core.honours_then
), readings AS (SELECT count(*) AS "values", count(*) FILTER (sent_to_person) AS sent, count(*) FILTER (corrected) AS corrected FROM core.readings_then
)
SELECT unnest([
    {'position': 1, 'code': 'applicants', 'title': '申报人', 'unit': '人', 'value': applicants::DOUBLE},
    {'position': 2, 'code': 'units', 'title': '推荐单位', 'unit': '个', 'value': units},
    {'position': 3, 'code': 'ready', 'title': '可进入评审', 'unit': '人', 'value': ready},
    {'position': 4, 'code': 'review', 'title': '待人工审核', 'unit': '人', 'value': review},
    {'position': 5, 'code': 'incomplete', 'title': '材料不全', 'unit': '人', 'value': incomplete},
    {'position': 6, 'code': 'excluded', 'title': '不符合条件', 'unit': '人', 'value': excluded},
    {'position': 7, 'code': 'unknown', 'title': '结论无法回溯', 'unit': '人', 'value': unknown},
    {'position': 8, 'code': 'late', 'title': '截止日后才首次报送', 'unit': '人', 'value': late},
    {'position': 9, 'code': 'complete_at_first', 'title': '首次报送即齐全', 'unit': '人', 'value': complete_at_first},
    {'position': 10, 'code': 'share_complete_at_first', 'title': '首次报送即齐全的比例', 'unit': '%', 'value': 100 * complete_at_first / nullif(dossiers, 0)},
    {'position': 11, 'code': 'days_to_complete', 'title': '从首次报送到齐全的平均天数', 'unit': '天', 'value': days},
    {'position': 12, 'code': 'later_arrivals', 'title': '补交次数', 'unit': '次', 'value': later},
    {'position': 13, 'code': 'files', 'title': '收到文件', 'unit': '个', 'value': files},
    {'position': 14, 'code': 'rejected', 'title': '无法读取的文件', 'unit': '个', 'value': rejected},
    {'position': 15, 'code': 'findings', 'title': '审查意见', 'unit': '条', 'value': findings},
    {'position': 16, 'code': 'open_findings', 'title': '待处理意见', 'unit': '条', 'value': "open"},
    {'position': 17, 'code': 'honours', 'title': '荣誉', 'unit': '项', 'value': honours},
    {'position': 18, 'code': 'qualifying_honours', 'title': '符合条件的荣誉', 'unit': '项', 'value': qualifying},
    {'position': 19, 'code': 'values', 'title': '读出的值', 'unit': '个', 'value': "values"},
    {'position': 20, 'code': 'sent_to_person', 'title': '请人核对的值', 'unit': '个', 'value': sent},
    {'position': 21, 'code': 'corrected', 'title': '人工更正的值', 'unit': '个', 'value': corrected}
], recursive := true)
FROM people, dossiers, arrived, found, won, readings;

-- What every view and column means, for whoever opens the file; the data dictionary is made of these.

COMMENT ON VIEW stats.applicants_by_unit IS '各推荐单位的申报人数、审查结论和待办数';
COMMENT ON COLUMN stats.applicants_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.applicants_by_unit.applicants IS '申报人数';
COMMENT ON COLUMN stats.applicants_by_unit.excluded IS '不符合条件的人数';
COMMENT ON COLUMN stats.applicants_by_unit.incomplete IS '材料不全的人数';
COMMENT ON COLUMN stats.applicants_by_unit.review IS '待人工审核的人数';
COMMENT ON COLUMN stats.applicants_by_unit.ready IS '可进入评审的人数';
COMMENT ON COLUMN stats.applicants_by_unit.with_qualifying_honour IS '至少有一项符合条件的荣誉的人数';
COMMENT ON COLUMN stats.applicants_by_unit.blockers IS '必须解决的意见数';
COMMENT ON COLUMN stats.applicants_by_unit.warnings IS '需要核对的意见数';
COMMENT ON COLUMN stats.applicants_by_unit.to_review IS '需要人看的值';
COMMENT ON COLUMN stats.applicants_by_unit.last_received_at IS '最后收到材料的时间';
COMMENT ON VIEW stats.verdicts_by_unit IS '各推荐单位每种审查结论的人数';
COMMENT ON COLUMN stats.verdicts_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.verdicts_by_unit.verdict IS '审查结论代码；无法回溯的为空';
COMMENT ON COLUMN stats.verdicts_by_unit.verdict_title IS '审查结论';
COMMENT ON COLUMN stats.verdicts_by_unit.applicants IS '申报人数';
COMMENT ON VIEW stats.arrivals_by_day IS '每天（上海时间）各渠道收到的文件、页数、电子版和纸质材料数';
COMMENT ON COLUMN stats.arrivals_by_day.arrived_on IS '收到的日期（上海时间）';
COMMENT ON COLUMN stats.arrivals_by_day.channel IS '来源代码：email、archive、folder';
COMMENT ON COLUMN stats.arrivals_by_day.channel_title IS '来源';
COMMENT ON COLUMN stats.arrivals_by_day.files IS '文件数';
COMMENT ON COLUMN stats.arrivals_by_day.loaded IS '已入库的文件数';
COMMENT ON COLUMN stats.arrivals_by_day.duplicates IS '重复的文件数';
COMMENT ON COLUMN stats.arrivals_by_day.rejected IS '无法读取的文件数';
COMMENT ON COLUMN stats.arrivals_by_day.pages IS '页数';
COMMENT ON COLUMN stats.arrivals_by_day.electronic_documents IS '电子版材料份数';
COMMENT ON COLUMN stats.arrivals_by_day.paper_documents IS '纸质材料份数';
COMMENT ON VIEW stats.findings_by_code IS '每种审查意见的数量、涉及人数和处理情况';
COMMENT ON COLUMN stats.findings_by_code.code IS '代码';
COMMENT ON COLUMN stats.findings_by_code.code_title IS '意见名称';
COMMENT ON COLUMN stats.findings_by_code.severity IS '程度：blocker 必须解决，warning 需要核对，info 提示';
COMMENT ON COLUMN stats.findings_by_code.findings IS '意见数';
COMMENT ON COLUMN stats.findings_by_code.applicants IS '涉及的申报人数';
COMMENT ON COLUMN stats.findings_by_code."open" IS '待处理的意见数';
COMMENT ON COLUMN stats.findings_by_code.confirmed IS '已确认的意见数';
COMMENT ON COLUMN stats.findings_by_code.waived IS '已豁免的意见数';
COMMENT ON VIEW stats.findings_by_unit IS '各推荐单位的审查意见数';
COMMENT ON COLUMN stats.findings_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.findings_by_unit.findings IS '意见数';
COMMENT ON COLUMN stats.findings_by_unit.blockers IS '必须解决的意见数';
COMMENT ON COLUMN stats.findings_by_unit.warnings IS '需要核对的意见数';
COMMENT ON COLUMN stats.findings_by_unit.infos IS '提示数';
COMMENT ON COLUMN stats.findings_by_unit."open" IS '待处理的意见数';
COMMENT ON COLUMN stats.findings_by_unit.applicants IS '涉及的申报人数';
COMMENT ON VIEW stats.honours_by_class_and_year IS '按颁发单位类别和授予年份统计的荣誉；年份读不出时为空';
COMMENT ON COLUMN stats.honours_by_class_and_year.issuer_class IS '颁发单位类别代码';
COMMENT ON COLUMN stats.honours_by_class_and_year.class_title IS '颁发单位类别';
COMMENT ON COLUMN stats.honours_by_class_and_year."year" IS '授予年份；读不出的为空';
COMMENT ON COLUMN stats.honours_by_class_and_year.honours IS '荣誉项数';
COMMENT ON COLUMN stats.honours_by_class_and_year.qualifying IS '符合条件的项数';
COMMENT ON COLUMN stats.honours_by_class_and_year.unclear IS '无法判断的项数';
COMMENT ON COLUMN stats.honours_by_class_and_year.with_certificate IS '有证书的项数';
COMMENT ON COLUMN stats.honours_by_class_and_year.applicants IS '涉及的申报人数';
COMMENT ON VIEW stats.page_accounting IS '页数核对：每一页、每个文件是否都归入了某份材料（不随统计时点变化）';
COMMENT ON COLUMN stats.page_accounting.files IS '文件数';
COMMENT ON COLUMN stats.page_accounting.pages IS '页数';
COMMENT ON COLUMN stats.page_accounting.recognised IS '识别为申报材料的页数';
COMMENT ON COLUMN stats.page_accounting.other IS '其他材料的页数';
COMMENT ON COLUMN stats.page_accounting.blank IS '空白页数';
COMMENT ON COLUMN stats.page_accounting.unaccounted IS '没有归入材料的页数';
COMMENT ON COLUMN stats.page_accounting.files_without_documents IS '没有读出材料的文件数';
COMMENT ON VIEW stats.editions IS '审查所依据的年度及其日期';
COMMENT ON COLUMN stats.editions.edition IS '年度';
COMMENT ON COLUMN stats.editions.title IS '名称（通知上的写法）';
COMMENT ON COLUMN stats.editions.deadline IS '材料提交截止日';
COMMENT ON COLUMN stats.editions.window_from IS '荣誉期限第一天';
COMMENT ON COLUMN stats.editions.window_to IS '荣誉期限最后一天';
COMMENT ON VIEW stats.submissions_by_unit IS '各推荐单位首次和末次报送的日期、逾期人数';
COMMENT ON COLUMN stats.submissions_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.submissions_by_unit.applicants IS '申报人数';
COMMENT ON COLUMN stats.submissions_by_unit.late IS '截止日之后才首次报送的人数';
COMMENT ON COLUMN stats.submissions_by_unit.first_on IS '首次报送的日期';
COMMENT ON COLUMN stats.submissions_by_unit.last_on IS '末次收到材料的日期';
COMMENT ON VIEW stats.submissions_by_district IS '各区的申报人数和审查结论';
COMMENT ON COLUMN stats.submissions_by_district.district IS '所在区；没有的为空';
COMMENT ON COLUMN stats.submissions_by_district.applicants IS '申报人数';
COMMENT ON COLUMN stats.submissions_by_district.excluded IS '不符合条件的人数';
COMMENT ON COLUMN stats.submissions_by_district.incomplete IS '材料不全的人数';
COMMENT ON COLUMN stats.submissions_by_district.review IS '待人工审核的人数';
COMMENT ON COLUMN stats.submissions_by_district.ready IS '可进入评审的人数';
COMMENT ON COLUMN stats.submissions_by_district.unknown IS '统计时点之后有新材料或新决定，当时的结论无法回溯的人数';
COMMENT ON VIEW stats.submissions_by_industry IS '各行业的申报人数和审查结论';
COMMENT ON COLUMN stats.submissions_by_industry.industry IS '行业；没有的为空';
COMMENT ON COLUMN stats.submissions_by_industry.applicants IS '申报人数';
COMMENT ON COLUMN stats.submissions_by_industry.excluded IS '不符合条件的人数';
COMMENT ON COLUMN stats.submissions_by_industry.incomplete IS '材料不全的人数';
COMMENT ON COLUMN stats.submissions_by_industry.review IS '待人工审核的人数';
COMMENT ON COLUMN stats.submissions_by_industry.ready IS '可进入评审的人数';
COMMENT ON COLUMN stats.submissions_by_industry.unknown IS '统计时点之后有新材料或新决定，当时的结论无法回溯的人数';
COMMENT ON VIEW stats.submissions_by_day IS '每天首次报送的申报人数，与截止日对照';
COMMENT ON COLUMN stats.submissions_by_day.arrived_on IS '收到的日期（上海时间）';
COMMENT ON COLUMN stats.submissions_by_day.deadline IS '材料提交截止日';
COMMENT ON COLUMN stats.submissions_by_day.days_left IS '距截止日的天数，逾期为负';
COMMENT ON COLUMN stats.submissions_by_day.applicants IS '申报人数';
COMMENT ON COLUMN stats.submissions_by_day.applicants_so_far IS '到当天为止的申报人数';
COMMENT ON VIEW stats.completeness_by_unit IS '各推荐单位材料是否一次报齐、多少天报齐、补交多少次；只看材料种类是否齐，不看表内填写';
COMMENT ON COLUMN stats.completeness_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.completeness_by_unit.applicants IS '申报人数';
COMMENT ON COLUMN stats.completeness_by_unit.complete_at_first IS '首次报送当天材料就齐全的人数';
COMMENT ON COLUMN stats.completeness_by_unit.complete IS '材料已齐全的人数';
COMMENT ON COLUMN stats.completeness_by_unit.share_complete_at_first IS '首次报送即齐全的比例，0–1';
COMMENT ON COLUMN stats.completeness_by_unit.mean_days_to_complete IS '从首次报送到齐全的平均天数（只计已齐全的）';
COMMENT ON COLUMN stats.completeness_by_unit.median_days_to_complete IS '从首次报送到齐全的天数的中位数';
COMMENT ON COLUMN stats.completeness_by_unit.later_arrivals IS '首日之后又收到材料的次数';
COMMENT ON COLUMN stats.completeness_by_unit.superseded_forms IS '被更新的申报表取代的份数';
COMMENT ON COLUMN stats.completeness_by_unit.corrections_per_dossier IS '平均每人补交次数';
COMMENT ON VIEW stats.completeness_by_days IS '从首次报送到材料齐全所用的天数；至今不齐的为空';
COMMENT ON COLUMN stats.completeness_by_days.days_to_complete IS '从首次报送到齐全的天数；不齐的为空';
COMMENT ON COLUMN stats.completeness_by_days.applicants IS '申报人数';
COMMENT ON VIEW stats.verdicts IS '每种审查结论的人数和比例';
COMMENT ON COLUMN stats.verdicts.verdict IS '审查结论代码；无法回溯的为空';
COMMENT ON COLUMN stats.verdicts.verdict_title IS '审查结论';
COMMENT ON COLUMN stats.verdicts."position" IS '排列次序';
COMMENT ON COLUMN stats.verdicts.applicants IS '申报人数';
COMMENT ON COLUMN stats.verdicts.share IS '占全部的比例，0–1';
COMMENT ON VIEW stats.findings_by_code_unit_field IS '按意见代码、推荐单位和字段统计的审查意见';
COMMENT ON COLUMN stats.findings_by_code_unit_field.code IS '代码';
COMMENT ON COLUMN stats.findings_by_code_unit_field.code_title IS '意见名称';
COMMENT ON COLUMN stats.findings_by_code_unit_field.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.findings_by_code_unit_field.field IS '涉及的字段或方面';
COMMENT ON COLUMN stats.findings_by_code_unit_field.severity IS '程度：blocker 必须解决，warning 需要核对，info 提示';
COMMENT ON COLUMN stats.findings_by_code_unit_field.findings IS '意见数';
COMMENT ON COLUMN stats.findings_by_code_unit_field.applicants IS '涉及的申报人数';
COMMENT ON COLUMN stats.findings_by_code_unit_field."open" IS '待处理的意见数';
COMMENT ON VIEW stats.honours_by_award IS '按荣誉名称、颁发单位类别、级别和年份统计的荣誉';
COMMENT ON COLUMN stats.honours_by_award.title IS '荣誉名称';
COMMENT ON COLUMN stats.honours_by_award.issuer_class IS '颁发单位类别代码';
COMMENT ON COLUMN stats.honours_by_award.class_title IS '颁发单位类别';
COMMENT ON COLUMN stats.honours_by_award."level" IS '级别；没有的为空';
COMMENT ON COLUMN stats.honours_by_award."year" IS '授予年份；读不出的为空';
COMMENT ON COLUMN stats.honours_by_award.honours IS '荣誉项数';
COMMENT ON COLUMN stats.honours_by_award.qualifying IS '符合条件的项数';
COMMENT ON COLUMN stats.honours_by_award.unclear IS '无法判断的项数';
COMMENT ON COLUMN stats.honours_by_award.applicants IS '涉及的申报人数';
COMMENT ON VIEW stats.honour_funnel IS '荣誉逐项筛选：每一步只计通过了前面各步的';
COMMENT ON COLUMN stats.honour_funnel.step IS '第几步';
COMMENT ON COLUMN stats.honour_funnel.code IS '代码';
COMMENT ON COLUMN stats.honour_funnel.step_title IS '步骤';
COMMENT ON COLUMN stats.honour_funnel.honours IS '荣誉项数';
COMMENT ON COLUMN stats.honour_funnel.applicants IS '至少有一项走到这一步的申报人数';
COMMENT ON VIEW stats.sex_and_age IS '申报人的性别和年龄段（截止日当天的周岁）';
COMMENT ON COLUMN stats.sex_and_age.sex IS '性别；读不出的为空';
COMMENT ON COLUMN stats.sex_and_age.age_band IS '年龄段';
COMMENT ON COLUMN stats.sex_and_age.applicants IS '申报人数';
COMMENT ON VIEW stats.skills_and_titles IS '申报人的技能等级和职称';
COMMENT ON COLUMN stats.skills_and_titles.kind IS 'skill_level 技能等级，professional_title 职称';
COMMENT ON COLUMN stats.skills_and_titles.title IS '技能等级或职称；未填的为空';
COMMENT ON COLUMN stats.skills_and_titles.applicants IS '申报人数';
COMMENT ON VIEW stats.reading_quality_by_unit IS '按材料种类、来源和推荐单位统计的识读质量';
COMMENT ON COLUMN stats.reading_quality_by_unit.doc_type IS '材料种类代码';
COMMENT ON COLUMN stats.reading_quality_by_unit.type_title IS '材料种类';
COMMENT ON COLUMN stats.reading_quality_by_unit.source IS 'electronic 电子版，paper 扫描或拍照';
COMMENT ON COLUMN stats.reading_quality_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.reading_quality_by_unit.documents IS '材料份数';
COMMENT ON COLUMN stats.reading_quality_by_unit."values" IS '读出的值的个数';
COMMENT ON COLUMN stats.reading_quality_by_unit.mean_confidence IS '平均把握，0–1';
COMMENT ON COLUMN stats.reading_quality_by_unit.sent_to_person IS '请人核对的值的个数';
COMMENT ON COLUMN stats.reading_quality_by_unit.share_sent_to_person IS '请人核对的比例，0–1';
COMMENT ON COLUMN stats.reading_quality_by_unit.corrected IS '人工更正的值的个数';
COMMENT ON COLUMN stats.reading_quality_by_unit.confirmed IS '人看后确认无误的值的个数';
COMMENT ON VIEW stats.throughput_by_day IS '每天收到的文件和申报人、作出的决定';
COMMENT ON COLUMN stats.throughput_by_day."day" IS '日期（上海时间）';
COMMENT ON COLUMN stats.throughput_by_day.files IS '文件数';
COMMENT ON COLUMN stats.throughput_by_day.applicants IS '当天首次报送的申报人数';
COMMENT ON COLUMN stats.throughput_by_day.findings_decided IS '当天作出决定的意见数';
COMMENT ON COLUMN stats.throughput_by_day.values_decided IS '当天更正或确认的值的个数';
COMMENT ON VIEW stats.queue_by_unit IS '各推荐单位还有待处理意见的申报人和等待天数';
COMMENT ON COLUMN stats.queue_by_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.queue_by_unit.applicants IS '有待处理意见的申报人数';
COMMENT ON COLUMN stats.queue_by_unit.open_findings IS '待处理的意见数（不含提示）';
COMMENT ON COLUMN stats.queue_by_unit.waiting_since IS '等得最久的一位最后收到材料的日期';
COMMENT ON COLUMN stats.queue_by_unit.mean_days_waiting IS '平均等待天数';
COMMENT ON VIEW stats.headline IS '主要数字，一项一行：比较两个时点或两届时用';
COMMENT ON COLUMN stats.headline."position" IS '排列次序';
COMMENT ON COLUMN stats.headline.code IS '代码';
COMMENT ON COLUMN stats.headline.title IS '数字的名称';
COMMENT ON COLUMN stats.headline.unit IS '单位';
COMMENT ON COLUMN stats.headline."value" IS '数值';

-- What a finding can be about that is no field, in words; the names of the fields come from the rulebook (warehouse/editions.py).
INSERT INTO core.code_titles (kind, code, title, position) VALUES
    ('aspect', 'front', '正面', 1),
    ('aspect', 'back', '反面', 2),
    ('aspect', 'summary', '汇总表', 3),
    ('aspect', 'title', '名称', 4),
    ('aspect', 'issuer', '颁发单位', 5),
    ('aspect', 'date', '日期', 6),
    ('aspect', 'level', '级别', 7);

CREATE OR REPLACE VIEW stats.documents_by_type AS
SELECT
    d.doc_type, any_value(t.title) AS type_title,
    count(*)::INTEGER AS documents,
    count(*) FILTER (d.source = 'electronic')::INTEGER AS electronic,
    count(*) FILTER (d.source = 'paper')::INTEGER AS paper,
    count(d.applicant_id)::INTEGER AS assigned
FROM core.documents_then AS d LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type;

-- `to_review` is what awaits a person today.
CREATE OR REPLACE VIEW stats.reading_quality AS
SELECT
    d.doc_type, any_value(t.title) AS type_title, d.source,
    count(DISTINCT d.document_id)::INTEGER AS documents,
    count(f.field)::INTEGER AS "values",
    avg(f.confidence) AS mean_confidence,
    count(*) FILTER (f.needs_review)::INTEGER AS to_review,
    CASE WHEN count(f.field) > 0 THEN count(*) FILTER (f.needs_review) / count(f.field) END AS review_share,
    count(*) FILTER (f.corrected_at <= core.cut_off())::INTEGER AS corrected
FROM core.documents_then AS d
LEFT JOIN core.standing_fields AS f ON f.document_id = d.document_id
LEFT JOIN core.code_titles AS t ON t.kind = 'doc_type' AND t.code = d.doc_type
GROUP BY d.doc_type, d.source;

CREATE OR REPLACE VIEW stats.files_by_status AS
SELECT status, error_code, count(*)::INTEGER AS files, coalesce(sum(pages), 0)::INTEGER AS pages
FROM core.files_then GROUP BY status, error_code;

COMMENT ON VIEW stats.documents_by_type IS '每种材料的份数';
COMMENT ON COLUMN stats.documents_by_type.doc_type IS '材料种类代码';
COMMENT ON COLUMN stats.documents_by_type.type_title IS '材料种类';
COMMENT ON COLUMN stats.documents_by_type.documents IS '材料份数';
COMMENT ON COLUMN stats.documents_by_type.electronic IS '电子版份数';
COMMENT ON COLUMN stats.documents_by_type.paper IS '纸质份数';
COMMENT ON COLUMN stats.documents_by_type.assigned IS '已归到申报人的份数';
COMMENT ON VIEW stats.reading_quality IS '每种材料读出的值、平均把握和现在需要人看的比例';
COMMENT ON COLUMN stats.reading_quality.doc_type IS '材料种类代码';
COMMENT ON COLUMN stats.reading_quality.type_title IS '材料种类';
COMMENT ON COLUMN stats.reading_quality.source IS 'electronic 电子版，paper 扫描或拍照';
COMMENT ON COLUMN stats.reading_quality.documents IS '材料份数';
COMMENT ON COLUMN stats.reading_quality."values" IS '读出的值的个数';
COMMENT ON COLUMN stats.reading_quality.mean_confidence IS '平均把握，0–1';
COMMENT ON COLUMN stats.reading_quality.to_review IS '需要人看的值';
COMMENT ON COLUMN stats.reading_quality.review_share IS '需要人看的比例，0–1';
COMMENT ON COLUMN stats.reading_quality.corrected IS '人工更正的值的个数';
COMMENT ON VIEW stats.files_by_status IS '文件的入库情况';
COMMENT ON COLUMN stats.files_by_status.status IS '状态代码';
COMMENT ON COLUMN stats.files_by_status.error_code IS '无法读取的原因代码';
COMMENT ON COLUMN stats.files_by_status.files IS '文件数';
COMMENT ON COLUMN stats.files_by_status.pages IS '页数';

COMMENT ON VIEW review.pages IS '每个文件的每一页归入了哪些材料';
COMMENT ON COLUMN review.pages.file_id IS '文件编号';
COMMENT ON COLUMN review.pages.path IS '文件路径';
COMMENT ON COLUMN review.pages.page IS '页码，从 1 起；Word 正文算第 1 页';
COMMENT ON COLUMN review.pages.document_ids IS '这一页上的材料';
COMMENT ON COLUMN review.pages.doc_types IS '这一页上的材料种类';
COMMENT ON COLUMN review.pages.accounted IS '是否归入了某份材料';
COMMENT ON VIEW review.failures IS '没有通过校验、因而没有入库的记录';
COMMENT ON COLUMN review.failures.file_id IS '所在文件';
COMMENT ON COLUMN review.failures.path IS '文件路径';
COMMENT ON COLUMN review.failures.ordinal IS '在文件中的次序';
COMMENT ON COLUMN review.failures.kind IS '本应是什么记录';
COMMENT ON COLUMN review.failures.page IS '所在页';
COMMENT ON COLUMN review.failures.record IS '记录原样';
COMMENT ON COLUMN review.failures.error IS '为什么不成立';
COMMENT ON VIEW review.code_titles IS '各种代码的中文名，按 (kind, code) 关联';
COMMENT ON COLUMN review.code_titles.kind IS '代码的种类，如 doc_type、verdict、finding';
COMMENT ON COLUMN review.code_titles.code IS '代码';
COMMENT ON COLUMN review.code_titles.title IS '中文名';
COMMENT ON COLUMN review.code_titles.position IS '排列次序';
COMMENT ON COLUMN review.applicants.rule_version IS '按哪一版规则判断';
COMMENT ON TABLE core.edition IS '审查所依据的年度：截止日、荣誉期限、要求的材料';

-- Whom a kind of finding concerns in a unit, each person once, however many fields it is about.
CREATE VIEW stats.findings_by_code_and_unit AS
SELECT
    f.code, any_value(t.title) AS code_title, f.severity, f.recommending_unit,
    count(*)::INTEGER AS findings, count(DISTINCT f.applicant_id)::INTEGER AS applicants, count(*) FILTER (f.status = 'open')::INTEGER AS "open"
FROM core.findings_then AS f LEFT JOIN core.code_titles AS t ON t.kind = 'finding' AND t.code = f.code
GROUP BY f.code, f.severity, f.recommending_unit;

COMMENT ON VIEW stats.findings_by_code_and_unit IS '按意见代码和推荐单位统计的审查意见和涉及的申报人';
COMMENT ON COLUMN stats.findings_by_code_and_unit.code IS '意见代码';
COMMENT ON COLUMN stats.findings_by_code_and_unit.code_title IS '意见名称';
COMMENT ON COLUMN stats.findings_by_code_and_unit.severity IS '程度：blocker 必须解决，warning 需要核对，info 提示';
COMMENT ON COLUMN stats.findings_by_code_and_unit.recommending_unit IS '推荐单位；没有的为空';
COMMENT ON COLUMN stats.findings_by_code_and_unit.findings IS '意见数';
COMMENT ON COLUMN stats.findings_by_code_and_unit.applicants IS '涉及的申报人数';
COMMENT ON COLUMN stats.findings_by_code_and_unit."open" IS '待处理的意见数';
