-- The secretariat's registers, kept with the evidence so that a replay judges with the same; and which rules an honour was judged by.

CREATE TABLE core.registers (
    kind          VARCHAR PRIMARY KEY CHECK (kind IN ('prior-titles', 'bans', 'units')),
    source        VARCHAR NOT NULL,
    entries       INTEGER NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE core.prior_titles (
    entry     INTEGER PRIMARY KEY,
    name      VARCHAR NOT NULL,
    id_number VARCHAR,
    title     VARCHAR NOT NULL,
    "year"    INTEGER NOT NULL
);

CREATE TABLE core.bans (
    entry     INTEGER PRIMARY KEY,
    kind      VARCHAR NOT NULL CHECK (kind IN ('person', 'unit')),
    name      VARCHAR NOT NULL,
    id_number VARCHAR,
    banned_on DATE NOT NULL,
    reason    VARCHAR NOT NULL
);

CREATE TABLE core.recommending_units (
    entry      INTEGER PRIMARY KEY,
    name       VARCHAR NOT NULL,
    aliases    VARCHAR[] NOT NULL,
    seal_names VARCHAR[] NOT NULL
);

CREATE VIEW review.registers AS SELECT kind, source, entries, registered_at FROM core.registers;

CREATE OR REPLACE VIEW review.honours AS
SELECT
    h.honour_id, h.applicant_id, h.title, h.issuers, h.issuer_class, h."level", h.conferred_on, h.claimed, h.certificate_document_id, h.in_window,
    h.role, h.qualifies, h.reasons, h.claim_document_id, p.rule_version
FROM core.honours AS h LEFT JOIN core.applicants AS p ON p.applicant_id = h.applicant_id;

COMMENT ON VIEW review.honours IS '每位申报人的每项荣誉一行，按五年规则判断（notice:一4）';
COMMENT ON COLUMN review.honours.honour_id IS '荣誉编号';
COMMENT ON COLUMN review.honours.applicant_id IS '申报人';
COMMENT ON COLUMN review.honours.title IS '荣誉名称';
COMMENT ON COLUMN review.honours.issuers IS '颁发单位（可有多个）';
COMMENT ON COLUMN review.honours.issuer_class IS '颁发单位中最高的类别，中文名见 review.code_titles（kind = issuer_class）';
COMMENT ON COLUMN review.honours."level" IS '级别';
COMMENT ON COLUMN review.honours.conferred_on IS '授予日期，精确到材料所示';
COMMENT ON COLUMN review.honours.claimed IS '申报表中是否填写';
COMMENT ON COLUMN review.honours.certificate_document_id IS '证书所在材料；没有证书时为空';
COMMENT ON COLUMN review.honours.in_window IS '是否在期限内：yes、no、unclear（无法判断）';
COMMENT ON COLUMN review.honours.role IS '本人在其中的角色';
COMMENT ON COLUMN review.honours.qualifies IS '是否符合条件：yes、no、unclear（无法判断）';
COMMENT ON COLUMN review.honours.reasons IS '判断的理由';
COMMENT ON COLUMN review.honours.claim_document_id IS '填写该荣誉的申报表';
COMMENT ON COLUMN review.honours.rule_version IS '按哪一版规则判断';

COMMENT ON VIEW review.registers IS '已登记的名册：既往称号、限制申报、推荐单位';
COMMENT ON COLUMN review.registers.kind IS 'prior-titles 既往称号，bans 限制申报，units 推荐单位';
COMMENT ON COLUMN review.registers.source IS '来自哪个文件';
COMMENT ON COLUMN review.registers.entries IS '条数';
COMMENT ON COLUMN review.registers.registered_at IS '登记时间';
