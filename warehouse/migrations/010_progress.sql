-- How far each applicant has come (notice:三), which paper copies lie here (notice:四(三)), and which notices went out. Rows are only ever added.

CREATE TABLE core.stage_records (
    record_id    VARCHAR PRIMARY KEY,
    applicant_id VARCHAR NOT NULL,
    stage        INTEGER NOT NULL CHECK (stage BETWEEN 1 AND 6),
    outcome      VARCHAR NOT NULL CHECK (outcome IN ('passed', 'failed', 'withdrawn')),
    decided_by   VARCHAR NOT NULL,
    decided_at   TIMESTAMPTZ NOT NULL,
    reason       VARCHAR NOT NULL
);

-- `subject` is an applicant's id, or a recommending unit's name for its summary table.
CREATE TABLE core.paper_copies (
    record_id  VARCHAR PRIMARY KEY,
    subject    VARCHAR NOT NULL,
    copies     INTEGER NOT NULL CHECK (copies BETWEEN 0 AND 99),
    decided_by VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL,
    reason     VARCHAR NOT NULL
);

CREATE TABLE core.notices (
    notice_id         VARCHAR PRIMARY KEY,
    recommending_unit VARCHAR NOT NULL,
    finding_ids       VARCHAR[] NOT NULL,
    due               DATE NOT NULL,
    decided_by        VARCHAR NOT NULL,
    decided_at        TIMESTAMPTZ NOT NULL
);

INSERT INTO core.code_titles (kind, code, title, position) VALUES
    ('stage', '1', '形式审查', 1),
    ('stage', '2', '书面初评', 2),
    ('stage', '3', '会审答辩', 3),
    ('stage', '4', '名单审定', 4),
    ('stage', '5', '公示发布', 5),
    ('stage', '6', '选树命名', 6),
    ('outcome', 'passed', '通过', 1),
    ('outcome', 'failed', '未通过', 2),
    ('outcome', 'withdrawn', '已撤回', 3);

-- The word in force on each stage; a word that was taken back is none.
CREATE VIEW review.stages AS
SELECT applicant_id, stage, outcome, decided_by, decided_at, reason
FROM (
    SELECT *, row_number() OVER (PARTITION BY applicant_id, stage ORDER BY decided_at DESC, record_id DESC) AS age FROM core.stage_records
)
WHERE age = 1 AND outcome <> 'withdrawn';

CREATE VIEW review.paper_copies AS
SELECT subject, copies, decided_by, decided_at
FROM (SELECT *, row_number() OVER (PARTITION BY subject ORDER BY decided_at DESC, record_id DESC) AS age FROM core.paper_copies)
WHERE age = 1;

-- Each finding that a notice asked to be put right, and whether it has been.
CREATE VIEW review.notices AS
SELECT
    n.notice_id, n.recommending_unit, n.due, n.decided_by AS issued_by, n.decided_at AS issued_at, asked.finding_id,
    CASE WHEN f.finding_id IS NULL THEN 'cured' WHEN f.status = 'waived' THEN 'waived' ELSE 'open' END AS state
FROM (SELECT *, unnest(finding_ids) AS finding_id FROM core.notices) AS asked
JOIN core.notices AS n ON n.notice_id = asked.notice_id
LEFT JOIN review.findings AS f ON f.finding_id = asked.finding_id;

COMMENT ON VIEW review.stages IS '每位申报人在六个审核阶段的结果（notice:三），以最后一次登记为准';
COMMENT ON COLUMN review.stages.applicant_id IS '申报人';
COMMENT ON COLUMN review.stages.stage IS '阶段 1–6，中文名见 review.code_titles（kind = stage）';
COMMENT ON COLUMN review.stages.outcome IS 'passed 通过，failed 未通过';
COMMENT ON COLUMN review.stages.decided_by IS '登记人';
COMMENT ON COLUMN review.stages.decided_at IS '登记时间';
COMMENT ON COLUMN review.stages.reason IS '说明';
COMMENT ON VIEW review.paper_copies IS '已收到的纸质材料份数（notice:四(三)：申报材料一式三份，汇总表一份）';
COMMENT ON COLUMN review.paper_copies.subject IS '申报人编号；汇总表为推荐单位名称';
COMMENT ON COLUMN review.paper_copies.copies IS '份数';
COMMENT ON COLUMN review.paper_copies.decided_by IS '登记人';
COMMENT ON COLUMN review.paper_copies.decided_at IS '登记时间';
COMMENT ON VIEW review.notices IS '补正通知中的每一条意见及其是否已补正';
COMMENT ON COLUMN review.notices.notice_id IS '通知编号';
COMMENT ON COLUMN review.notices.recommending_unit IS '推荐单位';
COMMENT ON COLUMN review.notices.due IS '补正期限';
COMMENT ON COLUMN review.notices.issued_by IS '发出人';
COMMENT ON COLUMN review.notices.issued_at IS '发出时间';
COMMENT ON COLUMN review.notices.finding_id IS '意见编号';
COMMENT ON COLUMN review.notices.state IS 'cured 已补正，waived 已豁免，open 尚未补正';
