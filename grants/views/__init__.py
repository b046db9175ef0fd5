"""Pages of grants; a module a concept."""
