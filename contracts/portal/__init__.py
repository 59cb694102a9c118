"""What customers do themselves with their contracts; each module is a thing of `models/`."""

from contracts.portal import application as application
from contracts.portal import company as company
from contracts.portal import condition as condition
from contracts.portal import contract as contract
from contracts.portal import home as home
from contracts.portal import invitation as invitation
from contracts.portal import member as member
from contracts.portal import notice as notice
from contracts.portal import trouble as trouble
from contracts.portal import user as user
