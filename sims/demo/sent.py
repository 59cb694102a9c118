"""Files that the host carrier is imagined to have sent: a delivery with mistakes, corrected traffic, its own list of cards."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from stdnum import luhn

from contracts.demo.life import Story
from contracts.demo.office import Office
from iijiot import roles
from iijiot.models import User
from iijiot.records import fresh
from iijiot.worlds import clerk
from sims import importing, reconciling
from sims.models import DailyUsage, Difference, FileImport, SimCard, SimProduct
from sims.models.file_import import Kind, Mode

PREFIX = "898110777"
MANY = 40


def arrive(office: Office) -> Story:
    """Files in every state: one broken off, one called off, one that waits for a word, one loaded, one on its way."""
    yield -9
    product = SimProduct.objects.get(code="docomo-m2m")
    broken = delivery(100) + b'"8981'
    look(send("納品明細_MIHON-0398.csv", broken, {"kind": Kind.CARDS, **whole(product, office, "0398")}, office.day))
    twice = send(
        "納品明細_MIHON-0399.csv", delivery(200), {"kind": Kind.CARDS, **whole(product, office, "0399")}, office.day
    )
    importing.cancel(look(twice), actor=clerk(roles.STOCK))
    yield -5
    lender = {"kind": Kind.LENDER, "lender": product.lender, "grace": 14}
    load(look(send(f"貸与台帳_{office.day:%Y%m}.csv", ledger(product), lender, office.day)))
    yield -2
    differences = list(Difference.objects.open()[:2])
    reconciling.settle(differences, note="貸与台帳の記載漏れを確認（見本）", on=office.day, actor=clerk(roles.STOCK))
    yield -1
    mistaken = {"kind": Kind.CARDS, **whole(product, office, "0412")}
    look(send("納品明細_MIHON-0412.csv", delivery(1, mistakes=True), mistaken, office.day))
    late = corrected(office.on(-2))
    load(look(send(f"通信量訂正_{office.day:%Y%m%d}.csv", late, {"kind": Kind.USAGE}, office.day)))
    yield 0
    under_way = {"kind": Kind.CARDS, **whole(product, office, "0413")}
    begin(look(send("納品明細_MIHON-0413.csv", delivery(300), under_way, office.day)))
    new = {"kind": Kind.CARDS, **whole(product, office, "0414")}
    importing.take_in(
        "納品明細_MIHON-0414.csv",
        delivery(400),
        given=new,
        today=office.day,
        actor=clerk(roles.STOCK),
        user=storekeeper(),
    )


def whole(product: SimProduct, office: Office, note: str) -> dict[str, Any]:
    """What holds for all cards of a delivery."""
    return {"product": product, "form_factor": "4ff", "received_on": office.day, "delivery": f"MIHON-納品-{note}"}


def delivery(first: int, *, mistakes: bool = False) -> bytes:
    """Cards; with mistakes three rows need a correction: a number rounded by a spreadsheet, one twice, one too short."""
    rows = [[number(n), f"44010777{n:07d}", f"0201777{n:04d}"] for n in range(first, first + MANY)]
    if not mistakes:
        return table(["ICCID", "IMSI", "電話番号"], rows)
    rows[7][0] = "8.98111E+18"
    rows[12] = list(rows[11])
    rows[20][0] = rows[20][0][:-2]
    return table(["ICCID", "IMSI", "電話番号"], rows)


def corrected(day: date) -> bytes:
    """Figures of some lines that were counted a tenth too high."""
    found = DailyUsage.objects.on([day]).heaviest().select_related("line")[:MANY]
    rows = [[used.line.msisdn, day, used.up * 9 // 10, used.down * 9 // 10] for used in found if used.line.msisdn]
    return table(["電話番号", "利用日", "上り", "下り"], rows)


def ledger(product: SimProduct) -> bytes:
    """Our cards as the carrier lists them: without three of them, with two that we do not know, one day far off."""
    cards = SimCard.objects.lent_by(product.lender).order_by("pk").values_list("iccid", "received_on")
    rows: list[list[Any]] = [[iccid, "貸与中", received_on, ""] for iccid, received_on in cards[3:]]
    rows[0][2] -= timedelta(60)
    rows[1][1:] = ["返還済", rows[1][2], rows[1][2] + timedelta(10)]
    unknown = [[number(9000 + n), "貸与中", rows[2][2], ""] for n in range(2)]
    return table(["ICCID", "状態", "貸与日", "返還日"], [*rows, *unknown])


def number(n: int) -> str:
    """A made-up ICCID with a right check digit."""
    base = f"{PREFIX}{n:09d}"
    return base + luhn.calc_check_digit(base)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV as Japanese spreadsheets write it."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([header, *rows])
    return written.getvalue().encode("cp932")


def send(name: str, body: bytes, given: dict[str, Any], today: date) -> FileImport:
    """The file on record."""
    user = storekeeper()
    return importing.put_on_record(name, body, given=given, today=today, actor=clerk(roles.STOCK), user=user)


def storekeeper() -> User:
    """Who sends them."""
    return User.objects.get(login_id=roles.STOCK)


def look(record: FileImport) -> FileImport:
    """The file as it was found."""
    importing.check(record, told=silent)
    return fresh(record)


def load(record: FileImport) -> None:
    """All of it."""
    plan = importing.plan_loading(record, mode=Mode.ALL, takes_doubtful=False)
    importing.carry_out(importing.confirm(plan, actor=clerk(roles.STOCK)), told=silent)


def begin(record: FileImport) -> None:
    """Say that all of it is to be loaded, which a worker does."""
    importing.load(importing.plan_loading(record, mode=Mode.ALL, takes_doubtful=False), actor=clerk(roles.STOCK))


def silent(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""
