-- section: 进度
-- title: 等待处理的申报人
-- note: 还有待处理意见的申报人；天数从最后一次收到材料算起，到统计时点为止。
-- bar: 申报人
SELECT
    coalesce(recommending_unit, '（没有推荐单位）') AS 推荐单位,
    applicants AS 申报人,
    open_findings AS 待处理意见,
    waiting_since AS 最早等待自,
    round(mean_days_waiting, 1) AS 平均等待天数
FROM stats.queue_by_unit
ORDER BY applicants DESC, recommending_unit NULLS LAST
LIMIT 25;
