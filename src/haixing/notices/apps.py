from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "haixing.notices"

    def ready(self) -> None:
        """Register the checks."""
        from haixing.notices import checks  # noqa: F401, PLC0415  # checks need the settings, which are ready only now
