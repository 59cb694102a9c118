"""What happens to customers: successions, deaths, changed particulars."""

from datetime import UTC, date, datetime

import factory

from contracts.models import ChangeReport, Death, Evidence, HeirFiling, Succeeded, Succession
from tests.factories.base import Recorded
from tests.factories.contracts import ContractFactory
from tests.factories.customers import CustomerFactory


class SuccessionFactory(Recorded):
    """A merger that takes effect on 2031-12-01."""

    class Meta:
        model = Succession

    class Params:
        split = factory.Trait(kind="split", debts="12月分の料金")

    kind = "absorption"
    predecessor = factory.SubFactory(CustomerFactory)
    successor = factory.SubFactory(CustomerFactory)
    effective_on = date(2031, 12, 1)
    filed_on = date(2026, 11, 25)
    evidence = "合併契約書と登記事項証明書"


class SucceededFactory(Recorded):
    """A contract that passes by a split."""

    class Meta:
        model = Succeeded

    succession = factory.SubFactory(SuccessionFactory, split=True)
    contract = factory.SubFactory(ContractFactory, customer=factory.SelfAttribute("..succession.predecessor"))


class DeathFactory(Recorded):
    """A sole proprietor died on 2026-11-20."""

    class Meta:
        model = Death

    customer = factory.SubFactory(CustomerFactory, kind="sole-proprietor", corporate_number="", evidence="開業届")
    died_on = date(2026, 11, 20)
    reported_on = date(2026, 11, 22)
    source = "除籍謄本"


class HeirFilingFactory(Recorded):
    """An heir filed five days later."""

    class Meta:
        model = HeirFiling

    death = factory.SubFactory(DeathFactory)
    heir = factory.SubFactory(CustomerFactory, kind="sole-proprietor", corporate_number="", evidence="開業届")
    filed_at = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    evidence = "法定相続情報"


class ChangeReportFactory(Recorded):
    """A new telephone number, reported on 2026-11-20."""

    class Meta:
        model = ChangeReport

    customer = factory.SubFactory(CustomerFactory)
    filed_on = date(2026, 11, 20)
    evidence = "届出書"
    changes = factory.LazyFunction(lambda: {"phone": "03-1111-2222"})


class EvidenceFactory(Recorded):
    """A register extract to a report of changed particulars; its bytes are nowhere (`proving.keep` puts them somewhere)."""

    class Meta:
        model = Evidence

    class Params:
        withdrawn = factory.Trait(state="withdrawn", withdrawn_because="別の契約者の書類")

    change_report = factory.SubFactory(ChangeReportFactory)
    kind = "register"
    name = "登記事項証明書.pdf"
    media_type = "application/pdf"
    size = 40_000
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    stored_as = factory.Sequence(lambda n: f"{n:032x}")
    received_on = date(2026, 11, 24)
