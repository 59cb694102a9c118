"""Logging in: throttles, sessions, the second factor, passwords (X31-X34)."""
