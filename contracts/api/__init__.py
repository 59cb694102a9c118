"""The door for other systems: what they see of customers and contracts, and what they do with them."""
