"""The provisions as data, in their order and nothing but data."""
