-- The post book: what was taken in and must be read, why each file is in the state it is in, and which form a newer one has superseded.

-- Every file that was handed in, from the moment its copy lies in the archive of originals. What is inside containers is not listed here.
CREATE TABLE core.intake (
    path        VARCHAR NOT NULL,
    sha256      VARCHAR NOT NULL,
    bytes       BIGINT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    taken_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (path, sha256)
);

-- Taken in, but not yet read to the end: what the next run takes up. A container's own row is loaded after those of its members.
CREATE VIEW core.pending AS
SELECT i.path, i.sha256, i.bytes, i.received_at, i.taken_at
FROM core.intake AS i
WHERE NOT EXISTS (FROM core.files AS f WHERE f.path = i.path AND f.sha256 = i.sha256);

CREATE OR REPLACE VIEW review.files AS
SELECT
    f.file_id, f.path, f.parent_file_id, f.sha256, f.media_type, f.received_at, f.status, f.error_code, f.error, f.pages, f.duplicate_of, a.channel,
    CASE
        WHEN f.status = 'rejected' THEN f.error
        WHEN f.status = 'duplicate' THEN
            '与' || coalesce(strftime(timezone('Asia/Shanghai', first.received_at), '%Y-%m-%d %H:%M') || '收到的“' || first.path || '”', '另一份文件')
            || '内容完全相同，按那一份处理。'
        WHEN a.is_container THEN '已打开，其中的文件各有一行。'
        ELSE '已读入。'
    END AS reason
FROM core.files AS f
JOIN core.arrivals AS a ON a.file_id = f.file_id
LEFT JOIN core.files AS first ON first.file_id = f.duplicate_of;

ALTER TABLE core.assignments ADD COLUMN superseded_by VARCHAR;

CREATE OR REPLACE VIEW review.documents AS
SELECT
    d.document_id, d.file_id, d.doc_type, d.page_from, d.page_to, a.applicant_id, a.recommending_unit, d.confidence, d.source, a.superseded_by
FROM core.documents AS d LEFT JOIN core.assignments AS a ON a.document_id = d.document_id;

-- Nobody needs to look at a value in a form that a newer one has superseded.
CREATE OR REPLACE VIEW core.standing_fields AS
SELECT
    f.* REPLACE (f.needs_review AND k.document_id IS NULL AND a.superseded_by IS NULL AS needs_review),
    k.by_document_id AS corroborated_by
FROM core.current_fields AS f
LEFT JOIN core.corroborations AS k ON k.document_id = f.document_id AND k.field = f.field AND k."row" = f."row"
LEFT JOIN core.assignments AS a ON a.document_id = f.document_id;

COMMENT ON VIEW review.files IS '每一个收到的文件一行（压缩包、邮件及其中的文件各占一行）';
COMMENT ON COLUMN review.files.file_id IS '文件编号，由路径和内容算出，不会变';
COMMENT ON COLUMN review.files.path IS '相对于读入目录的路径；压缩包或邮件内的文件写作 外层!/内层';
COMMENT ON COLUMN review.files.parent_file_id IS '所在的压缩包或邮件；直接收到的为空';
COMMENT ON COLUMN review.files.sha256 IS '文件内容的 SHA-256';
COMMENT ON COLUMN review.files.media_type IS '按内容判断的类型，与扩展名无关';
COMMENT ON COLUMN review.files.received_at IS '收到时间';
COMMENT ON COLUMN review.files.status IS 'loaded 已入库，duplicate 重复文件，rejected 无法读取';
COMMENT ON COLUMN review.files.error_code IS '无法读取的原因代码';
COMMENT ON COLUMN review.files.error IS '无法读取的原因和处理办法';
COMMENT ON COLUMN review.files.pages IS '页数';
COMMENT ON COLUMN review.files.duplicate_of IS '重复文件所对应的第一份';
COMMENT ON COLUMN review.files.channel IS '来源：email 电子邮件，archive 压缩包，folder 文件夹（以最外层为准）';
COMMENT ON COLUMN review.files.reason IS '为什么是这个状态，怎么处理';

COMMENT ON VIEW review.documents IS '文件中找到的每一份材料一行；一份可占多页，一页也可有多份';
COMMENT ON COLUMN review.documents.document_id IS '材料编号';
COMMENT ON COLUMN review.documents.file_id IS '所在文件';
COMMENT ON COLUMN review.documents.doc_type IS '材料种类，中文名见 review.code_titles（kind = doc_type）';
COMMENT ON COLUMN review.documents.page_from IS '起始页，从 1 起；Word 正文为空';
COMMENT ON COLUMN review.documents.page_to IS '结束页（含）；Word 正文为空';
COMMENT ON COLUMN review.documents.applicant_id IS '属于哪位申报人；无法确定时为空';
COMMENT ON COLUMN review.documents.recommending_unit IS '推荐单位';
COMMENT ON COLUMN review.documents.confidence IS '归类的把握，0–1';
COMMENT ON COLUMN review.documents.source IS 'electronic 电子版，paper 扫描或拍照';
COMMENT ON COLUMN review.documents.superseded_by IS '被哪一份更新的申报审批表取代（document_id）；现行的为空';
