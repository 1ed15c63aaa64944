"""What a planner asks of a finished plan: why not, at what price, and what else would do."""
