# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What --print-load prints for Snowflake, Redshift, BigQuery and Athena, which no test can run: each statement is parsed by
sqlglot, and models of the engines (lib/loaders.py), made after their documentation, load the files. Every dialect has every
format and type with odd values: the table that comes of it has PostgreSQL's values, or copy_to had refused before a file was
written, and that for the types that the table below says. Statements of two exports are run in either order, and twice."""
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import every_type  # noqa: E402
import loaders  # noqa: E402
import postgres  # noqa: E402
import tool  # noqa: E402
from every_type import COLUMNS, quoted  # noqa: E402

NAME = "modelled_" + uuid.uuid4().hex[:12]
ROWS = 400
ROLE = ["--load-role", "arn:aws:iam::123456789012:role/reader"]
PARQUET = (["--format", "parquet"], ["--format", "parquet", "--codec", "zstd"], ["--format", "parquet", "--reader", "exact"])
CSV = (["--format", "csv"],
       ["--format", "csv", "--force-quote", "*"],
       ["--format", "csv", "--header", "--codec", "gzip", "--force-quote", "*"],
       ["--format", "csv", "--null", "\\N"],
       ["--format", "csv", "--null", "NULL", "--force-quote", "*"],
       ["--format", "csv", "--delimiter", "\\t", "--quote", "'", "--codec", "zstd"],
       ["--format", "csv", "--delimiter", "|", "--escape", "\\"])
SCHEME = {"snowflake": "s3", "redshift": "s3", "bigquery": "gs", "athena": "s3"}
# The columns that a dialect loads: of Parquet for the portable readers, and of CSV as it is by default, with all in quotes.
LOADS = {
    ("snowflake", "parquet"): {name for name, *_ in COLUMNS},
    ("snowflake", "csv"): {name for name, *_ in COLUMNS},
    ("redshift", "parquet"): {name for name, *_ in COLUMNS},
    ("redshift", "csv"): {"flag", "small", "number", "big", "cents", "wide", "uid", "day", "stamp", every_type.ODD},
    ("bigquery", "parquet"): {name for name, *_ in COLUMNS} - {every_type.ODD},
    ("bigquery", "csv"): {name for name, *_ in COLUMNS} - {"bytes", every_type.ODD},
    ("athena", "parquet"): {name for name, *_ in COLUMNS} - {"stamp", "moment", every_type.ODD},
    ("athena", "csv"): set(),
}


class Lake:
    """A bucket of the double."""

    def __init__(self, dialect, endpoint):
        self.dialect, self.endpoint, self.scheme = dialect, endpoint, SCHEME[dialect]
        self.client = double.client(endpoint, response_checksum_validation="when_required")

    def export(self, query, to, *options):
        return tool.run(["--from", "postgresql:///", "--query", query, "--to", f"{self.scheme}://lake/{to}", "--endpoint", self.endpoint,
                         "--region", "eu-west-1", "--path-style", "--allow-http", "--if-exists", "append", "--json", *options], **double.credentials())

    def load_options(self, table):
        role = ROLE if self.dialect in ("snowflake", "redshift") else []
        manifest = ["--manifest"] if self.dialect == "redshift" else []
        return ["--print-load", self.dialect, "--load-table", table, *role, *manifest]

    def content(self, below):
        """{URI: bytes}"""
        found = {}
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket="lake", Prefix=below):
            for entry in page.get("Contents", []):
                found[f"{self.scheme}://lake/{entry['Key']}"] = self.client.get_object(Bucket="lake", Key=entry["Key"])["Body"].read()
        return found


def loaded(engine, dialect):
    if dialect == "athena":
        (name,) = engine.views
        return engine.of_view(name)
    ((columns, rows),) = engine.tables.values()
    return columns, rows


def one_type(checks, lake, column, pg_type, options, wanted, number):
    """Exports id and the column; the table that the engine makes of it equals PostgreSQL's. What became of it."""
    what = f"{lake.dialect}, column {column}, {' '.join(options)}"
    to = f"one/{number}"
    query = f"SELECT id, {quoted(column)} FROM {NAME} ORDER BY id"
    if number % len(COLUMNS) == 0:
        lake.export(query, to, *options)  # is not to be loaded
    before = len(lake.content(to))
    done = lake.export(query, to, *options, "--max-file-rows", "150", *lake.load_options("t"))
    if done.returncode != 0:
        checks.expect(f"cannot load this: " in done.stderr and len(lake.content(to)) == before, f"{what}: refused before a file is there",
                      done.stderr)
        return "refused"
    statement = tool.last_json(done.stdout)["load_statement"]
    engine = loaders.ENGINES[lake.dialect](lake.content(to))
    try:
        engine.run(statement)
        columns, rows = loaded(engine, lake.dialect)
    except (loaders.Refused, loaders.Undocumented, loaders.sqlglot.errors.SqlglotError) as why:
        checks.expect(False, f"{what}: {type(why).__name__}: {why}", statement)
        return "failed"
    kind = columns[1][1]
    csv = "csv" in options
    rows = sorted(rows, key=lambda row: row[0])
    checks.expect([row[0] for row in rows] == list(range(ROWS)), f"{what}: not the rows that were exported", statement)
    for (_, found), text in zip(rows, wanted):
        value = loaders.expected(text, pg_type, kind, csv)
        if not checks.expect(loaders.same(found, value, pg_type), f"{what}: {found!r} instead of {value!r}", statement):
            break
    return "loaded"


def every_kind(checks, lake, full):
    wanted = {name: every_type.texts(NAME, name) for name, *_ in COLUMNS}
    number = 0
    for options in (*PARQUET, *CSV):
        quick = options in (PARQUET[0], CSV[1], CSV[4])
        if not full and not quick:
            continue
        form = options[1]
        outcome = {}
        for column, pg_type, _ in COLUMNS:
            outcome[column] = one_type(checks, lake, column, pg_type, options, wanted[column], number)
            checks.saw(f"{lake.dialect} {form} {outcome[column]}")
            checks.positions += 1
            number += 1
        if options in (PARQUET[0], CSV[1]):
            found = {column for column, how in outcome.items() if how == "loaded"}
            checks.expect(found == LOADS[lake.dialect, form], f"{lake.dialect} {form} loads {sorted(found ^ LOADS[lake.dialect, form])} or does not")


def orders(checks, lake):
    """Two exports below the same prefix, and one below another: their statements in either order, and twice."""
    places = ("both", "both", "both/below")
    statements = []
    for first, to in enumerate(places):
        done = lake.export(f"SELECT id, small FROM {NAME} WHERE id / 10 = {first} ORDER BY id", to, *lake.load_options("Orders"))
        if not checks.expect(done.returncode == 0, f"{lake.dialect}: {to}", done.stderr):
            return
        statements.append(tool.last_json(done.stdout)["load_statement"])
    for order in ((0, 1, 2), (2, 1, 0), (1, 0, 2, 1)):
        engine = loaders.ENGINES[lake.dialect](lake.content("both"))
        for n in order:
            engine.run(statements[n])
        _, rows = loaded(engine, lake.dialect)
        if lake.dialect == "athena":  # the view is what was loaded last
            order = order[-1:]
        if lake.dialect == "snowflake":  # which knows what it has loaded
            order = set(order)
        ids = sorted(row[0] for row in rows)
        checks.expect(ids == sorted(i for n in order for i in range(10 * n, 10 * n + 10)), f"{lake.dialect}, {order}: {ids}")
        checks.positions += 1


def names(checks, lake):
    """Odd names of tables, columns and files are quoted, or refused before a file is there."""
    for n, (table, made) in enumerate((("plain", {"snowflake": "PLAIN"}), ('"order"', {}), ('"my table"', {}), ('"it\'s"', {}), ('s."a.b"', {}),
                                       ('"x;drop table y"', {}), ('"a""b"', {}), ('"\u00e4"', {}), ('"a\\b"', {}), ('"a`b"', {}))):
        for column in ("plain", "order", "Mixed Case", "a.b", "it's", 'a"b', "a`b", "\u00e4\u20ac", "x);drop table y; --", "a\\b", "$1", "_table_1", "1a",
                       "-", "a\tb"):
            if n and column not in ("order", 'a"b'):
                continue
            to = f"names/{n}-{uuid.uuid4().hex}"
            done = lake.export(f"SELECT id, small AS {quoted(column)} FROM {NAME} ORDER BY id", to, *lake.load_options(table))
            what = f"{lake.dialect}, table {table}, column {column!r}"
            if done.returncode != 0:
                checks.expect("cannot load this: " in done.stderr and not lake.content(to), f"{what}: refused before a file is there", done.stderr)
                checks.saw(f"{lake.dialect} name refused")
                continue
            statement = tool.last_json(done.stdout)["load_statement"]
            engine = loaders.ENGINES[lake.dialect](lake.content(to))
            try:
                engine.run(statement)
                columns, rows = loaded(engine, lake.dialect)
                exact = [part.strip('"').replace('""', '"') for part in (table.split(".", 1) if table.startswith("s.") else [table])]
                if lake.dialect == "snowflake" and table.startswith("s."):
                    exact[0] = "S"
                found = next(iter(engine.views if lake.dialect == "athena" else engine.tables))
                checks.expect(found == tuple([*exact[:-1], made.get(lake.dialect, exact[-1])]), f"{what}: table {found}", statement)
                checks.expect([c[0] for c in columns] == ["id", column] and len(rows) == ROWS and any(row[1] is not None for row in rows),
                              f"{what}: {columns}", statement)
                checks.saw(f"{lake.dialect} name loaded")
            except (loaders.Refused, loaders.Undocumented, loaders.sqlglot.errors.SqlglotError) as why:
                checks.expect(False, f"{what}: {type(why).__name__}: {why}", statement)
            checks.positions += 1
    for below in ("a*b", "a?b", "a#b", "x/", "it's", "a b", "_hidden", "{a}", "%41"):
        to = f"files/{uuid.uuid4().hex}/{below}"
        lake.export(f"SELECT id, small FROM {NAME} WHERE id > 20 ORDER BY id", to.replace("*", "XX").replace("?", "Y"))
        done = lake.export(f"SELECT id, small FROM {NAME} WHERE id < 5 ORDER BY id", to, *lake.load_options("t"))
        what = f"{lake.dialect}, files in {below}"
        if done.returncode != 0:
            checks.expect("cannot load this: " in done.stderr, what, done.stderr)
            checks.saw(f"{lake.dialect} file refused")
            continue
        engine = loaders.ENGINES[lake.dialect](lake.content(to.rsplit("/", 1)[0] if not below.endswith("/") else to))
        engine.run(tool.last_json(done.stdout)["load_statement"])
        checks.expect(sorted(row[0] for row in loaded(engine, lake.dialect)[1]) == list(range(5)), f"{what}: other rows")
        checks.saw(f"{lake.dialect} file loaded")
        checks.positions += 1


def main():
    checks = tool.Checks("load_modelled")
    postgres.require()
    every_type.make_table(NAME, ROWS)
    try:
        for dialect in SCHEME:
            with double.running("gcs-unpaced" if SCHEME[dialect] == "gs" else "aws") as endpoint:
                lake = Lake(dialect, endpoint)
                every_kind(checks, lake, tool.full_tier())
                orders(checks, lake)
                names(checks, lake)
        checks.must_have_seen(*(f"{d} {f} loaded" for (d, f), columns in LOADS.items() if columns), "athena csv refused",
                              *(f"{d} {w} loaded" for d in SCHEME for w in ("name", "file")),
                              "bigquery name refused", "athena name refused", "bigquery file refused", "athena file refused")
    finally:
        postgres.sql(f"DROP TABLE IF EXISTS {NAME}")
    checks.finish()


main()
