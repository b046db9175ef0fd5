"""What other rooms ask of topics, memos, actions, ideas and feedback."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.personal_data import personal_data
from common import clock, seams
from common.policies import allowed
from common.seams import SearchHit
from notifications.kinds import register_kind


def idea_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: published ideas whose title or text holds every word; one query."""
    rows = allowed("forums.idea.public", user, now=clock.now())
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    for row in rows[:limit]:
        yield SearchHit(title=row.title, url=row.get_absolute_url(), kind=_("Idea"), detail=str(row.state_label))


def register_afters() -> None:
    """Fill the seams; called once when the app is ready."""
    from forums import tasks_after  # noqa: F401  Celery's entry points
    from forums.after_figures import after_figures
    from forums.after_keeping import after_retention, own_after_data
    from forums.after_panels import register_after_panels
    from forums.after_reminders import after_reminders
    from forums.after_todos import after_todos

    register_after_panels()
    seams.todos.register("forums.after", after_todos)
    seams.reminders.register("forums.after", after_reminders)
    seams.statistics.register("forums.after", after_figures)
    seams.search.register("forums.ideas", idea_hits)
    seams.retention.register("forums.after", after_retention)
    personal_data.register("forums.after", own_after_data)
    for key, label in (
        ("confirm", gettext_lazy("Vahvista sähköpostiosoitteesi")),
        ("idea_moved", gettext_lazy("Ideasi tila muuttui")),
        ("topic_answered", gettext_lazy("Vastaus aiheeseen, jota ehdotit tai kannatat")),
    ):
        register_kind(f"forums.{key}", label, required=True)
    for key, label in (
        ("idea_followed", gettext_lazy("Seuraamasi idean tila muuttui")),
        ("idea_given", gettext_lazy("Viet ideaa eteenpäin")),
        ("idea_reminder", gettext_lazy("Idean tila pitää kertoa")),
        ("action_given", gettext_lazy("Sinulle on kirjattu toimenpide")),
        ("action_reminder", gettext_lazy("Muistutus toimenpiteestä")),
        ("memo_comments", gettext_lazy("Tapahtuman muistio kommentoitavana")),
        ("memo_published", gettext_lazy("Tapahtuman muistio on valmis")),
        ("feedback_ask", gettext_lazy("Palautepyyntö tapahtuman jälkeen")),
        ("feedback_results", gettext_lazy("Tapahtumasi palaute on koottu")),
    ):
        register_kind(f"forums.{key}", label)
