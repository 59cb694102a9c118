"""What a test app keeps."""

from typing import ClassVar

from django.db import models

from contracts.models import Contract
from iijiot.records import RecordedModel, RecordedQuerySet


class Token(RecordedModel):
    """Stands for the cards of one contract: due back thirty days after its end, or not due."""

    LOCK_RANK = 30

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="token")
    due_on = models.DateField(null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = "token"
        verbose_name_plural = "tokens"
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"Token {self.pk}"
