"""Letters about an idea: to confirm an address, and to the giver and the followers at each step."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from forums.after_letters import letter, link_token
from forums.models import Idea, IdeaFollow


def confirm_letter(purpose: str, row: Any, subject: Any, line: Any, now: datetime) -> None:
    """Send the link that confirms an address; ``row`` has ``email`` and ``language``."""
    letter(
        "confirm",
        row.email,
        subject,
        [line, _("Jos et ole itse lähettänyt tätä, sinun ei tarvitse tehdä mitään.")],
        path=reverse("forums:confirm", args=[purpose, link_token(purpose, row.pk, row.email)]),
        button=_("Vahvista"),
        key=f"{purpose}:{row.pk}",
        now=now,
        language=row.language,
        secret=True,
    )


def tell(idea: Idea, subject: Any, lines: Iterable[Any], step: str, now: datetime) -> int:
    """Write to the giver and to every follower, once each; return how many were written to."""
    told = list(lines)
    path = reverse("forums:idea", args=[idea.pk])
    is_shown = idea.state not in ("refused", "waiting")
    sent = [
        letter(
            "idea_moved",
            idea.address,
            subject,
            told,
            path=path if is_shown else reverse("forums:ideas"),
            button=_("Avaa idea") if is_shown else _("Avaa ideat"),
            key=f"{idea.pk}:{step}:giver",
            now=now,
            language=idea.language,
        )
    ]
    givers = {idea.user_id, idea.email}
    for row in IdeaFollow.objects.filter(idea=idea, follows=True).select_related("user"):
        if row.user_id in givers - {None} or row.email in givers - {""}:
            continue
        leave = [] if row.user else [_LEAVE]
        sent.append(
            letter(
                "idea_followed",
                row.address,
                subject,
                [*told, *leave],
                path=path if row.user else _own_path(row),
                button=_("Avaa idea"),
                key=f"{idea.pk}:{step}:{row.pk}",
                now=now,
                language=row.language,
            )
        )
    return sum(one is not None for one in sent)


_LEAVE = _("Seuraat tätä ideaa. Voit lopettaa seuraamisen linkistä aukeavalla sivulla.")


def _own_path(row: IdeaFollow) -> str:
    return reverse("forums:confirm", args=["follow", link_token("follow", row.pk, row.email)])
