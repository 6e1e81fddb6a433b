-- Every decision ever taken, beside the ones in force: who changed what, when and why, with what the machine had said. Nothing is ever updated here.

CREATE TABLE core.finding_decisions (
    decision_id  VARCHAR PRIMARY KEY,
    finding_id   VARCHAR NOT NULL,
    applicant_id VARCHAR,
    code         VARCHAR NOT NULL,
    field        VARCHAR NOT NULL,
    message      VARCHAR NOT NULL,
    status       VARCHAR NOT NULL CHECK (status IN ('open', 'confirmed', 'waived')),
    decided_by   VARCHAR NOT NULL,
    decided_at   TIMESTAMPTZ NOT NULL,
    reason       VARCHAR NOT NULL,
    evidence     STRUCT(document_id VARCHAR, page INTEGER, "value" VARCHAR)[] NOT NULL
);

-- `value` NULL: the correction was taken back, the machine's value (`machine_value`, NULL where it found none) counts again.
CREATE TABLE core.value_decisions (
    decision_id   VARCHAR PRIMARY KEY,
    document_id   VARCHAR NOT NULL,
    field         VARCHAR NOT NULL,
    "row"         INTEGER NOT NULL,
    machine_value VARCHAR,
    "value"       VARCHAR,
    decided_by    VARCHAR NOT NULL,
    decided_at    TIMESTAMPTZ NOT NULL,
    reason        VARCHAR NOT NULL
);

INSERT INTO core.finding_decisions
SELECT md5(d.finding_id)[:16], d.finding_id, f.applicant_id, coalesce(f.code, ''), coalesce(f.field, ''), coalesce(f.message, ''), d.status,
    d.decided_by, d.decided_at, d.reason, coalesce(f.evidence, [])
FROM core.decisions AS d LEFT JOIN core.findings AS f ON f.finding_id = d.finding_id;

INSERT INTO core.value_decisions
SELECT md5(concat_ws('/', c.document_id, c.field, c."row"))[:16], c.document_id, c.field, c."row",
    (SELECT min(f."value") FROM core.fields AS f WHERE f.document_id = c.document_id AND f.field = c.field AND f."row" = c."row"),
    c."value", c.corrected_by, c.corrected_at, ''
FROM core.corrections AS c;

-- A decision that later material contradicts no longer counts: the judgement says so with a finding about that finding.
CREATE OR REPLACE VIEW review.findings AS
WITH reopened AS (SELECT DISTINCT field AS finding_id FROM core.findings WHERE code = 'DECISION_REOPENED')
SELECT
    f.finding_id, f.applicant_id, f.recommending_unit, f.code, f.field, f.severity, f.clause, f.message, f.evidence,
    CASE WHEN r.finding_id IS NOT NULL THEN 'open' ELSE coalesce(d.status, f.status) END AS status, d.decided_by, d.decided_at, d.reason
FROM core.findings AS f
LEFT JOIN core.decisions AS d ON d.finding_id = f.finding_id
LEFT JOIN reopened AS r ON r.finding_id = f.finding_id;

COMMENT ON VIEW review.findings IS '审查意见：人必须知道的每一件事一行；人工决定优先并长期保留';
COMMENT ON COLUMN review.findings.finding_id IS '意见编号';
COMMENT ON COLUMN review.findings.applicant_id IS '申报人；关于单位或文件的为空';
COMMENT ON COLUMN review.findings.recommending_unit IS '推荐单位';
COMMENT ON COLUMN review.findings.code IS '意见代码，中文名见 review.code_titles（kind = finding）';
COMMENT ON COLUMN review.findings.field IS '涉及的字段、方面或荣誉编号';
COMMENT ON COLUMN review.findings.severity IS 'blocker 必须解决，warning 需要核对，info 提示';
COMMENT ON COLUMN review.findings.clause IS '依据的条款';
COMMENT ON COLUMN review.findings.message IS '在哪里发现了什么，怎么处理';
COMMENT ON COLUMN review.findings.evidence IS '出处：材料编号、页码、读到的值';
COMMENT ON COLUMN review.findings.status IS 'open 待处理，confirmed 已确认，waived 已豁免';
COMMENT ON COLUMN review.findings.decided_by IS '决定人';
COMMENT ON COLUMN review.findings.decided_at IS '决定时间';
COMMENT ON COLUMN review.findings.reason IS '决定的理由';

CREATE VIEW review.decisions AS
SELECT
    decision_id, 'finding' AS kind, applicant_id, NULL::VARCHAR AS document_id, finding_id, code, field, 0 AS "row", status, message AS machine_value,
    NULL::VARCHAR AS "value", decided_by, decided_at, reason
FROM core.finding_decisions
UNION ALL
SELECT
    v.decision_id, 'value', a.applicant_id, v.document_id, NULL, NULL, v.field, v."row",
    CASE WHEN v."value" IS NULL THEN 'withdrawn' WHEN v."value" = v.machine_value THEN 'confirmed' ELSE 'corrected' END,
    v.machine_value, v."value", v.decided_by, v.decided_at, v.reason
FROM core.value_decisions AS v LEFT JOIN core.assignments AS a ON a.document_id = v.document_id;

COMMENT ON VIEW review.decisions IS '人工决定的全部历史：对意见的处理和对读数的更正，一次一行，从不改写';
COMMENT ON COLUMN review.decisions.decision_id IS '决定编号';
COMMENT ON COLUMN review.decisions.kind IS 'finding 对审查意见的决定，value 对读数的更正或确认';
COMMENT ON COLUMN review.decisions.applicant_id IS '申报人';
COMMENT ON COLUMN review.decisions.document_id IS '所在材料（更正读数时）';
COMMENT ON COLUMN review.decisions.finding_id IS '审查意见（处理意见时）';
COMMENT ON COLUMN review.decisions.code IS '意见代码';
COMMENT ON COLUMN review.decisions.field IS '字段或方面';
COMMENT ON COLUMN review.decisions."row" IS '重复表格中的行号；其他为 0';
COMMENT ON COLUMN review.decisions.status IS 'open 重新打开，confirmed 确认，waived 豁免，corrected 更正，withdrawn 撤回更正';
COMMENT ON COLUMN review.decisions.machine_value IS '决定时机器的说法：读到的值，或意见全文';
COMMENT ON COLUMN review.decisions."value" IS '更正后的值';
COMMENT ON COLUMN review.decisions.decided_by IS '决定人';
COMMENT ON COLUMN review.decisions.decided_at IS '决定时间';
COMMENT ON COLUMN review.decisions.reason IS '理由';

INSERT INTO core.code_titles (kind, code, title, position) VALUES ('finding', 'DECISION_REOPENED', '原决定与新材料不符', 38);
