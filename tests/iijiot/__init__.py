"""Tests of the site and of what every app may use."""
