"""Every change of every business table stands in the trail, whichever door it came by (R8).

The tables and the changes tried are generated from the registry of models, so that a new model is
tried too. What a table refuses (an append-only row, a policy in force) needs no record.
"""

import os
import subprocess
from types import SimpleNamespace

import pghistory
import pytest
from django.db import DatabaseError, connection, models, transaction

from config.postgres import LocalPostgresError, find_client
from tests.rows import make_row
from tests.test_every_model import UNTRACKED, business_models

TRACKED = [model for model in business_models() if model._meta.label not in UNTRACKED]
# An inserted sales line is recorded by its import; its own events hold what was there before.
RECORDED_ON_LEAVING = {"accounts.SalesLine"}
every_model = pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)


def trail(model):
    """The model's event table, that of `@tracked`."""
    return next(
        relation.related_model
        for relation in model._meta.related_objects
        if relation.related_model.__name__ == f"{model.__name__}Event"
    )


def recorded(row):
    return trail(type(row)).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")


def changes(model):
    """Column and expression: ways to change a row, the likeliest to be allowed first."""
    kinds = [
        (models.TextField, "{0} || '改'"),
        (models.CharField, "{0} || '改'"),
        (models.BooleanField, "NOT {0}"),
        (models.DateTimeField, "{0} + interval '1 second'"),
        (models.DateField, "{0} + 1"),
        (models.DecimalField, "{0} + 1"),
        (models.IntegerField, "{0} + 1"),
        (models.JSONField, "'{{\"改\": 1}}'"),
    ]
    event = {field.name for field in trail(model)._meta.concrete_fields}
    for kind, change in kinds:
        for field in model._meta.concrete_fields:
            plain = not (field.primary_key or field.is_relation or field.choices or field.null)
            if plain and field.name in event and isinstance(field, kind):
                yield field, change.format(f'"{field.column}"')


def allowed_change(row):
    """A change that the table lets through; None where it lets none through."""
    table = row._meta.db_table
    for field, change in changes(type(row)):
        statement = f'UPDATE "{table}" SET "{field.column}" = {change} WHERE id = {row.pk}'
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                transaction.set_rollback(True)
        except DatabaseError:
            continue
        return SimpleNamespace(field=field, statement=statement)
    return None


def may_be_deleted(row):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE id = {row.pk}')
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def expect(row, label, *, user=None):
    """The latest event is of that kind, whole, by that person or by the database role alone."""
    event = recorded(row).last()
    assert event is not None, "no event at all"
    assert event.pgh_label == label
    assert event.pgh_role == connection.settings_dict["USER"]
    assert event.pgh_created_at is not None
    assert (event.pgh_context or {}).get("user") == user
    return event


@pytest.mark.django_db
@every_model
def test_the_orm_in_bulk(model, people):
    """`.update()` calls no `save()`: only the database sees it."""
    with pghistory.context(user=people.chen.pk):
        row = make_row(model)
        if model._meta.label not in RECORDED_ON_LEAVING:
            assert recorded(row).filter(pgh_label="insert").count() == 1
        change = allowed_change(row)
        if change is None:
            return
        count = recorded(row).count()
        now = model._base_manager.filter(pk=row.pk).values_list(change.field.attname, flat=True)
        before = now[0]
        expression = models.expressions.RawSQL(  # noqa: S611
            change.statement.partition(" = ")[2].rpartition(" WHERE ")[0], []
        )
        model._base_manager.filter(pk=row.pk).update(**{change.field.attname: expression})
    assert recorded(row).count() == count + 1
    event = expect(row, "update", user=people.chen.pk)
    held = before if model._meta.label in RECORDED_ON_LEAVING else now[0]
    assert getattr(event, change.field.attname) == held


@pytest.mark.django_db
@every_model
def test_copy_and_bare_sql(model):
    """A row taken out, deleted and put back by COPY, and changed by SQL: four events in all."""
    row, table = make_row(model), model._meta.db_table
    if may_be_deleted(row):
        with connection.cursor() as cursor:
            with cursor.copy(
                f'COPY (SELECT * FROM "{table}" WHERE id = {row.pk}) TO STDOUT'
            ) as out:
                lines = b"".join(out)
            cursor.execute(f'DELETE FROM "{table}" WHERE id = {row.pk}')
            expect(row, "delete")
            events = recorded(row).count()
            with cursor.copy(f'COPY "{table}" ({columns(table)}) FROM STDIN') as back:
                back.write(lines)
        inserted = model._meta.label not in RECORDED_ON_LEAVING
        assert recorded(row).count() == events + inserted
        if inserted:
            expect(row, "insert")
    if change := allowed_change(row):
        with connection.cursor() as cursor:
            cursor.execute(change.statement)
        expect(row, "update")


def columns(table):
    """Those that a COPY may fill: not the generated ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%%I', attname), ', ' ORDER BY attnum) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [f'"{table}"'],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_psql(people):
    """Someone at the server's prompt: every table in one session, each change recorded."""
    try:
        psql = find_client("psql", connection.pg_version // 10_000)
    except LocalPostgresError as missing:
        pytest.skip(str(missing))
    rows = [make_row(model) for model in TRACKED]
    wanted = [(row, change.statement) for row in rows if (change := allowed_change(row))]
    known = {row: recorded(row).count() for row, _statement in wanted}
    login = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": login["HOST"],
        "PGPORT": str(login["PORT"]),
        "PGUSER": login["USER"],
        "PGPASSWORD": login["PASSWORD"],
        "PGDATABASE": login["NAME"],
    }
    done = subprocess.run(
        [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
        input=";\n".join(statement for _row, statement in wanted) + ";\n",
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.stderr
    assert len(wanted) > len(TRACKED) / 2
    for row, _statement in wanted:
        assert recorded(row).count() > known[row], row._meta.label
        expect(row, "update")
