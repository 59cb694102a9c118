"""Prices, charges, invoices and payments: what contracts and lines cost, and that it is paid."""
