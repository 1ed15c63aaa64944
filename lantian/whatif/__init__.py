"""What-if: a scenario is a parent and a few changes; it is applied, graded where touched, planned and compared."""
