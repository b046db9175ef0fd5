"""Applications of a round: written, sent, forgotten, withdrawn."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from documents.pdf import PdfUnavailable, render_pdf
from documents.uploads import CheckedUpload, check_upload
from grants.models import Application, GrantCall
from grants.workflow.applications import submit_application, withdraw_application
from grants.workflow.drafts import copy_to_columns, put_attachment, start_application
from organisations.models import Organisation
from portal.demonstration import texts
from portal.demonstration.state_aid import declare_none

# The smallest file that is a PDF, for a machine that cannot make one.
_BARE_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@cache
def _paper(name: str) -> bytes:
    try:
        return render_pdf(
            "pdf/portal/demonstration_paper.html", {"name": name}, title=f"{name} (esittely)", language="fi"
        )
    except PdfUnavailable:
        return _BARE_PDF


def paper(name: str) -> CheckedUpload:
    """Return an invented attachment of that name as an upload that has been checked."""
    return check_upload(SimpleUploadedFile(f"{name}.pdf", _paper(name)))


def answers(organisation: Organisation, asked: Decimal, dice: random.Random) -> dict[str, Any]:
    """Return complete answers to the default form for an invented activity."""
    name, target, description = dice.choice(texts.ACTIVITIES)
    people = dice.randrange(20, 300)
    own = Decimal(dice.randrange(3, 30) * 100)
    share = (asked * 2 / 3).quantize(Decimal("0.01"))
    code = organisation.domicile.code if organisation.domicile else ""
    return {
        "contact_email": f"toimisto{organisation.association_number}@yhdyspinta.example",
        "contact_phone": "",
        "responsible": [
            {
                "name": "Aino Esimerkki",
                "role": "puheenjohtaja",
                "email": "aino@yhdyspinta.example",
                "phone": "040 123 4567",
            }
        ],
        "title": name,
        "description": f"{description} Toiminta on avointa ja maksutonta.",
        "target_group": f"Kohderyhmänä ovat {target}, vuoden aikana noin {people} ihmistä.",
        "open_to_all": "yes",
        "effects": texts.EFFECTS,
        "goals": texts.GOALS,
        "targets": {
            "people_reached": people,
            "meetings": dice.randrange(10, 90),
            "volunteers": dice.randrange(3, 25),
            "volunteer_hours": dice.randrange(80, 900),
        },
        "follow_up": texts.FOLLOW_UP,
        "municipalities": [code] if code else [],
        "partners": [],
        "asked_sum": f"{asked:.2f}",
        "budget": {
            "expenses": [
                {"what": "Ohjaajien palkkiot ja matkat", "total": f"{share + own:.2f}", "grant": f"{share:.2f}"},
                {"what": "Tarjoilut ja tarvikkeet", "total": f"{asked - share:.2f}", "grant": f"{asked - share:.2f}"},
            ],
            "income": [{"source": "Oma osuus", "sum": f"{own:.2f}"}],
        },
        "budget_reasons": "",
        "other_funding": "no",
        "funding": [],
    }


def draft(
    call: GrantCall, organisation: Organisation, by: User, now: datetime, dice: random.Random, *, share: float = 1.0
) -> Application:
    """Begin an application; ``share`` of its answers are written, the attachments only in a whole one."""
    application = start_application(organisation=organisation, call=call, by=by, now=now)
    limit = min(int(call.maximum_sum), 15000)
    asked = Decimal(dice.choice((800, 1200, 1500, 2000, 3000, 3000, 4500, 6000, 8000, 10000, 12000, limit)))
    written = answers(organisation, min(asked, call.maximum_sum), dice)
    keep = int(len(written) * share)
    application.answers = dict(list(written.items())[:keep])
    copy_to_columns(application, application.form_version.definition)
    application.saved_at, application.saved_by, application.revision = now, by, 1
    application.save()
    if share >= 1:
        for slot in call.attachment_slots.filter(required=True):
            put_attachment(application, slot=slot, upload=paper(slot.name_fi), by=by, now=now)
        declare_none(application, by, now)
    return application


def fill_round(
    call: GrantCall,
    organisations: list[Organisation],
    members: dict[int, User],
    dice: random.Random,
    *,
    sent: int,
    drafts: int,
    withdrawn: int,
    until: datetime,
) -> list[Application]:
    """Write the round's applications between its opening and ``until``; return those that were sent and stand."""
    span = (until - call.opens_at).total_seconds()
    standing = []
    for index, organisation in enumerate(organisations[: sent + drafts + withdrawn]):
        when = call.opens_at + timedelta(seconds=span * (0.1 + 0.85 * dice.random()))
        by = members[organisation.pk]
        if index >= sent + withdrawn:
            draft(call, organisation, by, when, dice, share=dice.choice((0.2, 0.5, 0.8)))
            continue
        application = draft(call, organisation, by, when, dice)
        submit_application(application, by=by, now=when + timedelta(minutes=20))
        if index >= sent:
            withdraw_application(application, by=by, now=when + timedelta(hours=3), reason="Toiminta siirtyi.")
        else:
            standing.append(application)
    return standing
