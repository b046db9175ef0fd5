"""A practice example for the assessors of the call that is open: an invented application with model points."""

from datetime import datetime

from grants.models import GrantCall
from grants.workflow.assessment import Scored
from grants.workflow.calibration import save_example, show_example
from grants.workflow.handling import assign_assessor
from portal.demonstration.people import People

TITLE = "Keksitty hakemus: kyytejä kylältä kauppaan"
TEXT = (
    "Kyläyhdistys järjestää vapaaehtoisten voimin kyydin kauppaan ja terveysasemalle kahdesti viikossa. Kylällä asuu "
    "140 ihmistä, joista 60 on yli 70-vuotiaita, ja linja-auto kulkee vain koulupäivinä.\n\n"
    "Haemme 4 500 euroa polttoaineeseen, vakuutukseen ja yhden koordinaattorin puhelimeen. Kyytejä tulee noin 90, ja "
    "niillä kulkee arviolta 35 ihmistä. Seuraamme kyytien ja ihmisten määrää ja kysymme kerran vuodessa, mitä kyyti on "
    "muuttanut."
)
REASONS = (
    "Tarve on osoitettu luvuilla, ja kohderyhmä on rajattu.",
    "Tavoite on selvä, mutta vaikutuksen mittari on vielä ohut.",
    "Kulut ovat kohtuulliset ja liittyvät suoraan toimintaan.",
)


def write_example(call: GrantCall, people: People, now: datetime) -> None:
    """Write and show the example, with two thirds of the points of each criterion; an assessor may practise with it."""
    criteria = list(call.criteria.all())
    scores = [
        Scored(row.pk, row.weight * 2 // 3, REASONS[number % len(REASONS)]) for number, row in enumerate(criteria)
    ]
    example = save_example(call, title=TITLE, text=TEXT, scores=scores, by=people.coordinator, now=now)
    show_example(example, by=people.coordinator, now=now)
    assign_assessor(call, user=people.assessors[0], until=None, by=people.coordinator, now=now)
