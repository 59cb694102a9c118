"""What the commands that load files share: the same road as the console, with a bar on a terminal."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from iijiot import clock
from iijiot.actors import Actor
from iijiot.management.explained import ExplainedCommand
from iijiot.plans import Stale
from iijiot.progress import Told
from iijiot.rules import RuleViolation
from sims import importing, surveying
from sims.models import FileImport
from sims.models.file_import import Mode, State
from sims.surveying import Given


class LoadCommand(ExplainedCommand):
    """Looks at a file, writes what is wrong beside it, and loads it: all rows or none, or the good ones on choice."""

    kind: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the table: CSV (UTF-8, UTF-16 with its mark, CP932) or .xlsx")
        parser.add_argument("--good-rows-only", action="store_true", help="load the good rows though others are wrong")
        parser.add_argument("--doubtful-too", action="store_true", help="load doubtful rows too: they were compared")
        parser.add_argument("--dry-run", action="store_true", help="look at the file and load nothing")

    def given(self, options: dict[str, Any]) -> dict[str, Any]:
        """What is said for the whole file. Raises CommandError."""
        return {"kind": self.kind}

    def handle(self, *args: Any, file: str, dry_run: bool, **options: Any) -> None:
        path = Path(file)
        try:
            body = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}. Check the name.") from None
        given = self.given(options)
        try:
            if dry_run:
                self.look(path, body, given)
            else:
                self.load(path, body, given, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except Stale:
            raise CommandError("Somebody else has looked at the file meanwhile. Run it again.") from None

    def look(self, path: Path, body: bytes, given: dict[str, Any]) -> None:
        """What the file comes to; nothing is stored."""
        importing.named(path.name)
        of = {**given, "product_id": product.pk if (product := given.get("product")) else None}
        of.pop("product", None)
        with self.progress("looking") as told, path.open("rb") as opened:
            found = surveying.survey(
                opened, Given(today=clock.business_day(), **of), actor=Actor.command(f"import_{self.kind}"), told=told
            )
        counts = {name: found.counts[name] for name in ("rows", "good", "doubtful", "bad")}
        corrections = found.corrections.body()
        beside = path.with_name(importing.corrections_name(FileImport(name=path.name, form=str(found.sheet.form))))
        self.tell({**counts, "loaded": 0, "dry_run": True, "to_correct": self.write(beside, corrections)})

    def load(self, path: Path, body: bytes, given: dict[str, Any], options: dict[str, Any]) -> None:
        """Look at it, and load it."""
        actor = Actor.command(f"import_{self.kind}")
        record = importing.put_on_record(path.name, body, given=given, today=clock.business_day(), actor=actor)
        with self.progress("looking") as told:
            importing.check(record, told=told)
        record = self.still_right(record)
        mode = Mode.GOOD if options["good_rows_only"] else Mode.ALL
        try:
            plan = importing.plan_loading(record, mode=mode, takes_doubtful=options["doubtful_too"])
        except RuleViolation as refusal:
            beside = self.write_beside(path, record)
            importing.cancel(record, actor=actor)
            told_why = f"{record.bad} of {record.rows} rows are wrong, {record.doubtful} doubtful; nothing was loaded."
            raise CommandError(f"{told_why} {refusal} To correct: {beside}") from None
        with self.progress("loading") as told:
            importing.carry_out(importing.confirm(plan, actor=actor), told=told)
        record = self.still_right(record)
        if record.state != State.DONE:
            importing.cancel(record, actor=actor)
            raise CommandError("Rows turned out wrong while they were loaded; nothing was loaded. Run it again.")
        self.tell(
            {
                "number": record.number,
                "rows": record.rows,
                "good": record.good,
                "doubtful": record.doubtful,
                "bad": record.bad,
                "loaded": record.loaded,
                "to_correct": self.write_beside(path, record),
            }
        )

    def still_right(self, record: FileImport) -> FileImport:
        """The file as it stands now. Raises CommandError where it cannot be read."""
        record = FileImport.objects.get(pk=record.pk)
        if record.state == State.FAILED:
            raise CommandError(record.why_failed)
        return record

    def write_beside(self, path: Path, record: FileImport) -> str:
        """The rows to correct beside the file; an empty name where there are none."""
        if not record.corrections_as:
            return ""
        with importing.corrections_of(record) as file:
            return self.write(path.with_name(importing.corrections_name(record)), file.read())

    def write(self, path: Path, body: bytes) -> str:
        """A file, if there is something to write. Raises CommandError."""
        try:
            return str(path) if body and path.write_bytes(body) else ""
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None

    @contextmanager
    def progress(self, what: str) -> Iterator[Told]:
        """What is called with how far it is: it moves a bar on a terminal, and says nothing elsewhere."""
        if not self.stdout.isatty():
            yield lambda _done, _total: None
            return
        columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()]
        with Progress(*columns, console=Console()) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total or None)

    def tell(self, data: dict[str, Any]) -> None:
        """A sentence on a terminal, a line of JSON elsewhere."""
        sentence = "{loaded} loaded of {rows} rows: {good} good, {doubtful} doubtful, {bad} wrong.".format(**data)
        if data["to_correct"]:
            sentence += f" To correct: {data['to_correct']}"
        self.stdout.write(sentence if self.stdout.isatty() else json.dumps(data, ensure_ascii=False))
