"""The door for other systems: what they see of lines and cards, and what they do with them."""
