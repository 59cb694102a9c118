"""X34: passwords by ASVS 5.0, 6.2: long, of any characters, not common, not guessable; nothing else is asked."""

import gzip

import pytest
from django.contrib.auth import password_validation
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.acts import again
from tests.factories import UserFactory
from tests.factories.users import PASSWORD
from tests.house.console import as_superuser, enter, page, what_the_form_sends
from tests.login.steps import give_code, give_password, present_code, with_second_factor

WORDS = "kujira odoru yoru no umi wo watatte "
GOOD = {
    "15 characters": "kujira odoru yo",
    "64": (WORDS * 4)[:64],
    "128": (WORDS * 8)[:128],
    "1,000": (WORDS * 40)[:1000],
    "small letters alone": "kujiraodoruyorunoumi",
    "Japanese": "くじらおどるよるのうみをわたって",
    "kanji": "鯨踊夜海渡朝霧山道石段竹林雪",
    "emoji": "🐳💃🌃🌊🚢🌅🏔🛤🪨🎋❄🌕🍵🎐🦊🐟",
    "blanks at the ends": "  kujira odoru yoru  ",
    "every sign": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    "digits alone": "80417726935508",
}
GOOD["digits alone"] += "31"
GOOD["kanji"] += "月茶"
BAD = {
    "8 characters": "kujira-8",
    "14": "kujira-odoru-1",
    "company": "kujira-iij-odoru-yoru",
    "company, full width": "ｋｕｊｉｒａ　ＩＩＪ　ｏｄｏｒｕ",
    "company with signs": "kujira I.I.J odoru yoru",
    "company in kana": "くじらインターネットイニシアティブ",
    "service": "iijiot-kujira-odoru",
    "login ID": "kujira-hanako-odoru",
    "name": "くじらとおどる山本花子のよる",
    "the word itself": "MyPassword-kujira",
    "one letter": "a" * 20,
    "repeated": "kujira" * 4,
    "row of digits": "123456789012345",
    "row of keys": "qwertyuiopasdfgh",
    "alphabet": "abcdefghijklmnopq",
}


@pytest.fixture
def hanako(db):
    return UserFactory(login_id="hanako", name="山本 花子")


@pytest.mark.parametrize("password", GOOD.values(), ids=GOOD)
def test_it_is_taken_kept_whole_and_opens_the_login(hanako, password):
    seed = with_second_factor(hanako)
    browser = enter(Client(), hanako)
    sent = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = browser.post("/account/password/", sent)
    assert answer.status_code == 302, answer.context["form"].errors
    assert again(hanako).check_password(password)
    for cut in (password[:-1], password + "x", password.upper() if password.upper() != password else password[1:]):
        assert not again(hanako).check_password(cut)
    new = Client()
    assert give_password(new, "hanako", password).status_code == 302
    assert give_code(new, present_code(seed)).status_code == 302


@pytest.mark.parametrize("password", GOOD.values(), ids=GOOD)
def test_the_operators_form_keeps_it_whole_too(hanako, password):
    browser, address = as_superuser(), page(hanako, "change")
    browser.post(address, what_the_form_sends(browser, address) | {"new_password": password})
    assert again(hanako).check_password(password)


@pytest.mark.parametrize("password", BAD.values(), ids=BAD)
def test_it_is_refused_with_a_reason_and_not_shown_again(hanako, password):
    browser = enter(Client(), hanako)
    answer = browser.post("/account/password/", {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert answer.context["form"].errors["password1"]
    assert f'value="{password}"' not in answer.content.decode()
    assert again(hanako).check_password(PASSWORD)


def test_the_most_common_three_thousand_are_refused(hanako):
    with gzip.open(str(CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH), "rt", encoding="utf-8") as file:
        common = [line.strip() for line in file]
    taken = []
    for word in common[:3000]:
        try:
            validate_password(word, hanako)
        except ValidationError:
            continue
        taken.append(word)
    print(f"X34: {len(common):,} on the list, 3,000 tried, {len(GOOD)} good and {len(BAD)} bad ones")
    assert len(common) > 15_000
    assert taken == []


def test_nothing_is_asked_of_its_composition_and_no_change_is_forced():
    names = [type(validator).__name__ for validator in password_validation.get_default_password_validators()]
    assert "NumericPasswordValidator" not in names
    assert sorted(names) == [
        "CommonPasswordValidator", "ContextWordValidator", "MinimumLengthValidator", "PatternValidator",
        "UserAttributeSimilarityValidator",
    ]  # fmt: skip


def test_pasting_and_password_managers_work(hanako):
    told = (
        enter(Client(), hanako).get("/account/password/").content.decode()
        + Client().get("/account/login/").content.decode()
    )
    for wanted in ('autocomplete="new-password"', 'autocomplete="current-password"', 'autocomplete="username"'):
        assert wanted in told
    assert "onpaste" not in told
    assert "maxlength" not in told.partition('id="id_password1"')[0].rpartition("<input")[2]
