"""The lines of very many contracts, set-based: as the contracts went, each with its card and address, and their history."""

from typing import Any

from iijiot import clock, roles
from iijiot.loading import everything_counted, unindexed
from iijiot.records import chapter
from iijiot.worlds import Told, clerk
from sims.demo.history import AT, MANY, By, OfContract, Version, fill, remember
from sims.models import AddressUse, IpPool, Line, SimCard, SimProduct

FIRST = 1_000_000
"""Where the made-up numbers of these cards begin: those of the stories come before."""
PREFIX_SUM = 28
"""What the digits of the prefix give to the check digit."""
FORM_FACTORS = "(ARRAY['3ff', '4ff', 'mff2'])[1 + many.contract_id % 3]"

CONTRACTS = """
CREATE TEMPORARY TABLE many ON COMMIT DROP AS
SELECT contract.id AS contract_id, contract.quantity, contract.state, contract.accepted_on, contract.ends_on,
    contract.ends_under, contract.billing_starts_on AS starts_on, made.state <> 'accepted' AS taken_over,
    contract.billing_starts_on IS NOT NULL AND contract.state <> 'accepted' AS is_equipped,
    sum(contract.quantity) OVER (ORDER BY contract.accepted_on, contract.id) - contract.quantity AS before, {made}, {ended}
FROM contracts_contract contract
JOIN (SELECT DISTINCT ON (id) * FROM contracts_historicalcontract ORDER BY id, history_id) made ON made.id = contract.id
LEFT JOIN (
    SELECT DISTINCT ON (id) * FROM contracts_historicalcontract WHERE state = 'ended' ORDER BY id, history_id
) ended ON ended.id = contract.id
WHERE contract.service_code = 'mobile-access' AND NOT EXISTS (SELECT FROM sims_line line WHERE line.contract_id = contract.id)
"""
TOLD = ("date", "user_id", "change_reason", "actor_kind", "actor", "chapter")
LINES = "many, generate_series(1, many.quantity) n"
WITH_LINES = "sims_line row JOIN many ON many.contract_id = row.contract_id"
OF_LINES = "{} row JOIN sims_line line ON line.id = row.line_id JOIN many ON many.contract_id = line.contract_id"
EQUIPPED = "sims_line line JOIN many ON many.contract_id = line.contract_id WHERE many.is_equipped"
PAUSED = "(many.before + n) % 60 = 7 AND many.starts_on < DATE '{today}' - 10"
STATE = f"""
CASE WHEN many.state = 'ended' THEN 'ended' WHEN NOT many.is_equipped THEN 'ordered' WHEN {PAUSED} THEN 'paused' ELSE 'active' END
"""
SCATTERED = "md5(line.id::text)"
"""The order in which an index of overlaps grows quickly: address after address, each part of it overlaps the next."""
BACK = "many.ends_on + 3 + (line.id % 25)::int"


def equip(seed: int, told: Told) -> None:
    """Lines for all Mobile Access contracts that have none yet, with cards and addresses, as they would be today."""
    today = clock.business_day()
    columns = {
        name: ", ".join(f"{name}.history_{what} AS {name}_{what}" for what in TOLD) for name in ("made", "ended")
    }
    MANY.ask(CONTRACTS.format(**columns))
    MANY.ask("ANALYZE {staged}")
    [(lines,)] = MANY.ask("SELECT coalesce(sum(quantity), 0)::int FROM {staged}")
    if not lines:
        return
    base = _reserved(Line, lines)
    with unindexed(Line, SimCard, AddressUse):
        for done, step in enumerate((_lines, _cards, _addresses), 1):
            step(seed, {"base": base, "today": f"{today:%Y-%m-%d}"})
            told(done / 4)
    everything_counted()
    told(1)


def _lines(seed: int, known: dict[str, Any]) -> None:
    number = f"{FIRST} + many.before + n"
    runs = "many.is_equipped"
    fill(
        Line,
        {
            "id": f"{known['base']} + many.before + n - 1",
            "number": f"'L' || lpad(({known['base']} + many.before + n - 1)::text, 7, '0')",
            "contract_id": "many.contract_id",
            "msisdn": f"CASE WHEN {runs} THEN '0201' || lpad(({number})::text, 7, '0') ELSE '' END",
            "ordered_on": "many.accepted_on",
            "billing_starts_on": f"CASE WHEN {runs} THEN many.starts_on END",
            "activated_on": f"CASE WHEN {runs} THEN many.starts_on END",
            "ends_on": "CASE WHEN many.state = 'ended' THEN many.ends_on END",
            "ends_under": "CASE WHEN many.state = 'ended' THEN many.ends_under ELSE '' END",
            "state": STATE.format(today=known["today"]),
        },
        LINES,
    )
    stock, desk = clerk(roles.STOCK), clerk(roles.DESK)
    goes_on = {"ends_on": "NULL", "ends_under": "''"}
    as_ordered = {"billing_starts_on": "NULL", "activated_on": "NULL", "state": "'ordered'", **goes_on}
    begun = "CASE WHEN many.taken_over THEN {} ELSE {} END"
    first = {name: begun.format(f"row.{name}", value) for name, value in as_ordered.items()}
    running = {**goes_on, "state": "'active'"}
    new, runs = "NOT many.taken_over", "many.is_equipped"
    state = {
        "state": "CASE WHEN NOT many.taken_over THEN 'ordered' WHEN row.state = 'paused' THEN 'paused' ELSE 'active' END"
    }
    remember(
        Line,
        [
            Version(
                OfContract("made", "'MA8.1'"), {**first, **goes_on, **state, "msisdn": begun.format("row.msisdn", "''")}
            ),
            Version(
                By(stock, _at("many.accepted_on + 1", "10:00"), "assign", "'MA8.1'"), as_ordered, f"{new} AND {runs}"
            ),
            Version(By(stock, _at("many.starts_on", "10:00"), "activate", "'G3'"), running, f"{new} AND {runs}"),
            Version(
                By(desk, _at(f"DATE '{known['today']}' - 5", "11:00"), "pause", "'MA8.2'", "季節休業（見本）"),
                {},
                f"{new} AND row.state = 'paused'",
            ),
            Version(OfContract("ended", "row.ends_under"), {}, "row.state = 'ended'"),
        ],
        WITH_LINES,
        seed,
    )


def _cards(seed: int, known: dict[str, Any]) -> None:
    n = f"{FIRST} + line.id - {known['base']} + 1"
    ended, is_back = "line.state = 'ended'", f"{BACK} <= DATE '{known['today']}'"
    fill(
        SimCard,
        {
            "iccid": f"'898110' || lpad(({n})::text, 12, '0') || {check_digit(n)}",
            "imsi": f"'44010' || lpad(({n})::text, 10, '0')",
            "msisdn": "line.msisdn",
            "product_id": str(SimProduct.objects.get(code="docomo-m2m").pk),
            "form_factor": FORM_FACTORS,
            "received_on": "many.accepted_on",
            "delivery": "'MIHON-' || to_char(many.accepted_on, 'YYYYMMDD')",
            "line_id": "line.id",
            "assigned_on": "many.accepted_on + 1",
            "lent_on": "many.accepted_on + 2",
            "shipment": "'MIHON-' || many.contract_id",
            "due_back_on": f"CASE WHEN {ended} THEN many.ends_on + 30 END",
            "over_on": f"CASE WHEN {ended} AND {is_back} THEN {BACK} END",
            "returned_from": f"CASE WHEN {ended} AND {is_back} THEN 'due-back' ELSE '' END",
            "state": f"CASE WHEN NOT {ended} THEN 'on-loan' WHEN {is_back} THEN 'returned' ELSE 'due-back' END",
        },
        f"{EQUIPPED} ORDER BY line.id",
    )
    stock, new = clerk(roles.STOCK), "NOT many.taken_over"
    lent = {"due_back_on": "NULL::date", "over_on": "NULL::date", "returned_from": "''", "state": "'on-loan'"}
    awaited = {"over_on": "NULL", "returned_from": "''", "state": "'due-back'"}
    assigned = {**lent, "lent_on": "NULL", "shipment": "''", "state": "'assigned'"}
    in_stock = {**assigned, "line_id": "NULL", "assigned_on": "NULL", "state": "'in-stock'"}
    begun = "CASE WHEN many.taken_over THEN {} ELSE {} END"
    taken = {name: begun.format(lent.get(name, f"row.{name}"), value) for name, value in in_stock.items()}
    day = "many.accepted_on"
    remember(
        SimCard,
        [
            Version(By(stock, _at(day, "09:30"), "receive", "'MA1'"), taken),
            Version(By(stock, _at(f"{day} + 1", "10:00"), "assign", "'MA8.1'"), assigned, new),
            Version(By(stock, _at(f"{day} + 2", "10:00"), "ship", "'MA1'"), {**lent, "state": "'shipped'"}, new),
            Version(By(stock, _at(f"{day} + 3", "09:50"), "arrive", "'MA1'"), lent, new),
            Version(OfContract("ended", "'MA9.2'"), awaited, "line.state = 'ended'"),
            Version(By(stock, _at("row.over_on", "15:00"), "take-back", "'MA9.2'"), {}, "row.state = 'returned'"),
        ],
        OF_LINES.format("sims_simcard"),
        seed,
    )


def _addresses(seed: int, known: dict[str, Any]) -> None:
    with chapter(actor=clerk(roles.OPERATOR), reason="アドレスの準備", clause="MA5.2"):
        pool = IpPool(name="見本プール（大口）", network="10.128.0.0/9")
        pool.save()
    since = _at("many.starts_on", "10:00")
    fill(
        AddressUse,
        {
            "line_id": "line.id",
            "pool_id": str(pool.pk),
            "address": f"'0.0.0.0'::inet + {pool.first} + (line.id - {known['base']})",
            "since": since,
            "until": f"CASE WHEN line.state = 'ended' THEN {_at('many.ends_on + 1', '00:00')} END",
        },
        f"{EQUIPPED} ORDER BY {SCATTERED}",
    )
    remember(
        AddressUse,
        [
            Version(By(clerk(roles.STOCK), since, "activate", "'MA5.2'"), {"until": "NULL"}),
            Version(OfContract("ended", "'MA5.2'"), {}, "line.state = 'ended'"),
        ],
        f"{OF_LINES.format('sims_addressuse')} AND row.pool_id = {pool.pk}",
        seed,
    )


def _at(day: str, time: str) -> str:
    return AT.format(day=day, time=time)


def check_digit(n: str) -> str:
    """The SQL of the check digit of an ICCID: every other digit of the number counts double, from the last on (Luhn)."""
    digits = [f"(({n}) / {10**place} % 10)" for place in range(12)]
    summed = [
        f"{d} * 2 - CASE WHEN {d} > 4 THEN 9 ELSE 0 END" if not place % 2 else d for place, d in enumerate(digits)
    ]
    return f"(10 - ({PREFIX_SUM} + {' + '.join(summed)}) % 10) % 10"


def _reserved(model: Any, many: int) -> int:
    """The first of so many keys, which nobody else gets."""
    taken = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id FROM generate_series(1, %s)"
    [(first,)] = MANY.ask(f"SELECT min(id) FROM ({taken}) taken", [model._meta.db_table, many])
    return int(first)
