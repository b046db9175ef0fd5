"""One function a verb of grants.life_cycles; a module a concept."""
