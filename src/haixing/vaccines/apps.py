from django.apps import AppConfig


class VaccinesConfig(AppConfig):
    name = "haixing.vaccines"

    def ready(self) -> None:
        """Register the checks."""
        from haixing.vaccines import checks  # noqa: F401, PLC0415  # checks need the settings, which are ready only now
