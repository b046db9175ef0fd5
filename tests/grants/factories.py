"""Calls and applications for tests: real rows, made through the verbs where there is one.

``NOW`` is a Saturday afternoon in the middle of the call's time; the call closes 8.12.2026 klo 16.00.
"""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from common.times import HELSINKI
from county.models import Municipality
from documents.uploads import check_upload
from grants.form_definition import default_definition, with_partners, with_state_aid
from grants.models import (
    Application,
    AttachmentSlot,
    CallGuideline,
    Criterion,
    CriterionLevel,
    FormVersion,
    GrantCall,
    GrantKind,
)
from grants.workflow.applications import submit_application
from grants.workflow.drafts import copy_to_columns, put_attachment, start_application
from liaisons.models import Body
from organisations.models import Membership, Organisation
from tests.accounts.factories import UserFactory, staff

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=HELSINKI)
OPENS = datetime(2026, 11, 10, 9, 0, tzinfo=HELSINKI)
CLOSES = datetime(2026, 12, 8, 16, 0, tzinfo=HELSINKI)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
CRITERIA = (
    ("Vastaa hyvinvoinnin vajeisiin", 30),
    ("Tavoittaa kohderyhmän", 25),
    ("Täydentää palveluja", 25),
    ("Seuranta ja arviointi", 20),
)
_numbers = itertools.count(1)


def make_municipality(code: str = "422", name: str = "Lieksa") -> Municipality:
    """Return one of the county's own municipalities."""
    row, _new = Municipality.objects.get_or_create(code=code, defaults={"name_fi": name, "is_own": True})
    return row


def make_body(**fields: Any) -> Body:
    """Return a committee."""
    number = next(_numbers)
    return Body.objects.create(
        **{"key": f"lautakunta-{number}", "name_fi": "Hyvinvointilautakunta", "kind": "committee", **fields}
    )


def make_kind(**fields: Any) -> GrantKind:
    """Return a kind of grant that a committee decides."""
    fields.setdefault("decided_by", fields.get("decided_by") or make_body())
    number = next(_numbers)
    return GrantKind.objects.create(**{"key": f"toiminta-{number}", "name_fi": "Toiminta-avustus", **fields})


def make_call(*, state: str = "published", by: User | None = None, **fields: Any) -> GrantCall:
    """Return a whole call: four criteria with levels (100 points), three slots, published guide and form.

    ``state`` may be any state of the table whose facts are only the publication; ``fields`` go to the call.
    """
    coordinator = by or staff("coordinator")
    values: dict[str, Any] = {
        "title_fi": "Toiminta-avustus 2027",
        "summary_fi": "Yleishyödyllisten järjestöjen toimintaan vuonna 2027.",
        "year": 2027,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "appropriation": Decimal("200000.00"),
        "minimum_sum": Decimal("500.00"),
        "maximum_sum": Decimal("15000.00"),
        "decision_expected_on": date(2027, 3, 31),
        "use_report_due_on": date(2028, 3, 31),
        "legal_basis_fi": "Laki hyvinvointialueesta 611/2021 ja hyvinvointialueen hakuohje.",
        "contact_name": "Kaisa Koordinaattori",
        "contact_email": "jarjestot@example.org",
        "contact_phone": "013 123 4567",
        "created_by": coordinator,
        "created_at": OPENS - timedelta(days=30),
        **fields,
    }
    values.setdefault("kind", None)
    values["kind"] = values["kind"] or make_kind()
    call = GrantCall.objects.create(**values)
    for order, (name, weight) in enumerate(CRITERIA, 1):
        criterion = Criterion.objects.create(call=call, order=order, name_fi=name, weight=weight)
        for points, anchor in ((0, "Ei lainkaan"), (weight // 2, "Osittain"), (weight, "Erinomaisesti")):
            CriterionLevel.objects.create(criterion=criterion, points=points, anchor_fi=anchor)
    slots = (("Säännöt", "rules", True), ("Vahvistettu tilinpäätös", "accounts", True), ("Muut liitteet", "", False))
    for order, (name, kind, required) in enumerate(slots, 1):
        AttachmentSlot.objects.create(
            call=call, order=order, name_fi=name, vault_kind=kind, required=required, several=not required
        )
    published = OPENS - timedelta(days=7) if state != "draft" else None
    CallGuideline.objects.create(
        call=call,
        text_fi="Avustusta voi hakea rekisteröity yleishyödyllinen järjestö.",
        decided_by="Aluehallitus",
        decided_on=date(2026, 9, 17),
        section=69,
        published_at=published,
    )
    FormVersion.objects.create(
        call=call,
        definition=with_state_aid(with_partners(default_definition(call), call.takes_joint), call.state_aid),
        published_at=published,
    )
    if state != "draft":
        call.state, call.published_by, call.published_at = state, coordinator, published
        call.save()
    return call


def make_organisation(name: str = "Lieksan Omaistuki ry", **fields: Any) -> Organisation:
    """Return a registered association."""
    values: dict[str, Any] = {
        "association_number": 100_000 + next(_numbers),
        "legal_form": "association",
        "domicile": make_municipality(),
        "contact_email": "toimisto@omaistuki.example",
        **fields,
    }
    return Organisation.objects.create(name=name, **values)


def make_member(organisation: Organisation, role: str = "admin", user: User | None = None, **fields: Any) -> User:
    """Return a person with the role in the organisation since 2020."""
    person = user or UserFactory(**fields)
    Membership.objects.create(user=person, organisation=organisation, role=role, valid_from=date(2020, 1, 1))
    return person


def complete_answers(asked: str = "4500.00") -> dict[str, Any]:
    """Return answers to the default form from which nothing is missing."""
    make_municipality()
    own = Decimal("1500.00")
    total = Decimal(asked) + own
    return {
        "contact_email": "toimisto@omaistuki.example",
        "contact_phone": "040 123 4567",
        "responsible": [
            {
                "name": "Aino Esimerkki",
                "role": "puheenjohtaja",
                "email": "aino@omaistuki.example",
                "phone": "040 123 4567",
            }
        ],
        "title": "Omaishoitajien vertaisryhmät Lieksassa",
        "description": "Kokoamme omaishoitajat kerran viikossa yhteen keskustelemaan ja lepäämään.",
        "target_group": "Lieksan omaishoitajat, noin 40 ihmistä.",
        "open_to_all": "yes",
        "effects": "Omaishoitajat jaksavat kotona pidempään.",
        "goals": "Omaishoitajat tuntevat toisensa ja tietävät, mistä apua saa.",
        "targets": {"people_reached": 40, "meetings": 44, "volunteers": 6, "volunteer_hours": 300},
        "follow_up": "Osallistujaluettelo ja palautekysely keväällä ja syksyllä.",
        "municipalities": ["422"],
        "partners": [{"name": "Lieksan sote-keskus", "part": "ohjaa omaishoitajia ryhmään"}],
        "asked_sum": asked,
        "budget": {
            "expenses": [
                {
                    "what": "Vertaisohjaajien palkkiot",
                    "total": f"{total - 1000:.2f}",
                    "grant": f"{Decimal(asked) - 200:.2f}",
                },
                {"what": "Tarjoilut ja tarvikkeet", "total": "1000.00", "grant": "200.00"},
            ],
            "income": [{"source": "Oma osuus", "sum": f"{own:.2f}"}],
        },
        "budget_reasons": "",
        "other_funding": "no",
        "funding": [],
    }


def make_application(
    *,
    call: GrantCall | None = None,
    organisation: Organisation | None = None,
    by: User | None = None,
    asked: str = "4500.00",
    complete: bool = True,
    now: datetime = NOW,
    **answers: Any,
) -> Application:
    """Return a draft; with ``complete`` every answer and the required attachments are there.

    ``answers`` replace single answers. ``by`` is made a member (admin) when none is given.
    """
    call = call or make_call()
    organisation = organisation or make_organisation()
    person = by or make_member(organisation)
    application = start_application(organisation=organisation, call=call, by=person, now=now)
    if complete:
        application.answers = {**complete_answers(asked), **answers}
        copy_to_columns(application, application.form_version.definition)
        application.save()
        for slot in call.attachment_slots.filter(required=True):
            attach(application, slot, by=person, now=now)
    elif answers:
        application.answers = answers
        copy_to_columns(application, application.form_version.definition)
        application.save()
    return Application.objects.select_related("call", "organisation", "form_version", "guideline").get(
        pk=application.pk
    )


def attach(
    application: Application,
    slot: AttachmentSlot,
    *,
    by: User,
    now: datetime = NOW,
    name: str = "liite.pdf",
    content: bytes = PDF,
) -> Any:
    """Put a small PDF into the slot."""
    upload = check_upload(SimpleUploadedFile(name, content))
    return put_attachment(application, slot=slot, upload=upload, by=by, now=now)


def make_submitted(*, by: User | None = None, now: datetime = NOW, **fields: Any) -> Application:
    """Return an application that has been sent (``submission`` is ``application.submissions.get()``)."""
    organisation = fields.pop("organisation", None) or make_organisation()
    person = by or make_member(organisation)
    application = make_application(organisation=organisation, by=person, now=now, **fields)
    submit_application(application, by=person, now=now)
    return Application.objects.select_related("call", "organisation", "form_version", "guideline").get(
        pk=application.pk
    )


def body_of(response: Any) -> bytes:
    """Read a served file and close it, without ending the request as ``response.close()`` would."""
    data = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return data
