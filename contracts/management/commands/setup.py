"""``manage.py setup``: from empty tables to a system in which the first operator logs in."""

import os
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from contracts import reference
from contracts.models import TermsVersion
from iijiot import clock, company, first_run, health, roles
from iijiot.actors import Actor
from iijiot.asking import Asker, NoAnswer
from iijiot.clauses import PROVISIONS, provision_name
from iijiot.management.explained import ExplainedCommand
from iijiot.models import Company, User
from iijiot.records import column

EXAMPLES = """examples:
  manage.py setup                       asks for what is missing; Enter keeps what is there
  manage.py setup --dry-run             say what is there and what is missing; changes and sends nothing
  manage.py setup --no-input --staff-login kusunoki --staff-name "楠 くすのき" --mail-to office@example.co.jp

It can be run again at any time: it says what is there, and changes only what is asked. Each option can be given by the
environment too (SETUP_STAFF_LOGIN for --staff-login). By the environment alone come SETUP_STAFF_PASSWORD and
SETUP_STAFF_SEED, the seed of an authenticator app in base 32; without a seed the app is set up at the first login.
"""

COMPANY = {
    "name": "Name",
    "desk": "Desk that can be asked",
    "postal_code": "Postal code",
    "address": "Address",
    "phone": "Telephone",
    "sender": "Sender of mails (empty: DEFAULT_FROM_EMAIL)",
}
OPTIONS = {
    **{f"company_{field}": f"of the company: {label.lower()}" for field, label in COMPANY.items()},
    "staff_login": "login ID of a member of staff to add",
    "staff_name": "name of that member of staff",
    "staff_roles": f"groups, separated by commas ({', '.join(roles.LABELS)}); default: {roles.OPERATOR}",
    "mail_to": "address to which a test mail is sent",
}
SECRETS = ("staff_password", "staff_seed")
TRIES = 3
ACTOR = Actor.command("setup")


class Command(ExplainedCommand):
    """Company, terms, roles, the first member of staff, a mail by way of trial: each part by itself."""

    help = "Set a new system up, or see what is set up: company, terms, roles, first staff, mail."
    examples = EXAMPLES

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="ask nothing: take the options and the environment")
        parser.add_argument("--dry-run", action="store_true", help="say what is there, change and send nothing")
        for name, what in OPTIONS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=what)

    def handle(self, *args: Any, no_input: bool, dry_run: bool, **options: Any) -> None:
        causes = [finding.said for finding in health.findings(clock.now()) if finding.is_cause]
        if causes:
            raise CommandError("\n".join(causes))
        if dry_run:
            self.tell_terms()
            self.tell_roles()
            self.tell_state("Nothing was changed. ")
            return
        given = {name: options.get(name) or os.environ.get(f"SETUP_{name.upper()}") for name in [*OPTIONS, *SECRETS]}
        self.asker = Asker(
            self.stdout.write, {name: str(value) for name, value in given.items() if value}, may_ask=not no_input
        )
        try:
            self.set_company()
            self.set_terms_and_roles()
            self.add_staff()
            mail = self.try_mail()
        except NoAnswer as missing:
            raise CommandError(f"{missing} What was done before stays; run it again.") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.tell_state(mail)

    def set_company(self) -> None:
        """From whom letters and mails come."""
        there = Company.objects.there()
        shown = there or company.present()
        self.head("Company", str(there) if there else "not set up yet")
        values = {}
        for field, label in COMPANY.items():
            present = getattr(shown, field)
            check = partial(column(Company, field).clean, model_instance=None)
            values[field] = self.asker.value(f"company_{field}", label, check, present, optional=field == "sender")
        changed = {field: value for field, value in values.items() if value != getattr(there, field, None)}
        if changed:
            company.record(changed, actor=ACTOR, reason="setup")
        self.stdout.write(f"  {'changed: ' + ', '.join(changed) if changed else 'as it was'}")

    def set_terms_and_roles(self) -> None:
        """What every database holds from the start; what the operator changed stays."""
        reference.load()
        self.tell_terms()
        self.tell_roles()

    def tell_terms(self) -> None:
        """The version of each provision that is in force."""
        today = clock.business_day()
        self.head("Terms", f"in force on {today}")
        for code in PROVISIONS:
            version = TermsVersion.objects.in_force(code, today)
            self.stdout.write(f"  {provision_name(code)}: {version.effective_on if version else 'none'}")
        self.stdout.write(f"  data processing addendum: {settings.DATA_PROCESSING_VERSION} (DATA_PROCESSING_VERSION)")

    def tell_roles(self) -> None:
        """The groups, each with how many are in it."""
        self.head("Roles", "by the number of active staff")
        for name in roles.LABELS:
            self.stdout.write(f"  {name}: {User.objects.staff_in(name).count()}")

    def add_staff(self) -> None:
        """Somebody who can let others in."""
        there = list(User.objects.operators())
        self.head("Staff", ", ".join(f"{user.login_id} {user.name}" for user in there) or "no operator yet")
        login_id = self.asker.value(
            "staff_login",
            "Login ID to add" + (" (Enter: nobody)" if there else ""),
            first_run.is_login_id,
            optional=bool(there),
        )
        if not login_id:
            return
        if User.objects.has_login_id(login_id):
            self.stdout.write(f"  {login_id} is there already and stays as it was")
            return
        name = self.asker.value("staff_name", "Name", User._meta.get_field("name").run_validators)
        groups = self.asker.value("staff_roles", "Groups", first_run.are_roles, roles.OPERATOR)
        password = self.ask_password(User(login_id=login_id, name=name))
        seed, code = self.ask_second_factor(login_id)
        codes = first_run.add_staff(
            login_id, name=name, groups=first_run.parted(groups), password=password, seed=seed, code=code, actor=ACTOR
        )
        self.stdout.write(f"  {login_id} is added" + ("" if codes else "; the first login sets the second factor up"))
        if codes and code:
            self.stdout.write("  Recovery codes, shown once:\n    " + "\n    ".join(codes))

    def ask_password(self, user: User) -> str:
        """A password by the rules in force, typed twice."""
        if "staff_password" in self.asker.given or not self.asker.may_ask:
            password = self.asker.given.get("staff_password", "")
            if not password:
                raise CommandError("The password is missing: set SETUP_STAFF_PASSWORD.")
            validate_password(password, user)
            return password
        while True:
            password = self.asker.line("Password (15 characters or more): ", hidden=True)
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.stdout.write("  " + " ".join(error.messages))
                continue
            if self.asker.line("Password once more: ", hidden=True) == password:
                return password
            self.stdout.write("  The two are not the same.")

    def ask_second_factor(self, login_id: str) -> tuple[str, str]:
        """A seed, and the code by which the app has shown that it has it; nothing where that is left to the login."""
        if "staff_seed" in self.asker.given:
            return first_run.seed_of(self.asker.given["staff_seed"]), ""
        if not self.asker.may_ask:
            return "", ""
        seed = first_run.new_seed()
        self.stdout.write("  Set an authenticator app up by this address, or type the seed into it:")
        self.stdout.write(f"    {first_run.address_of(login_id, seed)}")
        self.stdout.write("    " + " ".join(seed[at : at + 4] for at in range(0, len(seed), 4)))
        for _try in range(TRIES):
            code = self.asker.line("Code that the app shows (Enter: at the first login): ")
            if not code:
                return "", ""
            if first_run.is_right(seed, code):
                return seed, code
            self.stdout.write("  The code is wrong. Wait for the next one, and see that the clocks are right.")
        raise CommandError(f"{TRIES} wrong codes: {login_id} was not added. Run it again.")

    def try_mail(self) -> str:
        """Whether mails leave, in a sentence."""
        self.head("Mail", f"from {company.present().mail_sender}")
        to = self.asker.value(
            "mail_to", "Address for a test mail (Enter: none)", first_run.validate_email, optional=True
        )
        if not to:
            return "No test mail was sent. "
        try:
            where = first_run.send_test_mail(to)
        except (OSError, ValueError) as failure:
            why = " ".join(str(failure).split()) or type(failure).__name__
            raise CommandError(
                f"The test mail to {to} was not sent: {why}\n"
                "Put EMAIL_URL and DEFAULT_FROM_EMAIL right and run it again; all else is done."
            ) from None
        return f"The test mail to {to} was {where}. "

    def head(self, part: str, state: str) -> None:
        """Where it is."""
        self.stdout.write(f"{part}: {state}")

    def tell_state(self, before: str) -> None:
        """The last line."""
        operators = list(User.objects.operators())
        enrolled = sum(user.second_factor_at is not None for user in operators)
        there = "set up" if Company.objects.there() else "not set up"
        groups = Group.objects.filter(name__in=roles.LABELS).count()
        self.stdout.write(
            f"{before}Company: {there}. Versions of the terms: {TermsVersion.objects.count()}. Roles: {groups}. "
            f"Operators: {len(operators)}, with a second factor: {enrolled}."
        )
