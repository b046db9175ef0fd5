"""Why an applicant got what they got: codes with values are kept, words are made for whoever reads.

A reason names no other applicant.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from premises.models import SeasonApplication, SeasonTurn

Reason = dict[str, Any]

_WORDS: dict[str, Any] = {
    "not_shared": gettext_lazy("%(room)s: tila ei ole enää mukana jaossa."),
    "too_small": gettext_lazy("%(room)s: tilaan mahtuu %(capacity)s henkilöä, ja teitä on enemmän."),
    "lacks": gettext_lazy("%(room)s: tilassa ei ole kaikkea, mitä tarvitsette (%(features)s)."),
    "too_short": gettext_lazy("%(room)s: toivomanne vuoro on lyhyempi kuin tilassa voi varata."),
    "too_long": gettext_lazy("%(room)s: toivomanne vuoro on pidempi kuin tilassa voi varata."),
    "shut": gettext_lazy("%(room)s: tila ei ole auki toivominanne aikoina."),
    "busy": gettext_lazy("%(room)s: tila on toivominanne aikoina jo varattu tai suljettu liian monta kertaa kaudella."),
    "equal_base": gettext_lazy(
        "Toinen vuoro annetaan vasta, kun mahdollisimman moni hakija on saanut ensimmäisen vuoronsa."
    ),
    "one_a_day": gettext_lazy("Samalle viikonpäivälle annetaan hakijalle yksi vuoro."),
    "removed": gettext_lazy("Koordinaattori poisti ehdotetun vuoron. Perustelu: %(text)s"),
    "lost": gettext_lazy("%(turn)s: aika ehdittiin varata muuhun käyttöön ennen kuin jako vahvistettiin."),
    "no_wishes": gettext_lazy("Hakemuksessa ei ollut aikaa, joka sopisi kauteen."),
}


def told(reason: Reason) -> str:
    """Return one reason as a sentence in the reader's language; an unknown code says nothing."""
    if reason["code"] == "others":
        return _others(reason["rivals"])
    words = _WORDS.get(reason["code"])
    return str(words) % reason if words is not None else ""


def _others(rivals: int) -> str:
    words = ngettext(
        "Toivomillenne ajoille oli muitakin hakijoita. Ne sai %(count)s hakija, jolle jaon säännöt antoivat etusijan "
        "tai joka sai näin ensimmäisen vuoronsa.",
        "Toivomillenne ajoille oli muitakin hakijoita. Ne sai %(count)s hakijaa, joille jaon säännöt antoivat etusijan "
        "tai jotka saivat näin ensimmäisen vuoronsa.",
        rivals,
    )
    return words % {"count": rivals}


def told_all(reasons: Iterable[Reason]) -> list[str]:
    """Return the reasons as sentences, each once."""
    return list(dict.fromkeys(words for words in map(told, reasons) if words))


def got(turn: SeasonTurn) -> str:
    """Return in words why just this turn was given, and which days it leaves out."""
    parts = [_which(turn)]
    missing = turn.days - turn.days_free
    if missing > 0:
        words = ngettext(
            "%(count)s kerta jää väliin, koska tila on silloin varattu tai kiinni.",
            "%(count)s kertaa jää väliin, koska tila on silloin varattu tai kiinni.",
            missing,
        )
        parts.append(words % {"count": missing})
    return " ".join(parts)


def _which(turn: SeasonTurn) -> str:
    if turn.by_hand:
        return _("Koordinaattori antoi vuoron käsin.")
    if not turn.room_rank:
        return _("Toivomanne tilat eivät olleet saatavilla tähän aikaan. Saitte muun sopivan tilan.")
    if turn.room_rank == 1 and turn.time_rank == 1:
        return _("Saitte ensimmäisen toiveenne.")
    values = {"room": turn.room_rank, "time": turn.time_rank}
    return _("Vuoro vastaa %(room)s. tilatoivettanne ja %(time)s. aikatoivettanne.") % values


def is_first_wish(turn: SeasonTurn) -> bool:
    """Tell whether the turn is what was wished for first."""
    return turn.room_rank == 1 and turn.time_rank == 1


def fewer(application: SeasonApplication, count: int) -> bool:
    """Tell whether fewer turns were given than wished for."""
    return count < application.turns_wanted


def code_label(code: str) -> str:
    """Return the name under which a reason is counted."""
    return {
        "not_shared": _("tila ei ollut enää mukana"),
        "too_small": _("tila oli ryhmälle liian pieni"),
        "lacks": _("tilasta puuttui jotain tarvittavaa"),
        "too_short": _("toivottu vuoro oli liian lyhyt"),
        "too_long": _("toivottu vuoro oli liian pitkä"),
        "shut": _("tila ei ollut auki toivottuna aikana"),
        "busy": _("tila oli jo varattu tai suljettu"),
        "equal_base": _("toinen vuoro odotti, että muut saavat ensimmäisen"),
        "one_a_day": _("samalle päivälle annetaan yksi vuoro"),
        "removed": _("koordinaattori poisti vuoron"),
        "lost": _("aika ehdittiin varata muuhun"),
        "others": _("aika annettiin toiselle hakijalle"),
    }.get(code, _("muu syy"))
