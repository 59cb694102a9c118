"""Usage on the pages of lines and customers: a picture with its figures, for whoever may see them, each look on record."""

from datetime import date, timedelta

import pytest
import time_machine

from iijiot.models import AccessEvent
from sims import importing
from tests.acts import again
from tests.console.test_export import body as all_of
from tests.console.usages import throttle
from tests.factories import FileImportFactory, NetworkPolicyFactory, UsageAlertFactory
from tests.factories.sims import LineFactory
from tests.factories.usage import GB, AlertWishFactory, ThrottlePolicyFactory, used
from tests.house.console import as_superuser, list_page, page, with_all_but
from tests.sims.test_importing import CLERK, csv_of, silent

pytestmark = pytest.mark.django_db
DAILY = "sims.view_dailyusage"
TODAY = date(2026, 11, 25)
YESTERDAY = TODAY - timedelta(1)


def words(browser, record, **query):
    """What stands on a record's page."""
    return browser.get(page(record, "change"), query).content.decode()


def looks():
    """What the access log says of figures that were looked at."""
    return list(AccessEvent.objects.filter(kind="looked").order_by("pk").values_list("detail", flat=True))


@pytest.fixture
def line():
    """A line with two gigabytes yesterday and one on the first of the month."""
    made = LineFactory()
    used([(made, YESTERDAY, 2), (made, date(2026, 11, 1), 1)])
    return made


def test_u19_the_picture_shows_the_same_figures_as_the_table_beside_it(line):
    panel = next(p for p in as_superuser().get(page(line, "change")).context["panels"] if p["anchor"] == "usage")
    chart, shown = panel["chart"], panel["newest_first"]
    assert [day.day for day in shown[:2]] == [TODAY, YESTERDAY]
    assert shown[1].told == ("200.00 MB", "1.80 GB", "2.00 GB")
    assert shown[0].told == ("—", "—", "—"), "nothing was loaded of today"
    drawn = [(bar.words, bar.kind, bar.height) for bar in chart.bars if "2026-11-24" in bar.words]
    assert drawn == [
        ("2026-11-24 2.00 GB", "is-down", chart.height(18 * GB // 10)),
        ("2026-11-24 2.00 GB", "is-up", chart.height(2 * GB // 10)),
    ]
    assert panel["months"][0] == (date(2026, 11, 1), "3.00 GB")


def test_the_picture_shows_the_threshold_and_the_days_on_which_the_line_was_held_back(line):
    ThrottlePolicyFactory()
    NetworkPolicyFactory(line=line, window_first=date(2026, 11, 18), window_last=date(2026, 11, 20),
                         from_day=date(2026, 11, 21), until_day=date(2026, 11, 23))  # fmt: skip
    panel = next(p for p in as_superuser().get(page(line, "change")).context["panels"] if p["anchor"] == "usage")
    chart = panel["chart"]
    assert chart.share == GB
    (band,) = chart.bands
    assert band.kind == "is-throttled"
    assert band.width == pytest.approx(3 * chart.step, abs=0.01)
    assert {day.day.day for day in chart.days if day.throttled} == {21, 22, 23}


def test_the_customers_page_sums_its_lines_and_names_the_heaviest(line):
    other = LineFactory(contract=line.contract)
    used([(other, YESTERDAY, 5)])
    AlertWishFactory(customer=line.contract.customer, from_percent=90)
    shown = words(as_superuser(), line.contract.customer)
    assert "7.00 GB" in shown
    assert shown.index(str(other)) < shown.index(str(line))
    assert "90" in shown


@pytest.mark.clause("G38.1")
def test_each_look_at_daily_figures_is_in_the_access_log_once_a_day(line):
    browser, customer = as_superuser(), line.contract.customer
    for _time in range(2):
        assert "usage-chart" in words(browser, line)
    assert "usage-chart" in words(browser, customer)
    told = [f"G38.1 {line.number} daily usage", f"G38.1 {customer.number} daily usage"]
    assert looks() == told
    with time_machine.travel("2026-11-26 01:00+00:00", tick=False):
        words(as_superuser(), line)
    assert looks() == [*told, told[0]]


@pytest.mark.clause("G38.1")
def test_who_may_not_see_daily_figures_sees_months_alone(line):
    browser = with_all_but(DAILY)
    for record in (line, line.contract.customer):
        shown = words(browser, record)
        assert "3.00 GB" in shown
        assert "usage-chart" not in shown
        assert "2.00 GB" not in shown
        assert "別の権限が必要です" in shown
    assert looks() == []


@pytest.mark.clause("G38.1")
@pytest.mark.parametrize("made", [throttle, UsageAlertFactory], ids=["throttle", "alert"])
def test_what_was_measured_is_in_no_column_filter_file_or_version_for_who_may_not_see_it(made):
    record = made()
    told = {4 * GB: "4.00 GB", 27 * GB // 10: "2.70 GB"}[record.measured]
    address = list_page(type(record))
    able, unable = as_superuser(), with_all_but(DAILY)
    then = {"on": "2026-11-25", "at": "23:59"}
    with time_machine.travel("2026-11-25 01:00+00:00", tick=False):
        for browser, sees in ((able, True), (unable, False)):
            told_in_full = str(record.measured)
            assert (told in words(browser, record)) is sees
            assert (told in browser.get(f"{address}?columns=measured_volume").content.decode()) is sees
            file = all_of(browser.post(f"{address}export/?columns=measured_volume", {"form": "csv"}))
            assert (told.encode() in file) is sees
            version = browser.get(page(record, "history"), then).content.decode()
            assert (f"{record.measured:,}" in version or told_in_full in version) is sees
            filtered = browser.get(f"{address}?measured__gte=1")
            assert (filtered.status_code == 200) is sees
    assert looks()


@pytest.mark.clause("G38.1")
def test_what_stands_in_a_file_of_traffic_is_for_those_who_load_such_files():
    body = csv_of(["02012345678", "2026-11-24", "123454321", "x"], header=["電話番号", "日付", "上り", "下り"])
    record = importing.take_in("u.csv", body, given={"kind": "usage"}, today=TODAY, actor=CLERK)
    importing.check(record, told=silent)
    record = again(record)
    able, unable = as_superuser(), with_all_but("sims.load_usage")
    assert "単位を付けない0以上の整数" in words(able, record)
    assert "単位を付けない0以上の整数" not in words(unable, record)
    for part in ("sent", "corrections"):
        assert b"123454321" in all_of(able.get(page(record, part)))
        assert unable.get(page(record, part)).status_code == 403
    assert b"ICCID" in all_of(unable.get(page(FileImportFactory(), "sent")))


def test_an_old_throttle_is_explained_with_its_days_and_says_where_they_were_corrected_since(line):
    held = NetworkPolicyFactory(line=line, measured=2 * GB, window_first=YESTERDAY, window_last=YESTERDAY,
                                from_day=TODAY, until_day=TODAY)  # fmt: skip
    shown = words(as_superuser(), held)
    assert "2026年11月24日（火）" in shown
    assert "その後訂正されました" not in shown
    used([(line, YESTERDAY, 1)])
    assert "その後訂正されました" in words(as_superuser(), held)


def test_versions_of_a_policy_say_until_when_each_holds():
    old = ThrottlePolicyFactory()
    ThrottlePolicyFactory(effective_on=date(2026, 12, 1))
    ThrottlePolicyFactory(own=True, effective_on=date(2026, 6, 1))
    ThrottlePolicyFactory(withdrawn=True, effective_on=date(2026, 5, 1))
    assert "2026年11月30日" in words(as_superuser(), old)
    rows = as_superuser().get(list_page(type(old))).context["cl"].result_list
    assert sorted(str(row.followed_on) for row in rows) == ["2026-12-01", "2026-12-01", "None", "None"]
