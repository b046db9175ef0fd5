"""Phrases for the reasons of decisions, as an office keeps them."""

from datetime import datetime

from grants.workflow.phrases import save_phrase
from portal.demonstration.people import People

PHRASES = (
    ("Vaikuttava toiminta", "", "Toiminta tukee haun tavoitteita ja tavoittaa kohderyhmän hyvin."),
    ("Määräraha ei riitä koko summaan", "partly", "Määräraha ei riitä kaikkien hakemusten täysiin summiin."),
    ("Ei vastaa haun tavoitteita", "rejected", "Haettu toiminta ei vastaa hakuohjeessa kerrottuja tavoitteita."),
    ("Ei avustuskelpoinen hakija", "not_examined", "Hakija ei ole hakuohjeen mukaan avustukseen oikeutettu yhteisö."),
)


def make_phrases(people: People, now: datetime) -> None:
    """Write the phrases."""
    for title, outcome, text in PHRASES:
        save_phrase(None, title=title, outcome=outcome, text_fi=text, by=people.coordinator, now=now)
