"""Pages of bodies and meetings; a module a concept."""
