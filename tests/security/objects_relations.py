"""Arguments of the routes of the relationship: hand-over, campaigns, mailings, checks, observations, county's page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.times import local_date
from documents.uploads import check_upload
from organisations.models import LetterBatch
from organisations.workflow import campaigns, mailings, verifications
from organisations.workflow.county_work import open_to_look
from organisations.workflow.hand_overs import start_hand_over
from organisations.workflow.observations import confirm_observation, make_observation
from organisations.workflow.sending import change_draft
from tests.organisations.factories_relations import TEXT, answers
from tests.security.world import World

Kwargs = Callable[[World], dict[str, Any]]


def a_hand_over(world: World) -> Any:
    """Return a hand-over that waits for the editor."""

    def make() -> Any:
        return start_hand_over(
            world.organisation,
            to=world.organisation.memberships.get(user=world.people["ngo_editor"]),
            email="",
            on=local_date(clock.now()) + timedelta(days=3),
            stays_as_viewer=True,
            by=world.people["ngo_admin"],
            now=clock.now(),
        )

    return world.thing("hand_over", make)


def an_observation(world: World) -> Any:
    """Return a confirmed observation about the world's organisation."""

    def make() -> Any:
        now = clock.now()
        made = make_observation(
            world.organisation,
            level="remark",
            text="Tilinpäätös myöhässä.",
            valid_from=local_date(now),
            valid_until=None,
            by=world.people["registrar"],
            now=now,
        )
        return confirm_observation(made, by=world.people["coordinator"], now=now)

    return world.thing("observation", make)


def a_sheet(world: World) -> Any:
    """Return the sheet in use."""

    def make() -> Any:
        by, now = world.people["coordinator"], clock.now()
        return verifications.publish_sheet(verifications.begin_sheet(by=by, now=now), by=by, now=now)

    return world.thing("sheet", make)


def a_verification(world: World) -> Any:
    """Return a verification of the world's organisation."""

    def make() -> Any:
        now, sheet = clock.now(), a_sheet(world)
        return verifications.verify(
            world.organisation,
            sheet=sheet,
            answers=answers(sheet),
            outcome="passed",
            valid_until=local_date(now),
            summary="",
            by=world.people["coordinator"],
            now=now,
        )

    return world.thing("verification", make)


def a_campaign(world: World) -> Any:
    """Return a draft of a campaign."""

    def make() -> Any:
        by, now = world.people["coordinator"], clock.now()
        made = campaigns.create_campaign(name="Kevät", query="", by=by, now=now)
        return change_draft(made, data=TEXT, query="", by=by, now=now)

    return world.thing("campaign", make)


def an_open_campaign(world: World) -> Any:
    """Return a campaign that runs."""

    def make() -> Any:
        found = a_campaign(world)
        campaigns.start_campaign(found, by=world.people["coordinator"], now=clock.now())
        campaigns.freeze_recipients(found.pk, now=clock.now())
        campaigns.finish_campaign(found.pk)
        return found

    return world.thing("open_campaign", make)


def some_letters(world: World) -> Any:
    """Return a file of letters."""

    def make() -> Any:
        batch = LetterBatch(campaign=a_campaign(world), letters=1)
        upload = check_upload(SimpleUploadedFile("kirjeet.txt", b"Kirje"))
        batch.take(upload, by=world.people["coordinator"], now=clock.now())
        batch.save()
        return batch

    return world.thing("letters", make)


def a_mailing(world: World) -> Any:
    """Return a draft of a mailing."""

    def make() -> Any:
        by, now = world.people["coordinator"], clock.now()
        made = mailings.create_mailing(query="", by=by, now=now)
        return change_draft(made, data=TEXT, query="", by=by, now=now)

    return world.thing("mailing", make)


def a_visit(world: World) -> Any:
    """Return the coordinator's visit to the page of the viewer."""

    def make() -> Any:
        return open_to_look(
            world.organisation,
            seen_as=world.organisation.memberships.get(user=world.people["ngo_viewer"]),
            reason="Neuvonta puhelimessa",
            by=world.people["coordinator"],
            now=clock.now(),
        )

    return world.thing("visit", make)


def _acting(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk}


def _organisation(world: World) -> dict[str, Any]:
    return {"pk": world.organisation.pk}


def _names(names: str, kwargs: Kwargs) -> dict[str, Kwargs]:
    return {f"organisations:{name}": kwargs for name in names.split()}


RELATIONS: dict[str, Kwargs] = {
    **_names("hand_over_new own_observations", _acting),
    **_names("hand_over hand_over_cancel", lambda world: {**_acting(world), "pk": a_hand_over(world).pk}),
    "organisations:own_observation": lambda world: {**_acting(world), "pk": an_observation(world).pk},
    **_names("county_page note paper_claim look_new verification_new observation_new", _organisation),
    "organisations:look": lambda world: {"pk": a_visit(world).pk},
    "organisations:verification": lambda world: {"pk": a_verification(world).pk},
    "organisations:sheet": lambda world: {"pk": a_sheet(world).pk},
    "organisations:observation": lambda world: {"pk": an_observation(world).pk},
    **_names("campaign campaign_edit letter_preview campaign_act", lambda world: {"pk": a_campaign(world).pk}),
    **_names("campaign_remind campaign_progress", lambda world: {"pk": an_open_campaign(world).pk}),
    "organisations:campaign_export": lambda world: {"pk": an_open_campaign(world).pk, "kind": "csv"},
    **_names("letters letters_printed", lambda world: {"pk": some_letters(world).pk}),
    **_names("mailing mailing_edit mailing_act mailing_progress", lambda world: {"pk": a_mailing(world).pk}),
}
