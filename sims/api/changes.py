"""Changes of the number of lines: fewer by an act of their own, more by an application that is screened (MA8.1, G15.2)."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django_filters import ChoiceFilter, FilterSet
from rest_framework.decorators import action
from rest_framework.request import Request

from contracts.api.planned import EFFECT
from contracts.api.scoped import PartnerScoped
from contracts.api.shown import CONTRACT_IDS
from contracts.models import Contract
from iijiot import clock
from iijiot.api.describing import answers
from iijiot.api.doing import do
from iijiot.api.filters import IdFilter
from iijiot.api.inputs import absent
from iijiot.api.problems import cited
from iijiot.api.schemas import Answer, Maybe, Record, array, id_of, text
from iijiot.lookups import keys_by
from iijiot.plans import Stale
from sims import changing
from sims.api import inputs, shown
from sims.models import Line, LineChange
from sims.models.change import Kind, State

REDUCED = Answer(
    "LinesReduced",
    {
        "change": Maybe(Record(shown.CHANGE, LineChange)),
        "plan": Answer(
            "ReductionPlan",
            {
                "fingerprint": text("9b74c9897bac770ffc029102a200c5de"),
                "lines": array(id_of(shown.LINE_IDS)),
                "effects": array(EFFECT),
            },
        ),
    },
)


class ChangeFilters(FilterSet):
    """Changes."""

    state = ChoiceFilter(choices=State.choices)
    kind = ChoiceFilter(choices=Kind.choices)
    contract = IdFilter(CONTRACT_IDS, "contract__number")


class ChangeResource(PartnerScoped):
    """Lines more or fewer from a day on (MA8.1)."""

    NAME, SHAPE, FILTERS = "line-changes", shown.CHANGE, ChangeFilters
    RECORDS = LineChange.objects
    ORDERS: ClassVar = {"number": ["number"], "effective_on": ["effective_on"]}

    @answers(REDUCED, status=201, takes=inputs.ReductionInput)
    def create(self, request: Request) -> HttpResponse:
        """Let lines of a contract end, those named or so many, or see which would end and what follows (MA8.1).

        More lines are applied for: POST /api/v1/applications with `more_lines_for`.
        """
        sent = inputs.ReductionInput.read(request)
        contract = self.of_caller(request, Contract, sent["contract"], "contract")
        chosen = self.chosen(contract, sent["lines"])

        def act() -> tuple[int, Any]:
            plan = changing.plan_reduction(
                contract,
                effective_on=sent["effective_on"],
                today=clock.business_day(),
                chosen=chosen,
                how_many=sent["how_many"],
            )
            if sent["fingerprint"] and sent["fingerprint"] != plan.fingerprint:
                raise Stale(plan)
            told = planned(plan)
            change = changing.reduce(plan, actor=request.auth.actor, reason=sent["reason"])
            made = self.shown(change)
            return 201, {"change": made if made["id"] else None, "plan": told}

        return do(request, act)

    @answers(takes=inputs.WishInput)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, public_id: str) -> HttpResponse:
        """Take a change back before its day: its lines go on, or do not come (MA8.1)."""
        change, sent = self.record(request, public_id), inputs.WishInput.read(request)

        def act() -> None:
            plan = changing.plan_taking_back(change, today=clock.business_day())
            changing.take_back(plan, actor=request.auth.actor, **sent)

        return self.done(request, change, act)

    def chosen(self, contract: Contract, numbers: list[str]) -> list[int]:
        """The lines of the contract with these numbers. Raises a refusal of the field where one is not of it."""
        found = keys_by(Line.objects.of_contracts([contract.pk]), "number", numbers)
        if set(numbers) - set(found):
            raise absent("lines")
        return list(found.values())


def planned(plan: changing.ReductionPlan) -> dict[str, Any]:
    """A plan as it is sent."""
    numbers = Line.objects.among(plan.lines).order_by("number").values_list("number", flat=True)
    return {
        "fingerprint": plan.fingerprint,
        "lines": [shown.LINE_IDS.of(number) for number in numbers],
        "effects": [{"on": effect.on, "what": str(effect.what), **cited(effect.clause)} for effect in plan.effects],
    }
