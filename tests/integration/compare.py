# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A table with every type, NULLs and edge values, exported to a directory and to a bucket (http and https): the
Parquet files, read by pyarrow and by DuckDB, and the CSV files, imported into SQLite again, equal the table."""
import contextlib
import datetime
import decimal
import os
import sqlite3
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import pyarrow  # noqa: E402
import pyarrow.parquet  # noqa: E402

import s3  # noqa: E402
import tool  # noqa: E402

ROWS = 1_200_000 if tool.full_tier() else 100_000
MAX_FILE_SIZE = {"parquet": "5MB", "csv": "20MB"} if tool.full_tier() else {"parquet": "600kB", "csv": "2MB"}

# Name, declared type, type in Arrow.
COLUMNS = (("id", "INTEGER NOT NULL", pyarrow.int64()), ("big", "BIGINT", pyarrow.int64()), ("text_", "TEXT", pyarrow.string()),
           ("short", "VARCHAR(10)", pyarrow.string()), ("blob_", "BLOB", pyarrow.binary()), ("real_", "REAL", pyarrow.float64()),
           ("double_", "DOUBLE PRECISION", pyarrow.float64()), ("bool_", "BOOLEAN", pyarrow.bool_()),
           ("day", "DATE", pyarrow.date32()), ("at", "DATETIME", pyarrow.timestamp("us")),
           ("stamp", "TIMESTAMP", pyarrow.timestamp("us")), ("small_dec", "DECIMAL(9,2)", pyarrow.decimal128(9, 2)),
           ("mid_dec", "DECIMAL(18,6)", pyarrow.decimal128(18, 6)), ("big_dec", "NUMERIC(38,10)", pyarrow.decimal128(38, 10)),
           ("any_int", "", pyarrow.int64()), ("any_num", "", pyarrow.float64()), ("any_text", "", pyarrow.string()),
           ("all_null", "", pyarrow.string()))

TEXTS = ("", " ", "a", ",", '"', '""', "'", "\\", "\\.", "\\N", "NULL", "null", "a,b", 'say "hi"', "line\nfeed", "cr\rlf\r\n", "\t",
         " leading", "trailing ", "\u00e4\u00f6\u00fc\u20ac", "\U0001f600\U0010ffff", "\ufeffbom", "e\u0301", "0", "-1", "1e5", "true",
         "x" * 5000, "\u4e2d" * 300, ";", "\x01\x7f")
BLOBS = (b"", b"\x00", b"\xff" * 3, bytes(range(256)), b"\\x00", b"text")
INTEGERS = (0, 1, -1, 127, -128, 2**31 - 1, -2**31, 2**53, -2**53 - 1, 2**63 - 1, -2**63)
REALS = (0.0, -0.0, 1.5, -2.25, 0.1, 1e308, -1e308, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, float("inf"),
         float("-inf"), 1 / 3, 123456789.123456789, 9007199254740993.0, 1e21, 1e-7)
DAYS = ("0001-01-01", "1582-10-15", "1900-02-28", "1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "9999-12-31")
TIMES = ("0001-01-01 00:00:00", "1969-12-31 23:59:59.999999", "1970-01-01 00:00:00", "2024-02-29T12:34:56.5", "2024-02-29 12:34",
         "9999-12-31 23:59:59.999999", "2001-09-09 01:46:40.000001")
# SQLite stores these as integers or doubles (NUMERIC affinity); a double is exact up to 15 digits.
DECIMALS = {9: ("0", "0.01", "-0.01", "9999999.99", "-9999999.99", "12.3", "7"),
            18: ("0", "0.000001", "-999999999.999999", "999999999.999999", "1.5", "999999999999"),
            38: ("0", "0.0000000001", 2**63 - 1, -2**63, "12345.0123456789", "-1.25")}
decimal.getcontext().prec = 60


def value(values, i, salt):
    """One of the edge values, or NULL now and then; each column has a rhythm of its own."""
    at = (i * 7 + salt * 13 + i // 97) % (len(values) + 1)
    return values[at] if at < len(values) else None


def row(i):
    return (i, value(INTEGERS, i, 1) if i % 3 else i * 7919,
            value(TEXTS, i, 2) if i % 50 == 0 else (None if i % 11 == 0 else f"row {i} of the table, {i * 2654435761 % 2**32:x}"),
            value(TEXTS[:10], i, 3), value(BLOBS, i, 4), value(REALS, i, 5) if i % 2 else i / 7, value(REALS, i, 6),
            value((0, 1), i, 7), value(DAYS, i, 8), value(TIMES, i, 9), value(TIMES, i, 10), value(DECIMALS[9], i, 11),
            value(DECIMALS[18], i, 12), value(DECIMALS[38], i, 13), value(INTEGERS, i, 14), value((1, 2.5, -3, 1e300), i, 15),
            value(("only", "text", ""), i, 16), None)


def make_database(path):
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        declared = ", ".join(f'"{name}" {kind}' for name, kind, _ in COLUMNS)
        db.execute(f"CREATE TABLE t ({declared})")
        marks = ", ".join("?" * len(COLUMNS))
        db.executemany(f"INSERT INTO t VALUES ({marks})", map(row, range(ROWS)))


def typed(name, v):
    """A value of the database as a value of its column's type."""
    if v is None:
        return None
    kind = next(arrow for n, _, arrow in COLUMNS if n == name)
    if pyarrow.types.is_boolean(kind):
        return bool(v)
    if pyarrow.types.is_date(kind):
        return datetime.date.fromisoformat(v)
    if pyarrow.types.is_timestamp(kind):
        whole = v.replace("T", " ")
        if "." in whole:
            head, fraction = whole.split(".")
            whole = f"{head}.{fraction:0<6}"
        return datetime.datetime.fromisoformat(whole)
    if pyarrow.types.is_decimal(kind):
        return decimal.Decimal(str(v)).quantize(decimal.Decimal(1).scaleb(-kind.scale))
    if pyarrow.types.is_floating(kind):
        return float(v)
    return v


def table_of(database):
    """The database's table in Arrow, made without us."""
    schema = pyarrow.schema([(name, kind) for name, _, kind in COLUMNS])
    batches = []
    with contextlib.closing(sqlite3.connect(database)) as db:
        cursor = db.execute("SELECT * FROM t ORDER BY rowid")
        while rows := cursor.fetchmany(50_000):
            arrays = [pyarrow.array([typed(name, r[c]) for r in rows], kind) for c, (name, _, kind) in enumerate(COLUMNS)]
            batches.append(pyarrow.record_batch(arrays, schema=schema))
    return pyarrow.Table.from_batches(batches, schema)


def bits(table):
    """Doubles as their bits: -0.0 and 0.0 are two values."""
    for c, field in enumerate(table.schema):
        if pyarrow.types.is_floating(field.type):
            chunks = [chunk.view(pyarrow.int64()) for chunk in table.column(c).chunks]
            table = table.set_column(c, field.name, pyarrow.chunked_array(chunks, pyarrow.int64()))
    return table


def check_parquet(checks, where, paths, expected, directory):
    tables = [pyarrow.parquet.read_table(p) for p in paths]
    for path, table in zip(paths, tables):
        for field, (name, _, kind) in zip(table.schema, COLUMNS):
            checks.expect(field.name == name and field.type == kind, f"{where}: column {field} is not {name} {kind}")
        checks.expect(table.num_rows > 0, f"{where}: {path} is empty")
    got = pyarrow.concat_tables(tables).cast(expected.schema)
    checks.expect(bits(got).equals(bits(expected)), f"{where}: pyarrow reads other values",
                  next((str((a, b)) for a, b in zip(got.slice(0, 20000).to_pylist(), expected.slice(0, 20000).to_pylist())
                        if repr(a) != repr(b)), "beyond the first rows"))
    with duckdb.connect(config={"temp_directory": directory}) as db:
        db.register("expected", expected)
        names = ", ".join(f'"{name}"' for name, _, _ in COLUMNS)
        files = f"SELECT {names} FROM read_parquet({list(paths)!r})"
        for one, other in ((files, f"SELECT {names} FROM expected"), (f"SELECT {names} FROM expected", files)):
            missing = db.execute(f"SELECT count(*) FROM ({one} EXCEPT ALL {other})").fetchone()[0]
            checks.expect(missing == 0, f"{where}: DuckDB finds {missing} rows on one side only")
    checks.positions += 1


def read_csv(text):
    """Fields of PostgreSQL's CSV: unquoted nothing is NULL, a quoted one is text."""
    rows, fields, field, at, quoted = [], [], [], 0, False
    size = len(text)
    while at < size:
        c = text[at]
        if c == '"':
            quoted = True
            at += 1
            while True:
                end = text.index('"', at)
                field.append(text[at:end])
                if text[end + 1:end + 2] != '"':
                    at = end + 1
                    break
                field.append('"')
                at = end + 2
        elif c in ",\n":
            whole = "".join(field)
            fields.append(None if not quoted and whole == "" else whole)
            field, quoted = [], False
            at += 1
            if c == "\n":
                rows.append(fields)
                fields = []
        else:
            end = at
            while end < size and text[end] not in ',"\n':
                end += 1
            field.append(text[at:end])
            at = end
    assert not fields and not field, "the file does not end with a line"
    return rows


def from_csv(name, text):
    """The value that a column of its declared type holds after an import."""
    if text is None:
        return None
    kind = next(arrow for n, _, arrow in COLUMNS if n == name)
    if pyarrow.types.is_boolean(kind):
        return {"t": 1, "f": 0, "true": 1, "false": 0}[text]
    if pyarrow.types.is_binary(kind):
        assert text.startswith("\\x"), text[:20]
        return bytes.fromhex(text[2:])
    if pyarrow.types.is_integer(kind):
        return int(text)
    if pyarrow.types.is_floating(kind):
        return float(text)
    if pyarrow.types.is_decimal(kind) and decimal.Decimal(text) % 1 == 0:
        return int(decimal.Decimal(text))  # SQLite would read a text with a point as a double
    return text


def check_csv(checks, where, bodies, database):
    """Imports the files into a second table and compares them in SQLite, both ways."""
    names = [name for name, _, _ in COLUMNS]
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("DROP TABLE IF EXISTS back")
        db.execute("CREATE TABLE back (" + ", ".join(f'"{n}" {k}' for n, k, _ in COLUMNS) + ")")
        marks = ", ".join("?" * len(names))
        for body in bodies:
            rows = read_csv(body.decode("utf-8"))
            checks.expect(all(len(r) == len(names) for r in rows), f"{where}: a line with other fields than the columns")
            db.executemany(f"INSERT INTO back VALUES ({marks})", ([from_csv(n, v) for n, v in zip(names, r)] for r in rows))
        # The same value may have several texts; the comparison is of values.
        same = ", ".join({"DATETIME": f"""CASE WHEN "{n}" IS NULL THEN NULL ELSE strftime('%Y-%m-%d %H:%M:', "{n}") ||
                          printf('%09.6f', CASE WHEN length("{n}") > 17 THEN substr("{n}", 18) ELSE '0' END) END""",
                          "DECIMAL": f'printf(\'%s\', "{n}" + 0)'}.get(k.split("(")[0].replace("TIMESTAMP", "DATETIME"), f'"{n}"')
                         for n, k, _ in COLUMNS if not k.startswith("NUMERIC"))
        for one, other in (("t", "back"), ("back", "t")):
            missing = db.execute(f"SELECT count(*) FROM (SELECT {same} FROM {one} EXCEPT SELECT {same} FROM {other})").fetchone()[0]
            checks.expect(missing == 0, f"{where}: {missing} rows of {one} are not in {other}")
        counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("t", "back")]
        checks.expect(counts[0] == counts[1] == ROWS, f"{where}: {counts} rows")
        # Exact digits, -0.0, and NULL against the empty string: row by row.
        pairs = zip(db.execute("SELECT * FROM t ORDER BY rowid"), db.execute("SELECT * FROM back ORDER BY rowid"))
        for number, (a, b) in enumerate(pairs):
            for name, x, y in zip(names, a, b):
                if repr(x) != repr(y) and repr(typed(name, x)) != repr(typed(name, y)):
                    checks.expect(False, f"{where}: row {number}, column {name}: {x!r} became {y!r}")
                    return
    checks.positions += 1


def export(checks, where, database, output, uri, options):
    done = tool.run(["--from", f"sqlite:{database}", "--table", "t", "--format", output, "--max-file-size",
                     MAX_FILE_SIZE[output], "--to", uri, "--json", *options])
    if not checks.expect(done.returncode == 0, where, done.stderr):
        return None
    report = tool.last_json(done.stdout)
    checks.expect(report["rows_uploaded"] == ROWS, f"{where}: {report['rows_uploaded']} rows")
    checks.expect(report["files_uploaded"] >= 5, f"{where}: only {report['files_uploaded']} files")
    checks.expect(report["files_uploaded"] == len(report["files"]), f"{where}: the report's files do not add up")
    return report


def main():
    checks = tool.Checks("compare")
    bucket = s3.Bucket()
    with tool.scratch() as directory:
        database = os.path.join(directory, "table.db")
        make_database(database)
        expected = table_of(database)
        secure = ["--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"), "--region", s3.setting("S3_TEST_REGION"), "--path-style",
                  "--ca-file", s3.setting("S3_TEST_CA_FILE")]
        for output in ("parquet", "csv"):
            contents = {}
            for place, options in (("directory", []), ("http", tool.bucket_options()), ("https", secure)):
                where = f"{output}, {place}"
                prefix = f"compare/{uuid.uuid4().hex}"
                local = os.path.join(directory, f"{output}-{place}")
                uri = local if place == "directory" else f"s3://{bucket.name}/{prefix}"
                report = export(checks, where, database, output, uri, options)
                if report is None:
                    continue
                if place != "directory":  # fetched by another client
                    os.makedirs(local)
                    for key in bucket.keys(prefix + "/"):
                        with open(os.path.join(local, os.path.basename(key)), "wb") as file:
                            file.write(bucket.get(key))
                    bucket.purge(prefix + "/")
                paths = sorted(os.path.join(local, name) for name in os.listdir(local))
                checks.expect([os.path.basename(p) for p in paths] == [os.path.basename(f["key"]) for f in report["files"]],
                              f"{where}: not the reported files", str(paths))
                contents[place] = [open(p, "rb").read() for p in paths]
                checks.expect([len(c) for c in contents[place]] == [f["bytes"] for f in report["files"]],
                              f"{where}: not the reported sizes")
                if contents[place] == contents["directory"] and place != "directory":
                    checks.positions += 1  # the same bytes: compared already
                elif output == "parquet":
                    check_parquet(checks, where, paths, expected, directory)
                else:
                    check_csv(checks, where, contents[place], database)
            checks.expect(len(set(map(tuple, contents.values()))) == 1, f"{output}: directory and bucket differ")
    checks.finish()


main()
