"""Every key that an area file may have. An unknown key is refused: a misspelt fact must not vanish silently."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from county.area.checks import Check, day, flag, in_languages, list_of, mapping, number, one_of, shaped, table, text
from county.area.file import AreaFile

KEY = shaped(r"[a-z0-9]+(-[a-z0-9]+)*", "jane-neuvottelukunta")
WORD = shaped(r"[a-z0-9]+([_-][a-z0-9]+)*", "council_term")
CODE = shaped(r"\d{3}", "090")
BUSINESS_ID = shaped(r"\d{7}-\d", "3221317-4")
COLOUR = shaped(r"#[0-9A-Fa-f]{6}", "#12332B")
YEAR = r"\d{4}"

NAME = in_languages(text())
LONG = in_languages(text(2000))
TEXTS = in_languages(list_of(text(1000)))
KEYS = list_of(KEY)
WORDS = list_of(WORD)
YEARLY = table({"min": number(), "max": number(), "about": number()})
NGO_SEATS = table(
    {"members": number(), "deputies": number(), "as_of": number(1900), "decided_by": KEY, "src": text()},
    required=("members",),
)
SOURCED_COUNT = {"count": number(), "src": text()}

#: The names that the colour tokens have in the file.
COLOURS = (
    "pine_900",
    "pine_700",
    "pine_100",
    "lake_700",
    "lake_100",
    "cloudberry_500",
    "cloudberry_100",
)

COUNTY = table(
    {
        "code": shaped(r"\d{2}", "14"),
        "name": NAME,
        "short_name": text(60),
        "business_id": BUSINESS_ID,
        "website": shaped(r"https?://\S+", "https://www.esimerkki.fi"),
        "languages": list_of(one_of("fi", "sv")),
        "associations_registered": table({**SOURCED_COUNT, "by": text(), "on": day}, required=("count",)),
        "values": TEXTS,
        "promise": NAME,
        "strategic_goals": TEXTS,
        "help_phone": text(40),
        "email": shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "jarjestot@esimerkki.fi"),
        "letterhead": text(500),
        "case_number_prefix": text(20),
        "case_number_class": text(20),
        "revision_body": text(),
        "revision_address": text(500),
        "revision_email": shaped(r"[^@\s]+@[^@\s]+\.[^@\s]+", "kirjaamo@esimerkki.fi"),
        "revision_hours": text(),
        "privacy_contact": text(500),
    },
    required=("code", "name"),
)

UNIT = table(
    {
        "key": KEY,
        "kind": one_of("service_area", "service_line", "service_district", "unit"),
        "under": KEY,
        "name": NAME,
        "children": TEXTS,
        "crosses_the_others": flag,
    },
    required=("key", "kind", "name"),
)

BODY = table(
    {
        "key": KEY,
        "name": NAME,
        "kind": one_of(
            "committee", "ngo_council", "local_ngo_council", "network", "participation_body", "steering_group"
        ),
        "under": NAME,
        "run_by": text(),
        "per": one_of("municipality", "regional_group"),
        "decides": KEYS,
        "reads": WORDS,
        "seats": table({"members": number(), "deputies": number(), "experts_of_county": number()}),
        "ngo_seats": NGO_SEATS,
        "meetings_a_year": YEARLY,
        "decides_seats_of": KEYS,
        "names_candidates_for": KEYS,
        "represented": TEXTS,
        "assumed": flag,
        "draft": flag,
    },
    required=("key", "name", "kind"),
)

NETWORK = table(
    {
        "name": NAME,
        "unit": KEY,
        "units": KEYS,
        "conveners": number(),
        "meetings_a_year": YEARLY,
        "regional_forums": flag,
    },
    required=("name",),
)

SERIES = table(
    {
        "key": KEY,
        "name": NAME,
        "form": list_of(one_of("remote", "hybrid", "on_site")),
        "a_year": YEARLY,
        "per": one_of("regional_group", "network", "service_district", "municipality", "council_term"),
        "with": KEYS,
        "may_be_with": KEYS,
        "open_to": one_of("ngos", "ngos_and_parishes", "everyone"),
        "statute": text(),
    },
    required=("key", "name"),
)

SCHOOL_BREAK = table(
    {"key": KEY, "name": NAME, "starts": day, "ends": day, "src": text(300)},
    required=("key", "name", "starts", "ends"),
)

GRANT_HISTORY = table(
    {
        "year": number(1900),
        "appropriation_eur": number(),
        "applications": number(),
        "eligible": number(),
        "asked_eur": number(),
        "asked_over_eur": number(),
        "granted_eur": number(),
        "src": text(500),
    },
    required=("year",),
)

GRANT_KIND = table(
    {
        "key": KEY,
        "name": NAME,
        "procedure": one_of("call", "negotiated", "direct"),
        "a_year": number(),
        "decided_by": KEY,
        "unit": KEY,
        "eligible": LONG,
        "content_areas": TEXTS,
        "criteria": TEXTS,
        "requires": TEXTS,
        "co_funders": list_of(text()),
        "statement_from": WORD,
        "joint_applications": flag,
        "no_double_funding_with": list_of(one_of("municipality", "county", "stea", "state", "eu", "foundation")),
        "decision_maker": one_of("body", "office_holder"),
        "decided_by_post": NAME,
        "claims_to": KEY,
        "light": flag,
        "four_eyes": flag,
        "full_report_from_eur": number(),
        "change_limits": table({"months": number(), "sum_eur": number()}),
        "unclear_funder": one_of("both_look"),
        "allocation": table({"model": WORD, "equal_share_up_to_eur": number(), "src": text()}, required=("model",)),
        "history": list_of(GRANT_HISTORY),
        "calls": list_of(table({"opens": day, "closes": day}, required=("opens", "closes"))),
    },
    required=("key", "name", "procedure"),
)

SITE = table(
    {
        "name": NAME,
        "municipality": CODE,
        "kind": WORD,
        "olka_point": table({"run_by": text(), "src": text()}),
        "wellbeing_point": table({"src": text()}),
        "pilot": text(),
    },
    required=("name", "municipality"),
)

ROOM_FEATURE = table(
    {
        "key": KEY,
        "name": NAME,
        "group": one_of("access", "serving", "equipment", "ngo", "time"),
        "asks_detail": text(100),
        "is_filter": flag,
    },
    required=("key", "name", "group"),
)

SECTIONS: dict[str, Check] = {
    "county": COUNTY,
    "colours": table(dict.fromkeys(COLOURS, COLOUR)),
    "cooperation_document": table(
        {
            "name": NAME,
            "decided": table({"body": KEY, "on": day, "section": number(1)}, required=("body", "on")),
            "renewed": WORD,
        },
        required=("name",),
    ),
    "titles": mapping(r"[a-z]+(_[a-z]+)*", "county_liaison", NAME),
    "liaison_levels": table({"established": WORDS, "possible": WORDS}),
    "channels": TEXTS,
    "municipalities": list_of(
        table(
            {
                "code": CODE,
                "business_id": BUSINESS_ID,
                "associations": table(SOURCED_COUNT, required=("count",)),
                "tile": list_of(number(), length=2),  # column and row on the map of tiles
                "inhabitants": table({"count": number(1), "on": day, "src": text()}, required=("count", "on")),
            },
            required=("code",),
        )
    ),
    "regional_groups": list_of(
        table(
            {"key": KEY, "name": NAME, "municipalities": list_of(CODE), "ngo_seats": NGO_SEATS, "assumed": flag},
            required=("key", "name", "municipalities"),
        )
    ),
    "regional_group_parties": TEXTS,
    "service_districts": in_languages(list_of(text())),
    "units": list_of(UNIT),
    "sites": list_of(SITE),
    "bodies": list_of(BODY),
    "networks": list_of(NETWORK),
    "ngo_activities": list_of(
        table({"name": NAME, "run_by": text(), "funding": table({"funder": text(), "until": day})}, required=("name",))
    ),
    "series": list_of(SERIES),
    "school_breaks": list_of(SCHOOL_BREAK),
    "themes": in_languages(list_of(text())),
    "sectors": in_languages(list_of(text())),
    "target_groups": in_languages(list_of(text())),
    "life_situations": in_languages(list_of(text())),
    "grant_kinds": list_of(GRANT_KIND),
    "agreement_kinds": list_of(
        table(
            {
                "key": KEY,
                "name": NAME,
                "implementation_plan_years": number(1),
                "term_years": list_of(number(1), length=2),
                "reporting_months": number(1),
                "signed_with": one_of("agreement", "letter_of_intent"),
                "is_reference": flag,
            },
            required=("key", "name"),
        )
    ),
    "development_goals": table(
        {"period": list_of(number(1900), length=2), **dict.fromkeys(("fi", "sv", "en"), list_of(text(1000)))},
        required=("period", "fi"),
    ),
    "surveys": list_of(
        table({"name": NAME, "run_by": text(), "answers": mapping(YEAR, "2023", number())}, required=("name",))
    ),
    "room_wishes": TEXTS,
    "room_features": list_of(ROOM_FEATURE),
    "friendly_county_theses": TEXTS,
}

#: What people call the sections, for the report.
SECTION_NAMES = {
    "county": gettext_lazy("Hyvinvointialueen tiedot"),
    "colours": gettext_lazy("Värit"),
    "cooperation_document": gettext_lazy("Järjestöyhteistyön asiakirja"),
    "titles": gettext_lazy("Tehtävänimikkeet"),
    "liaison_levels": gettext_lazy("Järjestöyhdyshenkilöiden tasot"),
    "channels": gettext_lazy("Viestintäkanavat"),
    "municipalities": gettext_lazy("Kunnat"),
    "regional_groups": gettext_lazy("Alueelliset kumppanuusryhmät"),
    "regional_group_parties": gettext_lazy("Kumppanuusryhmien osapuolet"),
    "service_districts": gettext_lazy("Alueelliset palvelualueet"),
    "units": gettext_lazy("Yksiköt"),
    "sites": gettext_lazy("Toimipaikat"),
    "bodies": gettext_lazy("Toimielimet"),
    "networks": gettext_lazy("Verkostot"),
    "ngo_activities": gettext_lazy("Järjestöjen toiminnat"),
    "series": gettext_lazy("Tapahtumasarjat"),
    "school_breaks": gettext_lazy("Koulujen lomat"),
    "themes": gettext_lazy("Teemat"),
    "sectors": gettext_lazy("Järjestöjen toimialat"),
    "target_groups": gettext_lazy("Kohderyhmät"),
    "life_situations": gettext_lazy("Elämäntilanteet"),
    "grant_kinds": gettext_lazy("Avustuslajit"),
    "agreement_kinds": gettext_lazy("Sopimuslajit"),
    "development_goals": gettext_lazy("Kehittämistavoitteet"),
    "surveys": gettext_lazy("Kyselyt"),
    "room_wishes": gettext_lazy("Tilatoiveet"),
    "room_features": gettext_lazy("Tilojen ominaisuudet"),
    "friendly_county_theses": gettext_lazy("Järjestöystävällisen alueen teesit"),
}

_WHOLE = table(SECTIONS, required=("county", "municipalities"))


def check_structure(area: AreaFile) -> None:
    """Refuse the file at its first key or value that the schema does not know."""
    _WHOLE(area, (), area.data)
    for name in (
        "units",
        "bodies",
        "series",
        "school_breaks",
        "grant_kinds",
        "agreement_kinds",
        "regional_groups",
        "room_features",
    ):
        _refuse_doubles(area, name, "key")
    _refuse_doubles(area, "municipalities", "code")


def _refuse_doubles(area: AreaFile, section: str, key: str) -> None:
    seen: dict[str, int] = {}
    for index, row in enumerate(area.section(section)):
        value = row[key]
        if value in seen:
            area.fail(
                (section, index, key),
                _("Tunnus ”%(value)s” on jo käytössä rivillä %(line)s.")
                % {"value": value, "line": area.line((section, seen[value], key))},
            )
        seen[value] = index
