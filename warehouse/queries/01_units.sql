-- section: 结论
-- title: 推荐单位与审查结论
-- note: 每位申报人按最严重的一项归入一种结论；“有合格荣誉”指至少一项荣誉符合五年规则。
-- stack: 不符合条件, 材料不全, 待人工审核, 可进入评审
SELECT
    coalesce(recommending_unit, '（没有推荐单位）') AS 推荐单位,
    applicants AS 申报人,
    excluded AS 不符合条件,
    incomplete AS 材料不全,
    review AS 待人工审核,
    ready AS 可进入评审,
    with_qualifying_honour AS 有合格荣誉,
    to_review AS 待看字段
FROM stats.applicants_by_unit
ORDER BY recommending_unit NULLS LAST;
