"""A published plan is what old decisions are replayed with: the database refuses to change or delete it."""

from django.db import migrations

from haixing.lib.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [append_only("policies_planversion")]
