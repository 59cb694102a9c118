"""What the customer has paid too much or was credited: how much is left, and having it paid back (G33)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import crediting, refunding
from billing.models import Mandate, Refund
from billing.models.refund import TONES
from contracts.models.customer import Customer
from iijiot.portal.forms import PasswordField, PortalForm, TextField
from iijiot.portal.members import Right
from iijiot.portal.paging import paged
from iijiot.portal.views import FormPage, PortalView
from iijiot.rules import refuse

SAID_HERE = "お客様ポータルでのお申出"
"""Why it is paid back, as the record says it."""

OF_ACCOUNT = ("bank", "bank_name", "branch", "branch_name", "account_kind", "account", "holder")


def refunds_of(customer: Customer) -> Any:
    """What is, or was, paid back to the customer."""
    return Refund.objects.of_customer(customer).with_list_data()


class CreditPage(PortalView):
    """The credit, and what was paid back of it."""

    template, part, title = "portal/credit.html", "portal:invoices", gettext_lazy("Credit balance")
    right = Right.DECIDE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """How much, and a page of the refunds."""
        page = paged(request, refunds_of(self.customer), "-pk")
        return self.render(credit=crediting.credit_of(self.customer), page=page, tones=TONES)


class RefundForm(PortalForm):
    """How much, to which account, and the password."""

    amount = forms.IntegerField(label=gettext_lazy("Yen"), min_value=1, max_value=999_999_999_999)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OF_ACCOUNT:
            field: Any = Refund._meta.get_field(name)
            shown = {"label": field.verbose_name, "help_text": field.help_text}
            self.fields[name] = (
                forms.ChoiceField(choices=field.choices, **shown)
                if field.choices
                else TextField(max_length=field.max_length, **shown)
            )
        self.fields["password"] = PasswordField(label=gettext_lazy("Your password"))


class AskRefund(FormPage):
    """Having the credit paid back; our desk looks at it before the bank gets it (G33)."""

    template, part, form = "portal/ask_refund.html", "portal:invoices", RefundForm
    title = gettext_lazy("Have the credit paid back")

    def initial(self) -> dict[str, Any]:
        """All of it, to the account that is debited."""
        mandate = Mandate.objects.active().of_customer(self.customer).first()
        account = {name: getattr(mandate, name) for name in OF_ACCOUNT} if mandate else {}
        return {"amount": crediting.credit_of(self.customer) or None, **account}

    def about(self) -> dict[str, Any]:
        """How much there is."""
        return {"credit": crediting.credit_of(self.customer)}

    def send(self, form: Any) -> HttpResponse:
        """Order it, once the password is right."""
        data = dict(form.cleaned_data)
        if not self.password_given(form):
            return self.render(form=form, **self.about())
        del data["password"]
        if not crediting.credit_of(self.customer):
            raise refuse("G33", _("There is no credit."))
        refund = refunding.order(self.customer, reason=SAID_HERE, today=self.today, actor=self.member.actor, **data)
        told = _("%(number)s is ordered. It goes out with the next file of transfers to the bank.")
        messages.success(self.request, told % {"number": refund.number})
        return redirect("portal:credit")
