"""From shares to orders: whole plans near an LP's solution, with the gap that is proven."""
