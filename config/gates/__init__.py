"""The gates of bin/test: each holds one rule of the house that a tool can hold."""
