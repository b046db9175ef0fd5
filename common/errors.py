"""The one kind of refusal: a rule said no, in words a person can act on."""

from django.utils.functional import Promise


class Refused(Exception):
    """A verb was refused.

    ``code`` is stable and for programs (``"call_closed"``); ``message`` is for the person, in
    their language: what happened and what to do. Forms, views and tasks show the same message.
    """

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
