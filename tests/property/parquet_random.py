# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Runs parquet_random, reads its files with two engines and compares every value.

    parquet_random.py <program> [<seeds> [<first seed>]]

COPYTO_PROPERTY_SEEDS sets the number of seeds as well. Needs pyarrow and duckdb. For every file: all values as pyarrow and as DuckDB read them; the footer as
our own walker reads it (offsets without gaps, sums of sizes and counts, statistics against the values,
column orders, annotations) and as pyarrow's metadata shows it.
"""

import decimal
import glob
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
import pyarrow.parquet as pq

decimal.getcontext().prec = 60


class Thrift:
    """Reads the compact protocol into dictionaries of field numbers."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            b = self.byte()
            value |= (b & 0x7F) << shift
            shift += 7
            if b < 0x80:
                return value

    def number(self):
        n = self.varint()
        return (n >> 1) ^ -(n & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            return struct.unpack("b", bytes([self.byte()]))[0]
        if kind in (4, 5, 6):
            return self.number()
        if kind == 8:
            size = self.varint()
            self.at += size
            return self.data[self.at - size : self.at]
        if kind == 9:
            head = self.byte()
            size = head >> 4
            if size == 15:
                size = self.varint()
            return [self.value(head & 15) for _ in range(size)]
        assert kind == 12, kind
        return self.struct()

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.number()
            assert last not in fields
            fields[last] = self.value(head & 15)


def interval_of_text(text):
    m = re.fullmatch(
        r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?", text
    )
    assert m and len(text) > 2 and not text.endswith("T"), text
    y, mo, d, h, mi = (int(m[i] or 0) for i in range(1, 6))
    ns = int(m[7] or 0) * 10**9 + int((m[8] or "").ljust(9, "0"))
    return [y * 12 + mo, d, (h * 3600 + mi * 60) * 10**9 + (-ns if m[6] else ns)]


def uuid_text(h):
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def float_of(kind, h):
    return struct.unpack({"float16": "<e", "float": "<f", "double": "<d"}[kind], bytes.fromhex(h))[0]


def same_float(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return struct.pack("<d", a) == struct.pack("<d", b)


class Column:
    """What is expected of one column, in forms that both engines' values are brought to."""

    def __init__(self, spec, profile, rows):
        self.spec, self.kind, self.exact = spec, spec["kind"], profile == "exact"
        self.raw = rows
        self.plain = [None if v is None else self.bring(v) for v in rows]

    def bring(self, v):
        k = self.kind
        if k in ("float16", "float", "double"):
            return float_of(k, v)
        if k in ("binary", "fixed binary"):
            return bytes.fromhex(v)
        if k == "uuid":
            return uuid_text(v)
        if k == "time" and self.spec["unit"] == 0 and not self.exact:
            return v * 1000
        return v

    def same(self, a, b):
        if a is None or b is None:
            return a is b
        if self.kind in ("float16", "float", "double"):
            return same_float(a, float(b))
        return a == b and type(a) is type(b)


def from_arrow(column, data):
    """Values of a pyarrow column in the expected form."""
    k, spec, exact = column.kind, column.spec, column.exact
    if isinstance(data, pa.ChunkedArray):
        data = data.combine_chunks()
    if isinstance(data, pa.ExtensionArray):
        data = data.storage
    t = data.type
    if k == "decimal" or (k == "uint64" and not exact):
        assert pa.types.is_decimal(t), t
        precision, scale = (spec["precision"], spec["scale"]) if k == "decimal" else (20, 0)
        assert (t.precision, t.scale) == (precision, scale), t
        return [None if v is None else int(v.scaleb(scale)) for v in data.to_pylist()]
    if k == "timestamp":
        assert t == pa.timestamp(["ms", "us", "ns"][spec["unit"]], "UTC" if spec["utc"] else None), t
        return data.view(pa.int64()).to_pylist()
    if k == "time":
        unit = spec["unit"] if exact else 1
        assert t == [pa.time32("ms"), pa.time64("us"), pa.time64("ns")][unit], t
        return data.view(pa.int32() if unit == 0 else pa.int64()).to_pylist()
    if k == "date":
        assert t == pa.date32(), t
        return data.view(pa.int32()).to_pylist()
    if k == "float16":
        assert t == (pa.float16() if exact else pa.float32()), t
        return [None if v is None else float(v) for v in data.to_pylist()]
    if k == "uuid" and exact:
        return [None if v is None else uuid_text(v.hex()) for v in data.to_pylist()]
    if k == "interval":
        if exact:
            return [interval_of_bytes(v) for v in data.to_pylist()]
        assert t == pa.string(), t
        return [None if v is None else interval_of_text(v) for v in data.to_pylist()]
    if k == "enum" and exact and pa.types.is_binary(t):
        return [None if v is None else v.decode() for v in data.to_pylist()]
    if k in ("string", "json", "enum", "uuid"):
        assert t == pa.string(), t
    widths = {"int8": 8, "int16": 16, "int32": 32, "int64": 64}
    if k in widths:
        assert t.bit_width == widths[k] and pa.types.is_signed_integer(t), t
    if k in ("uint8", "uint16", "uint32", "uint64"):
        if exact:
            assert t.bit_width == int(k[4:]) and pa.types.is_unsigned_integer(t), t
        else:
            assert t.bit_width == 2 * int(k[4:]) and pa.types.is_signed_integer(t), t
    return data.to_pylist()


def interval_of_bytes(v):
    if v is None:
        return None
    months, days, millis = struct.unpack("<III", v)
    return [months, days, millis * 10**6]


def duckdb_expression(column, name):
    c = '"' + name.replace('"', '""') + '"'
    k, spec = column.kind, column.spec
    unit = spec["unit"]
    if k == "date":
        return f"({c} - DATE '1970-01-01')"
    if k == "time":
        return f"epoch_ns({c})" if unit == 2 and not spec["utc"] else f"epoch_us({c})"
    if k == "timestamp":
        # An instant in nanoseconds is a type of its own, which has no epoch_ns.
        return f"epoch_ns({c}::TIMESTAMP_NS)" if unit == 2 else f"epoch_us({c})"
    if k == "interval" and column.exact:
        return (
            f"CASE WHEN {c} IS NULL THEN NULL ELSE [datepart('year',{c})*12+datepart('month',{c}), datepart('day',{c}),"
            f"datepart('hour',{c})*3600000000+datepart('minute',{c})*60000000+datepart('microsecond',{c})] END"
        )
    return c


def from_duckdb(column, values):
    k, spec, exact = column.kind, column.spec, column.exact
    unit = spec["unit"]

    def bring(v):
        if v is None:
            return None
        if k == "decimal":
            return int(v.scaleb(spec["scale"]))
        if k == "uint64":
            return int(v)
        if k == "time" and exact and unit == 0:
            return v // 1000
        if k == "timestamp" and unit == 0:
            return v // 1000
        if k == "uuid":
            return str(v)
        if k == "interval":
            return [v[0], v[1], v[2] * 1000] if exact else interval_of_text(v)
        if k == "enum" and isinstance(v, bytes):
            return v.decode()
        return v

    return [bring(v) for v in values]


def duckdb_expected(column):
    """DuckDB keeps times in UTC in microseconds only."""
    if column.kind == "time" and column.spec["unit"] == 2 and column.spec["utc"]:
        return [None if v is None else v // 1000 for v in column.plain]
    return column.plain


def check_bounds(column, statistics, values):
    """The statistics of a chunk against its values, in the order of the column's type."""
    nulls = sum(v is None for v in values)
    assert statistics[3] == nulls, (statistics, nulls)
    values = [v for v in values if v is not None]
    k, exact = column.kind, column.exact
    low, high = statistics.get(6), statistics.get(5)
    assert (low is None) <= (8 not in statistics) and (high is None) <= (7 not in statistics)
    if k in ("float16", "float", "double"):
        assert statistics[9] == sum(map(math.isnan, values))
        values = [v for v in values if not math.isnan(v)]
    else:
        assert 9 not in statistics
    if not values or (k == "interval" and exact) or (k == "fixed binary" and column.spec["width"] > 64):
        assert low is None and high is None
        return
    if k in ("string", "json", "enum", "binary", "fixed binary", "interval") or (k == "uuid" and not exact):
        if k == "interval":
            return  # its text has more than one form for one value; checked as a string elsewhere
        data = [v.encode() if isinstance(v, str) else v for v in values]
        small, large = min(data), max(data)
        assert low is not None and low <= small and len(low) <= 64
        assert statistics[8] == (low == small) == (len(small) <= 64), (low, small)
        assert small.startswith(low)
        if high is None:
            assert len(large) > 64 and k != "fixed binary"
            cut = large[:64] if k == "binary" else large.decode().encode()[:64]
            assert all(b == 0xFF for b in cut) if k == "binary" else set(cut.decode(errors="ignore")) == {"\U0010ffff"}
        else:
            assert high >= large and len(high) <= 67
            assert statistics[7] == (high == large) == (len(large) <= 64), (high, large)
        if k not in ("binary", "fixed binary"):
            low.decode(), (high or b"").decode()
        return
    assert statistics[7] is True and statistics[8] is True
    if k == "uuid":
        assert low.hex() == min(v.replace("-", "") for v in values)
        assert high.hex() == max(v.replace("-", "") for v in values)
        return
    if k in ("float16", "float", "double"):
        form = "<d" if k == "double" else "<e" if k == "float16" and exact else "<f"
        small = min(values) if min(values) != 0 else -0.0
        large = max(values) if max(values) != 0 else 0.0
        assert same_float(struct.unpack(form, low)[0], small), (low, small)
        assert same_float(struct.unpack(form, high)[0], large), (high, large)
        return
    if k == "bool":
        assert (low, high) == (bytes([min(values)]), bytes([max(values)]))
        return
    big = (k == "decimal" and column.spec["precision"] > 18) or (k == "uint64" and not exact)
    signed = not (exact and k.startswith("uint"))
    assert int.from_bytes(low, "big" if big else "little", signed=signed) == min(values), (low, min(values))
    assert int.from_bytes(high, "big" if big else "little", signed=signed) == max(values), (high, max(values))


def minimal_width(precision):
    width = 1
    while 10**precision - 1 > 2 ** (8 * width - 1) - 1:
        width += 1
    return width


def check_footer(data, columns, first, rows, info):
    assert data[:4] == b"PAR1" and data[-4:] == b"PAR1"
    size = struct.unpack("<I", data[-8:-4])[0]
    reader = Thrift(data, len(data) - 8 - size)
    footer = reader.struct()
    assert reader.at == len(data) - 8
    assert footer[1] == 1 and footer[3] == rows
    assert re.fullmatch(rb"copyto version \d+\.\d+\.\d+ \(build [^)]+\)", footer[6])
    assert footer[7] == [{1: {}}] * len(columns)
    root, *leaves = footer[2]
    assert root == {4: b"schema", 5: len(columns)}
    for column, leaf in zip(columns, leaves, strict=True):
        assert leaf[4].decode() == column.spec["name"] and leaf[3] == int(column.spec["optional"])
        assert leaf.get(9, -1) == column.spec["id"]
        if column.kind == "decimal":
            p = column.spec["precision"]
            assert leaf[1] == (1 if p <= 9 else 2 if p <= 18 else 7)
            assert leaf[1] != 7 or leaf[2] == minimal_width(p)
            assert (leaf[6], leaf[7], leaf[8]) == (5, column.spec["scale"], p)
    at = 4
    for group in footer[4]:
        assert group[3] > 0 and group[3] <= info["row_group_rows"] and group[5] == at
        start, uncompressed = at, 0
        for column, chunk in zip(columns, group[1], strict=True):
            meta = chunk[3]
            assert meta[3] == [column.spec["name"].encode()] and meta[9] == at and meta[5] == group[3]
            end, raw, slots, pages = at + meta[7], 0, 0, 0
            while at < end:
                page = Thrift(data, at)
                header = page.struct()
                assert header[1] == 0 and 0 < header[5][1] <= info["page_rows"]
                raw += page.at - at + header[2]
                at = page.at + header[3]
                slots += header[5][1]
                pages += 1
            assert (at, raw, slots) == (end, meta[6], meta[5])
            assert meta[13] == [{1: 0, 2: 0, 3: pages}]
            uncompressed += raw
            check_bounds(column, meta[12], column.plain[first : first + group[3]])
        assert (group[2], group[6]) == (uncompressed, at - start)
        first += group[3]
    assert at == len(data) - 8 - size


def check_pyarrow_metadata(path, columns, rows, groups_of):
    meta = pq.ParquetFile(path).metadata
    assert meta.num_rows == rows and meta.num_columns == len(columns)
    assert sum(meta.row_group(i).num_rows for i in range(meta.num_row_groups)) == rows
    for i in range(meta.num_row_groups):
        group = meta.row_group(i)
        chunks = [group.column(c) for c in range(len(columns))]
        assert group.total_byte_size == sum(c.total_uncompressed_size for c in chunks)
        for c, chunk in zip(columns, chunks):
            assert chunk.statistics.null_count == sum(v is None for v in groups_of(c, i, meta))


def compare(engine, column, want, got, path):
    assert len(want) == len(got), (engine, path, column.spec, len(want), len(got))
    for i, (a, b) in enumerate(zip(want, got)):
        assert column.same(a, b), f"{engine} {path} row {i} {column.spec}: wrote {a!r}, read {b!r}"


def check_case(path, connection):
    with open(path, encoding="utf-8", newline="\n") as lines:
        info = json.loads(next(lines))
        rows = [json.loads(line) for line in lines]
    columns = [
        Column(spec, info["profile"], [row[i] for row in rows]) for i, spec in enumerate(info["columns"])
    ]
    first = 0
    for entry in info["files"]:
        name, count = os.path.join(os.path.dirname(path), entry["name"]), entry["rows"]
        with open(name, "rb") as f:
            data = f.read()
        check_footer(data, columns, first, count, info)
        table = pq.ParquetFile(name).read()
        assert table.num_rows == count
        for i, column in enumerate(columns):
            compare("pyarrow", column, column.plain[first : first + count], from_arrow(column, table.column(i)), name)

        def groups_of(column, i, meta, base=first):
            start = base + sum(meta.row_group(j).num_rows for j in range(i))
            return column.plain[start : start + meta.row_group(i).num_rows]

        check_pyarrow_metadata(name, columns, count, groups_of)
        expressions = ", ".join(duckdb_expression(c, c.spec["name"]) for c in columns)
        # The table function, for a file's order of rows is only kept without a filter.
        got = connection.execute(f"SELECT {expressions} FROM read_parquet('{name}')").fetchall()
        for i, column in enumerate(columns):
            values = from_duckdb(column, [row[i] for row in got])
            compare("duckdb", column, duckdb_expected(column)[first : first + count], values, name)
        first += count
    assert first == len(rows)
    return len(info["files"]), len(rows), len(rows) * len(columns)


def main():
    program = sys.argv[1]
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else int(os.environ.get("COPYTO_PROPERTY_SEEDS", "60"))
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET TimeZone = 'UTC'")
    totals = [0, 0, 0]
    for base in range(first, first + seeds, 20):
        count = min(20, first + seeds - base)
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([program, str(base), str(count), directory], check=True)
            cases = glob.glob(os.path.join(directory, "*.jsonl"))
            assert len(cases) == count
            for path in sorted(cases):
                try:
                    for i, n in enumerate(check_case(path, connection)):
                        totals[i] += n
                except Exception:
                    print("failed: seed", os.path.basename(path).removesuffix(".jsonl"), file=sys.stderr)
                    raise
    print(f"parquet_random: cases={seeds} files={totals[0]} rows={totals[1]} values={totals[2]} failed=0")


main()
