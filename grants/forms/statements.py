"""Input about statements: asking for them, giving one, and the two ways of not giving it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.text_fields import PlainTextField
from common.time_fields import DayField
from common.times import add_days, local_date
from grants.models import StatementSide
from grants.models.statements import STATEMENT_DAYS
from liaisons.models import Post

MOST = 4000
MOST_TEXT = 10000


def _area(rows: int, most: int = MOST) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


def _named(posts: list[Post], people: dict[int, User]) -> list[tuple[str, str]]:
    return [(str(post.pk), f"{post.full_name}: {people[post.pk]}") for post in posts if post.pk in people]


class StatementDueForm(forms.Form):
    """The last day for a statement."""

    due_on = DayField(
        label=_("Viimeistään"), help_text=_("Lausunnon voi antaa tämän päivän loppuun asti. Hän saa muistutuksen.")
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = add_days(local_date(now), STATEMENT_DAYS)


class AskStatementForm(StatementDueForm):
    """Of whom, what, and by when."""

    posts = forms.MultipleChoiceField(
        label=_("Keneltä pyydetään lausunto?"),
        help_text=_("Näet vain ne, joissa on nyt vastaava henkilö. Hän voi siirtää pyynnön oikealle henkilölle."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Valitse ainakin yksi yhteyshenkilö, jolta lausuntoa pyydetään.")},
    )
    question = PlainTextField(
        label=_("Mistä lausuntoa pyydetään?"),
        help_text=_("Esimerkiksi: Täydentääkö toiminta palveluitanne, ja onko sille tarvetta?"),
        max_length=MOST,
        widget=_area(5),
    )
    field_order = ("posts", "question", "due_on")

    def __init__(self, *args: Any, asked: list[Post], people: dict[int, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["posts"]
        field.choices = _named(asked, people)

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the verb."""
        data = self.cleaned_data
        return {
            "posts": [int(key) for key in data["posts"]],
            "question": data["question"],
            "due_on": data["due_on"],
        }


class GiveStatementForm(forms.Form):
    """The side and the words."""

    side = forms.ChoiceField(
        label=_("Kantasi"),
        choices=StatementSide.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, puollatko hakemusta.")},
    )
    text = PlainTextField(
        label=_("Lausunto"),
        help_text=_("Kirjoita myös perustelut ja varaukset. Lausunto tulee asiakirjoihin, ja hakija voi saada sen."),
        max_length=MOST_TEXT,
        widget=_area(10, MOST_TEXT),
    )


class DeclineStatementForm(forms.Form):
    """Why no statement is given."""

    reason = PlainTextField(label=_("Miksi et anna lausuntoa?"), max_length=1000, widget=_area(3, 1000))


class PassOnForm(forms.Form):
    """To whom, and why."""

    post = forms.ChoiceField(label=_("Kenelle pyyntö kuuluu?"))
    reason = PlainTextField(label=_("Miksi se kuuluu hänelle?"), max_length=1000, widget=_area(3, 1000))

    def __init__(self, *args: Any, asked: list[Post], people: dict[int, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        field.choices = [("", _("Valitse")), *_named(asked, people)]

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the verb."""
        return {"post": int(self.cleaned_data["post"]), "reason": self.cleaned_data["reason"]}
