"""Routes of agreements, and their arguments: like ``routes.py`` and ``objects.py``.

In this world the liaison of the unit may sign for the county: the power has been delegated to the post.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from documents.uploads import check_upload
from grants.models import Agreement, AgreementFile, AgreementSignature, AgreementVersion
from liaisons.models import Post, PostPower
from tests.grants.factories import PDF
from tests.grants.factories_agreements import make_agreement_kind
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import NGO, World

Kwargs = Callable[[World], dict[str, Any]]
_READERS = ("coordinator", "registrar", "auditor", "liaison_unit")
_EDITORS = ("ngo_admin", "ngo_editor", "ngo_signatory")
_SENDERS = ("ngo_admin", "ngo_signatory")

#: The steps that both sides have, with who gets in on the county's side and on the organisation's.
_STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "": (_READERS, NGO),
    "_edit": (("coordinator",), _EDITORS),
    "_send": (("coordinator",), _EDITORS),
    "_comment": (("coordinator",), _EDITORS),
    "_version": (_READERS, NGO),
    "_sign": (("liaison_unit",), _SENDERS),
    "_reopen": (("coordinator",), _EDITORS),
    "_drop": (("coordinator",), _SENDERS),
    "_pdf": (_READERS, NGO),
    "_scan": (_READERS, NGO),
    "_plan": (("coordinator",), _EDITORS),
    "_evaluate": (("coordinator",), _EDITORS),
    "_talk": (("coordinator",), _EDITORS),
    "_terminate": (("coordinator",), _SENDERS),
}

AGREEMENT_ROUTES: dict[str, Expect] = {
    "grants:public_agreements": PUBLIC,
    "grants:public_agreements_csv": PUBLIC,
    "grants:public_agreement": PUBLIC,
    "grants:agreements": only(*_READERS),
    "grants:agreements_csv": only(*_READERS),
    "grants:agreements_remind": only("coordinator", method="post"),
    "grants:agreement_new": only("coordinator"),
    "grants:agreement_reference": only("coordinator"),
    "grants:agreement_paper": only("coordinator"),
    "grants:agreement_amend": only("coordinator", method="post"),
    "grants:agreement_renew": only("coordinator", method="post"),
    "grants:own_agreements": only(*NGO),
    **{f"grants:agreement{name}": only(*county) for name, (county, _own) in _STEPS.items()},
    **{f"grants:own_agreement{name}": only(*own) for name, (_county, own) in _STEPS.items()},
}


def an_agreement(world: World) -> Agreement:
    """Return an agreement in force of the world's organisation."""

    def make() -> Agreement:
        now, by = clock.now(), world.people["coordinator"]
        kind = make_agreement_kind()
        post = Post.objects.filter(appointments__user=world.people["liaison_unit"]).earliest("pk")
        given = date(2026, 1, 1)
        PostPower.objects.create(
            post=post, power=kind.signed_with, decided_by="Hallitus", decided_on=given, valid_from=date(2020, 1, 1)
        )
        made = Agreement.objects.create(
            kind=kind,
            number="S/1",
            title="Kumppanuus",
            starts_on=date(2026, 1, 1),
            ends_on=date(2099, 12, 31),
            state="signing",
            created_by=by,
            created_at=now,
        )
        party = made.parties.create(organisation=world.organisation)
        content = {
            "title": "Kumppanuus",
            "purpose": "Yhteistyö",
            "county_duties": "Tilat",
            "organisation_duties": "Ryhmät",
            "other_parties": "",
            "starts_on": "2026-01-01",
            "ends_on": "2099-12-31",
        }
        version = AgreementVersion.objects.create(
            agreement=made, number=1, side="county", content=content, sha256="0" * 64, sent_by=by, sent_at=now
        )
        file = AgreementFile(agreement=made)
        file.take(check_upload(SimpleUploadedFile("sopimus.pdf", PDF)), by=by, now=now)
        file.save()
        for one in (None, party):
            AgreementSignature.objects.create(
                version=version,
                party=one,
                signer="Pekka",
                signed_on=given,
                file=file,
                entered_by=by,
                entered_at=now,
            )
        made.state, made.signed_version, made.in_force_at = "in_force", version, now
        made.save()
        return made

    return world.thing("agreement", make)  # type: ignore[no-any-return]


def _one(world: World) -> dict[str, Any]:
    return {"agreement_id": an_agreement(world).pk}


def _none(world: World) -> dict[str, Any]:
    an_agreement(world)
    return {}


def _own(world: World) -> dict[str, Any]:
    return {**_one(world), "organisation_id": world.organisation.pk}


def _more(name: str, world: World) -> dict[str, Any]:
    """Return what the step's route needs besides the agreement."""
    if name == "_version":
        return {"number": 1}
    return {"file_id": an_agreement(world).files.get().pk} if name == "_scan" else {}


def _step(name: str, base: Kwargs) -> Kwargs:
    return lambda world: {**base(world), **_more(name, world)}


AGREEMENT_KWARGS: dict[str, Kwargs] = {
    "grants:public_agreements": _none,
    "grants:public_agreements_csv": _none,
    "grants:public_agreement": _one,
    "grants:agreements": _none,
    "grants:agreements_csv": _none,
    "grants:agreements_remind": _none,
    "grants:agreement_paper": _one,
    "grants:agreement_amend": _one,
    "grants:agreement_renew": _one,
    "grants:own_agreements": lambda world: {"organisation_id": world.organisation.pk, **_none(world)},
    **{f"grants:agreement{name}": _step(name, _one) for name in _STEPS},
    **{f"grants:own_agreement{name}": _step(name, _own) for name in _STEPS},
}
