"""The demonstration's mail catcher."""

from django.core.mail.backends.locmem import EmailBackend as CatcherBackend

__all__ = ["CatcherBackend"]
