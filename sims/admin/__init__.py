"""The staff's door to cards, lines and addresses."""

from sims.admin import bulk as bulk
