"""Runs of bulk acts."""

from datetime import date
from typing import Any

import factory

from iijiot.bulk import bulk_note
from iijiot.bulk_runs import BulkRun, BulkSelection
from tests.factories.base import Recorded
from tests.factories.sims import LineFactory
from tests.factories.users import UserFactory


class BulkRunFactory(Recorded):
    """A pause of one line, prepared; ``ids=[…]``: of these lines."""

    class Meta:
        model = BulkRun

    ids = factory.LazyFunction(lambda: [LineFactory().pk])
    act = "pause-lines"
    act_words = "一時休止"
    register = "sims.line"
    permission = "sims.pause_line"
    clause = "MA8.2"
    title = "回線、1行ずつ選択: 1"
    count = factory.LazyAttribute(lambda run: len(run.ids))
    selected_by = factory.SubFactory(UserFactory)
    selected_on = date(2026, 11, 25)

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        ids = kwargs.pop("ids")
        run = super()._create(model_class, *args, **kwargs)
        bulk_note([BulkSelection(run=run, ids=sorted(ids))])
        return run
