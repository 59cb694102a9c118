"""X40, ASVS 5.0 5.2: what a file is, is read from its bytes; what is none of the kinds taken is refused with a reason."""

import random
import time

import pytest
from django.core.exceptions import ValidationError

from iijiot.file_kinds import taken
from tests.papers import ATTACKS, MB, PAPERS, jpeg, packed, pdf, with_object

MOST, SECONDS = 10 * MB, 5

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_as_scanners_and_telephones_make_them_are_taken(paper):
    name, body = PAPERS[paper]
    file = taken(name, body(), MOST)
    assert file.name == name
    assert file.kind.media_type in ("application/pdf", "image/png", "image/jpeg")


@pytest.mark.parametrize("attack", ATTACKS)
def test_x40_an_attack_is_refused_in_time_with_its_reason(attack):
    name, body, why = ATTACKS[attack].name, ATTACKS[attack].body(), ATTACKS[attack].why
    began = time.thread_time()  # of the processor, so that what else the machine does is not counted
    with pytest.raises(ValidationError) as refused:
        taken(name, body, MOST)
    assert time.thread_time() - began < SECONDS
    (sentence,) = refused.value.messages
    assert why in sentence
    assert sentence.endswith(".")


def test_x40_there_are_attacks_enough():
    print(f"X40: {len(ATTACKS)} attacks")
    assert len(ATTACKS) >= 40


def test_packed_data_is_not_taken_for_what_it_looks_like_by_chance():
    """Ten megabytes of noise in each kind: what is looked for is too long to come about in them."""
    noise = random.Random(1).randbytes(9 * MB)
    picture = jpeg()
    scan = picture.index(b"\x12\xff\x00")
    for name, body in {
        "a.pdf": with_object(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise)),
        "b.pdf": packed(noise[:MB]),
        "c.jpg": picture[:scan] + noise.replace(b"\xff", b"\xff\x00") + picture[scan:],
    }.items():
        assert taken(name, body, MOST).body == body


def test_the_largest_file_is_taken_to_the_byte():
    filled = with_object(b" " * (MOST - len(with_object(b""))))
    assert len(taken("a.pdf", filled, MOST).body) == MOST


def test_a_name_is_shown_as_it_was_typed_but_in_one_form():
    assert taken("ガ.pdf", pdf(), MOST).name == "ガ.pdf"
