"""Customers, their applications and contracts: chapters 1 to 7, 9 and 10 of the general provisions, and the services."""
