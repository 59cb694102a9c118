"""D06: the probes of the site as it runs for real, by plain HTTP and whatever the host; also while the database is away."""

from http.client import HTTPConnection

import pytest

from tests.guards.production import SECONDS, Site


def probe(site: Site, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """A request as an orchestrator makes it: to the process itself, by its address, without TLS."""
    http = HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    http.request("GET", path, headers={"Host": f"10.0.0.7:{site.port}", **headers})
    response = http.getresponse()
    answer = response.status, response.read().decode(), {n.lower(): v for n, v in response.getheaders()}
    http.close()
    return answer


@pytest.mark.django_db(transaction=True)
def test_the_probes_are_not_led_to_https_nor_asked_for_a_host(site: Site):
    assert probe(site, "/livez")[:2] == (200, "alive\n")
    status, told, headers = probe(site, "/readyz")
    assert (status, told.splitlines()[0]) == (200, "ready")
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert probe(site, "/console/")[0] != 200


@pytest.mark.django_db(transaction=True)
def test_the_figures_are_not_for_what_a_proxy_passes_on(site: Site):
    assert "backoffice_ready 1" in probe(site, "/metrics")[1]
    assert site.ask("/metrics").status == 403


def test_without_a_database_it_lives_and_is_not_ready(site_without_database: Site):
    assert probe(site_without_database, "/livez")[:2] == (200, "alive\n")
    status, told, _headers = probe(site_without_database, "/readyz")
    assert status == 503
    assert told == "not ready\ncause database: The database does not answer. See docs/runbook.md#database\n"
    status, told, _headers = probe(site_without_database, "/metrics")
    assert status == 200
    assert "backoffice_ready 0" in told
    assert 'backoffice_in_order{check="database"} 0' in told
