"""Previews are made again from the kept file after a crash: their tables skip the write-ahead log."""

from django.db import migrations

TABLES = ("accounts_stagedrow", "accounts_stagedimpact", "accounts_importprogress")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_ledger")]
    operations = [
        migrations.RunSQL(
            [f"ALTER TABLE {table} SET UNLOGGED" for table in TABLES],
            [f"ALTER TABLE {table} SET LOGGED" for table in TABLES],
        )
    ]
