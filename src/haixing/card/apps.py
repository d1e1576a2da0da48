from django.apps import AppConfig


class CardConfig(AppConfig):
    name = "haixing.card"
