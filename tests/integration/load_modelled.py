# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What --print-load prints for Snowflake, Redshift, BigQuery and Athena, which no test can run: each statement is parsed by
sqlglot, and models of the engines (lib/loaders.py), made after their documentation, load the files. Every dialect has every
format and type, nested ones too, with odd values: the table that comes of it has PostgreSQL's values, or copy_to had refused
before a file was written (values in paths: when the statement is made), and that for the types that the tables below say. Statements of two exports are run in either order,
and twice."""
import json
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import every_type  # noqa: E402
import loaders  # noqa: E402
import postgres  # noqa: E402
import tool  # noqa: E402
from json_values import same, wanted  # noqa: E402
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

# Arrays, composite types and hstore: lists, structs and maps, whose nodes may all be NULL.
NESTED = (
    ("ints", "int4[]", ("'{}'", "'{1,NULL,-2147483648}'", "'{7}'")),
    ("bigs", "int8[]", ("'{9223372036854775807,NULL}'",)),
    ("texts", "text[]", (r"ARRAY['', 'NULL', NULL, E'a \"b\" \\ {}', 'it''s', E'line\nfeed\t', 'ä€']", "'{}'")),
    ("square", "int4[][]", ("'{{1,2},{NULL,4}}'", "'{}'")),
    ("lines", "modelled_line[]", ("ARRAY[ROW('x', 1.25, '{a,NULL}')::modelled_line, NULL, ROW(NULL, NULL, NULL)::modelled_line]", "'{}'")),
    ("who", "modelled_customer", ("ROW('n', ROW('s', '{2024-02-29}')::modelled_address)::modelled_customer",
                                  "ROW(NULL, NULL)::modelled_customer")),
    ("map", "hstore", ("hstore(ARRAY['a', 'b \"q\"', 'n'], ARRAY['1', '', NULL])", "''::hstore")),
    ("flags", "bool[]", ("'{t,f,NULL}'",)),
    ("cents", "numeric(12,3)[]", ("'{0.1,-999999999.999,NULL}'",)),
    ("wide", "numeric(30,5)[]", ("'{9999999999999999999999999.99999}'",)),
    ("doubles", "float8[]", ("'{0.1,5e-324,1.7976931348623157e308,NULL}'", "'{NaN,Infinity,-Infinity}'")),
    ("days", "date[]", ("'{0001-01-01,9999-12-31,NULL}'",)),
    ("moments", "timestamptz[]", ("ARRAY['1969-12-31 23:59:59.999999+00', NULL]::timestamptz[]",)),
    ("bytes", "bytea[]", (r"ARRAY['\x00ff'::bytea, '', NULL]",)),
    ("docs", "jsonb[]", ("ARRAY['{\"a\": [1, \"x\"]}'::jsonb, NULL]",)),
)
NESTED_TYPES = """DROP TYPE IF EXISTS modelled_line, modelled_customer, modelled_address CASCADE;
CREATE TYPE modelled_line AS (item text, price numeric(9,2), tags text[]);
CREATE TYPE modelled_address AS (street text, seen date[]);
CREATE TYPE modelled_customer AS (name text, home modelled_address);"""
NESTED_LOADS = {
    ("snowflake", "parquet"): {name for name, *_ in NESTED},
    ("snowflake", "csv"): {name for name, *_ in NESTED} - {"docs"},
    ("redshift", "parquet"): {"ints", "bigs", "texts", "square", "lines", "flags", "cents", "docs"},
    ("redshift", "csv"): {name for name, *_ in NESTED} - {"wide", "docs"},
    ("bigquery", "parquet"): {name for name, *_ in NESTED},
    ("bigquery", "csv"): {name for name, *_ in NESTED} - {"wide", "docs"},
    ("athena", "parquet"): {name for name, *_ in NESTED} - {"moments"},
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


def made_of(checks, lake, what, to, statement):
    """Columns and rows of the table that the engine makes of the files below `to`; (None, None) where it does not, which is told."""
    engine = loaders.ENGINES[lake.dialect](lake.content(to))
    try:
        engine.run(statement)
        return loaded(engine, lake.dialect)
    except (loaders.Refused, loaders.Undocumented, loaders.sqlglot.errors.SqlglotError) as why:
        checks.expect(False, f"{what}: {type(why).__name__}: {why}", statement)
        return None, None


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
    columns, rows = made_of(checks, lake, what, to, statement)
    if columns is None:
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


# The columns that a dialect loads from the paths of partitions: all values of them, or some, and the others are refused when the
# statement is made.
IN_PATHS = {
    "snowflake": {"flag": "all", "small": "all", "number": "all", "big": "all", "cents": "all", "wide": "all", "text_": "all", "day": "all"},
    "athena": {"flag": "all", "small": "all", "number": "all", "big": "all", "cents": "all", "wide": "all", "text_": "some", "day": "all"},
    "bigquery": {"small": "some", "number": "some", "big": "some", "text_": "some", "day": "some"},
    "redshift": {},
}


def every_key(checks, lake):
    """Partitions by each column, which is then in the paths only: with all its values but "", which no partition can have, and with those that are plain words."""
    for number, (column, pg_type, _) in enumerate(COLUMNS):
        for which, where in (("all", f"{quoted(column)}::text IS DISTINCT FROM ''"), ("some", f"{quoted(column)}::text ~ '^[-0-9.a-z]+$'")):
            if pg_type in ("real", "double precision", "bytea", "json", "interval") or column == every_type.ODD:
                continue  # no keys, and no name that --partition-by can say
            what, to = f"{lake.dialect}, partitions by {column}, {which}", f"keys/{number}{which}"
            done = lake.export(f"SELECT id, {quoted(column)}, 'x' AS rest FROM {NAME} WHERE {where} ORDER BY id", to, "--partition-by", column, *lake.load_options("t"))
            wanted = IN_PATHS[lake.dialect].get(column)
            files = lake.content(to)
            report = tool.last_json(done.stdout) if done.stdout else {}
            statement = report.get("load_statement")
            checks.positions += 1
            if wanted is None or (wanted == "some" and which == "all"):
                early = wanted is None
                checks.expect("in its path" in done.stderr or "partitions' paths only" in done.stderr or early and "cannot load this" in done.stderr, f"{what}: refused", done.stderr)
                checks.expect("--partition-keep" in done.stderr or early, f"{what}: what to do", done.stderr)
                checks.expect((not files) == early and not statement, f"{what}: before a file is there where the type tells", (done.returncode, len(files), done.stderr))
                checks.saw(f"{lake.dialect} keys refused")
                continue
            if not checks.expect(done.returncode == 0 and statement, f"{what}: loads", done.stderr):
                continue
            checks.saw(f"{lake.dialect} keys loaded")
            columns, rows = made_of(checks, lake, what, to, statement)
            if columns is None:
                continue
            texts = postgres.sql(f"SET timezone = 'UTC'; SET datestyle = ISO; SELECT json_agg(json_build_array(id, {quoted(column)}::text) ORDER BY id) FROM {NAME} WHERE {where}")
            expected = [(i, loaders.expected(text, pg_type, columns[2][1], False)) for i, text in json.loads(texts)]
            found = sorted(((row[0], row[2]) for row in rows), key=lambda row: row[0])
            checks.expect(len(found) == len(expected) and all(a[0] == b[0] and loaders.same(a[1], b[1], pg_type) for a, b in zip(found, expected)), f"{what}: other rows",
                          (statement[:1500], found[:3], expected[:3]))


def layouts(checks, lake):
    """Two keys, one of them a transform, and several files a partition, whatever folders their names have; a column beside the keys."""
    query = f"SELECT id, small, CASE WHEN id % 3 = 0 THEN NULL ELSE 'r' || id % 3 END AS region, date '2024-01-31' + id::integer % 2 AS at FROM {NAME} WHERE region_wanted"
    for number, names_of_files in enumerate((None, "{partition}/{file}/{id}.{ext}", "{partition}/x/{file}-{id}.{ext}", "v1/{partition}/{file}-{id}.{ext}", "v1/v2/{partition}/y/{file}-{id}.{ext}")):
        for keys, where in (("region,month(at)", "TRUE"), ("region", "id % 3 > 0")):
            what, to = f"{lake.dialect}, {names_of_files}, {keys}", f"layouts/{number}{len(keys)}"
            done = lake.export(query.replace("region_wanted", where) + " ORDER BY id", to, "--partition-by", keys, "--max-file-rows", "30", *(["--names", names_of_files] if names_of_files else []),
                               *lake.load_options("t"))
            statement = (tool.last_json(done.stdout) if done.stdout else {}).get("load_statement")
            checks.positions += 1
            behind = names_of_files and names_of_files.split("{partition}/")[1].count("/")
            if lake.dialect == "redshift" or lake.dialect == "bigquery" and (behind or keys != "region"):
                words = "paths only" if lake.dialect == "redshift" else "folders behind its partition" if keys == "region" else "in its path"
                checks.expect(words in done.stderr or "all keys of a path" in done.stderr, f"{what}: refused", done.stderr)
                continue
            if not checks.expect(done.returncode == 0 and statement, f"{what}: loads", done.stderr):
                continue
            columns, rows = made_of(checks, lake, what, to, statement)
            if columns is None:
                continue
            expected = json.loads(postgres.sql(f"SELECT json_agg(json_build_array(id, CASE WHEN id % 3 = 0 THEN NULL ELSE 'r' || id % 3 END) ORDER BY id) FROM {NAME} WHERE {where}"))
            checks.expect(sorted([row[0], row[-1]] for row in rows) == expected, f"{what}: other rows", (len(rows), len(expected), statement[:1500]))
            checks.saw(f"{lake.dialect} layouts loaded")
    # A column whose name is a key's, but for case; and a file of one column, whose rows may be empty lines.
    if lake.dialect == "athena":
        done = lake.export(f"SELECT id, 'x' AS \"At_month\", date '2024-01-31' AS at, 'r' AS region FROM {NAME}", "layouts/case", "--partition-by", "region,month(at)", *lake.load_options("t"))
        checks.expect(done.returncode != 0 and "the paths have a key `at_month`" in done.stderr, "athena: a key like a column", done.stderr)
    if lake.dialect == "snowflake":
        done = lake.export(f"SELECT text_, 'r' AS region FROM {NAME}", "layouts/line", "--partition-by", "region", "--format", "csv", *lake.load_options("t"))
        checks.expect(done.returncode != 0 and "rows of one column may be empty lines" in done.stderr, "snowflake: a column alone", done.stderr)
        done = lake.export(f"SELECT id, small, 'r' AS region FROM {NAME}", "layouts/null", "--partition-by", "region", "--format", "csv", "--null", "NULL", *lake.load_options("t"))
        checks.expect(done.returncode == 0, "snowflake: NULL's text in a path", done.stderr)


def make_nested(name):
    """id and NESTED: each value, and NULL, in some row."""
    most = 1 + max(len(values) for *_, values in NESTED)
    columns = ", ".join(f"{column} {kind}" for column, kind, _ in NESTED)
    rows = ", ".join("(" + ", ".join([str(i), *(f"CAST({values[i]} AS {kind})" if i < len(values) else "NULL" for _, kind, values in NESTED)]) + ")"
                     for i in range(most))
    postgres.sql(f"SET timezone = 'UTC'; CREATE TABLE {name} (id bigint, {columns}); INSERT INTO {name} VALUES {rows};")


def one_nested(checks, lake, column, options, values, number):
    """Exports id and the column; the table that the engine makes of it equals to_jsonb. What became of it."""
    what = f"{lake.dialect}, nested column {column}, {' '.join(options)}"
    to = f"nested/{number}"
    done = lake.export(f"SELECT id, {column} FROM {NAME}_nested ORDER BY id", to, *options, "--arrays", "nested", "--max-file-rows", "2",
                       *lake.load_options("t"))
    if done.returncode != 0:
        named = f"`{column}" in done.stderr or lake.dialect == "athena" and "csv" in options
        checks.expect("cannot load this: " in done.stderr and named and not lake.content(to), f"{what}: refused before a file is there", done.stderr)
        return "refused"
    statement = tool.last_json(done.stdout)["load_statement"]
    columns, rows = made_of(checks, lake, what, to, statement)
    if columns is None:
        return "failed"
    rows = sorted(rows, key=lambda row: row[0])
    checks.expect(len(rows) == len(values), f"{what}: {len(rows)} rows of {len(values)}", statement)
    for (_, found), value in zip(rows, values):
        if column == "docs" and found is not None:  # of Parquet, text
            found = [None if text is None else wanted(text) for text in found]
        if not checks.expect(same(value, found), f"{what}: {found!r} instead of {value!r}", statement):
            break
    return "loaded"


def every_nested(checks, lake):
    values = {}
    for column, *_ in NESTED:
        rows = postgres.sql(f"SET timezone = 'UTC'; SELECT coalesce(to_jsonb({column})::text, 'null') FROM {NAME}_nested ORDER BY id")
        values[column] = [wanted(row) for row in rows.decode().splitlines()]
    number = 0
    for options in (PARQUET[0], CSV[1]):
        outcome = {}
        for column, *_ in NESTED:
            outcome[column] = one_nested(checks, lake, column, options, values[column], number)
            checks.saw(f"{lake.dialect} {options[1]} nested {outcome[column]}")
            checks.positions += 1
            number += 1
        found = {column for column, how in outcome.items() if how == "loaded"}
        expected = NESTED_LOADS[lake.dialect, options[1]]
        checks.expect(found == expected, f"{lake.dialect} {options[1]} loads nested {sorted(found ^ expected)} or does not")


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
    postgres.sql(NESTED_TYPES)
    make_nested(NAME + "_nested")
    try:
        for dialect in SCHEME:
            with double.running("gcs-unpaced" if SCHEME[dialect] == "gs" else "aws") as endpoint:
                lake = Lake(dialect, endpoint)
                every_kind(checks, lake, tool.full_tier())
                every_nested(checks, lake)
                every_key(checks, lake)
                layouts(checks, lake)
                orders(checks, lake)
                names(checks, lake)
        checks.must_have_seen(*(f"{d} {f} loaded" for (d, f), columns in LOADS.items() if columns), "athena csv refused",
                              *(f"{d} {f} nested loaded" for (d, f), columns in NESTED_LOADS.items() if columns),
                              *(f"{d} keys {w}" for d, columns in IN_PATHS.items() for w in (["loaded"] if columns else []) + ["refused"]),
                              "snowflake layouts loaded", "athena layouts loaded", "bigquery layouts loaded",
                              *(f"{d} {w} loaded" for d in SCHEME for w in ("name", "file")),
                              "bigquery name refused", "athena name refused", "bigquery file refused", "athena file refused")
    finally:
        postgres.sql(f"DROP TABLE IF EXISTS {NAME}, {NAME}_nested")
    checks.finish()


main()
