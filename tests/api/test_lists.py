"""X41: what is asked of a list is what the list can be asked; nothing else is told, nothing hidden shows."""

import pytest

from iijiot.keyset import keys_of
from tests.api.test_description import OPENAPI
from tests.api.test_matrix import resource_of
from tests.api.test_reading import MAKERS, number_of
from tests.quick import quick

LISTS = sorted(
    path.removeprefix("/api/v1/")
    for path, methods in OPENAPI["paths"].items()
    if methods.get("get", {}).get("operationId", "").startswith("list_")
)
ASKED = (
    "_connector=OR", "number__regex=.*", "customer__user__password=x", "customer__notes__icontains=a",
    "customer__name__startswith=a", f"number={'x' * 10_000}", "number=%00", "number=%ff%fe", "page=1000000000",
    "offset=10", "order=?", "order=pk", "order=-customer__name", "limit=-1", "limit=1000000000", "cursor=%00",
    "cursor=eyJhIjoxfQ", "expand=history", "fields=all", "pk=1", "id=1", "search=%27",
)  # fmt: skip


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("name", LISTS)
def test_x41_what_a_list_cannot_be_asked_is_refused_by_its_name(system, name, query):
    answer = quick(lambda: system.get(f"{name}?{query}"), name)
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("name", [name for name in LISTS if name in MAKERS])
def test_x41_no_filter_tells_of_what_is_hidden(system, carols_company, name):
    make, prefix = MAKERS[name]
    stranger = f"{prefix}_{number_of(make(carols_company))}"
    parameters = OPENAPI["paths"][f"/api/v1/{name}"]["get"]["parameters"]
    for one in parameters:
        if one["in"] != "query" or one["name"] in ("cursor", "limit", "order", "expand"):
            continue
        schema = one["schema"]
        for value in schema.get("enum") or schema.get("examples") or [f"cus_{carols_company.number}"]:
            answer = system.get(f"{name}?{one['name']}={value}")
            assert answer.status_code == 200, (one["name"], value)
            assert stranger not in [record["id"] for record in answer.json()["data"]]
    assert system.get(f"{name}?customer=cus_{carols_company.number}").status_code in (200, 400)


@pytest.mark.parametrize("name", [name for name in LISTS if name in MAKERS])
def test_every_order_of_every_list_ends_in_the_primary_key(name):
    resource = resource_of(name)
    for order in resource.ORDERS.values():
        assert keys_of(resource.RECORDS.model, order)[-1].path == "pk"
