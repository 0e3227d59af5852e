"""Who made a change stands in the event row itself, so no shared context row is written.

django-pghistory's own function would also keep a row per request that the application's role
could rewrite; ours only hands the request's id to the event.
"""

from django.db import migrations

ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE
LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('pghistory.context_id', true), '')::uuid
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("staff", "0001_people"),
    ]
    operations = [migrations.RunSQL(ATTACH, migrations.RunSQL.noop)]
