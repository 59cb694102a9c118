"""Every page of the portal, its plans, and what it says of a form that is wrong: for everybody (U12, U09)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contracts.models import Account
from iijiot import clock
from tests.browser.steps import follow, type_in, violations
from tests.browser.test_every_page import AXE, RULES, RUN, TOO_WIDE, UNREACHABLE
from tests.browser.test_forms import LAYOUT
from tests.factories.usage import used
from tests.factories.worlds import House

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRICT = "script-src 'self'"
SIZES: tuple[Any, ...] = ({"width": 320, "height": 640}, {"width": 360, "height": 740}, {"width": 1366, "height": 900})
WITHOUT_ANYTHING = (
    "apply", "more_lines", "fewer_lines", "hand_in", "condition", "report_card", "change_particulars", "invite", "user",
    "stolen",
)  # fmt: skip
"""Pages that refuse a form in which nothing is filled in."""


def findings(page: Page, address: str) -> list[str]:
    """Everything that is wrong with one page."""
    answer = page.goto(address)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    found = [] if STRICT in policy and "unsafe" not in policy else [f"another policy: {policy}"]
    page.evaluate(AXE)
    found += page.evaluate(RUN, RULES)
    page.keyboard.press("Tab")
    found += page.evaluate(UNREACHABLE)
    for form in page.locator("main form[method=post]").all():
        found += form.evaluate(LAYOUT)
    for size in SIZES:
        page.set_viewport_size(size)
        if over := page.evaluate(TOO_WIDE):
            found.append(f"{over} px too wide for a window of {size['width']}")
        if size["width"] == SIZES[0]["width"]:
            found += [f"narrow: {wrong}" for wrong in page.evaluate(RUN, RULES)]
    return [*found, *violations(page)]


SIDEWAYS = """
[...document.querySelectorAll("main *")].filter(
  part => part.scrollWidth > part.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(part).overflowX)
).map(part => `${part.className} ${part.ariaLabel ?? ""}: ${part.scrollWidth} px in ${part.clientWidth}`)
"""
"""What has to be moved sideways to be seen."""


def narrow(page: Page) -> list[str]:
    """What is wrong with what a form was answered by, in a narrow window."""
    page.evaluate(AXE)
    found = [*page.evaluate(RUN, RULES)]
    for form in page.locator("main form[method=post]").all():
        found += form.evaluate(LAYOUT)
    if over := page.evaluate(TOO_WIDE):
        found.append(f"{over} px too wide")
    return [*found, *violations(page)]


def plans(page: Page, world: House) -> Iterator[tuple[str, list[str]]]:
    """What each act would do, shown before it is done; and the same page when the password is missing."""
    day = (clock.business_day() + timedelta(days=40)).isoformat()
    lines, unit = world.mobile_access.number, world.iot.management_unit
    for name, address, typed in (
        ("end", f"contracts/{world.iot.number}/end/", {}),
        ("fewer lines", f"contracts/{lines}/fewer-lines/", {"effective_on": day, "how_many": "1"}),
        ("more lines", f"contracts/{lines}/more-lines/", {"quantity": "2", "start_wished_on": day}),
        ("apply", "applications/new/", {"start_wished_on": day, "management_unit": str(unit.pk)}),
    ):
        page.goto(f"/portal/{address}")
        if name == "apply":
            page.locator("[name=services]").first.check()
        type_in(page, **typed)
        follow(page, page.locator("[type=submit][value=preview]"))
        expect(page.locator("[type=submit][value=confirm]")).to_be_visible()
        yield f"plan of {name}", narrow(page)
        if page.locator("[name=password]").count():
            follow(page, page.locator("[type=submit][value=confirm]"))
            expect(page.locator("#errors a[href='#id_password']")).to_be_visible()
            expect(page.locator("[name=password]")).to_be_visible()
            yield f"plan of {name} without a password", narrow(page)


def refusals(page: Page, every_page: dict[str, str], world: House) -> Iterator[tuple[str, list[str]]]:
    """What is said of each form in which nothing is filled in."""
    with_lines = {"more_lines": f"/portal/contracts/{world.mobile_access.number}/more-lines/"}
    for name in WITHOUT_ANYTHING:
        page.goto(with_lines.get(name) or every_page[name])
        form = page.locator("main form[method=post]").first
        for field in form.locator(
            "input:visible:not([type=radio], [type=checkbox], [type=file]), textarea:visible"
        ).all():
            field.fill("")
        follow(page, form.locator("[type=submit]").first)
        expect(page.locator("#errors")).to_be_visible()
        yield f"{name}, refused", narrow(page)


@pytest.mark.long
@pytest.mark.parametrize(("language", "scheme"), [("ja", "light"), ("en", "dark")])
def test_every_page_of_the_portal_is_for_everybody(
    let_in: Callable[..., Page],
    manager: Account,
    every_page: dict[str, str],
    world: House,
    language: str,
    scheme: str,
) -> None:
    """U12, U09: axe, the policy, the keyboard, forms in one column, 320 and 360 px."""
    page = let_in(manager, language, color_scheme=scheme)
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(f"{page.url} {error}"))
    found = {name: problems for name, address in every_page.items() if (problems := findings(page, address))}
    print(f"{len(every_page)} pages")
    assert len(every_page) >= 30
    page.set_viewport_size(SIZES[0])
    answered = [*plans(page, world), *refusals(page, every_page, world)]
    assert len(answered) == 6 + len(WITHOUT_ANYTHING)
    found |= {name: problems for name, problems in answered if problems}
    assert not found, "\n".join(f"{name} {problem}" for name, problems in found.items() for problem in problems)
    assert not told, "\n".join(told)


def test_usage_is_read_on_a_telephone_without_moving_it_sideways(
    let_in: Callable[..., Page], manager: Account, world: House
) -> None:
    """One picture of the two is shown; its signs are no smaller than 11 px, and the table behind it fits, too."""
    today = clock.business_day()
    line = world.mobile_access.lines.order_by("pk")[0]
    used([(line, today - timedelta(days=back), 999.9 + back) for back in range(1, 31)])
    page = let_in(manager)
    page.goto(f"/portal/lines/{line.number}/")
    page.locator("#usage ~ details summary").click()
    for size in SIZES:
        page.set_viewport_size(size)
        picture = page.locator(".usage-chart:visible")
        expect(picture).to_have_count(1)
        height = picture.evaluate("chart => chart.querySelector('.is-tick').getBoundingClientRect().height")
        assert height >= 11, size
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] <= size["width"]
        assert page.evaluate(SIDEWAYS) == [], size
        assert page.evaluate(TOO_WIDE) == 0, size
