"""What belongs to a claim for revision: the files that came with it, and who left a dissent to its decision."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from grants.models.claims import RevisionClaim
from grants.models.votes import DissentFacts


class ClaimFile(StoredFile):
    """A file that came with a claim; read by whoever reads the claim, never changed.

    Personal data: what people write into their files, and who gave them. Kept with the claim.
    """

    claim = models.ForeignKey(RevisionClaim, models.PROTECT, related_name="files", verbose_name=_("oikaisuvaatimus"))

    class Meta(StoredFile.Meta):
        verbose_name = _("oikaisuvaatimuksen liite")
        verbose_name_plural = _("oikaisuvaatimusten liitteet")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ClaimDissent(DissentFacts):
    """Who left a dissent to what the body decided of a claim."""

    claim = models.ForeignKey(RevisionClaim, models.CASCADE, related_name="dissents")

    class Meta:
        verbose_name = _("eriävän mielipiteen jättänyt oikaisuvaatimuksessa")
        verbose_name_plural = _("eriävän mielipiteen jättäneet oikaisuvaatimuksissa")
        ordering = ["claim", "name"]
        constraints = [models.UniqueConstraint(fields=["claim", "attendance"], name="grants_claim_dissent_once")]
