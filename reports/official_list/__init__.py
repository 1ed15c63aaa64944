"""The official list: a declared layout a bureau can replace, its columns, its rows, the workbook."""
