"""X53: when something fails, people read a sentence with a number, the log has the trace, and nothing is half written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from contracts.models import Application, Customer
from iijiot import roles
from iijiot.log_lines import JsonLines, Stamp
from iijiot.models import User
from tests.factories import ApplicationFactory, CustomerFactory, UserFactory
from tests.guards.production import Site
from tests.house.console import logged_in, what_the_form_sends

FULL = Path("/dev/full")
NUMBER = re.compile(r"照会番号 ([2-9A-Z]{4}-[2-9A-Z]{4})")
FILLS_THE_DISK = """
CREATE FUNCTION fill_the_disk() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    COPY (SELECT repeat('x', 100000)) TO '/dev/full';
    RETURN NULL;
END $$;
CREATE TRIGGER fill_the_disk AFTER INSERT ON contracts_historicalcustomer
FOR EACH ROW EXECUTE FUNCTION fill_the_disk();
CREATE TRIGGER fill_the_disk AFTER INSERT ON contracts_historicaldocumentrequest
FOR EACH ROW EXECUTE FUNCTION fill_the_disk();
"""


@pytest.fixture
def desk(transactional_db: None) -> Client:
    """Ben's browser; an error of the site is answered, not raised into the test."""
    ben: User = UserFactory(login_id="ben", name="辺 べん", groups=[roles.DESK])
    browser = logged_in(ben)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def customer(transactional_db: None) -> Customer:
    """A customer with one row of history."""
    return CustomerFactory(name="前の名前株式会社")


@pytest.fixture
def application(transactional_db: None) -> Application:
    """An application that is being screened."""
    return ApplicationFactory()


def other_connection(user: str) -> psycopg.Connection[Any]:
    """A connection of its own to the test database."""
    params = connection.get_connection_params()
    address = {"host": params["host"], "user": user}
    return psycopg.connect(dbname=params["dbname"], autocommit=True, **address)


@pytest.fixture
def full_disk(customer: Customer, application: Application) -> Iterator[None]:
    """A server whose disk is full when the history of a form or of a dialog is written: PostgreSQL's own error."""
    if not FULL.exists():
        pytest.skip("This system has no /dev/full.")
    with other_connection("postgres") as superuser:
        superuser.execute(FILLS_THE_DISK)
        yield
        superuser.execute("DROP FUNCTION fill_the_disk() CASCADE")


def renamed(browser: Client, customer: Customer) -> Any:
    """The answer to a change of the customer's name."""
    address = f"/console/contracts/customer/{customer.pk}/change/"
    sent = what_the_form_sends(browser, address)
    return browser.post(address, sent | {"name": "後の名前株式会社", "change_reason": "改称"})


def number_on(response: Any, log: str) -> str:
    """The number that the page shows, which header and log have too; the page shows nothing of the error."""
    page = response.content.decode()
    (number,) = NUMBER.findall(page)
    assert response.headers["X-Request-ID"] == number
    assert number in log
    assert "Traceback" in log
    for inner in ("Traceback", "psycopg", "Error", "/work/", "SELECT"):
        assert inner not in page
    return str(number)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """The log as its lines are written for real."""
    stamp = Stamp()
    caplog.handler.addFilter(stamp)
    caplog.handler.setFormatter(JsonLines())
    yield caplog
    caplog.handler.removeFilter(stamp)


def as_before(customer: Customer) -> bool:
    """Whether nothing of the customer was written."""
    now = Customer.objects.get(pk=customer.pk)
    return now.name == "前の名前株式会社" and now.history.count() == 1


def test_x53_a_full_disk_is_503_and_nothing_is_half_written(desk, customer, full_disk, log):
    response = renamed(desk, customer)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "データベースが応答しないか、書き込めません" in response.content.decode()
    number_on(response, log.text)
    assert "DiskFull" in log.text
    assert as_before(customer)


def test_x53_a_full_disk_at_a_dialog_is_503_and_the_act_is_not_done(desk, application, full_disk, log):
    address = f"/console/contracts/application/{application.pk}/do/ask-documents/"
    version = desk.get(address).context["version"]
    response = desk.post(address, {"step": "confirm", "documents": "登記事項証明書", "version": version})
    assert response.status_code == 503
    number_on(response, log.text)
    assert Application.objects.get(pk=application.pk).state == application.state
    assert application.history.count() == 1
    assert not application.document_requests.exists()


def test_x53_somebody_elses_lock_is_503_after_the_limit(desk, customer, log):
    with other_connection("iijiot_app") as other, other.transaction():
        other.execute("SELECT 1 FROM contracts_customer WHERE id = %s FOR UPDATE", [customer.pk])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        response = renamed(desk, customer)
    assert response.status_code == 503
    assert "ほかの人が同じ記録を変更中" in response.content.decode()
    number_on(response, log.text)
    assert as_before(customer)
    connection.close()
    assert renamed(desk, customer).status_code == 302


@pytest.mark.urls("tests.guards.urls")
def test_x53_what_nobody_foresaw_is_500_with_a_number(desk, log):
    response = desk.get("/unforeseen/")
    assert response.status_code == 500
    assert "処理できませんでした" in response.content.decode()
    number_on(response, log.text)
    assert "ZeroDivisionError" in log.text


@pytest.mark.parametrize("path", ["/", "/console/", "/console/login/", "/console/contracts/customer/", "/nothing/"])
def test_x53_without_a_database_every_page_is_503_in_japanese(site_without_database: Site, path: str):
    answer = site_without_database.ask(path, session="x" * 32)
    assert answer.status == 503
    assert '<html lang="ja">' in answer.body
    assert "ただいまご利用いただけません" in answer.body
    assert answer.headers["retry-after"] == "30"
    (number,) = NUMBER.findall(answer.body)
    assert answer.headers["x-request-id"] == number
    log = site_without_database.log.read_text()
    assert any(number in line and "ERROR" in line for line in log.splitlines())
    assert "Traceback" not in answer.body


def test_the_failure_pages_stylesheet_needs_no_database(site_without_database: Site):
    page = site_without_database.ask("/nothing/").body
    (address,) = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert site_without_database.ask(address).status == 200
    assert "<style" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_a_form_without_its_token_says_what_to_do(customer):
    browser = Client(enforce_csrf_checks=True)
    response = browser.post("/console/login/", {"username": "ben"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "もう一度開いて" in page
    assert NUMBER.search(page)


def test_the_failure_pages_speak_the_language_that_was_picked(db):
    browser = Client()
    browser.cookies["django_language"] = "en"
    assert "There is nothing at this address" in browser.get("/nothing/").content.decode()
    assert "この場所には何もない" in Client().get("/nothing/").content.decode()
