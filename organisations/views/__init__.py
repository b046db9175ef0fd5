"""Pages of the registry: the public list, the organisation's own pages, the officers' pages."""
