"""Rows written by COPY: as fast as PostgreSQL takes them, with the triggers of the trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, models


def next_keys(model: type[models.Model], count: int) -> Iterator[int]:
    """Keys from the model's own sequence, taken before the rows are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return iter([row[0] for row in cursor.fetchall()])


def give_keys(rows: Sequence[models.Model]) -> None:
    """Give each unsaved row its key, so that rows can refer to each other before any is written."""
    if rows:
        for row, key in zip(rows, next_keys(type(rows[0]), len(rows)), strict=True):
            row.pk = key


def copy(rows: Sequence[models.Model]) -> None:
    """Write rows of one model as they are; those without a key get one.

    Nothing is filled in on the way: `auto_now_add` dates keep the day the story gives them.
    """
    if not rows:
        return
    if rows[0].pk is None:
        give_keys(rows)
    fields = type(rows[0])._meta.concrete_fields
    refer_anew(rows)
    columns = [str(field.column) for field in fields]
    values = (
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for row in rows
    )
    copy_values(type(rows[0])._meta.db_table, columns, values)


def refer_anew(rows: Sequence[models.Model]) -> None:
    """Take over the keys that other rows have been given since these began to refer to them."""
    for field in type(rows[0])._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            for row in rows:
                if field.is_cached(row) and (other := field.get_cached_value(row)) is not None:
                    setattr(row, field.attname, other.pk)


def overwrite(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there; one statement, however many rows."""
    refer_anew(rows)
    meta = type(rows[0])._meta
    fields = [field for field in meta.concrete_fields if field.primary_key or field.name in names]
    columns = [str(field.column) for field in fields]
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for row in rows
    ]
    sets = ", ".join(f"{column} = n.{column}" for column in columns[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE overwriting ON COMMIT DROP AS"  # noqa: S608 - names of our own
            f" SELECT {', '.join(columns)} FROM {meta.db_table} LIMIT 0"
        )
        copy_values("overwriting", columns, values)
        cursor.execute(
            f"UPDATE {meta.db_table} t SET {sets} FROM overwriting n WHERE n.id = t.id"  # noqa: S608
        )
        cursor.execute("DROP TABLE overwriting")


def copy_values(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # carries the context of the trail into this transaction
        statement = f"COPY {connection.ops.quote_name(table)} ({names}) FROM STDIN"
        with cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
