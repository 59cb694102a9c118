"""The door for other systems: what they see of invoices and payments."""
