# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Runs parquet_random, reads its files with three engines and compares every value.

    parquet_random.py <program> [<files> [<first seed>]]

At least 500 files; 20,000 where COPYTO_TEST_TIER is "full". Every file is walked by _footer.py, and read by
pyarrow (with page checksums), DuckDB and arrow-rs (as DataFusion; PyPI's packages pyarrow, duckdb, datafusion). Schema,
values, NULLs and what the metadata says must be what was written. A line for each failure; the last line is

    property: files=<n> readers=pyarrow,duckdb,arrow-rs failures=<n>
"""

import ctypes
import decimal
import json
import math
import multiprocessing
import os
import re
import struct
import subprocess
import sys
import tempfile
import traceback

import datafusion
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import _footer

decimal.getcontext().prec = 60

# What has to be seen in some file at least, else the options do nothing.
PARTS = ("bloom_filter", "crc", "dictionary", "encoding 5", "encoding 6", "encoding 7", "encoding 9", "encoding_stats", "sorting_columns", "statistics", "size_statistics", "offset_index", "column_index", "v2 compressed", "v2 stored")


def interval_of_text(text):
    m = re.fullmatch(
        r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?", text
    )
    assert m and len(text) > 2 and not text.endswith("T"), text
    y, mo, d, h, mi = (int(m[i] or 0) for i in range(1, 6))
    ns = int(m[7] or 0) * 10**9 + int((m[8] or "").ljust(9, "0"))
    return [y * 12 + mo, d, (h * 3600 + mi * 60) * 10**9 + (-ns if m[6] else ns)]


def time_text(v, unit):
    second = 10 ** (3 * (unit + 1))
    seconds, fraction = divmod(v, second)
    digits = str(fraction).rjust(3 * (unit + 1), "0").rstrip("0")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + ("." + digits if digits else "")


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
        if k == "time" and not self.exact:
            return time_text(v, self.spec["unit"])
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
    if k == "time" and exact:
        unit = spec["unit"]
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
    if k in ("string", "json", "enum", "uuid", "time"):
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
    if k == "time" and column.exact:
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
    if column.kind == "time" and column.exact and column.spec["unit"] == 2 and column.spec["utc"]:
        return [None if v is None else v // 1000 for v in column.plain]
    return column.plain


def minimal_width(precision):
    width = 1
    while 10**precision - 1 > 2 ** (8 * width - 1) - 1:
        width += 1
    return width


def check_footer(data, columns, first, rows, info):
    """The file against its own claims, and these against what was asked for."""
    portable = info["types"] == "portable"
    promised = _footer.PROMISED | ({"nan_hides_bounds"} if portable else set())
    file = _footer.walk(data, promised if info["checksums"] else promised - {"crc"})
    spark = portable and any(c.kind in ("date", "timestamp") for c in columns)
    pairs = ([("org.apache.spark.version", "3.1.0")] if spark else []) + [tuple(pair) for pair in info["metadata"]]
    assert file.footer.get(5, []) == [{1: key.encode(), 2: value.encode()} for key, value in pairs], file.footer.get(5)
    assert info["checksums"] or "crc" not in file.seen
    footer = file.footer
    assert footer[1] == 1 and file.rows == rows
    assert re.fullmatch(rb"copyto version \d+\.\d+\.\d+ \(build [^)]+\)", footer[6])
    assert footer[2][0] == {4: b"schema", 5: len(columns)}
    for column, leaf in zip(columns, file.leaves, strict=True):
        element = leaf.element
        assert leaf.name.decode() == column.spec["name"] and element[3] == int(column.spec["optional"])
        assert element.get(9, -1) == column.spec["id"]
        if column.kind == "decimal":
            p = column.spec["precision"]
            assert leaf.type == (_footer.INT32 if p <= 9 else _footer.INT64 if p <= 18 else _footer.FIXED)
            assert leaf.type != _footer.FIXED or leaf.width == minimal_width(p)
            assert (element[6], element[7], element[8]) == (5, column.spec["scale"], p)
        nulls = [v is None for v in column.plain[first : first + rows]]
        assert [v is None for v in file.column(leaf.index)] == nulls, "the levels"
    for group in file.groups:
        assert group[0].rows <= info["row_group_rows"]
        for chunk in group:
            assert all(page.slots <= info["page_rows"] for page in chunk.pages)
            assert chunk.dictionary is None or len(chunk.dictionary) <= info["dictionary_entries"]
    return file


def check_pyarrow_metadata(meta, file):
    """What pyarrow makes of the metadata."""
    assert (meta.num_rows, meta.num_columns, meta.num_row_groups) == (file.rows, len(file.leaves), len(file.groups))
    for i, group in enumerate(file.groups):
        seen = meta.row_group(i)
        assert seen.total_byte_size == sum(c.raw_size for c in group) and seen.num_rows == group[0].rows
        for j, chunk in enumerate(group):
            assert seen.column(j).compression == meta.row_group(0).column(j).compression, "chunks of a column with different codecs"
            statistics = seen.column(j).statistics
            assert statistics.null_count == sum(v is None for v in chunk.values)
            low = min((v for v in chunk.values if v is not None), default=None) if chunk.leaf.type != _footer.BOOLEAN else None
            if statistics.has_min_max and isinstance(low, int) and not chunk.leaf.unsigned:
                assert statistics.min_raw == low, (statistics.min_raw, low)


def compare(engine, column, want, got):
    assert len(want) == len(got), (engine, column.spec, len(want), len(got))
    if column.kind != "bool" and want == got:
        return
    for i, (a, b) in enumerate(zip(want, got)):
        assert column.same(a, b), f"{engine}, row {i} of {column.spec}: wrote {a!r}, read {b!r}"


DAYS_AND_MILLISECONDS = "day_time_interval"  # Arrow's, which pyarrow knows by name only


def readable(table):
    """The same memory, with the days and milliseconds of intervals as fixed bytes, for which pyarrow has a class."""
    if all(str(t) != DAYS_AND_MILLISECONDS for t in table.schema.types):
        return table
    fields = [f.with_type(pa.binary(8)) if str(f.type) == DAYS_AND_MILLISECONDS else f for f in table.schema]
    schema, batches = pa.schema(fields), []
    for batch in table.to_batches():
        array = ctypes.create_string_buffer(80)  # struct ArrowArray of the C data interface
        batch._export_to_c(ctypes.addressof(array))
        batches.append(pa.RecordBatch._import_from_c(ctypes.addressof(array), schema))
    return pa.Table.from_batches(batches, schema)


def check_arrow_rs(column, data):
    if column.kind == "interval" and column.exact:  # no type of arrow-rs has all three numbers
        assert data.type == pa.binary(8), data.type
        want = [None if v is None else [v[1], v[2] // 10**6] for v in column.plain]
        compare("arrow-rs", column, want, [None if v is None else list(struct.unpack("<II", v)) for v in data.to_pylist()])
    else:
        compare("arrow-rs", column, column.plain, from_arrow(column, data))


class Readers:
    def __init__(self):
        self.duckdb = duckdb.connect()
        self.duckdb.execute("SET threads = 1")
        self.duckdb.execute("SET TimeZone = 'UTC'")
        config = datafusion.SessionConfig().with_target_partitions(1)
        config = config.set("datafusion.execution.parquet.schema_force_view_types", "false")
        # With statistics DataFusion takes a column whose bounds are equal for a constant, also where it has NaNs too,
        # which by the specification are not in the bounds.
        config = config.set("datafusion.execution.collect_statistics", "false")
        self.datafusion = datafusion.SessionContext(config)

    def check_case(self, path):
        """Files, and how many of them have what `_footer` saw."""
        with open(path, encoding="utf-8", newline="\n") as lines:
            info = json.loads(next(lines))
            rows = [json.loads(line) for line in lines]
        columns = [Column(spec, info["types"], [row[i] for row in rows]) for i, spec in enumerate(info["columns"])]
        first, tables, names, seen = 0, [], [], {}
        for entry in info["files"]:
            name, count = os.path.join(os.path.dirname(path), entry["name"]), entry["rows"]
            with open(name, "rb") as f:
                data = f.read()
            try:
                file = check_footer(data, columns, first, count, info)
                reader = pq.ParquetFile(name, page_checksum_verification=True)
                check_pyarrow_metadata(reader.metadata, file)
            except Exception as e:
                raise AssertionError(f"{entry['name']}: {e}") from e
            tables.append(reader.read(use_threads=False))
            assert tables[-1].num_rows == count
            for part in file.seen:
                seen[part] = seen.get(part, 0) + 1
            names.append(name)
            first += count
        assert first == len(rows)
        table = pa.concat_tables(tables)
        for i, column in enumerate(columns):
            compare("pyarrow", column, column.plain, from_arrow(column, table.column(i)))

        expressions = ", ".join(duckdb_expression(c, c.spec["name"]) for c in columns)
        # The table function, for a file's order of rows is only kept without a filter.
        got = self.duckdb.execute(f"SELECT {expressions} FROM read_parquet({names!r})").fetchall()
        for i, column in enumerate(columns):
            compare("duckdb", column, duckdb_expected(column), from_duckdb(column, [row[i] for row in got]))

        # A folder is read in the order of its names.
        table = readable(self.datafusion.read_parquet(os.path.dirname(names[0]) + "/").to_arrow_table())
        for i, column in enumerate(columns):
            check_arrow_rs(column, table.column(i))
        return len(names), seen


readers = None


def check_seeds(work):
    """Files, failures and parts seen of these cases, and where the failures are told."""
    global readers
    kind, program, first, count = work
    readers = readers or kind()
    files, failures, seen, told = 0, 0, {}, []
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([program, str(first), str(count), directory], check=True)
        for seed in range(first, first + count):
            try:
                checked, parts = readers.check_case(os.path.join(directory, f"{seed}.jsonl"))
                files += checked
                for part, n in parts.items():
                    seen[part] = seen.get(part, 0) + n
            except BaseException as e:  # a panic of arrow-rs is no Exception
                if isinstance(e, KeyboardInterrupt):
                    raise
                failures += 1
                told.append(f"failed: seed {seed}: {e}\n" + "".join(traceback.format_tb(e.__traceback__)[-2:]))
    return files, failures, seen, told


def main(kind, parts, short):
    """`kind()` has `check_case(path)`; `parts`: what has to be seen; `short`: files of the short tier."""
    program = sys.argv[1]
    full = os.environ.get("COPYTO_TEST_TIER") == "full"
    target = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000 if full else short
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 101  # up to 100 they have what files ever had, for bytes.py
    jobs = (os.cpu_count() or 1) if target > 2000 else 1
    files = failures = 0
    seen = {}
    pool = multiprocessing.get_context("spawn").Pool(jobs) if jobs > 1 else None
    while files < target and failures < 20:
        size = max(1, min(20, (target - files) // (3 * jobs)))
        works = [(kind, program, first + i * size, size) for i in range(jobs)]
        first += size * jobs
        for checked, failed, found, told in pool.map(check_seeds, works, 1) if pool else map(check_seeds, works):
            files, failures = files + checked, failures + failed
            for part, n in found.items():
                seen[part] = seen.get(part, 0) + n
            for line in told:
                print(line, file=sys.stderr, flush=True)
    for part in parts:
        if part not in seen:
            failures += 1
            print(f"failed: no file with {part}", file=sys.stderr)
    print("files with", *(f"{part}={n}" for part, n in sorted(seen.items())))
    print(f"property: files={files} readers=pyarrow,duckdb,arrow-rs failures={failures}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(Readers, PARTS, 500)
