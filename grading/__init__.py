"""Facts and law in, grades out. Knows none of the other packages."""
