"""``manage.py demo``: an invented world to look at, in a database that has nothing else in it."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.urls import reverse
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from iijiot import worlds
from iijiot.clock import business_day
from iijiot.login import demo
from iijiot.management.explained import ExplainedCommand

EXAMPLES = """examples:
  manage.py demo                   build the world in an empty database
  manage.py demo --once            the same, but leave a database alone that has something in it
  manage.py demo --size office     a few thousand contracts; `big` has a hundred thousand
  manage.py demo --seed 7          other invented numbers, the same stories
  manage.py demo --dry-run         build it, count it, and take it back
  manage.py demo --logins          print where to log in, and as whom, and build nothing
  manage.py demo --once --logins   both, one after the other
"""


class Command(ExplainedCommand):
    """Build the invented world, or tell how to get into it. Only where DEBUG is on."""

    help = "Load invented customers, contracts and staff, all of them or nothing."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing if there are users or customers already")
        parser.add_argument("--logins", action="store_true", help="print addresses and logins; alone, do nothing else")
        parser.add_argument("--size", choices=worlds.SIZES, default=worlds.SIZES[0], help="how much to build")
        parser.add_argument("--seed", type=int, default=1, help="the same number builds the same world (default 1)")
        parser.add_argument("--dry-run", action="store_true", help="build it, count it, and take it back")

    def handle(self, *args: Any, once: bool, logins: bool, size: str, seed: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has a password that everybody knows, so it is for developers' machines only: set DEBUG=1."
            )
        if once or not logins:
            self.load(size, seed, once=once, keep=not options["dry_run"])
        if logins:
            self.print_logins()

    def load(self, size: str, seed: int, *, once: bool, keep: bool) -> None:
        """Build the world where there is nothing yet."""
        there = worlds.already_there()
        if there and once:
            self.stdout.write("There is data already; it is kept as it is.")
            return
        if there:
            raise CommandError(
                f"The database is not empty (found: {', '.join(there)}). The demo goes into an empty database only."
            )
        self.build(size, seed, keep=keep)

    def build(self, size: str, seed: int, *, keep: bool) -> None:
        """Build everything in one transaction, count it, and keep it or take it back."""
        began = time.monotonic()
        with worlds.builder(size), transaction.atomic(), self.progress() as told:
            worlds.build(size, business_day(), seed, told)
            counts = worlds.counts()
            if not keep:
                transaction.set_rollback(True)
        if keep:
            worlds.settle()
        table = Table("record", "rows")
        table.columns[1].justify = "right"
        for name, count in counts.items():
            table.add_row(name, f"{count:,}")
        self.console().print(table)
        kept = "The demo is loaded" if keep else "Nothing was kept (--dry-run)"
        self.stdout.write(f"{kept}: {sum(counts.values()):,} rows in {time.monotonic() - began:.0f} s.")

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, float], None]]:
        """A bar for each part on a terminal, else a line when it begins."""
        if not self.stdout.isatty():
            begun: set[str] = set()

            def said(name: str, done: float) -> None:
                if name not in begun:
                    begun.add(name)
                    self.stdout.write(f"Building: {name} …")

            yield said
            return
        with Progress(console=self.console()) as bars:
            tasks: dict[str, TaskID] = {}

            def told(name: str, done: float) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(f"Building: {name}", total=1)
                bars.update(tasks[name], completed=done)

            yield told

    def print_logins(self) -> None:
        """Where to log in, as whom, and with which password."""
        told = Table(
            "login ID",
            "password",
            "code now",
            "name",
            "may",
            title=f"http://127.0.0.1:{self.port()}{reverse('admin:index')}",
        )
        for user, known in worlds.logins():
            groups = "everything" if user.is_superuser else ", ".join(group.name for group in user.groups.all())
            code = demo.present_code(user) or ("(own)" if user.second_factor_at else "(sets it up)")
            told.add_row(user.login_id, worlds.PASSWORD if known else "(changed)", code, user.name, groups)
        if not told.rows:
            raise CommandError("There are no demo users here. Load them into an empty database: manage.py demo")
        self.console().print(told)
        if people := worlds.customers_logins():
            portal = Table(
                "login ID", "password", "name", title=f"http://127.0.0.1:{self.port()}{reverse('portal:home')}"
            )
            for user in people:
                portal.add_row(user.login_id, worlds.PASSWORD, user.name)
            self.console().print(portal)
        self.stdout.write(
            "A code is good once, for 30 seconds at the most. The page that asks for it shows the present one; so does "
            "manage.py demo --logins."
        )

    def port(self) -> int:
        """The port that `make run` serves on."""
        return settings.PORT

    def console(self) -> Console:
        """The terminal, through the command's own output so that tests can read it."""
        return Console(file=self.stdout, highlight=False)  # type: ignore[arg-type]
