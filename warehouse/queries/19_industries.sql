-- section: 人员
-- title: 各行业的申报人
-- stack: 不符合条件, 材料不全, 待人工审核, 可进入评审, 无法回溯
SELECT
    coalesce(industry, '（不详）') AS 行业,
    applicants AS 申报人,
    excluded AS 不符合条件,
    incomplete AS 材料不全,
    review AS 待人工审核,
    ready AS 可进入评审,
    unknown AS 无法回溯
FROM stats.submissions_by_industry
ORDER BY applicants DESC, industry NULLS LAST
LIMIT 25;
