"""What staff have on the desk, and the lists that they keep."""

from datetime import date

import factory
from django.contrib.contenttypes.models import ContentType

from iijiot.assigning import Assignment
from iijiot.company import Company
from iijiot.saved_views import SavedView
from tests.factories.applications import ApplicationFactory
from tests.factories.base import Recorded, corporate_number
from tests.factories.users import UserFactory


class AssignmentFactory(Recorded):
    """Somebody has an application."""

    class Meta:
        model = Assignment

    class Params:
        record = factory.SubFactory(ApplicationFactory)

    kind = factory.LazyAttribute(lambda assignment: ContentType.objects.get_for_model(assignment.record))
    record_id = factory.LazyAttribute(lambda assignment: assignment.record.pk)
    user = factory.SubFactory(UserFactory)


class CompanyFactory(Recorded):
    """The company, as it is set up."""

    class Meta:
        model = Company

    name = "架空通信株式会社"
    desk = "IoTサポート窓口"
    postal_code = "100-0001"
    address = "東京都千代田区架空町一丁目1番1号"
    phone = "03-0000-0000"
    invoice_number = "T" + corporate_number(0)
    registered_on = date(2023, 10, 1)
    bank_account = "架空銀行 本店 普通 0000001 カクウツウシン（カ"


class SavedViewFactory(Recorded):
    """A view of the register of contracts, of one's own."""

    class Meta:
        model = SavedView

    owner = factory.SubFactory(UserFactory)
    register = "contracts.contract"
    name = factory.Sequence(lambda n: f"一覧{n}")
    query = "state__exact=active"
