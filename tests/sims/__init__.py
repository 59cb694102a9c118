"""Cards, lines, addresses."""
