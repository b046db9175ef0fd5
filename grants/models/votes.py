"""What is kept of a body's vote in one case: the counts, the words, who withdrew and who presided."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class VoteTold:
    """Mixin: the vote of one case in words, of a model with the fields of ``VoteFacts``."""

    votes_for: Any
    votes_against: Any
    votes_blank: Any
    vote_text: Any
    dissent: Any

    @property
    def vote(self) -> dict[str, Any]:
        """What is kept of the vote and the dissents (``liaisons/matter_vote.html``); empty without either."""
        counts = {"in_favour": self.votes_for, "against": self.votes_against, "blank": self.votes_blank}
        if not any((self.vote_text, self.dissent, *(count is not None for count in counts.values()))):
            return {}
        dissents: Any = getattr(self, "dissents", None)
        people = [row.name for row in dissents.all()] if self.dissent and dissents else []
        return {**counts, "text": self.vote_text, "dissent": self.dissent, "dissenters": people}


class VoteFacts(VoteTold, models.Model):
    """The vote, the dissents and the course of one case in a meeting; empty where nothing differed from the usual.

    ``course`` is who withdrew and who presided in the case (``liaisons.matters.course_of``). The related ``dissents``
    tell who left a dissent. Personal data: names in the dissents and the course, public in the minutes; kept with the
    decision.
    """

    votes_for = models.PositiveSmallIntegerField(_("ääniä esityksen puolesta"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("ääniä vastaan"), null=True, blank=True)
    votes_blank = models.PositiveSmallIntegerField(_("tyhjiä ääniä"), null=True, blank=True)
    vote_text = models.TextField(_("äänestys"), max_length=2000, blank=True)
    dissent = models.TextField(_("eriävä mielipide"), max_length=2000, blank=True)
    course = models.JSONField(_("esteellisyys ja puheenjohto"), default=dict, blank=True, editable=False)

    class Meta:
        abstract = True


class DissentFacts(models.Model):
    """Who left a dissent (eriävä mielipide); its words stand in what was decided.

    Personal data: the name of a member or presenter, public in the minutes; kept with the decision.
    """

    attendance = models.ForeignKey("liaisons.Attendance", models.PROTECT, related_name="+")
    name = models.CharField(_("nimi"), max_length=150)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
