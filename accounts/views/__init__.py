"""Pages about people: one's own (``own``) and the administrator's (``administration``)."""
