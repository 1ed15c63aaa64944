"""The plan of a city that differs little from a planned one: begun from its orders and prices, proven anew."""
