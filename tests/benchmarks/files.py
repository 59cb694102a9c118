"""Loading files: a delivery of 100,000 cards, checked and with history, against the bare COPY of the same rows."""

import io
import json
import os
import subprocess
import sys
import time
from datetime import date

from tests.benchmarks.figures import Figure, say

CARDS = int(os.environ.get("BENCH_CARDS", "100000"))
RUNS = 3
DAY = date(2026, 11, 25)


def loading() -> list[Figure]:
    """The time against the floor, and the peak memory of a process that does nothing else."""
    say(f"Loading {CARDS:,} cards …")
    printed = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.files"], capture_output=True, text=True, check=False
    )
    if printed.returncode:
        raise SystemExit(printed.stderr)
    told = json.loads(printed.stdout.splitlines()[-1])
    name = f"import of {CARDS:,} cards, checked, with history, to the bare COPY"
    return [
        Figure.against(name, told["seconds"], "s", told["bare"], limit=2.5),
        Figure("its peak memory", told["peak"], "MiB", None, None, 300),
        Figure("only looking at the same file", told["looking"], "s"),
    ]


def main() -> None:
    """In a process of its own: prints one line of JSON. Nothing stays in the database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iijiot.settings")
    django.setup()
    from django.db import connection, transaction

    from iijiot.actors import Actor
    from iijiot.database_roles import as_owner
    from iijiot.records import chapter
    from sims import surveying
    from sims.models import SimProduct
    from tests.benchmarks.child import peak_memory
    from tests.factories.sims import iccid, msisdn

    product = SimProduct.objects.get(code="docomo-m2m").pk
    # Numbers that end in four noughts look rounded, and would be asked about.
    numbers = [n for n in range(CARDS + CARDS // 500) if n % 1000][:CARDS]
    cards = [(iccid(n), f"44010{n:010d}", msisdn(n)) for n in numbers]
    body = ("ICCID,IMSI,電話番号\r\n" + "".join(f"{','.join(card)}\r\n" for card in cards)).encode()
    line = f"\t{product}\t4ff\t2026-11-25\tD\t\\N\t0\t\\N\t\\N\t\t\\N\t\\N\tin-stock\n"
    copied = "".join("\t".join(card) + line for card in cards)
    given = surveying.Given(
        "cards", DAY, product_id=product, form_factor="4ff", received_on=DAY, delivery="D", file=None
    )
    actor = Actor.command("bench")

    def bare() -> None:
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(copied)

    def load(takes: surveying.Taken | None) -> None:
        found = surveying.survey(io.BytesIO(body), given, actor=actor, told=lambda _done, _total: None, takes=takes)
        if found.good != CARDS:
            raise SystemExit(f"Not every card is good: {found.first[:3]}")

    def taken_back(act: object) -> float:
        """Seconds of an act whose rows are taken back; what it left dead is cleared away before the next."""
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE sims_simcard, sims_historicalsimcard")
        with transaction.atomic():
            with chapter(actor=actor):
                began = time.perf_counter()
                act()  # type: ignore[operator]
                spent = time.perf_counter() - began
            transaction.set_rollback(True)
        return spent

    looking = min(taken_back(lambda: load(None)) for _run in range(RUNS))
    seconds = min(
        taken_back(lambda: load(surveying.Taken(doubtful=False, all_or_nothing=True))) for _run in range(RUNS)
    )
    peak = peak_memory()
    floor = min(taken_back(bare) for _run in range(RUNS))
    print(json.dumps({"seconds": seconds, "bare": floor, "looking": looking, "peak": peak}))


COPY = (
    "COPY sims_simcard (iccid, imsi, msisdn, product_id, form_factor, received_on, delivery, line_id, generation, "
    "assigned_on, lent_on, shipment, due_back_on, over_on, state) FROM STDIN"
)

if __name__ == "__main__":
    main()
