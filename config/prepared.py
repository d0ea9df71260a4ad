"""Statements whose SQL is made once: for the few that every act of every person runs.

Django builds the SQL of a queryset anew each time, which costs several times what a database near by needs to answer it.
A `Select` is built from an ordinary queryset with marks in place of its arguments, and gives what that queryset would
give, a `Change` updates its rows; `insert` and `update` write rows as `bulk_create` and `save(update_fields=…)` do, without
signals.  What is asked seldom has no business here.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import NoneType, SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, CharField, ForeignKey, IntegerField, Model, QuerySet, TextField
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

Arg = int | str | dt.date | dt.datetime
Part = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Made:
    """The SQL for one kind of database; `places` says which parameter is which argument."""

    iterable: Any
    query: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: Any  # from what the database gives to what the fields hold


class _Query:
    """The query as the iterables of querysets ask it, with a compiler that does not compile again."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def get_compiler(self, using: str | None = None, **_options: Any) -> Any:
        """Ours, whatever is asked."""
        return self._compiler


class _Marked:
    """SQL made once from a queryset of marks."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._made: dict[str, _Made] = {}

    def _filled(self, connection: Any, args: tuple[Arg, ...]) -> tuple[_Made, tuple[Any, ...]]:
        """What was made for this kind of database, and its parameters."""
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make(connection)
        if len(args) != len(self._kinds):
            raise TypeError(f"{len(self._kinds)} arguments are needed, {len(args)} given")
        params = list(made.params)
        for place, number in made.places:
            value = _adapted(connection, args[number], self._kinds[number])
            # PostgreSQL's driver has integers of several widths, which are integers too.
            params[place] = type(params[place])(value) if self._kinds[number] is int else value
        return made, tuple(params)

    def _make(self, connection: Any) -> _Made:
        (iterable, query, compiler, sql, params), marks = self._compiled(connection, 0)
        (*_rest, again), others = self._compiled(connection, 1)
        places = [
            (place, number)
            for place, pair in enumerate(zip(params, again, strict=True))
            for number, mark in enumerate(zip(marks, others, strict=True))
            if pair == mark and isinstance(pair[0], type(mark[0]))
        ]
        if {number for _place, number in places} != set(range(len(marks))):
            raise ValueError(f"not every argument is a parameter of {sql}")
        columns = [column for column, _sql, _alias in compiler.select or ()]
        converters = compiler.get_converters(columns)
        return _Made(iterable, query, compiler, sql, tuple(params), tuple(places), converters)

    def _compiled(self, connection: Any, series: int) -> tuple[Any, list[Any]]:
        """With the marks of a series, and these as the database gets them."""
        marks = [_mark(kind, number, series) for number, kind in enumerate(self._kinds)]
        queryset: Any = self._build(*marks)
        query = self._meant(queryset.query)
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        adapted = [_adapted(connection, mark, kind) for mark, kind in zip(marks, self._kinds, strict=True)]
        return (queryset._iterable_class, query, compiler, sql, params), adapted

    def _meant(self, query: Any) -> Any:
        return query


class Select(_Marked):
    """A queryset of some arguments: `Select(lambda pk: Staff.objects.filter(pk=pk), int)(7)` is a list of its rows.

    `kinds` are the types of the arguments, in order: int, str, date or datetime.  An argument must reach the SQL as a
    parameter and unchanged: no `None`, no lists, no patterns.  Raises ValueError when a mark is not found in the SQL.
    """

    def __call__(self, *args: Arg) -> list[Any]:
        """The rows."""
        connection = connections[DEFAULT_DB_ALIAS]
        made, params = self._filled(connection, args)
        compiler = copy.copy(made.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_options: (made.sql, params)
        compiler.get_converters = lambda _fields: made.converters
        asked = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=_Query(made.query, compiler), _known_related_objects={}, _fields=None
        )
        return list(made.iterable(asked))

    def first(self, *args: Arg) -> Any:
        """The first row, or None.  The queryset says what comes first."""
        return next(iter(self(*args)), None)


class Change(_Marked):
    """An update of the rows of a queryset to values that are always the same; gives how many rows it met."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *kinds: type, **values: Any) -> None:
        super().__init__(build, *kinds)
        self._values = values

    def __call__(self, *args: Arg) -> int:
        """Write."""
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(*self.part(*args))
            return int(cursor.rowcount)

    def part(self, *args: Arg) -> Part:
        """The statement."""
        made, params = self._filled(connections[DEFAULT_DB_ALIAS], args)
        return made.sql, list(params)

    def _meant(self, query: Any) -> Any:
        changing = query.chain(UpdateQuery)
        changing.add_update_values(self._values)
        return changing


def _mark(kind: type, number: int, series: int) -> Arg:
    """A value for an argument; where both series stand in the same place of the SQL, that place is the argument's."""
    if kind is int:
        return 31_700 + 100 * series + number
    if kind is str:
        return f"\N{REFERENCE MARK}{series}{number}"
    if kind is dt.date:
        return dt.date(1777, 3 + series, 1 + number)
    if kind is dt.datetime:
        return dt.datetime(1777, 3 + series, 1, 0, 0, number, tzinfo=dt.UTC)
    raise TypeError(f"an argument of a prepared statement is no {kind}")


def _adapted(connection: Any, value: Any, kind: type) -> Any:
    if kind is dt.datetime:
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if kind is dt.date else value


_PLAIN = frozenset({str, int, bool, NoneType})
_AS_IT_IS = (CharField, TextField, IntegerField, BooleanField, ForeignKey)  # fields that store such values unchanged
_MOST_AT_ONCE = 40  # rows of a statement: every database bears so many parameters
_inserts: dict[tuple[Any, ...], tuple[str, bool]] = {}
_updates: dict[tuple[str, type[Model], tuple[str, ...]], str] = {}


def insert(rows: Sequence[Any], *, keys: bool = False, ignore: bool = False) -> None:
    """Write new rows of one model, forty in a statement.  No signals.

    `keys`: each row gets its number.  `ignore`: what a unique constraint forbids is left out silently (then no numbers).
    A field may hold an expression without parameters of its own (RawSQL); it must be the same in every call.
    """
    for start in range(0, len(rows), _MOST_AT_ONCE):
        _insert(rows[start : start + _MOST_AT_ONCE], keys, ignore)


def _insert(rows: Sequence[Any], keys: bool, ignore: bool) -> None:
    sql, params = _inserting(rows, keys, ignore)
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        for row, number in zip(rows, cursor.fetchall() if keys else [], strict=False):
            row.pk = number[0]
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _inserting(rows: Sequence[Any], keys: bool, ignore: bool) -> Part:
    model: Any = type(rows[0])
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = [(field, field.pre_save(row, True)) for row in rows for field in fields]
    said = tuple(
        value.sql if type(value) not in _PLAIN and hasattr(value, "resolve_expression") else ""
        for _field, value in values
    )
    known = (connection.vendor, model, len(rows), keys, ignore, said if any(said) else ())
    if known not in _inserts:
        query = InsertQuery(model, on_conflict=OnConflict.IGNORE if ignore else None)
        query.insert_values(fields, list(rows))
        compiler: Any = query.get_compiler(connection=connection)
        compiler.returning_fields = [model._meta.pk] if keys else None
        ((made, given),) = compiler.as_sql()
        # PostgreSQL takes several rows as one list for each column (UNNEST).
        _inserts[known] = (made, len(rows) > 1 and len(given) == len(fields))
    sql, in_columns = _inserts[known]
    params: list[Any] = [
        value if type(value) in _PLAIN and isinstance(field, _AS_IT_IS) else field.get_db_prep_save(value, connection)
        for (field, value), expression in zip(values, said, strict=True)
        if not expression
    ]
    if in_columns:
        params = [params[number :: len(fields)] for number in range(len(fields))]
    return sql, params


def update(row: Model, fields: Iterable[str]) -> None:
    """Write these fields of a row that exists.  Raises LookupError when it does not."""
    sql, params = _updating(row, tuple(fields))
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, params)
        if cursor.rowcount != 1:
            raise LookupError(f"there is no {type(row).__name__} {row.pk}")


def _updating(row: Model, names: tuple[str, ...]) -> Part:
    connection = connections[DEFAULT_DB_ALIAS]
    model: Any = type(row)
    meant = [model._meta.get_field(name) for name in names]
    known = (connection.vendor, model, names)
    key = model._meta.pk
    if known not in _updates:
        quote = connection.ops.quote_name
        changes = ", ".join(f"{quote(field.column)} = %s" for field in meant)
        _updates[known] = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {quote(key.column)} = %s"
    params = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in meant]
    return _updates[known], [*params, row.pk]


class Together:
    """Changes that need nothing of each other and meet no row twice: PostgreSQL gets them in one statement, when `write` is
    called.  Rows that are changed must be there: they are locked, and nobody looks whether they were met."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def insert(self, rows: Sequence[Any]) -> None:
        """New rows of one model, without numbers."""
        for start in range(0, len(rows), _MOST_AT_ONCE):
            self._parts.append(_inserting(rows[start : start + _MOST_AT_ONCE], False, False))

    def update(self, row: Model, fields: Iterable[str]) -> None:
        """These fields of a row."""
        self._parts.append(_updating(row, tuple(fields)))

    def change(self, change: Change, *args: Arg) -> None:
        """What a Change means for these arguments."""
        self._parts.append(change.part(*args))

    def write(self) -> None:
        """Write, and be empty again."""
        parts, self._parts = self._parts, []
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor == "postgresql" and len(parts) > 1:
            named = ", ".join(f"part{number} AS ({sql})" for number, (sql, _params) in enumerate(parts[:-1]))
            parts = [(f"WITH {named} {parts[-1][0]}", [each for _sql, params in parts for each in params])]
        with connection.cursor() as cursor:
            for sql, params in parts:
                cursor.execute(sql, params)
