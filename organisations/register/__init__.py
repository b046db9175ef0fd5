"""Reading the association register extract (DOMAIN section 9): source, rows, load, messages."""
