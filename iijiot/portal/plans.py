"""Acts that are shown before they are done: the form, what would follow, then the password; done exactly as shown."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from iijiot.plans import Stale
from iijiot.portal.forms import PasswordField
from iijiot.portal.views import FormPage
from iijiot.rules import RuleViolation, Unmet
from iijiot.words import Words


class PlanPage(FormPage):
    """An act with a plan: GET asks, POST shows, and POST with `step=confirm` does what was shown."""

    template: ClassVar[str] = "portal/act.html"
    plan_template: ClassVar[str]
    confirm_label: ClassVar[Words]
    help: ClassVar[Words] = ""
    asks_password: ClassVar[bool] = True
    """Whether the password is asked for once more: for what cannot be undone at once."""
    beside: ClassVar[tuple[str, ...]] = ("step", "fingerprint")
    tone: ClassVar[str] = "danger"
    at_once: ClassVar[bool] = False
    """Whether it needs no input, so that the page opens with what would follow."""

    def why_not(self) -> Sequence[Unmet]:
        """The reasons that keep it from being done now."""
        return []

    @cached_property
    def reasons(self) -> Sequence[Unmet]:
        """The same, asked for once."""
        return self.why_not()

    def plan(self, data: dict[str, Any]) -> Any:
        """What would follow, with a fingerprint."""
        raise NotImplementedError

    def carry_out(self, plan: Any, data: dict[str, Any]) -> Any:
        """Do what was shown."""
        raise NotImplementedError

    def done(self, result: Any) -> HttpResponse:
        """To where it shows."""
        raise NotImplementedError

    def back(self) -> str:
        """Where somebody goes who does not want it after all."""
        raise NotImplementedError

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form; with the password where something was shown that is now confirmed."""
        form = super().make_form(*args, **kwargs)
        if self.asks_password and self.request.POST.get("step") == "confirm":
            form.fields["password"] = password_field()
            form.fields["password"].required = False  # what is missing is said beside the plan, not without it
        return form

    def about(self) -> dict[str, Any]:
        """What helps to decide, and where to go back to."""
        return {"reasons": self.reasons, "back": self.back(), "page": self, "plan": None}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, or at once what would follow."""
        if not self.at_once or self.reasons:
            return super().get(request, *args, **kwargs)
        return self.shown(self.make_form(), self.plan({}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refused with its reasons where it is not possible, whatever was sent."""
        if self.reasons:
            return self.render(status=409, form=None, **self.about())
        return super().post(request, *args, **kwargs)

    def send(self, form: Any) -> HttpResponse:
        """Show what would follow, or do what was shown."""
        data = {name: value for name, value in form.cleaned_data.items() if name != "password"}
        plan = self.plan(data)
        if self.request.POST.get("step") != "confirm":
            return self.shown(form, plan)
        if self.request.POST.get("fingerprint", "") != plan.fingerprint:
            return self.shown(form, plan, moved=True)
        if self.asks_password and not self.password_given(form):
            return self.shown(form, plan)
        try:
            return self.done(self.carry_out(plan, data))
        except Stale as stale:
            return self.shown(form, stale.now, moved=True)
        except RuleViolation as violation:
            return self.render(status=409, form=None, **{**self.about(), "reasons": violation.unmet})

    def shown(self, form: Any, plan: Any, *, moved: bool = False) -> HttpResponse:
        """What would follow, to be confirmed with the password; what was shown before is said to have changed."""
        if self.asks_password:
            form.fields.setdefault("password", password_field()).required = True
        context = {**self.about(), "form": form, "plan": plan, "moved": moved}
        return self.render(status=409 if moved else 200, **context)


def password_field() -> PasswordField:
    """The password, asked for once more."""
    return PasswordField(
        label=pgettext_lazy("asked for once more", "Your password"),
        help_text=_("To make sure that it is you who decides this."),
    )
