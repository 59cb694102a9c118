"""The staff's door to cards, lines and addresses."""

from sims.admin import files as files
from sims.admin import reconciliation as reconciliation
