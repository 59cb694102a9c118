"""Commands about lines and cards."""
