"""Topics (aihe-ehdotukset): what people want on the agenda of an event, who supports it, what was answered."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forums.life_cycles_after import TOPIC
from forums.models.voices import Voice, once_each

ANSWERED = ("taken", "later", "elsewhere", "declined")


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def shown(self) -> "TopicQuerySet":
        """Return those that everybody who sees the event sees: confirmed ones."""
        return self.exclude(state="unconfirmed")

    def open(self) -> "TopicQuerySet":
        """Return those that wait for an answer."""
        return self.filter(state="proposed")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["name", "email", "user"]
)
class Topic(Voice):
    """A topic proposed for an event; ``state`` follows the table ``TOPIC``; every answer has its reason.

    Personal data: see ``Voice``; whoever proposed is shown only as the organisation, where they told it.
    """

    event = models.ForeignKey("forums.Event", models.CASCADE, related_name="topics", verbose_name=_("tapahtuma"))
    title = models.CharField(_("aihe"), max_length=150)
    text = models.TextField(_("miksi aihe on tärkeä"), max_length=2000, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_topics",
        verbose_name=_("järjestö"),
    )
    idea = models.ForeignKey(
        "forums.Idea", models.SET_NULL, null=True, blank=True, related_name="topics", verbose_name=_("idea")
    )
    state = models.CharField(_("tila"), max_length=12, choices=TOPIC.choices(), default="proposed", editable=False)
    proposed_at = models.DateTimeField(_("ehdotettu"), editable=False)
    answer = models.TextField(_("vastaus"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    slot = models.OneToOneField(
        "forums.AgendaSlot", models.SET_NULL, null=True, blank=True, related_name="topic", verbose_name=_("ohjelmassa")
    )
    later_event = models.ForeignKey(
        "forums.Event",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="topics_moved_here",
        verbose_name=_("mihin tapahtumaan"),
    )
    elsewhere = models.CharField(_("kuka käsittelee"), max_length=200, blank=True)

    objects: ClassVar[Any] = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("aihe-ehdotus")
        verbose_name_plural = _("aihe-ehdotukset")
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TOPIC.keys()), name="forums_topic_known_state"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="forums_topic_has_title",
                violation_error_message=_("Kirjoita aihe."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="forums_topic_answer_has_reason",
                violation_error_message=_("Kirjoita vastaus ja sen syy. Ehdottaja ja kannattajat saavat sen."),
            ),
            models.CheckConstraint(
                condition=~Q(state="elsewhere") | ~Q(elsewhere=""),
                name="forums_topic_elsewhere_has_whom",
                violation_error_message=_("Kerro, kuka aiheen käsittelee."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TopicSupport(Voice):
    """Somebody supports a topic, once. Personal data: see ``Voice``."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="supports", verbose_name=_("aihe"))
    at = models.DateTimeField(_("milloin"))

    class Meta:
        verbose_name = _("aiheen kannatus")
        verbose_name_plural = _("aiheiden kannatukset")
        ordering = ["at", "pk"]
        constraints = once_each("topic", "forums_topic_support")

    def __str__(self) -> str:
        return f"{self.topic_id}"
