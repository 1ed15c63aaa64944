"""The rules as a workbook: what stands in which cell, and how a filled-in workbook becomes an overlay pack."""
