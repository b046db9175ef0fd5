"""The deciding body's latest meeting as the portal keeps it: notice, a deputy for one case, attendance, a vote."""

from datetime import datetime, timedelta

from accounts.demonstration import make_account
from common.times import local_date
from grants.models import Application
from grants.workflow.voting import Vote
from liaisons.models import Attendance, Meeting, Presence, Seat
from liaisons.workflow import mark_presence, send_notice
from portal.demonstration.people import DOMAIN, People

_OTHERS = ("absent", "released")


def call_together(meeting: Meeting, people: People, now: datetime) -> None:
    """Seat a common deputy and send the notice, so that who withdraws after it is replaced in that case."""
    deputy = make_account(f"varajasen@{DOMAIN}", "Veera Varajäsen")
    since = local_date(now - timedelta(days=365))
    Seat.objects.create(user=deputy, body=meeting.body, role="deputy", valid_from=since)
    send_notice(meeting, by=people.secretary, now=now)


def attend(meeting: Meeting, people: People, now: datetime) -> None:
    """Mark everybody who was asked as present."""
    rows = Attendance.objects.filter(meeting=meeting).exclude(reply__in=_OTHERS)
    marks = {row.pk: {"presence": Presence.PRESENT} for row in rows}
    mark_presence(meeting, marks, by=people.secretary, now=now)


def votes(meeting: Meeting, cases: list[Application], people: People) -> dict[int, Vote]:
    """Return a vote in the third case, in which one member left a dissent."""
    row = Attendance.objects.get(meeting=meeting, user=people.members[1])
    vote = Vote(
        votes_for=2,
        votes_against=1,
        vote_text="Esitys vastaan Jaana Jäsenen ehdotus, että hakemus hylätään.",
        dissent="Toiminta kuuluu kunnan tehtäviin, eikä alueen pidä avustaa sitä.",
        dissenters=(row.pk,),
    )
    return {cases[2].pk: vote}
