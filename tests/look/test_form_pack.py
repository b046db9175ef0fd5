"""Forms as people meet them: label above, help under it, error above the input and in the summary."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from common.money import EuroFormField

CHOICES = [("a", "Aikuiset"), ("l", "Lapset")]


class Example(forms.Form):
    name = forms.CharField(label="Nimi", help_text="Kuten rekisterissä.")
    amount = EuroFormField(label="Summa")
    when = forms.DateField(label="Päivä", required=False)
    audience = forms.ChoiceField(label="Kenelle?", choices=CHOICES, widget=forms.RadioSelect, help_text="Yksi.")
    areas = forms.MultipleChoiceField(label="Missä?", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    story = forms.CharField(label="Teksti", widget=forms.Textarea({"maxlength": 1000}))
    rules = forms.FileField(label="Säännöt")
    accept = forms.BooleanField(label="Hyväksyn")
    ticket = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("Menot ja tulot eroavat 500 €.")


class Row(forms.Form):
    what = forms.CharField(label="Mihin")
    amount = EuroFormField(label="Summa")


@pytest.fixture(autouse=True)
def _finnish() -> Any:
    with translation.override("fi"):
        yield


def render(source: str, **context: Any) -> str:
    html = engines["django"].from_string("{% load crispy_forms_tags portal %}" + source).render(context)
    return re.sub(r"\s+", " ", html)


def test_every_input_has_its_label_and_help() -> None:
    html = render("{{ form|crispy }}", form=Example())
    assert '<label for="id_name"> Nimi </label>' in html
    assert '<div class="help" id="id_name_helptext">Kuten rekisterissä.</div>' in html
    assert re.search(r'<input[^>]*aria-describedby="id_name_helptext"[^>]*id="id_name"', html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'for="([^"]+)"', html)) <= set(ids)


def test_only_what_may_be_left_empty_says_so() -> None:
    assert render("{{ form|crispy }}", form=Example()).count("(valinnainen)") == 1


def test_groups_are_fieldsets_with_legend() -> None:
    html = render("{{ form|crispy }}", form=Example())
    assert '<fieldset aria-describedby="id_audience_helptext"> <legend> Kenelle? </legend>' in html
    assert '<label for="id_areas_1">Lapset</label>' in html


def test_sums_have_their_unit_and_texts_their_counter() -> None:
    html = render("{{ form|crispy }}", form=Example(initial={"story": "Seitsemän"}))
    assert re.search(r'<span class="with-unit"><input[^>]*class="money"[^>]*> <span aria-hidden="true">€</span>', html)
    assert "<span data-used>9</span> / 1\u00a0000 merkkiä" in html.replace("1 000", "1\u00a0000")
    assert re.search(r'<textarea[^>]*aria-describedby="id_story_counter"', html)
    assert re.search(r'<input[^>]*class="date"', html)


def test_errors_stand_at_the_field_and_in_the_summary() -> None:
    form = Example({"name": "", "amount": "paljon"})
    html = render('{% include "components/error_summary.html" %}{{ form|crispy }}', form=form)
    assert "Korjaa 9 kohtaa" in html
    assert '<a href="#id_name">Vastaa kohtaan ”Nimi”.</a>' in html
    assert '<a href="#id_audience_0">Valitse vastaus kohtaan ”Kenelle?”.</a>' in html
    assert '<a href="#id_rules">Valitse tiedosto kohtaan ”Säännöt”.</a>' in html
    assert '<a href="#id_accept">Merkitse rasti kohtaan ”Hyväksyn”.</a>' in html
    assert '<a href="#form_errors">Menot ja tulot eroavat 500 €.</a>' in html
    assert 'id="form_errors"' in html
    assert re.search(r'<input[^>]*aria-invalid="true"[^>]*aria-describedby="id_name_helptext id_name_error"', html)
    links = re.findall(r'href="#([^"]+)"', html)
    assert set(links) <= set(re.findall(r'\bid="([^"]+)"', html))


def test_a_form_without_errors_has_no_summary() -> None:
    assert "notice" not in render('{% include "components/error_summary.html" %}', form=Example())


def test_one_error_is_one() -> None:
    form = forms.Form({})
    form.add_error(None, "Vain tämä.")
    assert "Korjaa yksi kohta" in render('{% include "components/error_summary.html" %}', form=form)


def test_rows_name_their_inputs() -> None:
    rows = forms.formset_factory(Row, extra=2)(prefix="menot")
    html = render('{% include "yhdyspinta/table_inline_formset.html" with formset=rows caption="Menot" %}', rows=rows)
    assert '<label class="visually-hidden" for="id_menot-1-amount">Summa, rivi 2</label>' in html
    assert 'name="menot-TOTAL_FORMS"' in html
    assert '<th scope="col" class="num">Summa</th>' in html


def test_rows_with_errors_are_in_the_summary() -> None:
    data = {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1", "m-0-what": "Matkat", "m-0-amount": ""}
    rows = forms.formset_factory(Row, extra=0)(data, prefix="m")
    html = render('{% include "components/error_summary.html" with form=rows %}', rows=rows)
    assert '<a href="#id_m-0-amount">Summa puuttuu.' in html


def test_placeholders_are_no_labels() -> None:
    class WithPlaceholder(forms.Form):
        name = forms.CharField(widget=forms.TextInput({"placeholder": "Nimi"}))

    assert "placeholder" not in render("{{ form|crispy }}", form=WithPlaceholder())


class Widgets(forms.Form):
    text = forms.CharField(initial='<b>"a" & b</b>', required=False)
    number = forms.IntegerField(initial=1234, min_value=1, disabled=True)
    mail = forms.EmailField(max_length=20)
    secret = forms.CharField(widget=forms.HiddenInput, initial=mark_safe("&amp;"))
    password = forms.CharField(widget=forms.PasswordInput)
    story = forms.CharField(widget=forms.Textarea({"rows": 3, "data-x": True, "data-y": False}), initial="\n<p>")
    empty = forms.CharField(widget=forms.Textarea)
    one = forms.ChoiceField(
        choices=[("", "Kaikki"), ("a<", "A & B"), ("Ryhmä", [("c", "C"), (5, gettext_lazy("Kyllä"))])]
    )
    several = forms.MultipleChoiceField(choices=CHOICES, widget=forms.SelectMultiple, initial=["a", "l"])
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    tick = forms.BooleanField()
    file = forms.FileField()


@pytest.mark.parametrize(
    "data", [None, {"text": "x'y", "one": "5", "several": "l", "story": "</textarea>", "mail": "no"}]
)
def test_widgets_written_without_templates_are_the_same_to_the_letter(data: Any) -> None:
    ours, djangos = Widgets(data), Widgets(data, renderer=TemplatesSetting())
    for one, other in zip(ours, djangos, strict=True):
        assert str(one) == str(other)


@pytest.mark.parametrize("data", [None, {"name": "Riihi ry", "amount": "x", "audience": "a"}])
def test_a_field_of_a_filter_is_the_same_without_a_template(data: Any) -> None:
    for field in Example(data):
        quick, plain = render("{% filter_field f %}|{{ f|as_crispy_field }}", f=field).split("|")
        assert re.sub(r"\s*([<>])\s*", r"\1", quick) == re.sub(r"\s*([<>])\s*", r"\1", plain)
