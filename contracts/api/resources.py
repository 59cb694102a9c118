"""What other systems read of customers and contracts, and what they do with them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpResponse
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from contracts import accepting, applying, ending, proving, starting, terminating
from contracts.api import filters, inputs, planned, shown
from contracts.api.scoped import PartnerScoped
from contracts.models import (
    Application,
    Contract,
    Customer,
    Evidence,
    ExternalSubscription,
    ManagementUnit,
    Notice,
    Termination,
)
from contracts.models.condition import why_none_to_meet
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.inputs import absent
from iijiot.api.schemas import Record
from iijiot.api.views import told_of
from iijiot.file_kinds import TakenFile
from iijiot.plans import Stale
from iijiot.rules import refuse_for

DOCUMENT = Record(shown.FILE, Evidence)


class CustomerResource(PartnerScoped):
    """The customers shown to the partner (G40.3)."""

    NAME, SHAPE, FILTERS = "customers", shown.CUSTOMER, filters.CustomerFilters
    RECORDS = Customer.objects

    def visible(self, request: Request) -> Any:
        """Those shown to it."""
        return self.RECORDS.among(request.auth.partner.customers())


class UnitResource(PartnerScoped):
    """Management units: the part of a customer that an invoice goes to (G9.2)."""

    NAME, SHAPE, FILTERS = "management-units", shown.UNIT, filters.UnitFilters
    RECORDS = ManagementUnit.objects


class SubscriptionResource(PartnerScoped):
    """What customers hold under other terms."""

    NAME, SHAPE, FILTERS = "external-subscriptions", shown.SUBSCRIPTION, filters.SubscriptionFilters
    RECORDS = ExternalSubscription.objects

    @answers(planned.ENDED, status=201, takes=inputs.ExternalEndInput)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> HttpResponse:
        """Report that a subscription ends under its own terms, or see everything that would end with it (PC5.2, PMG5.2, WPC3)."""
        subscription = self.record(request, public_id)
        sent = inputs.ExternalEndInput.read(request)

        def act() -> tuple[int, Any]:
            day, today = sent["effective_on"], clock.business_day()
            plan = terminating.plan_end_of_subscription(subscription, effective_on=day, today=today)
            return 201, ended(request, plan, sent)

        return do(request, act, subject=subscription)


class ApplicationResource(PartnerScoped):
    """Applications (G12)."""

    NAME, SHAPE, FILTERS = "applications", shown.APPLICATION, filters.ApplicationFilters
    RECORDS = Application.objects
    ORDERS = {"received_at": ["received_at"], "number": ["number"]}

    @answers(status=201, takes=inputs.ApplicationInput)
    def create(self, request: Request) -> HttpResponse:
        """File an application for a customer (G12.1)."""
        sent = inputs.ApplicationInput.read(request)
        customer = self.of_caller(request, Customer, sent.pop("customer"), "customer")
        unit = self.of_caller(request, ManagementUnit, sent.pop("management_unit"), "management_unit")
        changes = sent.pop("more_lines_for")
        contract = self.of_caller(request, Contract, changes, "more_lines_for") if changes else None

        def act() -> tuple[int, Any]:
            made = applying.file(
                customer,
                unit,
                service_code=sent.pop("service"),
                at=clock.now(),
                actor=request.auth.actor,
                changes=contract,
                **sent,
            )
            return 201, self.shown(made)

        return do(request, act)

    @answers(takes=inputs.WithdrawalInput)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> HttpResponse:
        """Take an application back before it is decided (G12.1)."""
        application = self.record(request, public_id)
        sent, today = inputs.WithdrawalInput.read(request), clock.business_day()
        why = {"actor": request.auth.actor, "reason": sent["reason"]}
        return self.done(request, application, lambda: accepting.withdraw(application, on=today, **why))

    @answers(DOCUMENT, status=201, takes=inputs.DocumentInput)
    @action(detail=True, methods=["post"])
    def documents(self, request: Request, public_id: str) -> HttpResponse:
        """Hand in a document; with the last one that was asked for the screening goes on (G42.2.1)."""
        application = self.record(request, public_id)
        sent = inputs.DocumentInput.read(request)
        asked = application.document_requests.all().missing(sent["answers"]) if sent["answers"] else None
        if sent["answers"] and asked is None:
            raise absent("answers")
        file = taken("content", sent["name"], sent["content"])

        def act() -> tuple[int, Any]:
            how = {"kind": sent["kind"], "today": clock.business_day(), "actor": request.auth.actor}
            if asked is None:
                kept = proving.keep(application, file, received_on=clock.business_day(), **how)
            else:
                kept = applying.hand_in(asked, file, **how)
            return 201, told_of(kept, shown.FILE)

        return do(request, act, subject=application)


class ContractResource(PartnerScoped):
    """Contracts, with what they rest on."""

    NAME, SHAPE, FILTERS = "contracts", shown.CONTRACT, filters.ContractFilters
    RECORDS = Contract.objects
    ORDERS = {"number": ["number"], "ends_on": ["ends_on"], "billing_starts_on": ["billing_starts_on"]}
    SCOPES: ClassVar = {"termination_notices": "terminations:write", "conditions": "conditions:write"}

    @answers(planned.ENDED, status=201, takes=inputs.NoticeInput)
    @action(detail=True, methods=["post"], url_path="termination-notices")
    def termination_notices(self, request: Request, public_id: str) -> HttpResponse:
        """Give a termination notice, or see everything that would end with it (G29.1)."""
        contract = self.record(request, public_id)
        sent = inputs.NoticeInput.read(request)

        def act() -> tuple[int, Any]:
            today = clock.business_day()
            plan = ending.plan_ending_by_notice(
                contract,
                arrived_on=today,
                named_on=sent["named_on"],
                how=Termination.How.API,
                today=today,
                completes=contract.terminations.without_our_form().first(),
            )
            return 201, ended(request, plan, sent)

        return do(request, act, subject=contract)

    @answers(takes=inputs.ConditionInput)
    @action(detail=True, methods=["post"])
    def conditions(self, request: Request, public_id: str) -> HttpResponse:
        """Tell what the customer decided or disclosed, such as its policies and its WISE-PaaS information (PC4.1, WPC4.1)."""
        contract = self.record(request, public_id)
        sent = inputs.ConditionInput.read(request)
        condition = contract.conditions.with_contract().called(sent["code"], sent["words"])

        def act() -> None:
            refuse_for(why_none_to_meet(contract))
            if condition is None:
                raise absent("code")
            starting.meet(condition, sent["answer"], on=clock.business_day(), actor=request.auth.actor)

        return self.done(request, contract, act)


class TerminationResource(PartnerScoped):
    """Ends to come and ends that came (G29)."""

    NAME, SHAPE, FILTERS = "terminations", shown.TERMINATION, filters.TerminationFilters
    RECORDS = Termination.objects
    ORDERS = {"number": ["number"], "effective_on": ["effective_on"]}

    @answers(planned.ENDED, takes=inputs.TakeBackInput)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, public_id: str) -> HttpResponse:
        """Take an end back before it has taken effect, with what it alone caused (G29.1)."""
        termination = self.record(request, public_id)
        sent = inputs.TakeBackInput.read(request)

        def act() -> tuple[int, Any]:
            return 200, ended(request, ending.plan_taking_back(termination, today=clock.business_day()), sent)

        return do(request, act, subject=termination)


def ended(request: Request, plan: ending.EndingPlan, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out a plan, if it is the one that the caller has seen or the caller asks for none, and tell it."""
    if sent["fingerprint"] and sent["fingerprint"] != plan.fingerprint:
        raise Stale(plan)
    told = planned.told(plan)
    made = ending.carry_out(plan, actor=request.auth.actor, reason=sent["reason"], today=clock.business_day())
    return {"termination": shown.TERMINATION_IDS.of(made.number) if made else None, "plan": told}


def taken(field: str, name: str, body: bytes) -> TakenFile:
    """A file that was looked at. Raises ValidationError of its field, with the reason, where it is not taken."""
    try:
        return proving.taken(name, body)
    except DjangoValidationError as refusal:
        raise ValidationError({field: [ErrorDetail(text, code="refused") for text in refusal.messages]}) from None


class NoticeResource(PartnerScoped):
    """What customers were told (G12.2.1)."""

    NAME, SHAPE, FILTERS = "notices", shown.NOTICE, filters.NoticeFilters
    RECORDS = Notice.objects
    ORDERS = {"number": ["number"]}
