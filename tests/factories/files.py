"""Files that were sent to be loaded, and what a host carrier's list said otherwise."""

from datetime import date

import factory

from iijiot import file_store
from sims.models import Difference, FileImport, Reconciliation
from sims.models.file_import import State
from tests.factories.base import Recorded
from tests.factories.sims import SimCardFactory, docomo

BODY = b"ICCID\r\n8981100000123456784\r\n"


def stored(body: bytes = BODY) -> str:
    """The key under which bytes lie in the folder."""
    with file_store.placed(body) as key:
        return key


class FileImportFactory(Recorded):
    """A delivery of one card, looked at and good; traits say how far it is, and of what kind instead."""

    class Meta:
        model = FileImport

    class Params:
        done = factory.Trait(state=State.DONE, loaded=1)
        checking = factory.Trait(state=State.CHECKING, rows=0, good=0)
        failed = factory.Trait(state=State.FAILED, rows=0, good=0, why_failed="行が読めません。")
        of_lender = factory.Trait(
            kind="lender",
            lender="株式会社NTTドコモ",
            product=None,
            form_factor="",
            received_on=None,
            state=State.DONE,
            loaded=1,
        )

        of_usage = factory.Trait(
            kind="usage",
            name="usage.csv",
            product=None,
            form_factor="",
            received_on=None,
            first_day=date(2026, 11, 24),
            last_day=date(2026, 11, 24),
            added=1,
        )

    kind = "cards"
    name = "delivery.csv"
    size = len(BODY)
    sha256 = file_store.digest(BODY)
    stored_as = factory.LazyFunction(stored)
    form = "csv utf-8-sig comma"
    came_on = date(2026, 11, 25)
    product = factory.LazyFunction(docomo)
    form_factor = "3ff"
    received_on = date(2026, 11, 25)
    rows = 1
    good = 1
    state = State.CHECKED


class ReconciliationFactory(Recorded):
    """A comparison in which one card was in theirs alone."""

    class Meta:
        model = Reconciliation

    file = factory.SubFactory(FileImportFactory, of_lender=True)
    lender = "株式会社NTTドコモ"
    compared_on = date(2026, 11, 25)
    grace = 7
    both = 0
    ours = 0
    theirs = 1


class DifferenceFactory(Recorded):
    """A card that stands in the carrier's list alone. ``ours=True``: in our register alone."""

    class Meta:
        model = Difference

    class Params:
        ours = factory.Trait(
            kind="ours",
            card=factory.SubFactory(SimCardFactory),
            iccid=factory.LazyAttribute(lambda told: told.card.iccid),
            our_state="in-stock",
            our_day=date(2026, 3, 1),
            their_state="",
            their_day=None,
        )
        settled = factory.Trait(state="settled", settled_on=date(2026, 11, 26), note="先方に確認した")

    reconciliation = factory.SubFactory(ReconciliationFactory)
    iccid = factory.Sequence(lambda n: f"898110999{n:010d}")
    kind = "theirs"
    their_state = "lent"
    their_day = date(2026, 3, 1)
