-- section: 人员
-- title: 各区的申报人
-- stack: 不符合条件, 材料不全, 待人工审核, 可进入评审, 无法回溯
SELECT
    coalesce(district, '（不详）') AS 区,
    applicants AS 申报人,
    excluded AS 不符合条件,
    incomplete AS 材料不全,
    review AS 待人工审核,
    ready AS 可进入评审,
    unknown AS 无法回溯
FROM stats.submissions_by_district
ORDER BY applicants DESC, district NULLS LAST
LIMIT 25;
