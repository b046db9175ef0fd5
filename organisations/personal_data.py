"""What a person may download about their work for organisations (GDPR articles 15 and 20)."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from organisations.models import (
    Claim,
    Contact,
    HandOver,
    Invitation,
    MailingRecipient,
    Membership,
    ObservationReply,
    ReadOnlyVisit,
    ReviewItem,
)


def own_data(user: User) -> dict[str, Any]:
    """Return roles, claims, invitations, hand-overs, reports and contact details of the person, table by table.

    Rows without an account are found by the person's address. Who handled a matter is not the person's data.
    """
    tables: dict[str, tuple[QuerySet[Any, Any], tuple[str, ...]]] = {
        "memberships": (Membership.objects.filter(user=user), ("role", "valid_from", "valid_until", "ended_at")),
        "claims": (
            Claim.objects.filter(user=user),
            ("role", "position", "evidence", "state", "came_by", "created_at", "decided_at", "decision_reason"),
        ),
        "invitations": (
            Invitation.objects.filter(email__iexact=user.email),
            ("email", "role", "state", "sent_at", "expires_at", "ended_at"),
        ),
        "hand_overs": (
            HandOver.objects.filter(outgoing__user=user) | HandOver.objects.filter(incoming_user=user),
            ("on", "state", "stays_as_viewer", "started_at", "ended_at", "effective_on"),
        ),
        "contact_details": (
            Contact.objects.filter(email__iexact=user.email),
            (
                "name",
                "duty",
                "about",
                "email",
                "phone",
                "visibility",
                "consented_on",
                "since",
                "left_on",
                "left_reason",
            ),
        ),
        "register_reports": (
            ReviewItem.objects.filter(reported_by=user),
            ("field", "own_value", "note", "state", "opened_at", "answer", "answered_at", "decided_at"),
        ),
        "letters_received": (
            MailingRecipient.objects.filter(user=user),
            ("address", "outcome", "mailing__subject_fi", "mailing__sent_at"),
        ),
        "pages_opened_by_officers": (
            ReadOnlyVisit.objects.filter(seen_as=user),
            ("reason", "opened_at", "until"),
        ),
    }
    found = {name: list(rows.values("organisation__name", *columns)) for name, (rows, columns) in tables.items()}
    replies = ObservationReply.objects.filter(by=user).values("observation__organisation__name", "text", "at")
    return {**found, "replies_to_observations": list(replies)}
