from django.apps import AppConfig


class LiaisonsConfig(AppConfig):
    name = "liaisons"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from accounts.personal_data import personal_data
        from common import seams
        from liaisons import policies  # noqa: F401  registers the room's permissions
        from liaisons.area import load_liaisons_sections
        from liaisons.body_panels import own_bodies_panel
        from liaisons.body_reminders import body_reminders
        from liaisons.municipal_desk import evenings_of_year
        from liaisons.personal_data import own_data
        from liaisons.post_todos import acceptance_reminders, liaison_todos
        from liaisons.representation_statistics import representation_figures
        from liaisons.request_seams import (
            late_reminders,
            need_todos,
            request_retention,
            request_todos,
            requests_panel,
        )
        from liaisons.retention import liaison_retention
        from liaisons.roles import body_roles, liaison_roles
        from liaisons.round_seams import register_rounds
        from liaisons.search import body_hits, post_hits
        from liaisons.statistics import figures
        from liaisons.thesis_seams import register_theses
        from liaisons.todos import (
            coming_meetings,
            meetings_of_year,
            ngo_todos,
            notices_of_year,
            office_todos,
            record_todos,
        )
        from liaisons.units import unit_names
        from notifications.kinds import register_kind

        seams.area.register("liaisons", load_liaisons_sections)
        seams.roles.register("liaisons", body_roles)
        seams.todos.register("liaisons", coming_meetings)
        seams.todos.register("liaisons.records", record_todos)
        seams.todos.register("liaisons.office", office_todos)
        seams.todos.register("liaisons.nominations", ngo_todos)
        seams.calendar.register("liaisons", meetings_of_year)
        seams.calendar.register("liaisons.notices", notices_of_year)
        seams.calendar.register("liaisons.evenings", evenings_of_year)
        seams.reminders.register("liaisons.bodies", body_reminders)
        seams.panels.register("liaisons", own_bodies_panel)
        seams.search.register("liaisons.bodies", body_hits)
        seams.units.register("liaisons", unit_names)
        seams.roles.register("liaisons.posts", liaison_roles)
        seams.todos.register("liaisons.posts", liaison_todos)
        seams.reminders.register("liaisons.posts", acceptance_reminders)
        seams.search.register("liaisons.posts", post_hits)
        seams.retention.register("liaisons.posts", liaison_retention)
        personal_data.register("liaisons", own_data)
        seams.todos.register("liaisons.requests", request_todos)
        seams.statistics.register("liaisons", figures)
        seams.statistics.register("liaisons.representation", representation_figures)
        seams.todos.register("liaisons.needs", need_todos)
        seams.reminders.register("liaisons.requests", late_reminders)
        seams.retention.register("liaisons.requests", request_retention)
        seams.panels.register("liaisons.requests", requests_panel)
        register_kind("liaisons.request_received", _("Uusi yhteistyöpyyntö sinulle"))
        register_kind("liaisons.request_reply", _("Lähettäjä kirjoitti yhteistyöpyyntöön"))
        register_kind("liaisons.request_late", _("Luvattu vastaus on myöhässä"))
        register_kind("liaisons.request_asked", _("Yhteistyöpyynnöstäsi kysytään"), required=True)
        register_kind("liaisons.request_answered", _("Yhteistyöpyyntöösi on vastattu"), required=True)
        register_kind("liaisons.duty_given", _("Tehtävä toimielimessä"), required=True)
        for key, label in (
            ("proposed", _("Sinut on nimetty yhteyshenkilöksi")),
            ("reminder", _("Muistutus nimeämisestä, johon et ole vastannut")),
            ("withdrawn", _("Nimeämisesi on peruttu")),
            ("ended", _("Yhteyshenkilön tehtävä päättyy")),
        ):
            register_kind(f"liaisons.appointment_{key}", label, required=True)
        register_kind("liaisons.substitute_named", _("Olet sijainen yhteyshenkilölle"), required=True)
        register_kind("liaisons.substitute_acts", _("Toimit sijaisena"), required=True)
        officers = ("coordinator", "administrator")
        register_kind("liaisons.appointment_accepted", _("Nimetty otti tehtävän vastaan"), roles=officers)
        register_kind("liaisons.appointment_declined", _("Nimetty ei ottanut tehtävää vastaan"), roles=officers)
        for key, label in (
            ("meeting_notice", _("Kokouskutsu")),
            ("meeting_moved", _("Kokouksen aika tai paikka muuttui")),
            ("meeting_cancelled", _("Kokous on peruttu")),
            ("meeting_deputy", _("Sinut kutsutaan varajäseneksi kokoukseen")),
            ("meeting_item_deputy", _("Sinut kutsutaan varajäseneksi yhteen asiaan")),
            ("meeting_released", _("Varajäsentä ei enää tarvita kokoukseen")),
            ("meeting_nobody", _("Paikka jää kokouksessa tyhjäksi")),
            ("record_check", _("Pöytäkirja tai muistio odottaa tarkastustasi")),
            ("record_returned", _("Teksti palautettiin korjattavaksi")),
            ("candidate_consent", _("Suostumus ehdokkaaksi")),
            ("candidate_answered", _("Ehdokas on vastannut")),
            ("candidate_withdrawn", _("Ehdokkuus on peruttu")),
            ("nomination_chosen", _("Ehdokkaiden valinta on tehty")),
            ("nomination_seated", _("Ehdokas on nimetty toimielimeen")),
            ("nomination_cancelled", _("Ehdokashaku on peruttu")),
        ):
            register_kind(f"liaisons.{key}", label, required=True)
        for key, label in (
            ("meeting_reminder", _("Muistutus kokouskutsusta, johon et ole vastannut")),
            ("meeting_unsent", _("Muistutus lähettämättä olevasta kokouskutsusta")),
            ("record_comments", _("Pöytäkirjan tai muistion luonnos kommentoitavaksi")),
            ("record_reminder", _("Muistutus tarkastuksesta")),
            ("record_approved", _("Pöytäkirja tai muistio on hyväksytty")),
            ("record_published", _("Pöytäkirja tai muistio on julkaistu")),
            ("nomination_open", _("Uusi ehdokashaku järjestöille")),
            ("nomination_passed", _("Valitut odottavat nimeämistä")),
            ("candidate_reminder", _("Muistutus ehdokkaasta, joka ei ole suostunut")),
        ):
            register_kind(f"liaisons.{key}", label)
        _register_kept_contacts()
        _register_networks()
        _register_trainings()
        register_rounds()
        register_theses()


def _register_kept_contacts() -> None:
    from django.utils.translation import gettext_lazy as _

    from accounts.personal_data import personal_data
    from common import seams
    from liaisons import kept_contact_seams as here
    from liaisons.models import PostLevel
    from notifications.kinds import register_kind

    seams.todos.register("liaisons.kept_contacts", here.kept_contact_todos)
    seams.reminders.register("liaisons.kept_contacts", here.kept_contact_reminders)
    seams.retention.register("liaisons.kept_contacts", here.kept_contact_retention)
    seams.panels.register("liaisons.kept_contacts", here.kept_contacts_panel)
    personal_data.register("liaisons.kept_contacts", here.kept_contact_data)
    writers = ("coordinator", "liaison.substitute", *(f"liaison.{level}" for level in PostLevel.values))
    given, late = _("Sinulle siirrettiin asia järjestön yhteydenpidosta"), _("Yhteydenpidosta sovittu päivä on mennyt")
    register_kind("liaisons.kept_contact_given", given, roles=writers)
    register_kind("liaisons.kept_contact_late", late, roles=writers)


def _register_networks() -> None:
    from django.utils.translation import gettext_lazy as _

    from accounts.personal_data import personal_data
    from common import seams
    from liaisons import network_seams as here
    from notifications.kinds import register_kind

    seams.todos.register("liaisons.networks", here.network_todos)
    seams.retention.register("liaisons.networks", here.network_retention)
    seams.panels.register("liaisons.networks", here.networks_panel)
    seams.search.register("liaisons.networks", here.network_hits)
    personal_data.register("liaisons.networks", here.network_data)
    register_kind("liaisons.network_asked", _("Verkostoon pyydetään mukaan"))
    register_kind("liaisons.network_answered", _("Jäsenyytesi verkostossa"), required=True)
    register_kind("liaisons.network_meeting", _("Verkoston tapaaminen"))
    register_kind("liaisons.network_mail", _("Viesti verkostolta, johon kuulut"))


def _register_trainings() -> None:
    """Register what other rooms ask of introductions and trainings."""
    from django.utils.translation import gettext_lazy as _

    from accounts.personal_data import personal_data
    from common import seams
    from liaisons import training_seams as trainings
    from notifications.kinds import register_kind

    seams.todos.register("liaisons.trainings", trainings.training_todos)
    seams.reminders.register("liaisons.trainings", trainings.training_reminders)
    seams.calendar.register("liaisons.trainings", trainings.trainings_of_year)
    seams.retention.register("liaisons.trainings", trainings.training_retention)
    personal_data.register("liaisons.trainings", trainings.own_training_data)
    for key, label in (
        ("invited", _("Kutsu koulutukseen")),
        ("signed", _("Ilmoittautuminen koulutukseen on kirjattu")),
        ("waiting", _("Olet jonossa koulutukseen")),
        ("reminder", _("Muistutus koulutuksesta")),
        ("certificate", _("Todistus koulutuksesta on valmis")),
    ):
        register_kind(f"liaisons.training_{key}", label)
    for key, label in (
        ("moved_up", _("Sait paikan koulutuksesta")),
        ("moved", _("Koulutuksen aika tai paikka muuttui")),
        ("removed", _("Ilmoittautumisesi koulutukseen on peruttu")),
        ("cancelled", _("Koulutus on peruttu")),
    ):
        register_kind(f"liaisons.training_{key}", label, required=True)
