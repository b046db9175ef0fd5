"""Input of ideas: giving, publishing, telling of them, merging, following."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole, User
from common.times import local_date
from county.models import Theme
from forums.forms.voices import PlainAreaField, SpeakerForm
from forums.life_cycles_after import IDEA, IDEA_PUBLIC
from forums.models import Idea
from liaisons.models import AGREED, Appointment

_NO_PERSONAL = _("Älä kirjoita terveystietoja tai muiden ihmisten asioita. Luemme idean ennen julkaisemista.")


class _IdeaFields(forms.Form):
    title = forms.CharField(
        label=_("Idea lyhyesti"), max_length=150, error_messages={"required": _("Kirjoita, mitä ehdotat.")}
    )
    text = PlainAreaField(
        label=_("Mitä pitäisi tehdä ja miksi"),
        rows=6,
        max_length=4000,
        help_text=_NO_PERSONAL,
        error_messages={"required": _("Kerro ideasta muutamalla lauseella.")},
    )
    theme = forms.ModelChoiceField(
        label=_("Teema"), required=False, queryset=Theme.objects.all(), empty_label=_("En osaa sanoa")
    )


class IdeaForm(_IdeaFields, SpeakerForm):
    """An idea from anyone."""

    shows_name = forms.BooleanField(
        label=_("Nimeni saa näkyä idean yhteydessä"),
        required=False,
        help_text=_("Jos et valitse tätä, näytämme vain järjestön, jos ilmoitit sen."),
    )
    field_order = ("title", "text", "theme", "organisation", "name", "email", "shows_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class PhoneIdeaForm(_IdeaFields):
    """An idea that somebody tells on the phone; an officer writes it down."""

    name = forms.CharField(label=_("Kuka antoi idean"), required=False, max_length=150)
    email = forms.EmailField(
        label=_("Sähköposti, johon kerromme idean vaiheista"),
        required=False,
        help_text=_("Jätä tyhjäksi, jos antaja ei halua viestejä."),
    )
    field_order = ("title", "text", "theme", "name", "email")


def officers(now: datetime) -> Any:
    """Return who may take ideas forward: people with a staff role or a post, by name."""
    today = local_date(now)
    posts = Appointment.objects.filter(state__in=AGREED, valid_from__lte=today).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    )
    holders = Q(pk__in=StaffRole.objects.in_force(now).values("user")) | Q(pk__in=posts.values("user"))
    return User.objects.filter(holders, is_active=True).order_by("full_name", "pk")


class _Handler(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return obj.full_name or obj.email  # type: ignore[no-any-return]


def _handler() -> _Handler:
    return _Handler(
        label=_("Kuka vie eteenpäin"),
        queryset=User.objects.none(),
        help_text=_("Hän saa muistutuksen, kun idean tila pitää kertoa uudelleen."),
    )


class IdeaPublishForm(forms.Form):
    """Publishing or refusing: the words may be cleaned of personal data first."""

    title = forms.CharField(label=_("Idea lyhyesti"), max_length=150)
    text = PlainAreaField(
        label=_("Idea"), rows=6, max_length=4000, help_text=_("Poista nimet, terveystiedot ja muiden ihmisten asiat.")
    )
    handler = _handler()

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = officers(now)  # type: ignore[attr-defined]


class IdeaRefuseForm(forms.Form):
    """Why an idea is not published."""

    words = PlainAreaField(
        label=_("Miksi ideaa ei julkaista"),
        help_text=_("Antaja saa tämän luettavaksi. Idea ei näy muille."),
        error_messages={"required": _("Kerro antajalle, miksi.")},
    )


class IdeaMoveForm(forms.Form):
    """What is told of an idea now."""

    verb = forms.ChoiceField(label=_("Missä idea on nyt"), widget=forms.RadioSelect)
    words = PlainAreaField(
        label=_("Mitä kerromme ideasta"),
        help_text=_("Näkyy kaikille. Antaja ja seuraajat saavat viestin."),
        error_messages={"required": _("Kerro muutamalla lauseella, mitä ideasta on tullut.")},
    )
    handler = _handler()

    def __init__(self, *args: Any, idea: Idea, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verbs = [
            (move.verb, move.label)
            for move in IDEA.transitions
            if idea.state in move.sources and move.verb in ("renew", "prepare", "try", "use", "leave")
        ]
        self.fields["verb"].choices = verbs  # type: ignore[attr-defined]
        self.fields["handler"].queryset = officers(now)  # type: ignore[attr-defined]


class IdeaMergeForm(forms.Form):
    """To which idea a duplicate is joined."""

    into = forms.ModelChoiceField(
        label=_("Idea, johon tämä yhdistetään"),
        queryset=Idea.objects.none(),
        help_text=_("Seuraajat ja kannattajat siirtyvät. Tämän idean sivu ohjaa toiseen."),
    )

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Idea.objects.public().exclude(pk=idea.pk).order_by("title")
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]


class IdeaAgreementForm(forms.Form):
    """To which agreement the idea has led."""

    agreement: Any = forms.ModelChoiceField(label=_("Sopimus"), queryset=None)

    def __init__(self, *args: Any, agreements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].queryset = agreements  # type: ignore[attr-defined]


class IdeaFollowForm(SpeakerForm):
    """Following without an account."""

    supports = forms.BooleanField(label=_("Kannatan ideaa"), required=False, initial=True)
    field_order = ("name", "email", "supports")


class IdeaFilterForm(forms.Form):
    """Filters of the register."""

    sanat = forms.CharField(label=_("Hae sanalla"), required=False, max_length=100)
    tila = forms.ChoiceField(label=_("Tila"), required=False)
    teema = forms.ModelChoiceField(
        label=_("Teema"), required=False, queryset=Theme.objects.all(), empty_label=_("Kaikki teemat")
    )

    def __init__(self, *args: Any, states: tuple[str, ...] = IDEA_PUBLIC, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["tila"]
        field.choices = [("", _("Kaikki tilat")), *((key, IDEA.label(key)) for key in states)]
