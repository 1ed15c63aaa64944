"""What a what-if says: the diff page, its table for Excel, and the paragraph in words."""
