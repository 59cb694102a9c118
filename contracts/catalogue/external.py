"""What customers hold under other terms, recorded because our contracts rest on it."""

from django.utils.translation import gettext_lazy as _

from contracts.catalogue.vocabulary import External, Holds

CLOSED, OPEN = "closed", "open"

EXTERNALS: dict[str, External] = {
    external.code: external
    for external in [
        External(code="private-backbone", name=_("Private Backbone")),
        External(
            code="mobile-type-i",
            name=_("Mobile Service Type I"),
            networks=[(CLOSED, _("Closed network")), (OPEN, _("Internet connection"))],
        ),
        External(code="mobile-type-k", name=_("Mobile Service Type K")),
        External(code="wise-paas-use", name=_("Use of WISE-PaaS"), provider=_("Advantech")),
    ]
}

PRIVATE_BACKBONE = Holds("private-backbone", _("Private Backbone"))
TYPE_I_CLOSED = Holds("mobile-type-i", _("Mobile Service Type I (closed network)"), CLOSED)
TYPE_K = Holds("mobile-type-k", _("Mobile Service Type K"))
WISE_PAAS_USER = Holds("wise-paas-use", _("Use of WISE-PaaS"))
