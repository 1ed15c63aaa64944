"""Evidence against requirements: verdicts, grades, caps and registers."""
