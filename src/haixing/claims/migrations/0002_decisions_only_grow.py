from django.db import migrations

from haixing.lib.append_only import append_only


class Migration(migrations.Migration):
    """What was decided stays as it was decided: bills and reversals are never changed or deleted."""

    dependencies = [("claims", "0001_initial")]
    operations = [append_only("claims_bill"), append_only("claims_reversal")]
