"""The verbs of forums."""
