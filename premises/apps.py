from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PremisesConfig(AppConfig):
    name = "premises"

    def ready(self) -> None:
        from premises import policies  # noqa: F401  registers the room's permissions
        from premises.room_seams import register_rooms

        register_rooms()
        self._register_bookings()

    def _register_bookings(self) -> None:
        """Register what other rooms ask of bookings, and the kinds of letters."""
        from accounts.personal_data import personal_data
        from common import seams
        from notifications.kinds import register_kind
        from premises.booking_reminders import booking_reminders
        from premises.booking_seams import booking_retention, booking_todos, own_booking_data
        from premises.merging import register_premises_rules
        from premises.season_seams import own_season_data, season_retention, season_todos
        from premises.statistics import figures
        from premises.support import room_support

        register_premises_rules()
        seams.todos.register("premises.bookings", booking_todos)
        seams.todos.register("premises.seasons", season_todos)
        seams.reminders.register("premises.bookings", booking_reminders)
        seams.retention.register("premises.bookings", booking_retention)
        seams.retention.register("premises.seasons", season_retention)
        seams.statistics.register("premises", figures)
        seams.in_kind.register("premises", room_support)
        personal_data.register("premises.bookings", own_booking_data)
        personal_data.register("premises.seasons", own_season_data)
        for key, label in (
            ("booking_confirmed", _("Tilavaraus on vahvistettu")),
            ("booking_requested", _("Varauspyyntö on lähetetty")),
            ("booking_lapsed", _("Varausta ei ehditty vahvistaa")),
            ("series_booked", _("Varaussarja on tehty")),
            ("booking_reminder", _("Muistutus tilavarauksesta")),
            ("season_check", _("Kysymys, tarvitsetteko varattua tilaa vielä")),
            ("damage_handled", _("Ilmoittamasi vika on käsitelty")),
            ("booking_asked", _("Varaus odottaa vahvistustasi")),
            ("booking_freed", _("Varattu aika vapautui")),
            ("approvals_waiting", _("Muistutus varauksista, jotka odottavat vastaustasi")),
            ("damage_reported", _("Vikailmoitus tilasta, josta vastaat")),
            ("season_receipt", _("Vuorohakemus on vastaanotettu")),
            ("manager_named", _("Sinut nimettiin tilavastaavaksi tai sijaiseksi")),
            ("calendar_clash", _("Varaus ja ulkoisen kalenterin tapahtuma samaan aikaan")),
            ("calendar_failing", _("Ulkoista kalenteria ei saada luettua")),
        ):
            register_kind(f"premises.{key}", label)
        for key, label in (
            ("booking_declined", _("Tilavarausta ei vahvistettu")),
            ("booking_moved", _("Tilavaraus siirtyi")),
            ("booking_cancelled", _("Tilavaraus on peruttu")),
            ("booking_taken_back", _("Hyvinvointialue tarvitsi varaamasi tilan")),
            ("queue_offered", _("Aika, johon jonotat, on vapautunut")),
            ("season_result", _("Vuorojaon tulos")),
            ("season_cancelled", _("Vuorojako on peruttu")),
        ):
            register_kind(f"premises.{key}", label, required=True)
