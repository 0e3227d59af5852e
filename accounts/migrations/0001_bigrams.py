"""The SQL function behind the search for two Chinese characters; see accounts/search.py."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

CREATE = """
CREATE FUNCTION bigrams(t text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(x, i, 2)), '{}')
    FROM (SELECT lower(t) AS x) AS s, generate_series(1, length(x) - 1) AS i
)
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        migrations.RunSQL(CREATE, "DROP FUNCTION bigrams(text)"),
    ]
