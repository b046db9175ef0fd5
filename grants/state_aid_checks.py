"""What is missing from the declaration of state aid: part of the rule of completeness."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.money import format_euros
from common.times import format_date
from grants import form_definition as forms_data
from grants.form_definition import Definition, Page
from grants.problems import WRONG, Problem
from grants.state_aid import CEILING, Position, declaration_of, position_of

#: Where on the page each thing is mended.
ECONOMIC, ROWS = "id_is_economic_0", "tuet"


def aid_problems(page: Page, application: Any, definition: Definition) -> Iterator[Problem]:
    """Yield what is missing from the declaration, or how much too much is asked."""
    key, declaration = page["key"], declaration_of(application)
    if declaration is None:
        yield Problem(key, ECONOMIC, _("Vastaus puuttuu: onko toiminta, johon haette, taloudellista?"))
        return
    if not declaration.is_economic:
        return
    if declaration.has_earlier and not list(application.declared_aid.all()):
        yield Problem(
            key, ROWS, _("Tuet puuttuvat. Lisätkää jokainen tuki, tai vastatkaa, ettei muuta tukea ole saatu.")
        )
    asked = forms_data.asked_sum(definition, application.answers)
    position = position_of(application, declaration)
    if asked is not None and position.is_over(asked):
        yield Problem(key, ROWS, over_text(position, asked), WRONG)


def over_text(position: Position, asked: Decimal) -> str:
    """Say how the asked sum passes the ceiling and how much may be asked."""
    said = {
        "asked": format_euros(asked),
        "total": format_euros(position.total),
        "since": format_date(position.since),
        "ceiling": format_euros(CEILING),
        "left": format_euros(position.left),
    }
    if not position.left:
        return (
            _(
                "Ette voi hakea tätä avustusta nyt. Vähämerkityksistä tukea on %(since)s alkaen jo %(total)s, "
                "ja enimmäismäärä on %(ceiling)s."
            )
            % said
        )
    return (
        _(
            "Haette %(asked)s, mutta voitte hakea enintään %(left)s. Vähämerkityksistä tukea on %(since)s alkaen "
            "jo %(total)s, ja enimmäismäärä on %(ceiling)s. Pienentäkää haettavaa summaa."
        )
        % said
    )
