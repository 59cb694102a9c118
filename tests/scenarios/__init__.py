"""Faults that people met in systems like this one, each by its id."""
