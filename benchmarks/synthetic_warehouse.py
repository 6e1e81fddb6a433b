"""A warehouse of any size without reading a single file: for measuring what people see of it, not what the machine reads.

Comes in: how many applicants and units, a seed, where to write. Goes out: a migrated warehouse whose tables hold what a season of that
size would leave there: files by e-mail, archive and folder over sixty days with a rush before the deadline, forms on paper and in Word,
cards, certificates, summary tables, more than a hundred values for each applicant, honours, findings, and what people decided. The judged
rows are drawn, not judged: judging the material again gives other findings.
Run as `python -m benchmarks.synthetic_warehouse FILE --applicants 5000`.

Every random choice is a hash of the seed, the applicant's number and a word, so that the same arguments give the same rows.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from warehouse.connection import Warehouse, open_warehouse

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
_GIVEN = "伟芳敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂华建国志文玉红春梅海燕俊峰晓东立新宏斌佳琪子轩雨欣浩宇梓涵思远天翔嘉懿博雅"
_DISTRICTS = "黄浦区 徐汇区 长宁区 静安区 普陀区 虹口区 杨浦区 闵行区 宝山区 嘉定区 浦东新区 金山区 松江区 青浦区 奉贤区 崇明区"
_INDUSTRIES = "机械制造 电子信息 化工 汽车 船舶 航空航天 生物医药 建筑 轨道交通 电力 纺织 食品 钢铁 物流 软件 酒店服务"
_POSTS = "装配钳工 质量检验员 焊工 数控车工 工艺工程师 电工 化验员 品质主管 测试工程师 维修技师 班组长 现场管理员"
_SKILLS = "初级工 中级工 高级工 技师 高级技师"
_TITLES = "助理工程师 工程师 高级工程师 正高级工程师"
_AWARDS = "质量管理小组活动成果 质量信得过班组 质量技术奖 现场管理创新活动成果 市长质量奖 用户满意服务明星"
_LEVELS = "国家级 市级 区级 集团级"
_ROLES = "获得者 组长 组员"

# Verdicts follow from the findings; the findings' shares are of the order that the sample inbox shows, with late ones near the deadline.
_FINDINGS = (
    # code, field, severity, clause, share of the applicants in per cent
    ("UNION_CARD_MISSING", "", "blocker", "notice:二3", 7),
    ("ID_CARD_SIDE_MISSING", "back", "blocker", "notice:二3", 4),
    ("PAPER_FORM_MISSING", "", "blocker", "notice:四(三)", 5),
    ("CERTIFICATE_MISSING", "", "blocker", "notice:二3", 9),
    ("FIELD_MISSING", "political_status", "blocker", "notice:二3", 5),
    ("FIELD_MISSING", "postcode", "warning", "notice:二3", 6),
    ("FIELD_INVALID", "phone", "warning", "notice:二3", 3),
    ("FIELD_MISMATCH", "employer", "warning", "notice:四(二)", 11),
    ("FIELD_MISMATCH", "id_number", "warning", "notice:四(二)", 2),
    ("SEAL_MISSING", "employer", "blocker", "notice:二4", 5),
    ("SEAL_MISMATCH", "recommending_unit", "warning", "notice:二4", 3),
    ("SIGNATURE_MISSING", "", "blocker", "notice:二3", 4),
    ("NOT_IN_SERVICE", "", "blocker", "notice:一1", 1),
    ("PRIOR_TITLE", "", "blocker", "notice:一3", 2),
    ("LEADER_EXCLUDED", "", "blocker", "notice:一3", 1),
    ("HONOUR_UNCLEAR", "", "warning", "notice:一4", 12),
    ("NO_QUALIFYING_HONOUR", "", "warning", "notice:一4", 8),
    ("LOW_CONFIDENCE", "phone", "warning", "notice:四(二)", 14),
    ("LOW_CONFIDENCE", "name", "warning", "notice:四(二)", 6),
    ("UNKNOWN_DOCUMENT", "", "info", "notice:二3", 3),
)
_EXCLUDING = ("NOT_IN_SERVICE", "PRIOR_TITLE", "LEADER_EXCLUDED")


def fill(warehouse: Warehouse, applicants: int = 5_000, units: int = 40, seed: int = 1) -> None:
    """Fill an empty warehouse, in one transaction.

    Args:
        applicants: how many people, one dossier each.
        units: how many recommending units; the first ones send more than the last.
        seed: another seed, other rows.

    Raises:
        duckdb.ConstraintException: the warehouse holds rows of the same seed already.
    """
    with warehouse.transaction():
        _choices(warehouse, seed)
        for statement in (_PEOPLE, _HONOURS, _FILES, _DOCUMENTS, _FIELDS, _JUDGED, _DECIDED):
            for part in statement.split(";\n"):
                if part.strip():
                    uses: dict[str, object] = {
                        name: value for name, value in (("applicants", applicants), ("units", units)) if f"${name}" in part
                    }
                    warehouse.execute(part, uses or None)
        warehouse.execute("DROP TABLE people; DROP TABLE won; DROP TABLE sheets; DROP TABLE said")


def _choices(warehouse: Warehouse, seed: int) -> None:
    """The macros that draw: `draw(n, word)` a number 0-1, `one_of(list, n, word)`, `id(word, n)`."""
    warehouse.execute(f"CREATE OR REPLACE TEMP MACRO draw(n, word) AS (hash(n, word, {int(seed)}) % 1000003) / 1000003.0")
    warehouse.execute("CREATE OR REPLACE TEMP MACRO one_of(list, n, word) AS list[1 + floor(draw(n, word) * len(list))::INTEGER]")
    warehouse.execute(f"CREATE OR REPLACE TEMP MACRO id(word, n) AS md5(concat_ws('/', word, n, {int(seed)}))[:16]")
    letters = {"surname": list(_SURNAMES), "given": list(_GIVEN)}
    words = {
        name: text.split()
        for name, text in {
            "district": _DISTRICTS, "industry": _INDUSTRIES, "post": _POSTS, "skill": _SKILLS, "title": _TITLES, "award": _AWARDS,
            "level": _LEVELS, "role": _ROLES,
        }.items()
    }  # fmt: skip
    for name, values in {**letters, **words}.items():
        listed = ", ".join(f"'{value}'" for value in values)
        warehouse.execute(f"CREATE OR REPLACE TEMP MACRO a_{name}(n, word) AS one_of([{listed}], n, word)")
    rows = ", ".join(str(row) for row in _FINDINGS)
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE said AS SELECT * FROM (VALUES {rows}) AS said(code, field, severity, clause, share), "
        f"LATERAL (SELECT list_contains({list(_EXCLUDING)}, code) AS excluding)"
    )


# Two thirds arrive in the last three weeks (the square root crowds them towards the deadline), one in forty after it.
_PEOPLE = """
CREATE OR REPLACE TEMP TABLE people AS
WITH drawn AS (
    SELECT
        n,
        id('applicant', n) AS applicant_id,
        1 + floor($units * power(draw(n, 'unit'), 1.6))::INTEGER AS unit,
        a_surname(n, 'name') || a_given(n, 'first') || CASE WHEN draw(n, 'two') < 0.8 THEN a_given(n, 'second') ELSE '' END AS name,
        CASE WHEN draw(n, 'sex') < 0.68 THEN '男' ELSE '女' END AS sex,
        DATE '1962-01-01' + floor(draw(n, 'born') * 14000)::INTEGER AS birth_date,
        one_of(['310101', '310104', '310105', '310106', '310107', '310109', '310110'], n, 'area') AS area,
        a_industry(n, 'industry') AS industry,
        a_district(n, 'district') AS district,
        a_post(n, 'post') AS post,
        CASE WHEN draw(n, 'skilled') < 0.7 THEN a_skill(n, 'skill') END AS skill_level,
        CASE WHEN draw(n, 'titled') < 0.6 THEN a_title(n, 'title') END AS professional_title,
        TIMESTAMPTZ '2024-01-26 08:30:00+08' + to_minutes(floor(sqrt(draw(n, 'arrived')) * 59 * 1440)::INTEGER)
            + to_days(CASE WHEN draw(n, 'late') < 0.025 THEN 7 ELSE 0 END) AS first_at,
        draw(n, 'again') < 0.22 AS corrects,
        CASE WHEN draw(n, 'channel') < 0.4 THEN 'email' WHEN draw(n, 'channel') < 0.7 THEN 'archive' ELSE 'folder' END AS channel,
        1 + floor(draw(n, 'honours') * 3)::INTEGER AS honours
    FROM (SELECT unnest(range(1, $applicants + 1)) AS n)
), numbered AS (
    SELECT *, area || strftime(birth_date, '%Y%m%d')
        || lpad((2 * floor(draw(n, 'serial') * 499)::INTEGER + (sex = '男')::INTEGER)::VARCHAR, 3, '0') AS body
    FROM drawn
)
SELECT
    *,
    CASE WHEN draw(n, 'alone') < 0.01 THEN NULL ELSE a_industry(unit, 'of unit') || '行业第' || unit || '工会' END AS recommending_unit,
    '上海' || a_industry(n, 'works') || '第' || (1 + floor(draw(n, 'employer') * 900))::INTEGER || '有限公司' AS employer,
    '13' || lpad(floor(draw(n, 'phone') * 999999999)::BIGINT::VARCHAR, 9, '0') AS phone,
    '3100' || lpad(n::VARCHAR, 8, '0') AS union_card_number,
    body || substr('10X98765432', 1 + (list_sum(list_transform(range(1, 18),
        lambda k: [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][k] * substr(body, k, 1)::INTEGER)) % 11)::INTEGER, 1) AS id_number,
    first_at + to_days(2 + floor(draw(n, 'when') * 12)::INTEGER) AS again_at,
    CASE WHEN corrects THEN again_at ELSE first_at END AS received_at
FROM numbered
"""

_HONOURS = """
CREATE OR REPLACE TEMP TABLE won AS
SELECT
    n, k, applicant_id, 100 * n + k AS h,
    a_award(h, 'award') AS title,
    CASE WHEN draw(h, 'class') < 0.25 THEN 'government' WHEN draw(h, 'class') < 0.4 THEN 'caq' WHEN draw(h, 'class') < 0.75 THEN 'saq'
        WHEN draw(h, 'class') < 0.93 THEN 'other' ELSE 'unclear' END AS issuer_class,
    CASE WHEN draw(h, 'levelled') < 0.9 THEN a_level(h, 'level') END AS "level",
    left((DATE '2016-01-01' + floor(draw(h, 'date') * 2980)::INTEGER)::VARCHAR, CASE WHEN draw(h, 'coarse') < 0.1 THEN 4 ELSE 7 END)
        AS conferred_on,
    draw(h, 'claimed') < 0.95 AS claimed,
    draw(h, 'certified') < 0.88 OR NOT claimed AS certified,
    CASE WHEN conferred_on[:4] = '2019' AND len(conferred_on) = 4 THEN 'unclear' WHEN conferred_on >= '2019-03' THEN 'yes' ELSE 'no' END
        AS in_window,
    a_role(h, 'role') AS role,
    CASE
        WHEN in_window = 'no' OR issuer_class = 'other' THEN 'no'
        WHEN NOT certified OR in_window = 'unclear' OR issuer_class = 'unclear' OR draw(h, 'doubt') < 0.06 THEN 'unclear'
        ELSE 'yes'
    END AS qualifies
FROM people, unnest(range(1, honours + 1)) AS counted(k)
"""

# A dossier is a Word form and a scan of five pages (form, form, cards, certificates, certificates); a fifth of them send the form again.
_FILES = """
INSERT INTO core.files
SELECT id('outer', n), 'p' || n || CASE channel WHEN 'email' THEN '.eml' ELSE '.zip' END, NULL, sha256('outer' || n),
    CASE channel WHEN 'email' THEN 'message/rfc822' ELSE 'application/zip' END, first_at, 'loaded', NULL, NULL, NULL, NULL
FROM people WHERE channel <> 'folder';
INSERT INTO core.files
SELECT id(part.kind, n),
    CASE channel WHEN 'email' THEN 'p' || n || '.eml!/' WHEN 'archive' THEN 'p' || n || '.zip!/' ELSE 'p' || n || '/' END || part.kind,
    CASE WHEN channel <> 'folder' THEN id('outer', n) END, sha256(part.kind || n), part.media_type, first_at, 'loaded', NULL, NULL,
    part.pages, NULL
FROM people, (VALUES
    ('form.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 1), ('scan.pdf', 'application/pdf', 5)
) AS part(kind, media_type, pages);
INSERT INTO core.files
SELECT id('again.pdf', n), 'p' || n || '/again.pdf', NULL, sha256('again' || n), 'application/pdf', again_at, 'loaded', NULL, NULL, 2, NULL
FROM people WHERE corrects;
INSERT INTO core.files
SELECT id('copy.pdf', n), 'p' || n || '/copy.pdf', NULL, sha256('scan.pdf' || n), 'application/pdf', first_at, 'duplicate', NULL, NULL, 5,
    id('scan.pdf', n)
FROM people WHERE draw(n, 'copied') < 0.03;
INSERT INTO core.files
SELECT id('locked.pdf', n), 'p' || n || '/locked.pdf', NULL, sha256('locked' || n), 'application/pdf', first_at, 'rejected', 'ENCRYPTED',
    '文件有密码，请向推荐单位索取没有密码的文件。', NULL, NULL
FROM people WHERE draw(n, 'locked') < 0.01;
INSERT INTO core.files
SELECT id('summary', unit), 'unit' || unit || '/汇总表.docx', NULL, sha256('summary' || unit),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document', min(first_at), 'loaded', NULL, NULL, 1, NULL
FROM people GROUP BY unit;
INSERT INTO core.intake
SELECT path, sha256, 100000, received_at, received_at + INTERVAL 4 MINUTE FROM core.files WHERE parent_file_id IS NULL;
INSERT INTO core.edition
SELECT '2024', '样例年度', DATE '2024-03-25', DATE '2019-03-25', DATE '2024-03-25',
    ['application_form', 'electronic_form', 'paper_form', 'id_card', 'union_card', 'certificate', 'recommendation_summary'],
    TIMESTAMPTZ '2024-01-22 00:00:00+08'
"""

_DOCUMENTS = """
CREATE OR REPLACE TEMP TABLE sheets AS
SELECT n, id('word', n) AS document_id, id('form.docx', n) AS file_id, 0 AS sequence, 'application_form' AS doc_type,
    NULL::INTEGER AS page_from, NULL::INTEGER AS page_to, 'electronic' AS source, 0 AS k FROM people
UNION ALL SELECT n, id('paper', n), id('scan.pdf', n), 0, 'application_form', 1, 2, 'paper', 0 FROM people
UNION ALL SELECT n, id('id card', n), id('scan.pdf', n), 1, 'id_card', 3, 3, 'paper', 0 FROM people
UNION ALL SELECT n, id('union card', n), id(CASE WHEN corrects AND draw(n, 'later card') < 0.4 THEN 'again.pdf' ELSE 'scan.pdf' END, n), 2,
    'union_card', CASE WHEN corrects AND draw(n, 'later card') < 0.4 THEN 2 ELSE 3 END AS first, first, 'paper', 0
FROM people WHERE draw(n, 'UNION_CARD_MISSING') >= 0.07
UNION ALL SELECT n, id('certificate', h), id('scan.pdf', n), 2 + k, 'certificate', 4 + (k > 1)::INTEGER, 4 + (k > 1)::INTEGER, 'paper', k
FROM won WHERE certified
UNION ALL SELECT n, id('blank', n), id('scan.pdf', n), 9, 'blank', 5, 5, 'paper', 0
FROM people WHERE n NOT IN (SELECT n FROM won WHERE certified AND k > 1)
UNION ALL SELECT n, id('other', n), id('scan.pdf', n), 10, 'other', 4, 4, 'paper', 0
FROM people WHERE n NOT IN (SELECT n FROM won WHERE certified AND k = 1)
UNION ALL SELECT n, id('again', n), id('again.pdf', n), 0, 'application_form', 1, 2, 'paper', 0 FROM people WHERE corrects;
INSERT INTO core.documents
SELECT document_id, file_id, sequence, doc_type, page_from, page_to, NULL, NULL, NULL, NULL, 0.9 + 0.099 * draw(n, document_id), source
FROM sheets;
INSERT INTO core.documents
SELECT id('table', unit), id('summary', unit), 0, 'recommendation_summary', NULL, NULL, NULL, NULL, NULL, NULL, 0.99, 'electronic'
FROM people GROUP BY unit;
INSERT INTO core.assignments
SELECT s.document_id, p.applicant_id, p.recommending_unit, CASE WHEN p.corrects AND s.document_id = id('paper', n) THEN id('again', n) END
FROM sheets AS s JOIN people AS p USING (n) WHERE s.doc_type NOT IN ('blank', 'other');
INSERT INTO core.assignments
SELECT id('table', unit), NULL, max(recommending_unit), NULL FROM people GROUP BY unit
"""

_TEXT = "'长期在生产一线工作，' || p.post || '，善于用质量工具解决问题，带教徒弟，成果在本单位推广。'"
_FORM = {
    "name": "p.name", "sex": "p.sex", "birth_date": "p.birth_date::VARCHAR", "ethnicity": "'汉族'", "nationality": "'中国'",
    "political_status": "one_of(['群众', '中共党员', '共青团员'], n, 'party')",
    "education": "one_of(['大专', '本科', '硕士研究生'], n, 'school')",
    "skill_level": "coalesce(p.skill_level, '')", "professional_title": "coalesce(p.professional_title, '')", "id_number": "p.id_number",
    "phone": "p.phone", "employer": "p.employer", "industry": "p.industry", "post": "p.post", "duty": "'班组长'",
    "years_in_post": "(3 + n % 25)::VARCHAR", "union_card_number": "p.union_card_number", "district": "p.district",
    "address": "'上海市' || p.district || '样例路' || n || '号'", "postcode": "'200' || lpad((n % 500)::VARCHAR, 3, '0')",
    "recommending_unit": "coalesce(p.recommending_unit, '')", "cv": _TEXT, "declared_in_service": "'yes'", "declared_union_member": "'yes'",
    "declared_leader": "'no'", "declared_managed_head": "'no'", "declared_prior_title": "'no'", "craft_speciality": _TEXT,
    "quality_skill": _TEXT, "leading_role": _TEXT, "contribution": _TEXT,
}  # fmt: skip
_PAPER = {
    "signature": "p.name", "signed_on": "'2024-03-01'", "employer_opinion": "'同意推荐'", "employer_opinion_date": "'2024-03-02'",
    "unit_opinion": "'同意推荐'", "unit_opinion_date": "'2024-03-03'", "seal_employer": "p.employer",
    "seal_recommending_unit": "coalesce(p.recommending_unit, '')",
}  # fmt: skip
_ID_CARD = {
    "name": "p.name", "sex": "p.sex", "ethnicity": "'汉族'", "birth_date": "p.birth_date::VARCHAR",
    "address": "'上海市' || p.district || '样例路' || n || '号'", "id_number": "p.id_number", "authority": "'上海市公安局'",
    "valid_from": "'2015-01-01'", "valid_to": "'2035-01-01'",
}  # fmt: skip
_UNION_CARD = {"name": "p.name", "card_number": "p.union_card_number", "union_name": "p.employer || '工会'", "status": "'正常'"}


def _values(condition: str, values: dict[str, str]) -> str:
    listed = ", ".join(f"{{'field': '{field}', 'row': 0, 'value': {sql}}}" for field, sql in values.items())
    return f"SELECT s.*, unnest([{listed}], recursive := true) FROM sheets AS s JOIN people AS p USING (n) WHERE {condition}"


# One paper value in twenty-five is doubtful, where the document as a whole was badly scanned one in six.
_FIELDS = f"""
CREATE OR REPLACE TEMP TABLE stated AS
{_values("s.doc_type = 'application_form'", _FORM)}
UNION ALL {_values("s.doc_type = 'application_form' AND s.source = 'paper'", _PAPER)}
UNION ALL {_values("s.doc_type = 'id_card'", _ID_CARD)}
UNION ALL {_values("s.doc_type = 'union_card'", _UNION_CARD)}
UNION ALL SELECT s.*, unnest([
    {{'field': 'honour_title', 'row': w.k, 'value': w.title}}, {{'field': 'honour_issuer', 'row': w.k, 'value': '上海市质量协会'}},
    {{'field': 'honour_date', 'row': w.k, 'value': w.conferred_on}},
    {{'field': 'honour_level', 'row': w.k, 'value': coalesce(w."level", '')}},
    {{'field': 'honour_role', 'row': w.k, 'value': w.role}}], recursive := true)
FROM sheets AS s JOIN won AS w USING (n) WHERE s.doc_type = 'application_form' AND w.claimed
UNION ALL SELECT s.*, unnest([{{'field': 'recipient', 'row': 0, 'value': p.name}}, {{'field': 'honour_title', 'row': 0, 'value': w.title}},
    {{'field': 'honour_issuer', 'row': 0, 'value': '上海市质量协会'}}, {{'field': 'honour_date', 'row': 0, 'value': w.conferred_on}},
    {{'field': 'certificate_number', 'row': 0, 'value': '沪质协' || w.h}}], recursive := true)
FROM sheets AS s JOIN won AS w ON w.n = s.n AND w.k = s.k JOIN people AS p ON p.n = s.n WHERE s.doc_type = 'certificate';
INSERT INTO core.fields (document_id, ordinal, field, "row", "value", raw, confidence, page, x0, y0, x1, y1, method, needs_review, score)
WITH judged AS (
    SELECT *, row_number() OVER (PARTITION BY document_id ORDER BY "row", field) - 1 AS ordinal,
        draw(hash(document_id, field, "row"), 'read') AS luck, CASE WHEN draw(document_id, 'scan') < 0.12 THEN 0.16 ELSE 0.025 END AS risk
    FROM stated WHERE "value" <> ''
)
SELECT document_id, ordinal, field, "row", "value", "value",
    CASE WHEN source = 'electronic' THEN 1.0 WHEN luck < risk THEN 0.4 + 0.5 * luck / risk ELSE 0.96 + 0.039 * luck END,
    CASE WHEN page_from IS NOT NULL THEN page_from + (ordinal > 25 AND page_to > page_from)::INTEGER END,
    CASE WHEN page_from IS NOT NULL THEN 0.3 END, CASE WHEN page_from IS NOT NULL THEN 0.05 + 0.03 * (ordinal % 26) END,
    CASE WHEN page_from IS NOT NULL THEN 0.6 END, CASE WHEN page_from IS NOT NULL THEN 0.07 + 0.03 * (ordinal % 26) END,
    CASE WHEN source = 'electronic' THEN 'docx' ELSE 'ocr' END, source = 'paper' AND luck < risk,
    CASE WHEN source = 'electronic' THEN 1.0 WHEN luck < risk THEN 0.5 ELSE 0.98 END
FROM judged;
DROP TABLE stated
"""

_JUDGED = """
INSERT INTO core.findings
SELECT id(s.code || s.field, p.n), p.applicant_id, p.recommending_unit, s.code,
    CASE WHEN s.code = 'HONOUR_UNCLEAR' THEN id('honour', 100 * p.n + 1) ELSE s.field END, s.severity, s.clause,
    '样例意见：' || s.code || ' ' || s.field,
    CASE WHEN s.field <> '' THEN [{'document_id': id('paper', p.n), 'page': 1, 'value': '样例'}] ELSE [] END, 'open'
FROM people AS p, said AS s WHERE draw(p.n, s.code || s.field) < s.share / 100.0;
INSERT INTO core.findings
SELECT id('LATE_SUBMISSION', n), applicant_id, recommending_unit, 'LATE_SUBMISSION', '', 'warning', 'notice:四(三)',
    '材料在截止日之后收到。', [], 'open'
FROM people WHERE first_at >= TIMESTAMPTZ '2024-03-26 00:00:00+08';
INSERT INTO core.honours
SELECT id('honour', h), applicant_id, title,
    [CASE issuer_class WHEN 'government' THEN '上海市市场监督管理局' WHEN 'caq' THEN '中国质量协会' WHEN 'saq' THEN '上海市质量协会'
        WHEN 'other' THEN '上海市工业经济联合会' ELSE '（看不清）' END],
    issuer_class, "level", conferred_on, claimed, CASE WHEN certified THEN id('certificate', h) END, in_window, role, qualifies, ['样例'],
    CASE WHEN claimed THEN id('word', n) END
FROM won;
INSERT INTO core.applicants
WITH found AS (
    SELECT applicant_id, count(*) FILTER (severity = 'blocker') AS blockers, count(*) FILTER (severity = 'warning') AS warnings,
        bool_or(code IN (SELECT code FROM said WHERE excluding)) AS excluded
    FROM core.findings GROUP BY applicant_id
), good AS (SELECT applicant_id, count(*) AS honours FROM won WHERE qualifies = 'yes' GROUP BY applicant_id)
SELECT p.applicant_id, p.name, p.sex, p.birth_date, p.id_number, p.employer, p.post, '班组长', p.skill_level, p.professional_title, p.phone,
    p.union_card_number, p.district, p.industry, p.recommending_unit, p.received_at,
    CASE WHEN f.excluded THEN 'excluded' WHEN f.blockers > 0 THEN 'incomplete' WHEN f.warnings > 0 THEN 'review' ELSE 'ready' END,
    coalesce(f.blockers, 0), coalesce(f.warnings, 0), coalesce(g.honours, 0), 'synthetic'
FROM people AS p LEFT JOIN found AS f USING (applicant_id) LEFT JOIN good AS g USING (applicant_id)
"""

# People have worked through the warnings of those who came early.
_DECIDED = """
INSERT INTO core.finding_decisions
SELECT id('decision', finding_id), finding_id, f.applicant_id, code, field, message,
    CASE WHEN draw(finding_id, 'waive') < 0.6 THEN 'confirmed' ELSE 'waived' END, one_of(['王审核', '李审核', '陈审核'], finding_id, 'who'),
    p.received_at + to_minutes(60 + floor(draw(finding_id, 'when') * 8000)::INTEGER), '已核对原件', evidence
FROM core.findings AS f JOIN people AS p ON p.applicant_id = f.applicant_id
WHERE f.severity = 'warning' AND draw(p.n, 'worked') < 0.5;
INSERT INTO core.decisions SELECT finding_id, status, decided_by, decided_at, reason FROM core.finding_decisions;
INSERT INTO core.value_decisions
SELECT id('value', f.document_id || f.field || f."row"), f.document_id, f.field, f."row", f."value",
    CASE WHEN draw(f.document_id, f.field) < 0.7 THEN f."value" ELSE f."value" || '改' END,
    one_of(['王审核', '李审核', '陈审核'], f.document_id, 'who'),
    p.received_at + to_minutes(60 + floor(draw(f.document_id, 'when') * 8000)::INTEGER), '对照原件'
FROM core.fields AS f JOIN sheets AS s ON s.document_id = f.document_id JOIN people AS p ON p.n = s.n
WHERE f.needs_review AND draw(p.n, 'worked') < 0.5;
INSERT INTO core.corrections SELECT document_id, field, "row", "value", decided_by, decided_at FROM core.value_decisions;
INSERT INTO core.stage_records
SELECT id('stage', applicant_id), applicant_id, 1, 'passed', '王审核', TIMESTAMPTZ '2024-04-02 10:00:00+08', '材料齐全'
FROM core.applicants WHERE verdict = 'ready'
"""


def main() -> None:
    """Write a warehouse and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--applicants", type=int, default=5_000)
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with open_warehouse(given.file) as warehouse:
        fill(warehouse, given.applicants, given.units, given.seed)
        ((applicants, fields, findings, honours),) = warehouse.execute(
            "SELECT (SELECT count(*) FROM core.applicants), (SELECT count(*) FROM core.fields), (SELECT count(*) FROM core.findings), "
            "(SELECT count(*) FROM core.honours)"
        )
    print(f"{applicants} applicants, {fields} values, {findings} findings, {honours} honours in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
