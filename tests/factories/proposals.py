"""Acts that wait for a second person."""

from datetime import date

import factory
from django.contrib.contenttypes.models import ContentType

from iijiot.proposals import Proposal
from tests.factories.base import Recorded
from tests.factories.contracts import StartConditionFactory
from tests.factories.users import UserFactory


class ProposalFactory(Recorded):
    """A start with open conditions, proposed and not decided."""

    class Meta:
        model = Proposal
        exclude = ("about",)

    about = factory.LazyFunction(lambda: StartConditionFactory().contract)
    kind = factory.LazyAttribute(lambda made: ContentType.objects.get_for_model(made.about))
    record_id = factory.LazyAttribute(lambda made: made.about.pk)
    record_name = factory.LazyAttribute(lambda made: str(made.about))
    act = "waive-conditions"
    act_words = "利用条件未了での開始"
    permission = "contracts.waive_conditions"
    clause = "PC4.2"
    data = factory.LazyFunction(lambda: {"because": ["急ぎ"]})
    fingerprint = "as it was proposed"
    reason = "急ぎ"
    proposed_by = factory.SubFactory(UserFactory)
    proposed_on = date(2026, 11, 25)
