from django.db import migrations

from haixing.lib.append_only import append_only


class Migration(migrations.Migration):
    """A correction is a new entry: the database refuses to change or delete one."""

    dependencies = [("ledger", "0001_initial")]
    operations = [append_only("ledger_entry")]
