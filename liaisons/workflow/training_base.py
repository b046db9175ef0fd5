"""What the verbs of trainings share: the locked session, and the letters about a person's part in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.policies import get_allowed
from common.times import format_clock
from liaisons.letters import letter, said
from liaisons.models import TrainingSession, TrainingSignUp
from notifications.models import Message

WHEN = _("Koulutus on %(start)s – %(end)s.")
PLACE = _("Paikka: %(place)s.")
REMOTE = _("Kokouslinkki on koulutuksen sivulla.")
OPEN_PAGE = _("Avaa koulutus")


def lock_training(session: TrainingSession, by: Any, now: datetime) -> TrainingSession:
    """Return the session locked for whoever runs it; call it inside a transaction. Raises Http404 for others."""
    get_allowed("liaisons.training.manage", by, now=now, lock=True, pk=session.pk)
    return read_training(session.pk)


def read_training(pk: int) -> TrainingSession:
    """Return the session as it stands now, with its course and the organisation that leads it."""
    return TrainingSession.objects.select_related("course", "led_by").get(pk=pk)


def tell(
    sign_up: TrainingSignUp, what: str, subject: Any, lines: Iterable[Any], key: str, *, now: datetime
) -> Message | None:
    """Queue one letter about the person's part in the session, once for each ``key``."""
    session = sign_up.session
    return letter(
        f"training_{what}",
        sign_up.user,
        said(subject, course=session.course),
        lines,
        path=session.get_absolute_url(),
        button=OPEN_PAGE,
        key=f"{session.pk}:{sign_up.user_id}:{key}",
        now=now,
    )


def place_lines(session: TrainingSession) -> list[Any]:
    """Return when and where, for those who have a place."""
    return [
        when_line(session),
        said(PLACE, place=", ".join(part for part in (session.place, session.town) if part)) if session.place else "",
        REMOTE if session.remote_url else "",
        session.note,
    ]


def when_line(session: TrainingSession) -> Any:
    """Return when the session is, as a sentence."""
    end = format_clock(session.ends_at) if session.is_one_day else session.ends_at
    return said(WHEN, start=session.starts_at, end=end)
