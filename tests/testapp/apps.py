"""The test app."""

from django.apps import AppConfig


class TestappConfig(AppConfig):
    """Follows contracts where a test registers it; brings a `flush` that may empty history."""

    name = "tests.testapp"
    label = "testapp"
    default_auto_field = "django.db.models.BigAutoField"
