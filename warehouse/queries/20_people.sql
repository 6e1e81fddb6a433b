-- section: 人员
-- title: 性别与年龄
-- note: 截止日当天的周岁。
-- stack: 男, 女, 不详
SELECT
    age_band AS 年龄段,
    sum(applicants)::INTEGER AS 申报人,
    coalesce(sum(applicants) FILTER (sex = '男'), 0)::INTEGER AS 男,
    coalesce(sum(applicants) FILTER (sex = '女'), 0)::INTEGER AS 女,
    coalesce(sum(applicants) FILTER (sex IS NULL OR sex NOT IN ('男', '女')), 0)::INTEGER AS 不详
FROM stats.sex_and_age
GROUP BY age_band
ORDER BY age_band = '不详', age_band <> '30岁以下', age_band;
