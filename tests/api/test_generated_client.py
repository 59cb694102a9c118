"""D12, X46: a client that is generated from the published description works with the site, without a line written by hand."""

import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from contracts.models import Application
from iijiot import clock
from tests.api.conftest import System
from tests.factories import ContractFactory, CustomerFactory

DESCRIPTION = Path(settings.BASE_DIR) / "docs/openapi.json"
NAME = "client_of_a_partner"


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Finds a module of the generated client by its name."""
    config = tmp_path / "config.yaml"
    config.write_text(f"package_name_override: {NAME}\npost_hooks: []\n")
    program = str(Path(sys.executable).with_name("openapi-python-client"))
    command = [program, "generate", "--path", str(DESCRIPTION), "--config", str(config)]
    done = subprocess.run(
        [*command, "--meta", "none", "--output-path", str(tmp_path / NAME), "--fail-on-warning"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    yield lambda module: import_module(f"{NAME}.{module}")
    for module in [module for module in sys.modules if module.partition(".")[0] == NAME]:
        del sys.modules[module]


@pytest.mark.django_db(transaction=True)
def test_d12_a_generated_client_reads_files_an_application_and_understands_a_refusal(
    live_server: Any, generated: Any, system: System, aois_company: Any
) -> None:
    contract = ContractFactory(customer=aois_company)
    with generated("client").AuthenticatedClient(base_url=live_server.url, token=system.token) as client:
        (listed,) = generated("api.contracts.list_contracts").sync(client=client).data
        assert listed.number == contract.number
        read = generated("api.contracts.get_contracts").sync(listed.id, client=client)
        assert (read.id, read.state.value, read.accepted_on) == (listed.id, contract.state, contract.accepted_on)
        theirs = f"cus_{CustomerFactory().number}"
        problem = generated("api.customers.get_customers").sync(theirs, client=client)
        assert (type(problem).__name__, problem.status, problem.code) == ("Problem", 404, "not-found")
        (customer,) = generated("api.customers.list_customers").sync(client=client).data
        (unit,) = generated("api.management_units.list_management_units").sync(client=client).data
        wanted = generated("models.application_input").ApplicationInput(
            customer=customer.id,
            management_unit=unit.id,
            service=generated("models.application_input_service").ApplicationInputService("iot"),
            start_wished_on=clock.business_day() + timedelta(days=14),
        )
        file = generated("api.applications.create_applications").sync
        made = file(client=client, body=wanted, idempotency_key="first")
        assert Application.objects.get(number=made.number).customer == aois_company
        assert file(client=client, body=wanted, idempotency_key="first").id == made.id
    assert Application.objects.count() == 1
