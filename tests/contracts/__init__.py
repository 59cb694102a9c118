"""Tests of customers, applications and contracts."""
