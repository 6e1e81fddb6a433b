-- section: 荣誉
-- title: 荣誉：颁发单位类别与授予年份
-- note: 联合颁发的按最高的一类计；“合格”指符合五年规则，“无法判断”的需要人工核对。
-- by: 颁发单位类别, 授予年份
-- stack: 合格, 无法判断, 不合格
SELECT
    coalesce(h.class_title, h.issuer_class) AS 颁发单位类别,
    coalesce(h."year"::VARCHAR, '（读不出）') AS 授予年份,
    h.honours AS 荣誉,
    h.qualifying AS 合格,
    h.unclear AS 无法判断,
    h.honours - h.qualifying - h.unclear AS 不合格,
    h.with_certificate AS 有证书,
    h.applicants AS 涉及申报人
FROM stats.honours_by_class_and_year AS h
LEFT JOIN review.code_titles AS t ON t.kind = 'issuer_class' AND t.code = h.issuer_class
ORDER BY t.position NULLS LAST, h."year" NULLS LAST;
