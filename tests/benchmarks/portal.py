"""The portal's pages: of the customer with most lines in the big world, and of one with a hundred thousand among a million."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from contracts.models import Account, Customer
from iijiot.actors import Actor
from iijiot.models import User
from iijiot.records import chapter
from tests.benchmarks import world
from tests.benchmarks.figures import Figure, say
from tests.benchmarks.pages import measured
from tests.browser import portal_pages
from tests.house.console import logged_in

QUERIES = 15
NAMES = """UPDATE sims_line SET label = '第' || id %% 97 || '工場 ' || id || '号機', tags = '東棟 ポンプ' || id %% 7
WHERE contract_id IN (SELECT id FROM contracts_contract WHERE customer_id = %s)"""


def figures() -> Iterator[Figure]:
    """In the big world, which is the one in use."""
    yield from of(portal_pages.reader())


def among_a_million() -> Iterator[Figure]:
    """In the world of a million lines: of the first customer, who has a tenth of them, each with a name and tags."""
    customer = Customer.objects.order_by("pk").first()
    assert customer is not None
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [customer.pk])
        say(f"Named {cursor.rowcount:,} lines of one customer.")
    world.settle()
    with chapter(actor=Actor.command("bench")):
        user = User.objects.create_user("c5000000n1", name="測定")
        account = Account(customer=customer, user=user, role="manager", must_renew_password=False)
        account.save()
    yield from of(account, " among a million lines")


def of(account: Account, where: str = "") -> Iterator[Figure]:
    """Median, worst and queries of each page."""
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["*"]
    browser = logged_in(account.user)
    for page in portal_pages.everything(account.customer):
        yield from measured(browser, page, QUERIES, where)
