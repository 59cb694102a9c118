"""Tests. They mirror the code; tests/house keeps the rules of the house."""
