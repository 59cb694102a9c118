"""What customers see and do of their lines and cards."""

from sims.portal import card as card
from sims.portal import fewer as fewer
from sims.portal import home as home
from sims.portal import line as line
from sims.portal import of_contract as of_contract
