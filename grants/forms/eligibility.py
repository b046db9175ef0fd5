"""The form of one eligibility question of a call."""

from django import forms

from grants.forms.calls import ConstraintsAtFields
from grants.models import EligibilityQuestion


class EligibilityForm(ConstraintsAtFields):
    """A question, the good answer, and the advice for the other one, in three languages."""

    class Meta:
        model = EligibilityQuestion
        fields = (
            "text_fi",
            "good_answer",
            "advice_fi",
            "link",
            "blocking",
            "text_sv",
            "advice_sv",
            "text_en",
            "advice_en",
        )
        widgets = {
            "good_answer": forms.RadioSelect,
            **{
                f"advice_{language}": forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": 500})
                for language in ("fi", "sv", "en")
            },
        }
