"""What people and programs are given of the statistics: the page, the workbook, files, a comparison, and what stands out in words."""
