"""What every page of the portal is: of somebody who acts for a customer, who sees what is that customer's and nothing else."""

from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from iijiot import access_log, clock
from iijiot.login.again import password_is_right
from iijiot.models import AccessEvent, User
from iijiot.portal import in_place, kept, versions
from iijiot.portal.forms import PortalForm
from iijiot.portal.members import Member, Right, member_of
from iijiot.portal.panels import entries
from iijiot.refusals import said_in
from iijiot.words import Words


class PortalView(View):
    """A page. Whoever acts for no customer is refused, and whoever has not the right for it."""

    right: ClassVar[Right] = Right.LOOK
    right_to_send: ClassVar[Right] = Right.DECIDE
    template: ClassVar[str] = ""
    part: ClassVar[str] = ""
    """The entry of the navigation to which the page belongs."""
    title: ClassVar[Words] = ""

    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer; what leads elsewhere leads the whole page there."""
        return in_place.answered(request, self.admitted(request, *args, **kwargs))

    def admitted(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find out for whom the request acts, and whether it may."""
        if not isinstance(request.user, User):
            return kept.to_login(request)
        member = member_of(request.user)
        if member is None:
            raise PermissionDenied
        if member.first:
            return redirect(member.first)
        if not member.may(self.right_to_send if request.method == "POST" else self.right):
            raise PermissionDenied
        self.member = member
        self.find()
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> None:
        """What the page is of, where it is of something. Raises Http404 where that is not there."""

    @cached_property
    def today(self) -> date:
        """The business day."""
        return clock.business_day()

    @property
    def customer(self) -> Any:
        """The customer of whoever asks: what every page is of."""
        return self.member.customer

    def heading(self) -> Words:
        """What the page is called."""
        return self.title

    def render(self, status: int = 200, template: str = "", **context: Any) -> HttpResponse:
        """The page."""
        shown = {
            "member": self.member,
            "customer": self.customer,
            "entries": entries(self.member),
            "part": self.part,
            "heading": self.heading(),
            "today": self.today,
            "may_decide": self.member.may(Right.DECIDE),
            **context,
        }
        return TemplateResponse(self.request, template or self.template, shown, status=status)


class OwnView(PortalView):
    """A page of one record of the customer's. Somebody else's is as little there as one that never was (X22).

    Each says by `own` which records are the customer's; a page that does not say so is not imported.
    """

    own: ClassVar[Any]
    """The records of a customer that the page can be of."""
    by: ClassVar[str] = "number"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "own"):
            raise TypeError(f"{cls.__name__} must say which records are the customer's: own = staticmethod(...)")

    @cached_property
    def record(self) -> Any:
        """The record. Raises Http404 for what is not the customer's."""
        found = type(self).own(self.customer).of_number(self.kwargs[self.by])
        if found is None:
            raise Http404
        return found

    def find(self) -> None:
        """The record, before anything else is told."""
        _there = self.record


class FormPage(PortalView):
    """A page with a form: shown, sent back with what is wrong, or done; done once more it does no harm."""

    form: ClassVar[type[PortalForm]] = PortalForm
    right: ClassVar[Right] = Right.DECIDE
    asks_password: ClassVar[bool] = False
    beside: ClassVar[tuple[str, ...]] = ()
    """What the page sends beside the fields of its form."""
    edits: ClassVar[bool] = False
    """Whether the form shows what stands now: what somebody else has saved since is then not written over (X11)."""

    def make_form(self, *args: Any, **kwargs: Any) -> Any:
        """The form, made for this page; with what was shown in it, where it edits something."""
        form = self.form(*args, **kwargs)
        return versions.marked(form, self.initial()) if self.edits else form

    def initial(self) -> dict[str, Any]:
        """What the form shows at first."""
        return {}

    def about(self) -> dict[str, Any]:
        """What the page shows beside its form."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, with what was typed before a login was over."""
        form = self.make_form(initial={**self.initial(), **kept.take(request)})
        return self.render(form=form, **self.about())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what is asked for, or say what is wrong with it."""
        form = self.make_form(request.POST, request.FILES, initial=self.initial())
        if unknown := form.not_shown(request.POST, request.FILES, self.beside):
            return self.render(status=400, template="portal/unknown_fields.html", names=unknown, back=request.path)
        if self.edits and (newer := versions.newer(form, self.initial())):
            return self.render(status=409, form=versions.renewed(form, self.initial()), newer=newer, **self.about())
        return self.tried(form) if form.is_valid() else self.render(form=form, **self.about())

    def tried(self, form: Any) -> HttpResponse:
        """Do it, or say beside the form why it cannot be done."""
        answer = said_in(form, partial(tell, form), lambda: self.noted(self.send(form)))
        return answer or self.render(status=409, form=form, **self.about())

    def noted(self, answer: HttpResponse) -> HttpResponse:
        """The answer; where it leads on something was done, which the company's own log then says (G5.3, U22)."""
        if answer.status_code == HTTPStatus.FOUND:
            with translation.override("ja"):
                what = str(self.heading())
            acted = AccessEvent.Kind.ACTED
            access_log.note(acted, self.request, actor=self.member.actor, detail=what, about=self.customer.number)
        return answer

    def send(self, form: Any) -> HttpResponse:
        """Do it, and lead to where it shows."""
        raise NotImplementedError

    def password_given(self, form: Any, name: str = "password") -> bool:
        """Whether the password typed into the form is the right one; else the form says so."""
        typed = form.cleaned_data[name]
        if typed and password_is_right(self.request.user, typed):
            return True
        form.add_error(name, _("The password is wrong.") if typed else form.fields[name].error_messages["required"])
        return False


def tell(form: Any, error: ValidationError) -> None:
    """What is wrong, beside the fields that the form has, and the rest above it."""
    for name, found in (error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}).items():
        for wrong in found:
            form.add_error(name if name in form.fields else None, wrong)
