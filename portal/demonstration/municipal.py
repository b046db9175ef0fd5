"""A municipality's side: what it says of its NGOs' applications, and its NGO evenings."""

from datetime import datetime, timedelta

from accounts.models import User
from common.policies import allowed
from grants.models import GrantCall
from grants.municipal import cases_of_municipality
from grants.workflow.opinions import give_opinions
from liaisons.workflow.evenings import cancel_evening, save_evening
from portal.demonstration.people import DOMAIN

_STANCES = ("funds_not", "no_stance", "funds")


def give_views(call: GrantCall, now: datetime) -> None:
    """Give the municipality's view on the call's cases, where its liaison person was in office by then."""
    user = User.objects.get(email=f"kunta@{DOMAIN}")
    for municipality in allowed("liaisons.municipality.serve", user, now=now):
        cases = list(cases_of_municipality(user, municipality, now).filter(call=call).order_by("pk"))
        for number, stance in enumerate(_STANCES):
            chosen = [case.pk for case in cases[number :: len(_STANCES)]]
            if chosen:
                give_opinions(municipality, chosen, stance=stance, by=user, now=now)


def make_evenings(now: datetime) -> None:
    """Announce three evenings of the municipality; one is cancelled."""
    user = User.objects.get(email=f"kunta@{DOMAIN}")
    for municipality in allowed("liaisons.municipality.serve", user, now=now)[:1]:
        for number, title in enumerate(("Järjestöilta", "Avustusklinikka", "Vapaaehtoisten kahvit")):
            starts = (now + timedelta(days=12 + 21 * number)).replace(hour=15, minute=0, second=0, microsecond=0)
            made = save_evening(
                None,
                municipality=municipality,
                title=f"{municipality.name_fi}: {title.lower()}",
                starts_at=starts,
                ends_at=starts + timedelta(hours=2),
                place="Kunnantalon valtuustosali",
                text="Kahvi on tarjolla. Ilmoittaudu kunnan järjestökoordinaattorille viikkoa ennen.",
                by=user,
                now=now,
            )
            if number == 2:
                cancel_evening(made, by=user, now=now)
