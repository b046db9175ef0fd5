"""Input of grants; a module a concept."""
