"""Long lists of the portal: searched, narrowed and paged in their place, and as whole pages where no script runs."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from iijiot.portal import in_place
from iijiot.portal.forms import PortalForm, TextField
from iijiot.portal.members import Member
from iijiot.portal.paging import CURSORS, SIZE, Page, paged
from iijiot.portal.views import PortalView
from iijiot.words import Words

MOST_COUNTED = 1000
"""So many are counted at most: whoever finds more narrows down, or takes the file."""


class ListFilter(PortalForm):
    """What is looked for in a list; what is none of the choices looks for everything."""

    q = TextField(label=_("Search"), required=False, max_length=100)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    @property
    def further(self) -> list[forms.BoundField]:
        """The fields beside the search."""
        return [field for field in self if field.name != "q"]

    @property
    def asked(self) -> dict[str, Any]:
        """What was given, by field; nothing where something of it makes no sense."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beside the search."""
        return any(self.data.get(field.html_name) for field in self.further)

    def narrowed(self, rows: Any) -> Any:
        """The records that are looked for."""
        raise NotImplementedError


class ListPage(PortalView):
    """A list with its search. Its template fills the blocks of `portal/list.html`, or of `portal/list_part.html`."""

    search: ClassVar[type[ListFilter]]
    order: ClassVar[tuple[str, ...]]
    search_label: ClassVar[Words]
    size: ClassVar[int] = SIZE
    """Rows of one page."""

    def rows(self) -> Any:
        """Every record of the customer's that the list can show."""
        raise NotImplementedError

    def about(self) -> dict[str, Any]:
        """What the page shows beside the list."""
        return {}

    @cached_property
    def sought(self) -> ListFilter:
        """What is looked for."""
        return self.search(self.request.GET or {}, member=self.member)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page of what is looked for; only that part of the page where it is put in place."""
        rows = self.sought.narrowed(self.rows())
        page = paged(request, rows, *self.order, size=self.size)
        asked = {name: value for name, value in request.GET.items() if value and name not in CURSORS}
        part = in_place.is_asked_for(request)
        return self.render(
            filter=self.sought,
            page=page,
            many=many(rows, page),
            most=MOST_COUNTED,
            asked=urlencode(asked),
            listed=self,
            frame="portal/list_part.html" if part else "portal/list.html",
            **self.about(),
        )


def many(rows: Any, page: Page) -> int:
    """How many were found, one more than `MOST_COUNTED` for more than that."""
    if page.rows and not (page.before or page.after):
        return len(page.rows)
    return int(rows.order_by()[: MOST_COUNTED + 1].count())
