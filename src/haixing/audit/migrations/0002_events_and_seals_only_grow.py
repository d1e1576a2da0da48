"""Events and seals are written once. An event's seal alone is filled in later, once."""

from django.db import migrations

from haixing.lib.append_only import append_only, filled_once

EVENT = ("id", "at", "actor", "action", "subject", "policy_id", "site_id", "detail", "digest")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        append_only("audit_event", unless=filled_once("seal_id", unchanged=EVENT)),
        append_only("audit_seal"),
    ]
