# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What --print-load prints is executed: by DuckDB, and by psql. A PostgreSQL table with NULLs, empty strings and edge
values of every type is exported in every dialect of CSV that there is an option for, and as Parquet; loaded back, it
equals what it was, and what other exports left in the same directory is not loaded."""
import os
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402

import postgres  # noqa: E402
import tool  # noqa: E402

NAME = "load_" + uuid.uuid4().hex[:12]
ROWS = 3000
ODD = 'Odd "Name", \'x\''
COLUMNS = (
    ("flag", "boolean", ("true", "false")),
    ("small", "smallint", ("0", "-32768")),
    ("number", "integer", ("0", "-2147483648")),
    ("big", "bigint", ("0", "9223372036854775807")),
    ("single", "real", ("0", "0.1", "'infinity'", "'nan'", "-3.4028235e38")),
    ("double_", "double precision", ("0", "0.1", "'-infinity'", "'nan'", "5e-324")),
    ("cents", "numeric(9,2)", ("0", "-9999999.99")),
    ("wide", "numeric(38,10)", ("0", "9999999999999999999999999999.9999999999")),
    ("text_", "text", ("''", "' '", "','", "'\"'", "''''", "E'\\\\'", "E'\\\\.'", "E'\\\\N'", "'NULL'", "E'line\\nfeed'",
                       "E'a\\r\\nb'", "E'\\t'", "'\u00e4\u20ac'", "';'", "'-'")),
    ("bytes", "bytea", ("''", r"'\x00ff5c'", "'text'")),
    ("uid", "uuid", ("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",)),
    ("day", "date", ("'0001-01-01'", "'1970-01-01'", "'9999-12-31'")),
    ("clock", "time", ("'00:00'", "'23:59:59.999999'")),
    ("stamp", "timestamp", ("'0001-01-01 00:00:00'", "'2024-02-29 12:34:56.5'", "'9999-12-31 23:59:59.999999'")),
    ("moment", "timestamptz", ("'1969-12-31 23:59:59.999999+00'", "'2024-02-29 12:34:56.5+00'")),
    ("span", "interval", ("'0'", "'1 year 2 mons -3 days 04:05:06.000007'", "'-00:00:01'")),
    ("doc", "json", ("'{}'", "'{\"a\": [1, \"x\\\"y\"]}'")),
    (ODD, "integer", ("7",)),
)
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


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def make_table():
    columns = ["i::bigint AS id"]
    for salt, (name, kind, values) in enumerate(COLUMNS):
        array = "(ARRAY[" + ", ".join(f"CAST({v} AS {kind})" for v in values) + f"]::{kind}[])"
        columns.append(f"{array}[1 + (i * 7 + {salt} * 13 + i / 97) % {len(values) + 1}] AS {quoted(name)}")
    postgres.sql(f"SET timezone = 'UTC'; CREATE TABLE {NAME} AS SELECT {', '.join(columns)} "
                 f"FROM generate_series(0::bigint, {ROWS - 1}) AS i")


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


def main():
    checks = tool.Checks("load")
    postgres.require()
    make_table()
    try:
        with tool.scratch() as directory, duckdb.connect(config={"temp_directory": directory}) as db:
            db.execute("SET TimeZone = 'UTC'")
            for number, options in enumerate(DIALECTS):
                by_duckdb(checks, directory, number, options, db)
                if "csv" in options:
                    by_postgres(checks, directory, number, options)
            against_postgres(checks, db)
            refusals(checks, directory)
            done = tool.run(["--from", "postgresql:///", "--table", NAME, "--to", os.path.join(directory, "text"), "--print-load", "duckdb"])
            checks.expect(done.returncode == 0 and done.stdout.startswith(f"CREATE TABLE IF NOT EXISTS {NAME} (") and
                          done.stdout.splitlines()[-1].startswith("COPY "), "the statement stands before the last line", done.stdout)
    finally:
        postgres.sql(f"DROP TABLE IF EXISTS {NAME}")
    checks.finish()


main()
