"""External calendars (of Outlook or Timmi) that say when the county needs a room itself, and what they clash with."""

from typing import Any
from urllib.parse import urlsplit

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from premises.models.bookings import Booking
from premises.models.hours import Closure
from premises.models.sites import Room


class CalendarProblem(models.TextChoices):
    """Why a calendar could not be read, in words that tell what to do."""

    NO_HOST = "no_host", _("Osoitteen palvelinta ei löydy. Tarkista, että osoite on kopioitu kokonaan.")
    NO_ANSWER = "no_answer", _("Palvelin ei vastannut. Yritämme uudelleen itse.")
    TOO_SLOW = "too_slow", _("Palvelin vastasi liian hitaasti. Yritämme uudelleen itse.")
    CERTIFICATE = "certificate", _("Palvelimen varmennetta ei voi tarkistaa. Kerro asiasta kalenterin ylläpidolle.")
    REFUSED = "refused", _("Palvelin ei anna kalenteria. Jaa kalenteri uudelleen ja vaihda osoite tähän.")
    GONE = "gone", _("Kalenteria ei ole enää tässä osoitteessa. Jaa kalenteri uudelleen ja vaihda osoite tähän.")
    SERVER = "server", _("Palvelimessa on vika. Yritämme uudelleen itse.")
    REDIRECTS = "redirects", _("Osoite ohjaa yhä uudelleen toiseen osoitteeseen. Tarkista osoite.")
    NOT_ALLOWED = (
        "not_allowed",
        _(
            "Osoitteesta ei saa hakea: kelpaa vain julkinen https-osoite. Tarkista osoite tai pyydä pääkäyttäjää "
            "sallimaan oman verkon palvelin."
        ),
    )
    TOO_BIG = "too_big", _("Kalenteri on liian suuri. Jaa kalenterista vain tulevat tapahtumat.")
    NOT_CALENDAR = (
        "not_calendar",
        _("Osoitteessa ei ole kalenteria. Kopioi iCal-osoite eli osoite, jonka lopussa on yleensä .ics."),
    )
    TOO_MANY = "too_many", _("Kalenterissa on liian monta tapahtumaa. Jaa vain tämän tilan kalenteri.")


@pghistory.track(fields=["room", "name", "set_by", "set_at"], model_name="ExternalCalendarEvent")
class ExternalCalendar(models.Model):
    """A calendar that is read in for a room: its events close the room (``premises.workflow.calendars``).

    The address often holds a token, so it is a secret: shown masked, in no log, history, export or letter. Erased with
    the row when the calendar is removed. Personal data: the official who gave the address.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="calendars", verbose_name=_("tila"))
    name = models.CharField(_("kalenterin nimi"), max_length=100)
    address = models.CharField(_("iCal-osoite"), max_length=2000)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("osoitteen antoi")
    )
    set_at = models.DateTimeField(_("osoite annettu"))
    next_at = models.DateTimeField(_("haetaan seuraavaksi"), db_index=True)
    tried_at = models.DateTimeField(_("yritetty viimeksi"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("onnistui viimeksi"), null=True, blank=True)
    read_at = models.DateTimeField(_("luettu kokonaan viimeksi"), null=True, blank=True)
    failing_since = models.DateTimeField(_("ei ole onnistunut alkaen"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("yrityksiä peräkkäin"), default=0)
    problem = models.CharField(_("miksi ei"), max_length=20, choices=CalendarProblem.choices, blank=True)
    unread = models.PositiveSmallIntegerField(_("tapahtumia, joita ei ymmärretty"), default=0)
    etag = models.CharField(max_length=250, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = _("ulkoinen kalenteri")
        verbose_name_plural = _("ulkoiset kalenterit")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "name"],
                name="premises_calendar_name_once",
                violation_error_message=_("Tilalla on jo tämänniminen kalenteri. Anna toinen nimi."),
            ),
            models.UniqueConstraint(
                fields=["room", "address"],
                name="premises_calendar_address_once",
                violation_error_message=_("Tämä kalenteri luetaan jo tähän tilaan."),
            ),
            models.CheckConstraint(
                condition=Q(address__startswith="https://"),
                name="premises_calendar_https",
                violation_error_message=_("Osoitteen alussa on https://. Kopioi kalenterin iCal-osoite kokonaan."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="premises_calendar_has_name",
                violation_error_message=_("Anna kalenterille nimi."),
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, problem="", failures=0)
                | (Q(failing_since__isnull=False, failures__gt=0) & ~Q(problem="")),
                name="premises_calendar_failing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked(self) -> str:
        """Return the address as it may be shown: whose server it is, and nothing of the secret."""
        return f"https://{urlsplit(self.address).hostname or ''}/…"

    @property
    def problem_words(self) -> Any:
        """Return what is wrong and what to do."""
        return CalendarProblem(self.problem).label if self.problem else ""


class CalendarClash(models.Model):
    """An event of an external calendar came on top of a booking: the booking stands until the manager acts.

    Over when the booking ended or moved, when the event vanished, or when the manager let the booking stay
    (``settled_at``). Personal data: who settled it; erased with the booking or the closure.
    """

    closure = models.ForeignKey(Closure, models.CASCADE, related_name="clashes", verbose_name=_("sulku"))
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="clashes", verbose_name=_("varaus"))
    noticed_at = models.DateTimeField(_("huomattu"))
    settled_at = models.DateTimeField(_("varaus jätettiin voimaan"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ratkaisija")
    )

    class Meta:
        verbose_name = _("päällekkäisyys ulkoisen kalenterin kanssa")
        verbose_name_plural = _("päällekkäisyydet ulkoisen kalenterin kanssa")
        ordering = ["noticed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["closure", "booking"], name="premises_clash_once"),
            both_or_neither("premises_clash_settled", "settled_by", "settled_at"),
        ]

    def __str__(self) -> str:
        return f"{self.closure_id} {self.booking_id}"
