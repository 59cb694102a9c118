"""The cast, as fixtures: Aoi of the customer, Ben of support, Carol of *another* customer, Dan of a partner.

Emi is Ben's approver, Fumi audits (reads only), Gen does the billing, Hana is staff without any permission.
Carol is the outsider: whatever belongs to Aoi's company must not show for her.
"""

import pytest
from django.utils.translation import override

from contracts.models import Customer
from iijiot import roles
from iijiot.actors import Actor
from iijiot.models import User
from tests.factories.customers import CustomerFactory
from tests.factories.users import UserFactory


@pytest.fixture
def aoi(db) -> User:
    """Aoi, of the customer アオイ製作所."""
    return UserFactory(login_id="aoi", name="葵 あおい", customer_side=True)


@pytest.fixture
def ben(db) -> User:
    """Ben, of support."""
    return UserFactory(login_id="ben", name="弁田 ベン", groups=[roles.DESK])


@pytest.fixture
def carol(db) -> User:
    """Carol, of another customer: the outsider."""
    return UserFactory(login_id="carol", name="軽井 かろる", customer_side=True)


@pytest.fixture
def dan(db) -> User:
    """Dan, of a partner who works for Aoi's company."""
    return UserFactory(login_id="dan", name="段田 だん", customer_side=True)


@pytest.fixture
def emi(db) -> User:
    """Emi, Ben's approver."""
    return UserFactory(login_id="emi", name="江見 えみ", groups=[roles.APPROVER])


@pytest.fixture
def fumi(db) -> User:
    """Fumi, who audits and reads only."""
    return UserFactory(login_id="fumi", name="文野 ふみ", groups=[roles.AUDITOR])


@pytest.fixture
def gen(db) -> User:
    """Gen, of billing."""
    return UserFactory(login_id="gen", name="源田 げん", groups=[roles.BILLING])


@pytest.fixture
def hana(db) -> User:
    """Hana, staff without any permission."""
    return UserFactory(login_id="hana", name="花井 はな")


@pytest.fixture
def aois_company(db) -> Customer:
    """The customer for whom Aoi works."""
    return CustomerFactory()


@pytest.fixture
def carols_company(db) -> Customer:
    """Another customer, Carol's, who must never see or touch what is Aoi's."""
    return CustomerFactory(
        name="株式会社カロル物流", name_kana="カロルブツリュウ", notice_email="info@karol-logistics.example"
    )


@pytest.fixture
def in_english():
    """Whoever acts reads English; letters stay Japanese."""
    with override("en"):
        yield


@pytest.fixture
def clerk(ben) -> Actor:
    """Ben as the actor of what is done."""
    return Actor.staff(ben)


@pytest.fixture
def approver(emi) -> Actor:
    """Emi as the actor of what is done."""
    return Actor.staff(emi)
