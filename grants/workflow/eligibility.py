"""The verbs of a draft's eligibility questions that are not a plain edit: the usual set, moving."""

from datetime import datetime
from typing import Any

from django.db import transaction

from grants.models import EligibilityQuestion, GrantCall
from grants.workflow.calls import lock_draft

Texts = tuple[str, str, str]

#: What Finnish municipalities and counties ask before an association applies: question, good answer, advice.
USUAL: tuple[tuple[Texts, str, Texts], ...] = (
    (
        (
            "Onko hakija rekisteröity yhdistys, säätiö tai muu rekisteröity yhteisö?",
            "Är sökanden en registrerad förening, stiftelse eller annan registrerad sammanslutning?",
            "Is the applicant a registered association, a foundation or another registered body?",
        ),
        "yes",
        (
            "Avustuksen saa rekisteröity yhteisö. Voitte rekisteröidä yhdistyksen Patentti- ja rekisterihallituksessa "
            "tai pyytää rekisteröityä järjestöä hakijaksi.",
            "Understöd beviljas en registrerad sammanslutning. Ni kan registrera föreningen hos Patent- och "
            "registerstyrelsen eller be en registrerad organisation söka.",
            "Grants are given to registered bodies. You can register your association at the Finnish Patent and "
            "Registration Office or ask a registered organisation to apply.",
        ),
    ),
    (
        (
            "Onko toiminta yleishyödyllistä eli toimiiko järjestö muuta kuin taloudellista voittoa varten?",
            "Är verksamheten allmännyttig, det vill säga inte till för ekonomisk vinst?",
            "Is the activity non-profit?",
        ),
        "yes",
        (
            "Avustus on tarkoitettu yleishyödylliseen toimintaan. Kysykää haun lisätietojen antajalta, jos olette "
            "epävarmoja.",
            "Understödet är avsett för allmännyttig verksamhet. Fråga ansökningsomgångens kontaktperson om ni är "
            "osäkra.",
            "The grant is meant for non-profit activity. Ask the contact person of the call if you are not sure.",
        ),
    ),
    (
        (
            "Onko toiminta tarkoitettu tämän hyvinvointialueen asukkaille?",
            "Är verksamheten avsedd för invånarna i detta välfärdsområde?",
            "Is the activity meant for the residents of this wellbeing services county?",
        ),
        "yes",
        (
            "Avustamme toimintaa, josta tämän alueen asukkaat hyötyvät. Muualla avustuksista kertoo oma "
            "hyvinvointialue tai kunta.",
            "Vi stöder verksamhet som är till nytta för områdets invånare. På andra håll ger det egna välfärdsområdet "
            "eller kommunen besked.",
            "We support activity that benefits the residents of this county. Elsewhere ask your own county or "
            "municipality.",
        ),
    ),
    (
        (
            "Haetteko avustusta elinkeinotoimintaan tai liiketoimintaan?",
            "Ansöker ni om understöd för näringsverksamhet eller affärsverksamhet?",
            "Do you apply for business activity?",
        ),
        "no",
        (
            "Liiketoimintaan ei voi antaa tätä avustusta. Yritystoiminnan tuista kertoo ELY-keskus tai kunnan "
            "yrityspalvelu.",
            "Detta understöd ges inte för affärsverksamhet. Fråga NTM-centralen eller kommunens företagstjänst.",
            "This grant is not given to business. Ask the business services of your municipality.",
        ),
    ),
    (
        (
            "Oletteko antaneet aiempien avustusten käyttöselvitykset, jos määräaika on ohi?",
            "Har ni lämnat redovisningarna för tidigare understöd vars tidsfrist har gått ut?",
            "Have you given the use reports of earlier grants that were due?",
        ),
        "yes",
        (
            "Antakaa puuttuva selvitys ensin palvelussa. Sen jälkeen voitte hakea. Vastatkaa kyllä, jos avustuksia ei "
            "ole ollut.",
            "Lämna den saknade redovisningen först i tjänsten. Sedan kan ni ansöka. Svara ja om ni inte "
            "har haft understöd.",
            "Give the missing report first in this service. Then you can apply. Answer yes if you have had no grants.",
        ),
    ),
)


@transaction.atomic
def add_usual_questions(call_id: int, *, by: Any, now: datetime) -> int:
    """Add the usual questions, those of the same words left out; return how many were added."""
    call = lock_draft(call_id, by=by, now=now)
    present = list(call.eligibility.all())
    known = {question.text_fi for question in present}
    first = max((question.order for question in present), default=0)
    missing = [usual for usual in USUAL if usual[0][0] not in known]
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(
            call=call,
            order=first + place,
            good_answer=good,
            **_in_languages("text", text),
            **_in_languages("advice", advice),
        )
        for place, (text, good, advice) in enumerate(missing, start=1)
    )
    return len(missing)


def _in_languages(name: str, texts: Texts) -> dict[str, str]:
    return dict(zip((f"{name}_fi", f"{name}_sv", f"{name}_en"), texts, strict=True))


@transaction.atomic
def move_question(call_id: int, question_id: int, step: int, *, by: Any, now: datetime) -> GrantCall:
    """Move the question by ``step`` (-1 up, 1 down); at the end, or once removed by another, nothing happens."""
    call = lock_draft(call_id, by=by, now=now)
    rows = list(call.eligibility.all())
    place = next((index for index, row in enumerate(rows) if row.pk == question_id), None)
    if place is not None and 0 <= place + step < len(rows):
        rows[place], rows[place + step] = rows[place + step], rows[place]
        for order, row in enumerate(rows, start=1):
            row.order = order
        EligibilityQuestion.objects.bulk_update(rows, ["order"])
    return call
