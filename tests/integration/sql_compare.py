# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A PostgreSQL table with every type, NULLs and edge values, exported to a directory and to a bucket: the Parquet files
as pyarrow and as DuckDB read them, and the CSV files as PostgreSQL's own COPY FROM reads them, equal the table by EXCEPT
ALL both ways inside PostgreSQL; files of the pass-through equal the bytes of the server's own COPY TO STDOUT."""
import gzip
import os
import shutil
import subprocess
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import duckdb  # noqa: E402
import pyarrow  # noqa: E402
import pyarrow.compute  # noqa: E402
import pyarrow.csv  # noqa: E402
import pyarrow.parquet  # noqa: E402

import postgres  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402

ROWS = 1_200_000 if tool.full_tier() else 60_000
MAX_FILE_SIZE = {"parquet": "4MB", "csv": "40MB"} if tool.full_tier() else {"parquet": "400kB", "csv": "2MB"}
NAME = "cmp_" + uuid.uuid4().hex[:12]

TEXTS = ("''", "' '", "'a'", "','", "'\"'", "'\"\"'", "''''", "E'\\\\'", "E'\\\\.'", "E'\\\\N'", "'NULL'", "'a,b'", "'say \"hi\"'",
         "E'line\\nfeed'", "E'cr\\rlf\\r\\n'", "E'\\t'", "' leading'", "'trailing '", "'\u00e4\u00f6\u00fc\u20ac'",
         "E'\\U0001F600\\U0010FFFF'", "E'\\uFEFFbom'", "'0'", "'-1'", "'1e5'", "'true'", "repeat('x', 5000)", "';'", "E'\\x01\\x7f'")
DATES = ("'4713-01-01 BC'", "'0001-01-01'", "'1582-10-15'", "'1969-12-31'", "'1970-01-01'", "'2000-02-29'", "'9999-12-31'",
         "'5874897-12-31'")
TIMES = ("'00:00'", "'00:00:00.000001'", "'12:34:56.5'", "'23:59:59.999999'")
STAMPS = ("'4713-01-01 00:00:00 BC'", "'0001-01-01 00:00:00'", "'1969-12-31 23:59:59.999999'", "'1970-01-01'",
          "'2024-02-29 12:34:56.5'", "'9999-12-31 23:59:59.999999'", "'294246-12-31 23:59:59.999999'")
DOUBLES = ("0", "'-0'", "1.5", "-2.25", "0.1", "1e308", "-1e308", "5e-324", "2.2250738585072014e-308", "'infinity'", "'-infinity'",
           "'nan'", "123456789.123456789", "1e21", "1e-7", "1.0/3")
FLOATS = ("0", "'-0'", "1.5", "0.1", "3.4028235e38", "1e-45", "'infinity'", "'-infinity'", "'nan'", "1.1754944e-38", "16777217")
INTERVALS = ("'0'", "'1 year 2 mons -3 days 04:05:06.000007'", "'-1 mons'", "'178000000 years'", "'-178000000 years'",
             "'2147483647 days'", "'-00:00:00.000001'", "'2562047:47:16.854775'", "'1 day -1 second'")
JSONS = ("'{}'", "'[]'", "'null'", "'{\"a\": [1, 2.50, \"x\\\"y\"]}'", "'\"\u20ac\"'", "'1e400'")

# Name, type, edge values (literals that are cast to the type), and how a value is compared: an SQL expression of
# PostgreSQL, one of DuckDB over what the Parquet file holds, and the type of both.
SAME = ("{}", "{}")
DAYS = ("{} - date '1970-01-01'", "{} - DATE '1970-01-01'")
MICROS = ("(extract(epoch from {}) * 1000000)::bigint", "epoch_us({})")
TEXT = ("{}::text", "{}")
COLUMNS = (
    ("id", "bigint", (), SAME, "bigint"),
    ("flag", "boolean", ("true", "false"), SAME, "boolean"),
    ("small", "smallint", ("0", "-1", "32767", "-32768"), SAME, "smallint"),
    ("number", "integer", ("0", "-1", "2147483647", "-2147483648"), SAME, "integer"),
    ("big", "bigint", ("0", "-1", "9223372036854775807", "-9223372036854775808"), SAME, "bigint"),
    ("single", "real", FLOATS, SAME, "real"),
    ("double_", "double precision", DOUBLES, SAME, "double precision"),
    ("cents", "numeric(9,2)", ("0", "0.01", "-9999999.99", "9999999.99"), SAME, "numeric"),
    ("middle", "numeric(18,6)", ("0", "-0.000001", "999999999999.999999"), SAME, "numeric"),
    ("wide", "numeric(38,10)", ("0", "0.0000000001", "-9999999999999999999999999999.9999999999"), SAME, "numeric"),
    ("whole", "numeric(5,-2)", ("0", "100", "-9999900"), SAME, "numeric"),
    ("free", "numeric", ("0", "1.5", "-0.0000000001", "9999999999999999999999999999.9999999999", "1e20"), SAME, "numeric"),
    ("text_", "text", TEXTS, SAME, "text"),
    ("short", "varchar(20)", TEXTS[:10], SAME, "text"),
    ("padded", "char(5)", ("''", "'a'", "'abcde'", "' x'"), ("{}", "{}"), "char(5)"),
    ("bytes", "bytea", ("''", r"'\x00'", r"'\xffffff'", r"'\x5c783030'", "'text'"), ("encode({}, 'hex')", "lower(hex({}))"), "text"),
    ("uid", "uuid", ("'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                     "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"), TEXT, "text"),
    ("day", "date", DATES, DAYS, "integer"),
    ("clock", "time", TIMES, TEXT, "text"),
    ("stamp", "timestamp", STAMPS, MICROS, "bigint"),
    ("moment", "timestamptz", tuple(s[:-1] + "+00'" if "BC" not in s else s for s in STAMPS), MICROS, "bigint"),
    ("span", "interval", INTERVALS, TEXT, "text"),
    ("doc", "json", JSONS[:-1] + ("'1e400'",), TEXT, "text"),
    ("docb", "jsonb", JSONS, TEXT, "text"),
    ("mood", f"{NAME}_mood", ("'happy'", "'very sad'", "'\u20ac, \"quoted\"'"), TEXT, "text"),
    ("object_id", "oid", ("0", "4294967295"), ("{}::bigint", "{}"), "bigint"),
    ("address", "inet", ("'10.0.0.1'", "'::1/64'"), ("nullif(format('%s', {}), '')", "{}"), "text"),
    ("range_", "int4range", ("'empty'", "'[1,5)'", "'(,)'"), TEXT, "text"),
    ("list_", "integer[]", ("'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'"), TEXT, "text"),
    ("zoned", "timetz", ("'00:00+00'", "'23:59:59.5-12:30'"), TEXT, "text"),
    ("money_", "money", ("0", "-1234.5"), TEXT, "text"),
    ("mask", "varbit(12)", ("B''", "B'1011'"), TEXT, "text"),
    ("none", "text", (), SAME, "text"),
    ("Odd \"Name\", {x}", "integer", ("7",), SAME, "integer"),
)


SETTINGS = "-c timezone=UTC -c intervalstyle=iso_8601 -c datestyle=ISO"


def psql(sql, stdin=None, to=None, settings=SETTINGS, encoding="UTF8"):
    """Runs SQL; the output of a COPY to standard output goes to the file `to`."""
    done = subprocess.run([postgres.psql_command(), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-A", "-t", "-c", sql], stdin=stdin or subprocess.DEVNULL,
                          stdout=to or subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          env={**os.environ, "PGCLIENTENCODING": encoding, "PGOPTIONS": settings})
    if done.returncode != 0:
        raise SystemExit(f"psql: {done.stderr.decode()}\n  {sql[:500]}")
    return "" if to else done.stdout.decode()


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def make_table():
    """One of the edge values, or NULL now and then; each column has a rhythm of its own."""
    psql(f"CREATE TYPE {NAME}_mood AS ENUM ('happy', 'very sad', '\u20ac, \"quoted\"')")
    columns = []
    for salt, (name, kind, values, _, _) in enumerate(COLUMNS):
        if name == "id":
            columns.append("i::bigint AS id")
            continue
        if kind == "integer[]":
            at = f"((i * 7 + {salt} * 13 + i / 97) % {len(values) + 1})::int"
            cases = " ".join(f"WHEN {n} THEN {v}::integer[]" for n, v in enumerate(values))
            columns.append(f"CASE {at} {cases} END AS {quoted(name)}")
            continue
        if not values:
            columns.append(f"NULL::{kind} AS {quoted(name)}")
            continue
        array = "(ARRAY[" + ", ".join(f"CAST({v} AS {kind})" for v in values) + f"]::{kind}[])"
        picked = f"{array}[1 + (i * 7 + {salt} * 13 + i / 97) % {len(values) + 1}]"
        if name == "big":
            picked = f"CASE WHEN i % 3 = 0 THEN {picked} ELSE i * 7919 END"
        elif name == "text_":
            picked = f"CASE WHEN i % 20 = 0 THEN {picked} WHEN i % 11 <> 0 THEN 'row ' || i || ' of the table ' || md5(i::text) END"
        elif name == "double_":
            picked = f"CASE WHEN i % 2 = 0 THEN {picked} ELSE i / 7.0::double precision END"
        elif name == "moment":
            picked = f"CASE WHEN i % 2 = 0 THEN {picked} ELSE '2024-01-01 00:00+00'::timestamptz + i * interval '1.000001 second' END"
        columns.append(f"({picked})::{kind} AS {quoted(name)}")
    psql(f"SET timezone = 'UTC'; CREATE TABLE {NAME}_t AS SELECT {', '.join(columns)} FROM generate_series(0::bigint, {ROWS - 1}) AS i")
    typed = ", ".join(f"{quoted(name)} {kind}" for name, kind, *_ in COLUMNS)
    plain = ", ".join(f"{quoted(name)} {kind}" for name, _, _, _, kind in COLUMNS)
    psql(f"CREATE UNLOGGED TABLE {NAME}_back ({typed}); CREATE UNLOGGED TABLE {NAME}_plain ({plain})")


def expressions(side):
    return ", ".join(f"{how[side].format(quoted(name))} AS {quoted(name)}" for name, _, _, how, _ in COLUMNS)


def differences(checks, where, one, other):
    """EXCEPT ALL both ways in PostgreSQL."""
    for a, b in ((one, other), (other, one)):
        missing = psql(f"SET timezone = 'UTC'; SET intervalstyle = 'iso_8601'; SELECT count(*) FROM ({a} EXCEPT ALL {b}) AS d").strip()
        if not checks.expect(missing == "0", f"{where}: {missing} rows on one side only"):
            sample = psql(f"SET intervalstyle = 'iso_8601'; SELECT * FROM ({a} EXCEPT ALL {b}) AS d ORDER BY 1 LIMIT 1")
            print("  ", sample[:1500])


def load_plain(csv):
    psql(f"TRUNCATE {NAME}_plain")
    with open(csv, "rb") as file:
        psql(f"COPY {NAME}_plain FROM STDIN (FORMAT csv)", stdin=file)


def check_parquet(checks, where, paths, directory):
    wanted = f"SELECT {expressions(0)} FROM {NAME}_t"
    got = f"SELECT * FROM {NAME}_plain"
    out = os.path.join(directory, "plain.csv")
    with duckdb.connect(config={"temp_directory": directory}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute(f"COPY (SELECT {expressions(1)} FROM read_parquet({paths!r})) TO '{out}' "
                   "(FORMAT csv, HEADER false, NULLSTR '', FORCE_QUOTE *)")
    load_plain(out)
    differences(checks, f"{where}: DuckDB", wanted, got)
    # pyarrow: numbers instead of dates and times, which it prints in ways of its own.
    with open(out, "wb") as file:
        for path in paths:
            table = pyarrow.parquet.read_table(path, page_checksum_verification=True)
            for c, field in enumerate(table.schema):
                column = table.column(c)
                if pyarrow.types.is_date32(field.type):
                    column = column.cast(pyarrow.int32())
                elif pyarrow.types.is_time64(field.type) or pyarrow.types.is_timestamp(field.type):
                    column = column.cast(pyarrow.int64())
                elif pyarrow.types.is_binary(field.type):
                    column = pyarrow.chunked_array([[None if v is None else v.hex() for v in column.to_pylist()]], pyarrow.string())
                elif pyarrow.types.is_decimal(field.type):
                    column = column.cast(pyarrow.string())
                table = table.set_column(c, field.name, column)
            pyarrow.csv.write_csv(table, file, pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    load_plain(out)
    differences(checks, f"{where}: pyarrow", wanted, got)
    # What EXCEPT takes for equal: -0 and 0.
    zeros = sum(pyarrow.compute.sum(pyarrow.compute.equal(
        pyarrow.chunked_array([c.view(pyarrow.int64()) for c in pyarrow.parquet.read_table(p, columns=["double_"]).column(0).chunks],
                              pyarrow.int64()), -2**63)).as_py() or 0 for p in paths)
    negative = int(psql(f"SELECT count(*) FROM {NAME}_t WHERE double_ = 0 AND double_::text LIKE '-%'"))
    checks.expect(zeros == negative > 0, f"{where}: {zeros} of {negative} negative zeros")
    checks.positions += 1


def check_csv(checks, where, paths):
    psql(f"TRUNCATE {NAME}_back")
    for path in paths:
        if path.endswith(".gz"):
            with gzip.open(path, "rb") as packed, open(path + ".plain", "wb") as out:
                shutil.copyfileobj(packed, out)
            path += ".plain"
        with open(path, "rb") as file:
            psql(f"COPY {NAME}_back FROM STDIN (FORMAT csv, HEADER)", stdin=file)
    names = ", ".join(f"{quoted(name)}::text" if kind in ("json", "real", "double precision", "interval") else quoted(name)
                      for name, kind, *_ in COLUMNS)
    differences(checks, where, f"SELECT {names} FROM {NAME}_t", f"SELECT {names} FROM {NAME}_back")
    checks.positions += 1


def export(checks, where, uri, options):
    done = tool.run(["--from", "postgresql:///", "--to", uri, "--json", *options], timeout=1800)
    if not checks.expect(done.returncode == 0, where, done.stderr):
        return None
    return tool.last_json(done.stdout)


def files_of(local, report):
    names = [os.path.basename(file["key"]) for file in report["files"]]
    assert sorted(os.listdir(local)) == sorted(names), (os.listdir(local), names)
    return [os.path.join(local, name) for name in names]


def check_pass_through(checks, directory):
    query = f"SELECT * FROM {NAME}_t ORDER BY id"
    greek = "SELECT i, chr(945) || chr(946) || ' ' || i AS word FROM generate_series(1, 5000) AS i"
    for number, (query, given, size, own) in enumerate((
            (query, "format csv, header", "2MB", "FORMAT csv, HEADER"),
            (query, "format csv, delimiter $$:$$", "2MB", "FORMAT csv, DELIMITER ':'"),
            (query, "format text", "2MB", "FORMAT text"),
            (query, "format binary", "2MB", "FORMAT binary"),
            (greek, "format binary, encoding WIN1253", "20kB", "FORMAT binary, ENCODING 'WIN1253'"),
            (greek, "format csv, encoding WIN1253, force_quote *", "20kB", "FORMAT csv, ENCODING 'WIN1253', FORCE_QUOTE *"))):
        where = f"pass-through `{given}`"
        local = os.path.join(directory, f"pass-{number}")
        report = export(checks, where, local, ["--query", query, "--pass-through", given, "--max-file-size", size])
        if report is None:
            continue
        with open(os.path.join(directory, "own"), "wb") as out:
            psql(f"COPY ({query}) TO STDOUT ({own})", to=out, settings="",
                 encoding="WIN1253" if "WIN1253" in own else "UTF8")  # binary is in the client's encoding, whatever COPY says
        with open(os.path.join(directory, "own"), "rb") as file:
            wanted = file.read()
        bodies = [open(p, "rb").read() for p in files_of(local, report)]
        checks.expect(len(bodies) >= 2, f"{where}: only {len(bodies)} files")
        checks.expect([len(b) for b in bodies] == [f["bytes"] for f in report["files"]], f"{where}: not the reported sizes")
        if "binary" in given:  # each file has signature and trailer of its own
            head, tail = wanted[:19], b"\xff\xff"
            whole = all(b.startswith(head) and b.endswith(tail) for b in bodies)
            joined = head + b"".join(b[19:-2] for b in bodies) + tail
        elif "header" in given:
            head = wanted[:wanted.index(b"\n") + 1]
            whole = all(b.startswith(head) for b in bodies)
            joined = head + b"".join(b[len(head):] for b in bodies)
        else:
            whole, joined = all(b.endswith(b"\n") for b in bodies), b"".join(bodies)
        checks.expect(whole, f"{where}: a file without its header")
        checks.expect(joined == wanted, f"{where}: other bytes than the server's own")
        checks.positions += 1


def main():
    checks = tool.Checks("sql_compare")
    postgres.require()
    bucket = s3.Bucket()
    make_table()
    try:
        with tool.scratch() as directory:
            rows = ["--query", f"SELECT * FROM {NAME}_t ORDER BY id"]
            for output, codec in (("parquet", "zstd"), ("csv", "none"), ("csv", "gzip")):
                contents = {}
                for place, options in (("directory", []), ("bucket", tool.bucket_options())):
                    where = f"{output} {codec}, {place}"
                    prefix = f"sql_compare/{uuid.uuid4().hex}"
                    local = os.path.join(directory, f"{output}-{codec}-{place}")
                    uri = local if place == "directory" else f"s3://{bucket.name}/{prefix}"
                    more = ["--header"] if output == "csv" else ["--arrays", "text"]
                    report = export(checks, where, uri, [*rows, *options, "--format", output, "--codec", codec, *more,
                                                         "--max-file-size", MAX_FILE_SIZE[output]])
                    if report is None:
                        continue
                    checks.expect(report["rows_uploaded"] == ROWS, f"{where}: {report['rows_uploaded']} rows")
                    checks.expect(report["files_uploaded"] >= (5 if codec != "gzip" else 1), f"{where}: only {report['files_uploaded']} files")
                    if place != "directory":  # fetched by another client
                        os.makedirs(local)
                        for key in bucket.keys(prefix + "/"):
                            with open(os.path.join(local, os.path.basename(key)), "wb") as file:
                                file.write(bucket.get(key))
                        bucket.purge(prefix + "/")
                    paths = files_of(local, report)
                    if output == "csv":
                        suffix = ".csv.gz" if codec == "gzip" else ".csv"
                        checks.expect(all(p.endswith(suffix) for p in paths), f"{where}: not every file ends with {suffix}")
                    contents[place] = [open(p, "rb").read() for p in paths]
                    if place != "directory" and contents[place] == contents["directory"]:
                        checks.positions += 1  # the same bytes: compared already
                    elif output == "parquet":
                        check_parquet(checks, where, paths, directory)
                    else:
                        check_csv(checks, where, paths)
                checks.expect(len(set(map(tuple, contents.values()))) == 1, f"{output} {codec}: directory and bucket differ")
            check_pass_through(checks, directory)
    finally:
        psql(f"DROP TABLE IF EXISTS {NAME}_t, {NAME}_back, {NAME}_plain; DROP TYPE {NAME}_mood")
    checks.finish()


main()
