from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The top of the house is an app for its checks and for the ``demo`` command; it has no tables."""

    name = "haixing.config"

    def ready(self) -> None:
        from haixing.config import checks  # noqa: F401, PLC0415  registering needs the app registry
