-- section: 概况
-- title: 主要数字
SELECT title AS 项目, "value" AS 数值, unit AS 单位 FROM stats.headline WHERE "value" IS NOT NULL ORDER BY position;
