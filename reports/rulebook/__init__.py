"""The rules themselves on paper: the bureau's workbook and the map of what is known."""
