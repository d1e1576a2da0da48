from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "haixing.claims"
