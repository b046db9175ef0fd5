"""What a call still lacks before it may be published, page by page.

The guide is a dated decision of a body, the criteria are told before anyone applies, and
the decision later names a contact person and the body that decides (hallintolaki 434/2003 44–45 §).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.seams import Tone
from common.times import format_instant
from grants.form_checks import form_problems
from grants.models import CallGuideline, Criterion, DecisionMaker, GrantCall

MAX_POINTS = 100


class Page(NamedTuple):
    """A page of setting up a call: its key, the name of its address and what people call it."""

    key: str
    url_name: str
    label: Promise


PAGES = (
    Page("basics", "grants:call_edit_basics", gettext_lazy("Perustiedot")),
    Page("money", "grants:call_edit_money", gettext_lazy("Raha ja ajat")),
    Page("guide", "grants:call_edit_guide", gettext_lazy("Hakuohje")),
    Page("criteria", "grants:call_edit_criteria", gettext_lazy("Arviointiperusteet")),
    Page("attachments", "grants:call_edit_attachments", gettext_lazy("Liitteet")),
    Page("form", "grants:call_edit_form", gettext_lazy("Lomake")),
    Page("eligibility", "grants:call_eligibility", gettext_lazy("Kelpoisuuskysymykset")),
)


#: Only where one applies by invitation: a negotiated or direct call.
INVITED = Page("invited", "grants:call_invitations", gettext_lazy("Kutsutut järjestöt"))


def pages_of(call: GrantCall) -> tuple[Page, ...]:
    """Return the pages of setting up this call."""
    return (*PAGES, INVITED) if call.by_invitation else PAGES


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or wrong: on which page, and a sentence that says what to do."""

    page: str
    code: str
    message: str


@dataclass(frozen=True)
class PageState:
    """How far a page is: the tag's tone and word, and one line on what is there."""

    page: Page
    tone: Tone
    word: str
    detail: str = ""


def gaps(call: GrantCall, *, now: datetime) -> list[Gap]:
    """Return everything that stands between the call and its publishing, in the order of the pages.

    Reads the guide, the criteria and their levels, and the form; prefetch ``criteria__levels``, ``guidelines`` and
    ``form_versions`` for speed.
    """
    return [
        *_basics(call),
        *_official(call),
        *_money(call, now),
        *_guide(newest_guide(call)),
        *_criteria(list(call.criteria.all())),
        *_invited(call),
        *_form(call),
    ]


def newest_guide(call: GrantCall) -> CallGuideline | None:
    """Return the call's latest version of the guide, from the prefetched rows where there are some."""
    return max(call.guidelines.all(), key=lambda guide: guide.version, default=None)


def _basics(call: GrantCall) -> Iterator[Gap]:
    if not call.contact_name or not (call.contact_email or call.contact_phone):
        yield Gap("basics", "contact", _("Lisää lisätietojen antajan nimi ja puhelin tai sähköposti."))
    if call.kind.decided_by_id is None and call.kind.decision_maker == DecisionMaker.BODY:
        yield Gap(
            "basics",
            "body",
            _(
                "Avustuslajilla ”%(kind)s” ei ole päättävää toimielintä. Lisää se aluetiedostoon (decided_by) ja lataa "
                "alue uudelleen, tai valitse toinen avustuslaji."
            )
            % {"kind": call.kind},
        )


def _official(call: GrantCall) -> Iterator[Gap]:
    """Claims against an office-holder's decision need a body (611/2021 139 §)."""
    if call.kind.by_official and not call.kind.claims_decider:
        yield Gap(
            "basics",
            "claims",
            _(
                "Avustuslajilla ”%(kind)s” ei ole toimielintä, jolle oikaisuvaatimus tehdään. Lisää se aluetiedostoon "
                "(claims_to) ja lataa alue uudelleen."
            )
            % {"kind": call.kind},
        )


def _money(call: GrantCall, now: datetime) -> Iterator[Gap]:
    if not 0 <= call.minimum_sum <= call.maximum_sum <= call.appropriation or call.appropriation <= 0:
        yield Gap("money", "sums", _("Tarkista summat: pienin ≤ suurin ≤ määräraha."))
    if call.opens_at >= call.closes_at:
        yield Gap("money", "order", _("Haku päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."))
    elif call.closes_at <= now:
        yield Gap(
            "money",
            "past",
            _("Hakuajan päättyminen %(when)s on jo ohi. Siirrä se tulevaisuuteen.")
            % {"when": format_instant(call.closes_at)},
        )


def _guide(guide: CallGuideline | None) -> Iterator[Gap]:
    if guide is None or not guide.text_fi.strip():
        yield Gap("guide", "text", _("Kirjoita hakuohje suomeksi."))
    if guide is None or not (guide.decided_by and guide.decided_on and guide.section):
        yield Gap("guide", "decision", _("Kerro, mikä toimielin hyväksyi hakuohjeen, minä päivänä ja missä pykälässä."))


def _criteria(criteria: list[Criterion]) -> Iterator[Gap]:
    if not criteria:
        yield Gap("criteria", "none", _("Lisää ainakin yksi arviointiperuste."))
    total = sum(criterion.weight for criterion in criteria)
    if total > MAX_POINTS:
        yield Gap(
            "criteria",
            "total",
            _("Perusteista voi saada yhteensä %(total)s pistettä, mutta enimmäismäärä on %(most)s. Pienennä painoja.")
            % {"total": total, "most": MAX_POINTS},
        )
    for criterion in criteria:
        points = [level.points for level in criterion.levels.all()]
        if len(points) < 2:
            yield Gap(
                "criteria",
                "levels",
                _("Kuvaa perusteelle ”%(name)s” vähintään kaksi tasoa: mistä saa mitkäkin pisteet.")
                % {"name": criterion.name_fi},
            )
        elif max(points) != criterion.weight:
            yield Gap(
                "criteria",
                "top",
                _("Kuvaa perusteelle ”%(name)s”, mistä saa täydet %(points)s pistettä.")
                % {"name": criterion.name_fi, "points": criterion.weight},
            )


def _invited(call: GrantCall) -> Iterator[Gap]:
    if call.by_invitation and not call.invitations.all():
        yield Gap("invited", "none", _("Kutsu ainakin yksi järjestö. Vain kutsutut voivat hakea."))


def _form(call: GrantCall) -> Iterator[Gap]:
    newest = max(call.form_versions.all(), key=lambda form: form.number, default=None)
    if newest:
        yield from (Gap("form", "form", problem.text) for problem in form_problems(newest.definition))


def page_states(call: GrantCall, found: list[Gap]) -> list[PageState]:
    """Return how far each page is; ``found`` is what ``gaps`` said."""
    lacking = {gap.page: gap.message for gap in reversed(found)}
    states = []
    for page in pages_of(call):
        if page.key in lacking:
            tone: Tone = "none" if _untouched(call, page.key) else "wait"
            word = _("Ei aloitettu") if tone == "none" else _("Kesken")
            states.append(PageState(page, tone, word, lacking[page.key]))
        else:
            states.append(PageState(page, "ok", _("Valmis"), _told(call, page.key)))
    return states


def _untouched(call: GrantCall, key: str) -> bool:
    return (key == "guide" and newest_guide(call) is None) or (key == "criteria" and not call.criteria.all())


def _told(call: GrantCall, key: str) -> str:
    if key == "criteria":
        total = sum(criterion.weight for criterion in call.criteria.all())
        return _("%(count)s perustetta, yhteensä %(total)s pistettä") % {
            "count": len(call.criteria.all()),
            "total": total,
        }
    if key == "invited":
        return _("Kutsuttuja järjestöjä: %(count)s") % {"count": len(call.invitations.all())}
    if key == "attachments":
        count = len(call.attachment_slots.all())
        return _("Pyydettäviä liitteitä: %(count)s") % {"count": count} if count else _("Liitteitä ei pyydetä.")
    if key == "eligibility":
        count = len(call.eligibility.all())
        return _("Kysymyksiä: %(count)s") % {"count": count} if count else _("Vapaaehtoinen: ei kysymyksiä.")
    return ""
