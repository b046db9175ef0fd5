"""Pages of comment rounds: from a plan to published answers, late texts, queries, who gets in."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from liaisons.models import CommentRound, RoundComment
from liaisons.workflow.rounds import (
    publish_round,
    write_summary,
)
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories_rounds import closed_round, commented, open_round
from tests.organisations.factories import OrganisationFactory, member, municipalities, statement

pytestmark = pytest.mark.django_db


def test_from_a_plan_to_published_answers_on_pages() -> None:
    towns = municipalities()
    ngo = OrganisationFactory(domicile=towns["422"], name="Kaiku ry")
    desk, own = signed_in(staff("coordinator")), signed_in(member(ngo))
    fields = {"title": "Hyvinvointisuunnitelma", "asks": "Mitä muuttaisit?", "opens_at": "1.1.2026 klo 9.00"}
    wrong = desk.post(reverse("liaisons:round_new"), {**fields, "closes_at": "2.1.2026 klo 9.00"})
    assert "Päättymisaika on jo mennyt" in wrong.content.decode()
    made = desk.post(reverse("liaisons:round_new"), {**fields, "closes_at": "1.6.2090 klo 16.00"}, follow=True)
    found = CommentRound.objects.get()
    assert "Vahvista kierros" in made.content.decode()
    desk.post(reverse("liaisons:round_part_new", args=[found.pk]), {"title": "Tavoitteet", "text": "Osallisuus."})
    upload = SimpleUploadedFile("luonnos.pdf", statement("luonnos.pdf").content.read(), "application/pdf")
    desk.post(reverse("liaisons:round_attach", args=[found.pk]), {"upload": upload})
    file = found.files.get()
    public_file = reverse("liaisons:public_round_file", args=[file.pk])
    assert Client().get(public_file).status_code == 404
    desk.post(reverse("liaisons:round_confirm", args=[found.pk]))
    assert b"".join(Client().get(public_file).streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    public = Client().get(found.get_absolute_url()).content.decode()
    assert "Kirjaudu sisään järjestösi edustajana" in public
    assert "järjestön nimi julkaistaan" in public
    assert "Hyvinvointisuunnitelma" in Client().get(reverse("liaisons:public_rounds")).content.decode()
    assert reverse("liaisons:public_rounds") in Client().get(reverse("liaisons:directory")).content.decode()

    address = reverse("liaisons:own_round", args=[ngo.pk, found.pk])
    assert address in own.get(found.get_absolute_url()).content.decode()
    assert address in own.get(reverse("organisations:own", args=[ngo.pk])).content.decode()
    part = found.parts.get()
    kept = own.post(address, {f"kohta-{part.pk}": "Kesken oleva", "act": "draft"}, follow=True).content.decode()
    assert "Luonnos on tallessa" in kept
    assert "Kesken oleva" in kept
    sent = own.post(address, {f"kohta-{part.pk}": "Tavoite puuttuu.", "act": "send"}, follow=True).content.decode()
    assert "lähettänyt yhden kommentin" in sent
    assert "kommentoitu" in own.get(reverse("liaisons:own_rounds", args=[ngo.pk])).content.decode()

    CommentRound.objects.update(closes_at=clock.now())
    late = own.post(address, {f"kohta-{part.pk}": "Tavoite puuttuu. Ja toinen.", "act": "send"})
    text = late.content.decode()
    assert late.status_code == 422
    assert "aika ehti päättyä" in text
    assert "Ja toinen." in text
    assert RoundComment.objects.get().draft == "Tavoite puuttuu. Ja toinen."
    assert "aika on päättynyt" in own.get(address).content.decode()

    entering = reverse("liaisons:round_comment_enter", args=[found.pk])
    OrganisationFactory(name="Soittajat ry")
    phoned = {"organisation": "soittajat ry", "part": "", "text": "Hyvä.", "source": "phone"}
    assert "ei löydy" in desk.post(entering, {**phoned, "organisation": "Olematon"}).content.decode()
    desk.post(entering, phoned)
    answers = reverse("liaisons:round_answers", args=[found.pk])
    assert desk.post(answers, {"outcome": "taken", "answer": "x"}).status_code == 422
    everything = {
        "comment": [str(row.pk) for row in RoundComment.objects.all()],
        "outcome": "taken",
        "answer": "Lisätty.",
    }
    desk.post(answers, everything)
    refused = desk.post(reverse("liaisons:round_publish", args=[found.pk]), follow=True).content.decode()
    assert "Yhteenveto puuttuu" in refused
    desk.post(reverse("liaisons:round_summary", args=[found.pk]), {"summary": "Tavoite lisättiin."})
    desk.post(reverse("liaisons:round_publish", args=[found.pk]))
    public = Client().get(found.get_absolute_url()).content.decode()
    for words in ("Tavoite lisättiin.", "Kaiku ry", "Soittajat ry", "puhelimessa", "Lisätty."):
        assert words in public
    assert "Ja toinen." not in public
    assert "Hyvinvointialueen vastaus" in own.get(address).content.decode()


def test_a_text_after_publication_is_still_shown() -> None:
    found, by, later = closed_round()
    write_summary(found, summary="Ei kommentteja.", by=by, now=later)
    CommentRound.objects.update(closes_at=clock.now() - timedelta(days=1), opens_at=clock.now() - timedelta(days=2))
    publish_round(found, by=by, now=clock.now())
    ngo = OrganisationFactory()
    page = signed_in(member(ngo)).post(
        reverse("liaisons:own_round", args=[ngo.pk, found.pk]), {"koko": "Kirjoitin tunnin.", "act": "send"}
    )
    assert "Kirjoitin tunnin." in page.content.decode()
    assert "Kopioi tekstisi talteen" in page.content.decode()


def test_pages_have_a_fixed_number_of_queries() -> None:
    towns = municipalities()
    by = staff("coordinator")
    ngo = OrganisationFactory(domicile=towns["422"])
    admin = member(ngo)
    found = open_round(by=by)
    commented(found)

    def more() -> None:
        commented(open_round(by=by))
        past = open_round(by=by)
        commented(past, ngo)
        CommentRound.objects.filter(pk=past.pk).update(
            opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(days=1)
        )

    more()
    addresses = [
        (by, reverse("liaisons:rounds")),
        (by, reverse("liaisons:round", args=[found.pk])),
        (by, reverse("liaisons:round_answers", args=[found.pk])),
        (admin, reverse("liaisons:public_rounds")),
        (admin, found.get_absolute_url()),
        (admin, reverse("liaisons:own_rounds", args=[ngo.pk])),
        (admin, reverse("liaisons:own_round", args=[ngo.pk, found.pk])),
    ]

    def counts() -> list[int]:
        numbers = []
        for person, address in addresses:
            client = signed_in(person)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    before = counts()
    for _more in range(2):
        commented(found)
        more()
    after = counts()
    assert after == before
    assert max(after) <= 17, after  # eight of them are every page's own


def test_who_reaches_the_desk() -> None:
    found = open_round()
    for role, status in (("coordinator", 200), ("auditor", 200), ("registrar", 404)):
        assert signed_in(staff(role)).get(reverse("liaisons:round", args=[found.pk])).status_code == status
    auditor = signed_in(staff("auditor"))
    assert auditor.get(reverse("liaisons:round_edit", args=[found.pk])).status_code == 404
    assert auditor.get(reverse("liaisons:round_new")).status_code == 404
    assert signed_in(UserFactory()).get(reverse("liaisons:rounds")).status_code == 404
