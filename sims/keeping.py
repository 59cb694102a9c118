"""What of ours still needs the data of a customer that is gone (G40.2.1)."""

from django.utils.translation import gettext_lazy as _

from contracts.retaining import Need, needed_for
from sims.models import SimCard

needed_for(Need(_("SIM cards that have not come back"), lambda: SimCard.objects.lent(), "line__contract__customer"))
