# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What --print-load prints is executed: by DuckDB, and by psql. A PostgreSQL table with NULLs, empty strings and edge
values of every type is exported in every dialect of CSV that there is an option for, and as Parquet; loaded back, it
equals what it was, and what other exports left in the same directory is not loaded. Statements of two exports are run
in either order, and twice; tables, files and directories have odd names; values are long, or end the data for old psql."""
import contextlib
import os
import sqlite3
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402

import every_type  # noqa: E402
import postgres  # noqa: E402
import tool  # noqa: E402
from every_type import COLUMNS, quoted  # noqa: E402

NAME = "load_" + uuid.uuid4().hex[:12]
ROWS = 3000
DIALECTS = (
    ["--format", "parquet"],
    ["--format", "parquet", "--codec", "zstd", "--names", "it's {file}-{id}.{ext}"],
    ["--format", "csv"],
    ["--format", "csv", "--header", "--codec", "gzip"],
    ["--format", "csv", "--header-once", "--codec", "zstd"],
    ["--format", "csv", "--header-once", "--delimiter", "\\t", "--null", "\\N", "--names", "it's [{file}]-{id}.{ext}"],
    ["--format", "csv", "--delimiter", ";", "--quote", "'", "--null", "NULL", "--force-quote", "*"],
    ["--format", "csv", "--header", "--escape", "\\", "--null", "-"],
)


def export(checks, dialect, uri, *options):
    done = tool.run(["--from", "postgresql:///", "--query", f"SELECT * FROM {NAME} ORDER BY id", "--to", uri, "--if-exists",
                     "append", "--max-file-rows", "1000", "--json", *options])
    if not checks.expect(done.returncode == 0, f"{dialect} {options}", done.stderr):
        return ""
    report = tool.last_json(done.stdout)
    checks.expect(report["rows_uploaded"] == ROWS and report["files_uploaded"] == 3, f"{options}: {report}")
    return report.get("load_statement", "")


def by_postgres(checks, directory, number, options):
    uri = os.path.join(directory, f"postgres-{number}")
    export(checks, "none", uri, *options)  # is not to be loaded
    back = f"{NAME}_back{number}"
    statement = export(checks, "postgres", uri, *options, "--print-load", "postgres", "--load-table", back)
    try:
        postgres.sql(statement)
        names = ", ".join(f"{quoted(name)}::text" for name, *_ in (("id",), *COLUMNS))
        for one, other in ((NAME, back), (back, NAME)):
            missing = postgres.sql(f"SET timezone = 'UTC'; SELECT count(*) FROM (SELECT {names} FROM {one} EXCEPT ALL "
                                   f"SELECT {names} FROM {other}) AS d").decode().strip()
            checks.expect(missing == "0", f"psql, {options}: {missing} rows of {one} are not in {other}", statement)
        checks.positions += 1
    finally:
        postgres.sql(f"DROP TABLE IF EXISTS {back}")


def by_duckdb(checks, directory, number, options, db):
    uri = os.path.join(directory, f"duckdb-{number}")
    export(checks, "none", uri, *options)
    statement = export(checks, "duckdb", uri, *options, "--print-load", "duckdb", "--load-table", f"main.back{number}")
    try:
        db.execute(statement)
    except duckdb.Error as why:
        checks.expect(False, f"DuckDB, {options}: {why}", statement)
        return
    # Intervals are text, and not the same in Parquet and in CSV.
    first_csv = next(n for n, d in enumerate(DIALECTS) if "csv" in d)
    names = ", ".join(quoted(name) for name, kind, *_ in (("id", "bigint"), *COLUMNS) if kind != "interval" or number != first_csv)
    if number != 0:
        like = f"back{first_csv if number > first_csv else 0}"
        for one, other in ((like, f"back{number}"), (f"back{number}", like)):
            missing = db.execute(f"SELECT count(*) FROM (SELECT {names} FROM {one} EXCEPT ALL SELECT {names} FROM {other})").fetchone()[0]
            checks.expect(missing == 0, f"DuckDB, {options}: {missing} rows of {one} are not in {other}", statement)
    checks.positions += 1


def against_postgres(checks, db):
    """What DuckDB loaded from Parquet is what PostgreSQL has: of every column the NULLs and the different values, of those
    whose text both write alike also these."""
    for name, kind, _ in COLUMNS:
        ask = f"SELECT count(*), count({quoted(name)}), count(DISTINCT {{}}) FROM {{}}"
        theirs = postgres.sql(ask.format(f"{quoted(name)}::text", NAME)).decode().strip()
        ours = "|".join(map(str, db.execute(ask.format(f"{quoted(name)}::VARCHAR", "back0")).fetchone()))
        checks.expect(theirs == ours, f"DuckDB, column {name}: {ours} instead of {theirs}")
        if kind in ("boolean", "smallint", "integer", "bigint", "numeric(9,2)", "numeric(38,10)", "uuid", "text", "json"):
            ask = "SELECT string_agg({}, '|' ORDER BY id) FROM {}"
            boolean = f"CASE WHEN {quoted(name)} THEN 'true' ELSE 'false' END" if kind == "boolean" else f"{quoted(name)}::text"
            theirs = postgres.sql(ask.format(f"coalesce({boolean}, 'none')", NAME)).decode()
            ours = db.execute(ask.format(f"coalesce({boolean}, 'none')", "back0")).fetchone()[0]
            checks.expect(theirs.rstrip("\n") == ours.rstrip("\n"), f"DuckDB, column {name}: other values")
    checks.positions += 1


def sqlite_tables(path, tables):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for name, rows in tables.items():
            db.execute(f"CREATE TABLE {quoted(name)} (id INTEGER, s TEXT)")
            db.executemany(f"INSERT INTO {quoted(name)} VALUES (?, ?)", rows)


def from_sqlite(checks, path, table, to, *options):
    """The printed statement of an export of a table."""
    done = tool.run(["--from", f"sqlite://{path}", "--table", table, "--to", to, "--if-exists", "append", "--json", *options])
    if not checks.expect(done.returncode == 0, f"{table} {options}", done.stderr):
        return ""
    return tool.last_json(done.stdout)["load_statement"]


def names(checks, directory):
    """A table's name is data: the same table is made, whatever it is called, and nothing else happens. A plain word is
    folded as the engine folds it."""
    tables = {name: [(n, name)] for n, name in enumerate(
        ("plain", "order", "my table", "Mixed", "it's", 'a"b', "x;drop table y", "x);drop table y; --", "\\", "a.b", "\u00e4\u20ac", "$1", "1a"))}
    path = os.path.join(directory, "names.db")
    sqlite_tables(path, tables)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE y (n INTEGER)")
        postgres.sql(f"CREATE SCHEMA {NAME} AUTHORIZATION {quoted(os.environ['PGUSER'])}", superuser=True)
        postgres.sql(f"CREATE TABLE {NAME}.y (n integer)")
        try:
            for number, (name, rows) in enumerate(tables.items()):
                statement = from_sqlite(checks, path, name, os.path.join(directory, f"names-{number}"), "--print-load", "duckdb")
                db.execute(statement)
                found = db.execute(f"SELECT id, s FROM {quoted(name)}").fetchall()
                checks.expect(found == rows, f"DuckDB, table {name}: {found}", statement)
                statement = from_sqlite(checks, path, name, os.path.join(directory, f"names-{number}"), "--format", "csv",
                                        "--print-load", "postgres")
                postgres.sql(f"SET search_path = {NAME};\n{statement}")
                made = "mixed" if name == "Mixed" else name
                found = postgres.sql(f"SELECT id, s FROM {NAME}.{quoted(made)}").decode().strip()
                checks.expect(found == f"{number}|{name}", f"psql, table {name}: {found}", statement)
                checks.positions += 1
            checks.expect({name for name, in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()} == {*tables, "y"},
                          "DuckDB: other tables")
            there = postgres.sql(f"SELECT relname FROM pg_class WHERE relnamespace = '{NAME}'::regnamespace").decode().split("\n")
            checks.expect({*filter(None, there)} == {"mixed", "y", *tables} - {"Mixed"}, f"PostgreSQL: other tables {there}")
        finally:
            postgres.sql(f"SET client_min_messages = error; DROP SCHEMA {NAME} CASCADE", superuser=True)


def orders(checks, directory):
    """Statements of two exports to the same place load these two, in either order, and as often as they are run."""
    path = os.path.join(directory, "orders.db")
    sqlite_tables(path, {"one": [(1, "one"), (2, "")], "two": [(3, "two"), (4, None)]})
    for dialect, options in (("duckdb", []), ("duckdb", ["--format", "csv"]), ("postgres", ["--format", "csv"])):
        to = os.path.join(directory, f"orders-{dialect}-{len(options)}")
        both = [from_sqlite(checks, path, table, to, *options, "--print-load", dialect, "--load-table", f"{NAME}_orders")
                for table in ("one", "two")]
        for order in (both, both[::-1], both + both, [both[0], both[0]]):
            rows = sum(([(1, "one"), (2, "")] if s is both[0] else [(3, "two"), (4, None)] for s in order), [])
            if dialect == "duckdb":
                with duckdb.connect() as db:
                    for statement in order:
                        db.execute(statement)
                    found = db.execute(f"SELECT id, s FROM {NAME}_orders ORDER BY id").fetchall()
            else:
                try:
                    for statement in order:
                        postgres.sql(statement)
                    text = postgres.sql(f"SELECT id, coalesce(s, 'NULL') FROM {NAME}_orders ORDER BY id").decode().split()
                    found = [(int(i), None if s == "NULL" else s) for i, s in (line.split("|") for line in text)]
                finally:
                    postgres.sql(f"DROP TABLE IF EXISTS {NAME}_orders")
            checks.expect(found == sorted(rows, key=lambda r: r[0]), f"{dialect} {options}: {found}", both[0])
            checks.positions += 1


def places(checks, directory):
    """Directories and files whose names mean something to readers."""
    path = os.path.join(directory, "places.db")
    sqlite_tables(path, {"t": [(1, "a"), (2, None)]})
    for number, (below, options) in enumerate((
            ("id=7/s=z", []), ("id=7", ["--format", "csv"]), ("a*b?[c]", []), ("{a,b}", ["--format", "csv"]), ("it's", ["--format", "csv"]),
            ("%41 +&", []), ("** deep", ["--format", "csv", "--codec", "gzip"]), ("$HOME `id`", ["--format", "csv", "--codec", "zstd"]),
            ("-rf", ["--format", "csv", "--codec", "gzip"]), ("a\\nb\\", ["--format", "csv"]), (":x", ["--format", "csv"]))):
        to = os.path.join(directory, f"places{number}", below)
        statement = from_sqlite(checks, path, "t", to, *options, "--print-load", "duckdb")
        with duckdb.connect() as db:
            try:
                db.execute(statement)
                found = db.execute("SELECT * FROM t ORDER BY id").fetchall()
            except duckdb.Error as why:
                found = why
            checks.expect(found == [(1, "a"), (2, None)], f"DuckDB, {below} {options}: {found}", statement)
        if options:
            statement = from_sqlite(checks, path, "t", to, *options, "--print-load", "postgres", "--load-table", f"{NAME}_places")
            try:
                postgres.sql(statement)
                found = postgres.sql(f"SELECT id, coalesce(s, 'NULL') FROM {NAME}_places ORDER BY id").decode().split()
                checks.expect(found == ["1|a", "2|NULL"], f"psql, {below} {options}: {found}", statement)
            finally:
                postgres.sql(f"DROP TABLE IF EXISTS {NAME}_places")
        checks.positions += 1


def long_rows(checks, directory):
    path = os.path.join(directory, "long.db")
    sizes = [0, 3_000_000, 1, 20_000_000]
    sqlite_tables(path, {"t": [(n, "x" * size) for n, size in enumerate(sizes)]})
    for options in ([], ["--format", "csv"], ["--format", "csv", "--codec", "gzip"]):
        statement = from_sqlite(checks, path, "t", os.path.join(directory, "long"), *options, "--memory-limit", "1GB", "--print-load", "duckdb")
        with duckdb.connect() as db:
            db.execute(statement)
            found = [size for size, in db.execute("SELECT length(s) FROM t ORDER BY id").fetchall()]
            checks.expect(found == sizes, f"DuckDB, long rows {options}: {found}", statement)
        checks.positions += 1


def ends_of_data(checks, directory):
    """What psql before 18 takes for the end of the data is loaded whole, or not at all."""
    path = os.path.join(directory, "ends.db")
    for number, text in enumerate(("\\.", "a\n\\.\nb", "a\r\n\\.\r\nb", "\\.\n", "\ufeff\\.")):
        sqlite_tables(path, {f"t{number}": [(1, text), (2, "b")]})
        statement = from_sqlite(checks, path, f"t{number}", os.path.join(directory, f"ends{number}"), "--format", "csv",
                                "--print-load", "postgres", "--load-table", f"{NAME}_ends")
        try:
            output = postgres.sql(statement, check=False).decode()
            there = postgres.sql(f"SELECT to_regclass('{NAME}_ends') IS NOT NULL").decode().strip() == "t"
            if there:
                found = postgres.sql(f"SELECT count(*), count(*) FILTER (WHERE s = {postgres_text(text)}) FROM {NAME}_ends").decode().strip()
                checks.expect(found == "2|1", f"psql, {text!r}: {found}", statement)
                checks.saw("loaded whole")
            else:
                checks.expect("use psql 18" in statement, f"psql, {text!r}: nothing was loaded", f"{statement}\n{output}")
                checks.saw("not loaded")
        finally:
            postgres.sql(f"DROP TABLE IF EXISTS {NAME}_ends")
        checks.positions += 1
    checks.must_have_seen("loaded whole")


def postgres_text(text):
    return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r") + "'"


def refusals(checks, directory):
    """What cannot be loaded is said before anything is written."""
    uri = os.path.join(directory, "refused")
    rows = ["--from", "postgresql:///", "--table", NAME, "--to", uri]
    for words, status, options in (
            ("PostgreSQL cannot load this: it reads no Parquet; export CSV", 1, ["--print-load", "postgres"]),
            ("BigQuery cannot load this: it reads gs:// only", 1, ["--print-load", "bigquery"]),
            ("Athena cannot load this: it reads s3:// only", 1, ["--print-load", "athena"]),
            ("choose snowflake, redshift, bigquery, athena, duckdb or postgres", 2, ["--print-load", "oracle"]),
            ("give --load-role", 2, ["--print-load", "redshift"]),
            ("--load-role has no effect on --print-load duckdb", 2, ["--print-load", "duckdb", "--load-role", "r"]),
            ("--load-table has no effect without --print-load", 2, ["--load-table", "t"]),
            ("--print-load prints what loads the files of an export", 2, ["--print-load", "duckdb", "--dry-run"]),
            ("--print-load has no effect next to --pass-through", 2, ["--print-load", "duckdb", "--pass-through", "format csv"]),
            ("--print-policy is for s3:// buckets", 2, ["--print-policy"])):
        done = tool.run([*rows, *options])
        checks.expect(done.returncode == status and words in done.stderr and not os.path.exists(uri), f"{options}: /{words}/",
                      f"{done.returncode} {done.stdout} {done.stderr}")
    done = tool.run(["--from", "postgresql:///", "--query", f"SELECT * FROM {NAME}", "--to", uri, "--print-load", "duckdb"])
    checks.expect(done.returncode == 2 and "give --load-table" in done.stderr, "no table", done.stderr)
    checks.positions += 1


def before_christ(checks, directory):
    """Days before the year 1, which DuckDB writes in another way, and those that it must not take for such."""
    query = """SELECT * FROM (VALUES (1, date '0044-03-15 BC', timestamp '0044-03-15 01:02:03.5 BC', timestamptz '0044-03-15 01:02:03+00 BC', 'x'),
        (2, date '2024-02-29', timestamp '2024-02-29 23:59:59.999999', timestamptz '2024-02-29 00:00:00+00', '0044-03-15 BC'),
        (3, NULL, NULL, NULL, NULL), (4, date '12024-01-01', timestamp '12024-01-01 00:00:00', timestamptz '12024-01-01 00:00:00+00', 'y'),
        (5, date '0001-12-31 BC', timestamp '0001-12-31 00:00:00 BC', timestamptz '0001-12-31 00:00:00+00 BC', 'BC')) AS v(id, day, at, utc, text)"""
    wanted = [(1, "0044-03-15 (BC)", "0044-03-15 (BC) 01:02:03.5", "0044-03-15 (BC) 01:02:03+00", "x"),
              (2, "2024-02-29", "2024-02-29 23:59:59.999999", "2024-02-29 00:00:00+00", "0044-03-15 BC"), (3, None, None, None, None),
              (4, "12024-01-01", "12024-01-01 00:00:00", "12024-01-01 00:00:00+00", "y"),
              (5, "0001-12-31 (BC)", "0001-12-31 (BC) 00:00:00", "0001-12-31 (BC) 00:00:00+00", "BC")]
    for number, options in enumerate((["--format", "parquet"], ["--format", "csv"], ["--format", "csv", "--header", "--delimiter", ";", "--force-quote", "*"])):
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", os.path.join(directory, f"bc-{number}"), *options, "--print-load", "duckdb",
                         "--load-table", "back", "--json"])
        checks.expect(done.returncode == 0, f"before Christ, {options}", done.stderr)
        with duckdb.connect() as db:
            db.execute("SET TimeZone = 'UTC'")
            db.execute(tool.last_json(done.stdout)["load_statement"])
            got = db.execute('SELECT id, day::VARCHAR, "at"::VARCHAR, utc::VARCHAR, text FROM back ORDER BY id').fetchall()
        checks.expect(got == wanted, f"before Christ, {options}: {got}")
        checks.positions += 1


def one_column(checks, directory):
    """Rows that are empty lines: loaded, or refused before the export, but never left out."""
    query = "SELECT * FROM (VALUES ('a'), (''), (NULL), ('b'), ('')) AS v(t)"
    for number, (options, loads) in enumerate(((["--null", "-"], False), (["--null", "\\N"], False), ([], True), (["--null", "-", "--force-quote", "*"], True))):
        uri = os.path.join(directory, f"one-{number}")
        done = tool.run(["--from", "postgresql:///", "--query", query, "--to", uri, "--format", "csv", *options, "--print-load", "duckdb", "--load-table",
                         "back", "--json"])
        checks.expect((done.returncode == 0) == loads, f"one column, {options}: {done.returncode}", done.stderr)
        if loads:
            with duckdb.connect() as db:
                db.execute(tool.last_json(done.stdout)["load_statement"])
                got = db.execute("SELECT t FROM back ORDER BY t NULLS FIRST").fetchall()
            checks.expect(got == [(None,), ("",), ("",), ("a",), ("b",)], f"one column, {options}: {got}")
        else:
            checks.expect("empty lines" in done.stderr and not os.path.exists(uri), f"one column, {options}", done.stderr)
        checks.positions += 1


def little_memory(checks, directory):
    """A small file does not ask for a large buffer, though a compressed one may hold long rows."""
    for codec in ("gzip", "zstd", "none"):
        done = tool.run(["--from", "postgresql:///", "--query", "SELECT i, 'x' AS t FROM generate_series(1, 3) i", "--to", os.path.join(directory, f"little-{codec}"),
                         "--format", "csv", "--codec", codec, "--print-load", "duckdb", "--load-table", "back", "--json"])
        with duckdb.connect(config={"memory_limit": "1GB"}) as db:
            try:
                db.execute(tool.last_json(done.stdout)["load_statement"])
                got = db.execute("SELECT count(*) FROM back").fetchone()[0]
            except duckdb.Error as why:
                got = why
        checks.expect(got == 3, f"little memory, {codec}: {got}")
        checks.positions += 1


def main():
    checks = tool.Checks("load")
    postgres.require()
    every_type.make_table(NAME, ROWS)
    try:
        with tool.scratch() as directory, duckdb.connect(config={"temp_directory": directory}) as db:
            db.execute("SET TimeZone = 'UTC'")
            for number, options in enumerate(DIALECTS):
                by_duckdb(checks, directory, number, options, db)
                if "csv" in options:
                    by_postgres(checks, directory, number, options)
            against_postgres(checks, db)
            refusals(checks, directory)
            for more in (names, orders, places, long_rows, ends_of_data, before_christ, one_column, little_memory):
                more(checks, directory)
            done = tool.run(["--from", "postgresql:///", "--table", NAME, "--to", os.path.join(directory, "text"), "--print-load", "duckdb"])
            checks.expect(done.returncode == 0 and done.stdout.startswith(f'CREATE TABLE IF NOT EXISTS "{NAME}" (') and
                          done.stdout.splitlines()[-1].startswith("COPY "), "the statement stands before the last line", done.stdout)
    finally:
        postgres.sql(f"DROP TABLE IF EXISTS {NAME}")
    checks.finish()


main()
