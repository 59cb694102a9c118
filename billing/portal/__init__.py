"""What customers see of money: their invoices, what is open, and how it is paid."""

from billing.portal import credit as credit
from billing.portal import fee as fee
from billing.portal import home as home
from billing.portal import invoice as invoice
