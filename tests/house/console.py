"""The console as a registry: every admin, an object of each, and what its forms would send."""

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from billing.models import BillingRun, PaymentPolicy, Price, SetAside
from contracts.models import MailDomain
from iijiot import clock
from iijiot.company import Company
from iijiot.models import DayStep, User
from iijiot.records import RecordedModel, chapter
from sims.models import ReturnPolicy
from tests import factories
from tests.factories import Recorded, UserFactory
from tests.factories.base import MAKER

OURS = ("iijiot", "contracts", "sims", "billing")
ONLY_ONE = (Company, ReturnPolicy, PaymentPolicy)
"""Kinds of records of which there is one."""


def admins() -> list[Any]:
    """Every registered admin of ours for records; logs are shown by `logs`."""
    return [a for a in _registered() if issubclass(a.model, RecordedModel)]


def logs() -> list[Any]:
    """Every registered admin of ours for what is only ever added."""
    return [a for a in _registered() if not issubclass(a.model, RecordedModel)]


def _registered() -> list[Any]:
    return [a for model, a in admin.site._registry.items() if model._meta.app_label in OURS]


def ids(part: Any) -> str:
    """How a test is named after an admin, a dialog, or a name."""
    model = getattr(part, "model", None)
    return str(model.__name__ if model else getattr(part, "slug", None) or getattr(part, "__name__", part))


def made(model: type[RecordedModel]) -> Any:
    """A lawful object of a model: by its factory, or as only an act makes it."""
    special = {
        MailDomain: lambda: MailDomain(
            domain=f"no{MailDomain.objects.count()}.example", verdict="refused", reason="個人向け"
        ),
        DayStep: lambda: DayStep(
            day=date(2026, 11, 25), step=f"step {DayStep.objects.count()}", done=0, finished_at=clock.now()
        ),
        BillingRun: lambda: BillingRun(month=_month_back(BillingRun.objects.count()), facts_as_of=clock.now()),
        SetAside: lambda: SetAside(**_set_aside()),
        Price: lambda: Price(version=factories.PriceVersionFactory(), service_code="iot", kind="monthly", yen=5_000),
    }
    if model in ONLY_ONE and (there := model.objects.there()):
        return there
    if model not in special:
        known = [f for f in vars(factories).values() if isinstance(f, type) and issubclass(f, Recorded)]
        found = [factory for factory in known if factory._meta.model is model]
        assert found, f"{model.__name__} is in the console and has no factory in tests/factories"
        return found[0]()
    record = special[model]()
    with chapter(actor=MAKER):
        record.save()
    return record


def _month_back(many: int) -> date:
    """The first day of the month so many months before November 2026."""
    return date(2026 - (many + 1) // 12, 12 - (many + 1) % 12, 1)


def _set_aside() -> dict[str, Any]:
    """One more unit that the one run has set aside."""
    unit = factories.ManagementUnitFactory()
    run = BillingRun.objects.first() or made(BillingRun)
    cause = {"cause": "far-more", "clause": "G30.1", "why": "前月の30,000円に対し180,000円です。"}
    return {"run": run, "customer": unit.customer, "management_unit": unit, **cause}


def page(record: Any, name: str, *more: Any) -> str:
    """The address of one of an object's pages."""
    meta = record._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[record.pk, *more])


def list_page(model: Any, name: str = "changelist") -> str:
    """The address of a model's list."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def as_superuser() -> Client:
    """A browser of somebody who may do everything."""
    return logged_in(UserFactory(is_superuser=True))


def with_all_but(*codes: str) -> Client:
    """A browser of somebody with every permission of ours but these."""
    user = UserFactory()
    wanted = Permission.objects.filter(content_type__app_label__in=OURS).select_related("content_type")
    kept = [p for p in wanted if f"{p.content_type.app_label}.{p.codename}" not in codes]
    user.user_permissions.add(*kept)
    return logged_in(user)


def logged_in(user: User) -> Client:
    """A browser of this user."""
    return enter(Client(), user)


def enter(client: Client, user: User) -> Client:
    """Let a browser in as this user, with password and second factor given just now."""
    client.force_login(user)
    session = client.session
    given = [{"method": method, "at": clock.now().timestamp()} for method in ("password", "mfa")]
    session["account_authentication_methods"] = given
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def what_the_form_sends(client: Client, address: str) -> dict[str, Any]:
    """Every field of the form on a page with what it shows, as a browser would post it."""
    response = client.get(address)
    assert response.status_code == 200, address
    form = response.context["adminform"].form
    sent = {}
    for field in form:
        value = field.value()
        if value is None or value is False:
            continue
        widget = field.field.widget
        parts = widget.decompress(value) if hasattr(widget, "decompress") else None
        if parts is not None:
            sent.update({f"{field.html_name}_{i}": part for i, part in enumerate(parts) if part is not None})
        else:
            sent[field.html_name] = "on" if value is True else value
    return sent


def is_ours(model: Any) -> bool:
    """Whether an app of ours keeps it."""
    return apps.get_app_config(model._meta.app_label).name in OURS
