"""What staff set for the stock and for calling cards back: typed, checked at its field, told at home."""

import pytest

from sims.models import ReorderPoint, ReturnPolicy, SimProduct
from tests.console.conftest import told
from tests.factories import ReorderPointFactory, ReturnPolicyFactory, SimCardFactory, SimProductFactory
from tests.house.console import list_page, page, what_the_form_sends


@pytest.mark.clause("MA9.2")
def test_reminders_and_dunning_are_set_once_and_changed_then(may):
    address = list_page(ReturnPolicy, "add")
    sent = {**what_the_form_sends(may, address), "reminded_days_before": "3,10,3", "weeks_between": "2"}
    assert may.post(address, sent).status_code == 302
    rules = ReturnPolicy.objects.get()
    assert (rules.reminded_days_before, rules.weeks_between, rules.most_times) == ([10, 3], 2, 4)
    assert may.get(address).status_code == 403
    assert "30" in told(may.get(page(rules, "change")))
    assert "10、3" in told(may.get(list_page(ReturnPolicy)))


@pytest.mark.clause("MA9.2")
@pytest.mark.parametrize(
    ("name", "value"), [("reminded_days_before", "30"), ("reminded_days_before", "0"), ("weeks_between", "0")]
)
def test_what_cannot_be_is_told_in_words(may, name, value):
    rules = ReturnPolicyFactory()
    address = page(rules, "change")
    answer = may.post(address, {**what_the_form_sends(may, address), name: value})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert errors
    assert all(sentence.endswith(("。", ")", "）")) for each in errors.values() for sentence in each)


@pytest.mark.clause("MA8.1")
def test_a_stock_below_its_reorder_point_is_told_at_home_and_no_more_once_it_is_filled(may):
    point = ReorderPointFactory(quantity=2)
    card = {"product": point.product, "form_factor": point.form_factor}
    SimCardFactory(**card)
    SimCardFactory(product=point.product, form_factor="4ff")
    tasks = may.get("/console/?kind=stock-short").context["tasks"]
    assert [task.row.record for task in tasks] == [point]
    assert "在庫1枚、発注点2枚" in told(may.get("/console/?kind=stock-short"))
    assert "不足" in told(may.get(page(point, "change")))
    SimCardFactory(**card)
    assert may.get("/console/?kind=stock-short").context["tasks"] == []
    assert "充足" in told(may.get(list_page(ReorderPoint)))


def test_a_kind_of_card_has_one_reorder_point(may):
    point = ReorderPointFactory()
    address = list_page(ReorderPoint, "add")
    sent = {"product": point.product.pk, "form_factor": point.form_factor, "quantity": "5"}
    answer = may.post(address, {**what_the_form_sends(may, address), **sent})
    assert answer.status_code == 200
    assert "発注点はすでにあります" in told(answer)


@pytest.mark.clause("MA1")
def test_a_product_is_added_with_how_its_cards_are_numbered(may):
    address = list_page(SimProduct, "add")
    sent = {
        "code": "docomo-chip", "name": "TypeD（チップ）", "lender": "株式会社NTTドコモ", "prefixes": "898110,898111",
        "iccid_length": "20", "number_class": "m2m",
    }  # fmt: skip
    assert may.post(address, {**what_the_form_sends(may, address), **sent}).status_code == 302
    made = SimProduct.objects.get(code="docomo-chip")
    assert (made.prefixes, made.profile.length, made.profile.strict) == (["898110", "898111"], 20, True)
    wrong = may.post(address, {**what_the_form_sends(may, address), **sent, "code": "x", "prefixes": "123"})
    assert "prefixes" in wrong.context["adminform"].form.errors


def test_the_code_of_a_product_stays(may):
    product = SimProductFactory()
    address = page(product, "change")
    may.post(address, {**what_the_form_sends(may, address), "code": "other", "name": "改称"})
    kept = SimProduct.objects.get(pk=product.pk)
    assert (kept.code, kept.name) == (product.code, "改称")
