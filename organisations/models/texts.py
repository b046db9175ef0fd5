"""A message in three languages: Finnish always, the others where somebody has written them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("fi", "sv", "en")
TEXT_MAX = 3000


class ThreeLanguageText(models.Model):
    """Subject and plain text; an empty Swedish or English text is not sent."""

    subject_fi = models.CharField(_("otsikko suomeksi"), max_length=150, blank=True)
    subject_sv = models.CharField(_("otsikko ruotsiksi"), max_length=150, blank=True)
    subject_en = models.CharField(_("otsikko englanniksi"), max_length=150, blank=True)
    text_fi = models.TextField(_("teksti suomeksi"), max_length=TEXT_MAX, blank=True)
    text_sv = models.TextField(_("teksti ruotsiksi"), max_length=TEXT_MAX, blank=True)
    text_en = models.TextField(_("teksti englanniksi"), max_length=TEXT_MAX, blank=True)

    class Meta:
        abstract = True

    def language_for(self, wanted: str) -> str:
        """Return the language in which somebody who reads ``wanted`` gets it."""
        return wanted if getattr(self, f"text_{wanted}", "") else "fi"

    def subject_in(self, language: str) -> str:
        """Return the subject in the language, or in Finnish where only the text was translated."""
        return str(getattr(self, f"subject_{language}") or self.subject_fi)

    def text_in(self, language: str) -> str:
        """Return the text in exactly that language; empty when there is none."""
        return str(getattr(self, f"text_{language}"))

    @property
    def is_complete(self) -> bool:
        """Tell whether the Finnish text can be sent."""
        return bool(self.subject_fi.strip() and self.text_fi.strip())

    @property
    def sections(self) -> list[dict[str, str]]:
        """Return the text in every language that it is written in, for readers whose language is not known."""
        return [
            {"language": language, "subject": self.subject_in(language), "text": self.text_in(language)}
            for language in LANGUAGES
            if self.text_in(language)
        ]
