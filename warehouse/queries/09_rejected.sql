-- section: 识读
-- title: 无法读取的文件
SELECT
    f.path AS 文件,
    coalesce(t.title, f.error_code) AS 原因,
    f.error AS 怎么办
FROM review.files AS f
LEFT JOIN review.code_titles AS t ON t.kind = 'rejection' AND t.code = f.error_code
WHERE f.status = 'rejected' AND f.received_at <= core.cut_off()
ORDER BY f.path;
