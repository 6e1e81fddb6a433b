-- section: 识读
-- now: 只有现在的数字
-- title: 页数核对
-- note: 前三项之和等于总页数，后两项为 0，说明没有一页被漏掉。
-- bar: 数量
SELECT 项目, 数量
FROM (
    SELECT
        recognised AS "识别为申报材料的页",
        other AS "其他材料的页",
        blank AS "空白页",
        pages AS "总页数",
        unaccounted AS "没有归入材料的页",
        files_without_documents AS "没有读出材料的文件"
    FROM stats.page_accounting
) UNPIVOT (数量 FOR 项目 IN (COLUMNS(*)));
