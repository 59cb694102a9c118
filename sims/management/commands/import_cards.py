"""``manage.py import_cards FILE``: a delivery of cards into stock, with a bar of rich.progress on a terminal."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from iijiot import clock
from iijiot.typed_days import read_date
from sims.management.loading import LoadCommand
from sims.models import SimProduct
from sims.models.product import FormFactor

EXAMPLES = """examples:
  manage.py import_cards delivery.csv --product docomo-m2m --form-factor 4ff --delivery D-2026-1201
  manage.py import_cards delivery.xlsx --dry-run        what the file comes to; loads nothing
  manage.py import_cards delivery.csv --good-rows-only  though other rows are wrong

Rows that are wrong or doubtful are written into a file beside this one, to be corrected and sent again. Exit code 1
where nothing was loaded.
"""


class Command(LoadCommand):
    """Takes a delivery in."""

    help = "Take a delivery of SIM cards into stock from a CSV or Excel file, all rows or none."
    kind = "cards"
    examples: ClassVar = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--product", default="", help="code of the product, where the rows do not say it")
        parser.add_argument(
            "--form-factor", default="", choices=["", *FormFactor.values], help="where the rows do not say it"
        )
        parser.add_argument("--received-on", default="", metavar="DAY", help="such as 2026-12-01; default: today")
        parser.add_argument("--delivery", default="", help="the host carrier's delivery note")

    def given(self, options: dict[str, Any]) -> dict[str, Any]:
        """Product, form factor, day and delivery note."""
        product = SimProduct.objects.offered().coded(options["product"]) if options["product"] else None
        if options["product"] and product is None:
            raise CommandError(f"There is no product {options['product']}.")
        today = clock.business_day()
        try:
            received_on = read_date(options["received_on"]) if options["received_on"] else today
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if received_on > today:
            raise CommandError(f"{received_on} has not come yet.")
        return {
            **super().given(options),
            "product": product,
            "form_factor": options["form_factor"],
            "received_on": received_on,
            "delivery": options["delivery"][:60],
        }
