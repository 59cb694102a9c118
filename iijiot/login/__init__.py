"""Logging in: password, second factor, throttles, and how long it lasts; on top of django-allauth."""
