"""How every factory saves: as an act of a command called "factory"."""

from typing import Any

from factory.django import DjangoModelFactory
from stdnum.jp import cn

from iijiot.actors import Actor
from iijiot.records import chapter

MAKER = Actor.command("factory")


class Recorded(DjangoModelFactory):
    """Saves its record, and whatever comes after, in a chapter of its own."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        with chapter(actor=MAKER, reason="made by a factory"):
            record = model_class(*args, **kwargs)
            record.save()
        return record

    @classmethod
    def _after_postgeneration(cls, instance: Any, create: bool, results: Any = None) -> None:
        """What was made afterwards is saved by whoever made it."""


def corporate_number(n: int) -> str:
    """The n-th made-up corporate number, with its check digit in front (G8)."""
    base = f"{700_000_000_000 + n:012d}"
    return cn.calc_check_digit(base) + base
