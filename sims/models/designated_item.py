"""What customers can have changed besides the number of their lines: a list that the company keeps (MA8.2)."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from iijiot.clauses import Clause
from iijiot.personal import NO
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.rules import Unmet, refuse_for
from iijiot.words import said


class DesignatedItemQuerySet(RecordedQuerySet["DesignatedItem"]):
    """The list."""

    def offered(self) -> "DesignatedItemQuerySet":
        """What can be changed now."""
        return self.filter(is_offered=True).order_by("code")

    def offers(self, code: str) -> bool:
        """Whether the company offers this change now (MA8.2)."""
        return self.filter(code=code, is_offered=True).exists()

    def why_not(self, code: str) -> list[Unmet]:
        """That the company does not offer this change; empty where it does (MA8.2)."""
        item = self.filter(code=code).first()
        if item is not None and item.is_offered:
            return []
        return [Unmet(Clause("MA8.2"), said(_("“{item}” is not among what can be changed now."), item=item or code))]

    def require(self, code: str) -> None:
        """Raises RuleViolation where the company offers no such change (MA8.2)."""
        refuse_for(self.why_not(code))


class DesignatedItem(RecordedModel):
    """One thing that customers can have changed (MA8.2)."""

    LOCK_RANK = 6
    FIXED: ClassVar = {"code": "MA8.2"}
    TOLD = ("code", "name")
    PERSONAL: ClassVar = {"code": NO, "name": NO, "how": NO}

    code = models.CharField(
        _("code"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("Small letters, digits, hyphens."))],
    )
    name = models.CharField(_("name"), max_length=60)
    how = models.CharField(_("how it is changed"), max_length=200, blank=True)
    is_offered = models.BooleanField(_("can be changed"), default=True)

    objects = DesignatedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("designated change")
        verbose_name_plural = _("designated changes")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name
