"""What the officers are told of an import: that it failed, waits for them, or found disagreements."""

from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind
from notifications.outbox import queue
from organisations.models import ImportRun
from organisations.workflow.guards import staff


def tell_officers(run: ImportRun, *, now: datetime) -> None:
    """Queue the messages of a run that has been read; a run tells each of its states once.

    A failure is told of nightly runs only: who uploads by hand sees it on the page.
    """
    if run.state == "failed" and run.is_nightly:
        subject, template = _("Rekisterin yöllinen tuonti ei onnistunut"), "import_failed"
    elif run.state == "held":
        subject, template = _("Rekisteriotteen tuonti odottaa vahvistusta"), "import_held"
    elif run.state == "finished" and run.counts.get("reviews"):
        subject = format_lazy(_("Rekisterissä on tarkistettavaa: {count}"), count=run.counts["reviews"])
        template = "import_reviews"
    else:
        return
    with transaction.atomic():
        for officer in staff(now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR):
            queue(
                kind="organisations.import",
                to=officer,
                subject=subject,
                template=f"emails/organisations/{template}",
                context={"run": run},
                dedup_key=f"organisations.{template}:{run.pk}:{officer.pk}",
                now=now,
            )
