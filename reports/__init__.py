"""Plans in, documents out; computes nothing a reader could dispute."""
