# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Reads what csv_random writes with independent readers and compares every field.

    csv_random.py <program csv_random> [seeds] [first seed]

- A reader of PostgreSQL's rules below, for every dialect: text of every field and whether it is NULL, computed here
  from the raw values, and which fields are quoted. Compressed files are opened by Python's gzip and Arrow's Zstandard.
- Python's csv module in strict mode and DuckDB (needs the package duckdb), for the dialects that they can read.
- PostgreSQL, where `tests/servers/postgres env` tells of a server: the files are loaded with COPY into typed columns and
  written again with COPY, and the bytes must be the same.
"""

import csv
import datetime
import glob
import gzip
import io
import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile

import duckdb
import pyarrow as pa

EPOCH = datetime.date(1970, 1, 1).toordinal()
CYCLE_DAYS, CYCLE_YEARS = 146097, 400  # the calendar repeats


def date_text(days):
    """Text and era of a day; Python's calendar has the years 1 to 9999, the others are shifted by whole cycles."""
    ordinal, years = days + EPOCH, 0
    while ordinal < 1:
        ordinal, years = ordinal + CYCLE_DAYS, years - CYCLE_YEARS
    while ordinal > 3_000_000:
        ordinal, years = ordinal - CYCLE_DAYS, years + CYCLE_YEARS
    date = datetime.date.fromordinal(ordinal)
    year = date.year + years
    return f"{year if year > 0 else 1 - year:04}-{date.month:02}-{date.day:02}", "" if year > 0 else " BC"


def clock_text(nanoseconds):
    seconds, fraction = divmod(nanoseconds, 10**9)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text + (f".{fraction:09}".rstrip("0") if fraction else "")


def interval_text(months, days, nanoseconds):
    parts, negative = [], False
    sign = -1 if months < 0 else 1
    for value, unit in ((sign * (abs(months) // 12), "year"), (sign * (abs(months) % 12), "mon"), (days, "day")):
        if value:
            parts.append(f"{'+' if negative and value > 0 else ''}{value} {unit}{'' if value == 1 else 's'}")
            negative = value < 0
    if nanoseconds or not parts:
        parts.append(("-" if nanoseconds < 0 else "+" if negative else "") + clock_text(abs(nanoseconds)))
    return " ".join(parts)


def half(bits):
    return struct.unpack("<e", struct.pack("<H", bits))[0]


FLOATS = {"float16": ("f", 6), "float": ("f", 6), "double": ("d", 15)}


def check_float(kind, bits, text):
    """Reads back, has PostgreSQL's form, and no digit more than needed."""
    code, fixed_below = FLOATS[kind]
    value = half(bits) if kind == "float16" else struct.unpack(f"<{code}", struct.pack("<I" if code == "f" else "<Q", bits))[0]
    if math.isnan(value) or math.isinf(value):
        assert text == ("NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"), text
        return
    assert struct.pack(f"<{code}", float(text)) == struct.pack(f"<{code}", value), (text, value)
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d*[1-9]))?(?:e([+-]\d\d+))?", text)
    assert match, text
    whole, fraction, exponent = match[2], match[3] or "", match[4]
    digits = (whole + fraction).strip("0")
    if value != 0:
        power = int(exponent) if exponent else len(whole) - 1 if whole != "0" else -1 - len(fraction) + len(fraction.lstrip("0"))
        assert (exponent is None) == (-4 <= power < fixed_below), text
        assert exponent is None or (len(whole) == 1 and whole != "0"), text
        assert exponent is None or len(exponent) == 3 or exponent[1] != "0", text
    for fewer in range(1, len(digits)):
        shorter = float(f"{value:.{fewer - 1}e}")
        halfway = abs(value) >= (2**24 if code == "f" else 2**53)  # there PostgreSQL may need one digit more
        try:
            same = struct.pack(f"<{code}", shorter) == struct.pack(f"<{code}", value)
        except OverflowError:  # rounded up beyond the largest float
            same = False
        assert halfway or not same, (text, shorter)


def text_of(column, value):
    """The field's text, or None for floating point numbers, which are checked by `check_float`."""
    kind = column["kind"]
    if kind == "bool":
        return "t" if value else "f"
    if kind in FLOATS:
        return None
    if kind == "decimal":
        digits = value.lstrip("-").rjust(column["scale"] + 1, "0")
        point = len(digits) - column["scale"]
        return ("-" if value.startswith("-") else "") + digits[:point] + ("." + digits[point:] if column["scale"] else "")
    if kind in ("binary", "fixed binary"):
        return "\\x" + value
    if kind == "uuid":
        return "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
    if kind == "date":
        return "".join(date_text(value))
    zone = "+00" if column["utc"] else ""
    unit = 1000 ** (2 - column["unit"])
    if kind == "time":
        return clock_text(value * unit) + zone
    if kind == "timestamp":
        days, clock = divmod(value * unit, 86_400 * 10**9)
        date, era = date_text(days)
        return f"{date} {clock_text(clock)}{zone}{era}"
    if kind == "interval":
        return interval_text(*value)
    return str(value)


def read_postgresql(text, o):
    """Records of (text, quoted) by the rules of PostgreSQL's CopyReadAttributesCSV."""
    records, fields, field, quoted, inside, i = [], [], [], False, False, 0
    while i < len(text):
        c = text[i]
        i += 1
        if inside:
            if c == o["escape"] and text[i : i + 1] in (o["escape"], o["quote"]) and text[i : i + 1]:
                field.append(text[i])
                i += 1
            elif c == o["quote"]:
                inside = False
            else:
                field.append(c)
        elif c == o["quote"]:
            inside = quoted = True
        elif c == o["delimiter"] or c == "\n":
            fields.append(("".join(field), quoted))
            field, quoted = [], False
            if c == "\n":
                records.append(fields)
                fields = []
        else:
            assert c != "\r", "a carriage return outside of quotes"
            field.append(c)
    assert not inside and not field and not fields, "the file ends inside of a record"
    return records


def must_quote(text, o, single):
    return any(c in text for c in (o["delimiter"], o["quote"], "\r", "\n")) or text == o["null"] or (single and text == "\\.")


NUMBERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float", "double", "decimal"}


def forced(column, o):
    """Whether every value of this column is quoted."""
    necessary, everything, non_numeric = range(3)
    assert o["quotes"] in (necessary, everything, non_numeric)
    return (
        o["quotes"] == everything
        or (o["quotes"] == non_numeric and column["kind"] not in NUMBERS)
        or column["name"] in o["force_quote"]
    )


def uncompressed(data, o):
    if o["extension"] == "csv.gz":
        return gzip.decompress(data)
    if o["extension"] == "csv.zst":
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            return stream.read()
    assert o["extension"] == "csv"
    return data


def check_records(o, rows, records):
    single = len(o["columns"]) == 1
    for row, record in zip(rows, records, strict=True):
        for column, value, (text, quoted) in zip(o["columns"], row, record, strict=True):
            if value is None:
                assert not quoted and text == o["null"], (column, text)
                continue
            assert quoted == (forced(column, o) or must_quote(text, o, single)), (column, text, quoted)
            expected = text_of(column, value)
            if expected is None:
                check_float(column["kind"], value, text)
            else:
                assert text == expected, (column, expected, text)


def python_can_read(o, records):
    """The module takes an escape character also outside of quotes, and has no escape that is the delimiter."""
    return o["escape"] == o["quote"] or (
        o["escape"] != o["delimiter"] and not any(o["escape"] in t for r in records for t, quoted in r if not quoted)
    )


def check_python(o, text, records):
    doubled = o["escape"] == o["quote"]
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=o["delimiter"],
        quotechar=o["quote"],
        doublequote=doubled,
        escapechar=None if doubled else o["escape"],
        strict=True,
    )
    got = [row or [""] for row in reader]  # an empty line is one empty field
    assert got == [[t for t, _ in r] for r in records]


def duckdb_can_read(o, records):
    """DuckDB skips empty lines, unless they are the NULLs of a single column."""
    if o["null"] != "" and [("", False)] in records:
        return False
    return o["delimiter"] in ",;\t|" and o["quote"] in "\"'" and o["escape"] in "\"'\\" and o["null"] not in ("\\.", "\\N", "\\x")


def check_duckdb(connection, o, path, records):
    columns = {f"c{i}": "VARCHAR" for i in range(len(o["columns"]))}
    got = connection.execute(
        "SELECT * FROM read_csv(?, auto_detect=false, header=?, columns=" + repr(columns) + ", delim=?, quote=?, escape=?, "
        "nullstr=?, allow_quoted_nulls=false, new_line='\\n', parallel=false, max_line_size=10000000)",
        [path, o["header"], o["delimiter"], o["quote"], o["escape"], o["null"]],
    ).fetchall()
    want = [tuple(None if t == o["null"] and not quoted else t for t, quoted in r) for r in records]
    for row, (a, b) in enumerate(zip(got, want)):
        assert a == b, f"{path}: row {row}: DuckDB read {a}, not {b}"
    assert len(got) == len(want), f"{path}: DuckDB read {len(got)} rows, not {len(want)}"


def postgresql_type(column, values):
    kind = column["kind"]
    nano = column["unit"] == 2
    if kind == "interval":  # microseconds, and less than the server's 64 bits of them
        return "text" if any(v is not None and v[2] % 1000 for v in values) else "interval"
    if kind in ("time", "timestamp"):
        return "text" if nano else kind + ("tz" if column["utc"] else "")
    if kind == "decimal":
        return f"numeric({column['precision']},{column['scale']})"
    return {
        "bool": "bool", "int8": "int2", "int16": "int2", "int32": "int4", "int64": "int8", "uint8": "int2", "uint16": "int4",
        "uint32": "int8", "uint64": "numeric(20)", "float16": "float4", "float": "float4", "double": "float8",
        "binary": "bytea", "fixed binary": "bytea", "uuid": "uuid", "date": "date", "json": "json",
    }.get(kind, "text")  # fmt: skip


def sql_text(text):
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def check_postgresql(psql, o, rows, paths, folder):
    types = [postgresql_type(c, [r[i] for r in rows]) for i, c in enumerate(o["columns"])]
    names = [f"c{i}" for i in range(len(types))]
    if o["header"]:
        names = ['"' + c["name"].replace('"', '""') + '"' for c in o["columns"]]
        if any(len(n.encode()) > 60 or "\n" in n or "\r" in n for n in names):
            return False  # the server shortens long names, and \copy is a command of one line
    for path in paths:
        with open(path, "rb") as f:
            if re.search(rb"(^|[\r\n])\\\.", uncompressed(f.read(), o)):
                return False  # servers before version 18 take this for the end of the data, also inside quotes
    columns = [n for n, c in zip(names, o["columns"]) if forced(c, o)]
    force = f", FORCE_QUOTE ({', '.join(columns)})" if columns else ""
    options = (
        f"(FORMAT csv, DELIMITER {sql_text(o['delimiter'])}, QUOTE {sql_text(o['quote'])}, ESCAPE {sql_text(o['escape'])}, "
        f"NULL {sql_text(o['null'])}, HEADER {o['header']}"
    )
    script = [r"\set ON_ERROR_STOP on", "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres';"]
    script.append("SET client_encoding = 'UTF8'; SET extra_float_digits = 1;")
    every = ", ".join(names)
    script.append("CREATE TEMP TABLE t (" + ", ".join(f"{n} {t}" for n, t in zip(names, types)) + ", copyto_order serial);")
    copies = []
    for i, path in enumerate(paths):
        copies.append(os.path.join(folder, f"copy.{i}"))
        query = f"SELECT {every} FROM t ORDER BY copyto_order"  # a table need not keep its order
        loaded = os.path.join(folder, f"load.{i}")
        with open(path, "rb") as f, open(loaded, "wb") as to:
            to.write(uncompressed(f.read(), o))
        script += ["TRUNCATE t;", f"\\copy t({every}) FROM '{loaded}' {options})"]
        script.append(f"\\copy ({query}) TO '{copies[-1]}' {options}{force})")
    subprocess.run(psql + ["-X", "-q"], input="\n".join(script).encode(), check=True, stdout=subprocess.DEVNULL)
    for path, copy in zip(paths, copies):
        with open(path, "rb") as ours, open(copy, "rb") as theirs:
            a, b = uncompressed(ours.read(), o), theirs.read()
        os.remove(copy)
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            raise AssertionError(f"{path}: byte {at}: ours {a[at - 40 : at + 40]!r}, PostgreSQL's {b[at - 40 : at + 40]!r}")
    return True


def check_case(path, connection, psql, counts):
    with open(path, encoding="utf-8", newline="\n") as f:
        lines = f.read().split("\n")
    o, rows = json.loads(lines[0]), [json.loads(line) for line in lines[1:-1]]
    paths = [f"{path[: -len('.jsonl')]}.{i}.{o['extension']}" for i in range(o["files"])]
    first = 0
    for name in paths:
        with open(name, "rb") as f:
            data = f.read()
        text = uncompressed(data, o).decode("utf-8")
        records = read_postgresql(text, o)
        body = records[1:] if o["header"] else records
        if o["header"]:
            single = len(o["columns"]) == 1
            assert records[0] == [(c["name"], must_quote(c["name"], o, single)) for c in o["columns"]]
        assert len(data) <= o["limit"] or len(body) <= 1, "the file is longer than its limit"
        assert body or len(paths) == 1, "a file without rows"
        check_records(o, rows[first : first + len(body)], body)
        first += len(body)
        if python_can_read(o, records):
            check_python(o, text, records)
            counts["python"] += 1
        if duckdb_can_read(o, records):
            check_duckdb(connection, o, name, body)
            counts["duckdb"] += 1
    assert first == len(rows)
    if psql and check_postgresql(psql, o, rows, paths, os.path.dirname(path)):
        counts["postgresql"] += len(paths)
    counts["cases"] += 1
    counts["files"] += len(paths)
    counts["rows"] += len(rows)


def main():
    program = sys.argv[1]
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else int(os.environ.get("COPYTO_PROPERTY_SEEDS", "60"))
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    psql = [os.path.join(os.environ["PG_TEST_BIN"], "psql")] if "PG_TEST_BIN" in os.environ else []
    csv.field_size_limit(100_000_000)
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    counts = dict.fromkeys(("cases", "files", "rows", "python", "duckdb", "postgresql"), 0)
    for base in range(first, first + seeds, 20):
        count = min(20, first + seeds - base)
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([program, str(base), str(count), directory], check=True)
            cases = glob.glob(os.path.join(directory, "*.jsonl"))
            assert len(cases) == count
            for path in sorted(cases):
                try:
                    check_case(path, connection, psql, counts)
                except Exception:
                    print("failed: seed", os.path.basename(path).removesuffix(".jsonl"), file=sys.stderr)
                    raise
    assert counts["postgresql"] or not psql, "PostgreSQL was asked about none of the files"
    print("csv_random:", *(f"{name}={n}" for name, n in counts.items()), "failed=0")


main()
