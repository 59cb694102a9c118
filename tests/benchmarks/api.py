"""Lists of the API with a million lines: a page of a hundred against its plain SQL, and the deep end against the first."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract, Customer
from iijiot.actors import Actor
from iijiot.keyset import cursor, keys_of
from iijiot.records import chapter
from sims.models import Line
from tests.benchmarks.figures import Figure, timed
from tests.factories.partners import GrantFactory, PartnerFactory, bearer, issued, token_of

ROWS, TIMES, GRANTED = 100, 30, 100
RATIO, DEEP = 8, 1.5
"""How many times its SQL a page may take, and how many times the first page one deep in the list."""


@dataclass(frozen=True)
class Reader:
    """A partner's system that reads lists."""

    token: str
    client: Client

    def get(self, name: str, after: str = "") -> Any:
        """A page of a hundred. Raises SystemExit when it does not answer."""
        asked = {"limit": str(ROWS), **({"cursor": after} if after else {})}
        answer = self.client.get(f"/api/v1/{name}", asked, **bearer(self.token))
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status_code} {answer.content[:500]!r}")
        return answer.json()


def figures() -> Iterator[Figure]:
    """Lines and contracts, in the database at hand."""
    customers = list(Contract.objects.order_by("pk").values_list("customer", flat=True).distinct()[:GRANTED])
    with chapter(actor=Actor.command("bench")):
        partner = PartnerFactory()
        for customer in set(customers):
            GrantFactory(partner=partner, customer=Customer.objects.get(pk=customer))
    reader = Reader(token_of(issued(partner).key), Client())
    for name, model in (("lines", Line), ("contracts", Contract)):
        yield from of_list(reader, name, model, partner.customers())


def of_list(reader: Reader, name: str, model: Any, customers: list[int]) -> Iterator[Figure]:
    """The figures of one list: the first page, and one nine tenths of the way down."""
    with CaptureQueriesContext(connection) as asked:
        reader.get(name)
    page = max((query["sql"] for query in asked.captured_queries if f"LIMIT {ROWS + 1}" in query["sql"]), key=len)
    first, floor = typical(lambda: reader.get(name)), typical(lambda: rows_of(page))
    yield Figure.against(f"API, the first {ROWS} of {model.objects.count():,} {name}", first, "s", floor, RATIO)
    visible = model.objects.of_customer(customers).order_by("number")
    deep = visible.values("pk", "number")[visible.count() * 9 // 10]
    after = cursor(keys_of(model, ["number"]), deep)
    yield Figure.against(
        f"API, {ROWS} {name} deep in the list", typical(lambda: reader.get(name, after)), "s", first, DEEP
    )


def typical(act: Callable[[], Any]) -> float:
    """The median of some times, in seconds: a page is done in less than the database's own clock of work can tell."""
    return statistics.median(timed(act) for _time in range(TIMES))


def rows_of(sql: str) -> list[Any]:
    """The rows of a plain statement."""
    with connection.cursor() as plain:
        plain.execute(sql)
        return list(plain.fetchall())
