# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Runs parquet_nested, reads its files with four engines, its CSV with Python's parsers, and compares every value.

    parquet_nested.py <program> [<files> [<first seed>]]

At least 200 files; 20,000 where COPYTO_TEST_TIER is "full". Every file is walked by _footer.py, and read by
pyarrow (with page checksums) and arrow-rs (as DataFusion), those of the portable profile by DuckDB and Polars, too. Structure,
values and NULLs must be what was written. A line for each failure; the last line is

    property: files=<n> readers=pyarrow,duckdb,arrow-rs failures=<n>
"""

import csv
import datetime
import json
import os
import re
import struct

import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

import _footer
import parquet_random
from parquet_random import Column, from_arrow

LEVELS = ("repeated", "nested optional", "three lists deep")


def leaf_values(column, data, loose):
    """`loose`: times may have another unit."""
    k = column.kind
    if isinstance(data, pa.ExtensionArray):
        data = data.storage
    same_bytes = {pa.large_string(): pa.string(), pa.string_view(): pa.string(), pa.large_binary(): pa.binary(), pa.binary_view(): pa.binary()}
    if loose and data.type in same_bytes:
        data = data.cast(same_bytes[data.type])
    if loose and k == "timestamp":
        units = ["ms", "us", "ns"]
        values = data.view(pa.int64()).to_pylist()
        assert pa.types.is_timestamp(data.type) and (data.type.tz is not None) == column.spec["utc"], data.type
        factor = 1000 ** (units.index(data.type.unit) - column.spec["unit"])
        return [None if v is None else v // factor for v in values]
    if loose and k == "uint64":
        return [None if v is None else int(v) for v in data.to_pylist()]
    return from_arrow(column, data)


def values_of(spec, data, profile, loose):
    """An array as the expectation has it: lists, members, pairs."""
    if isinstance(data, pa.ChunkedArray):
        data = data.combine_chunks()
    kind = spec["kind"]
    if kind not in ("list", "map", "struct"):
        return leaf_values(Column(spec, profile, []), data, loose)
    valid = data.is_valid().to_pylist()
    if kind == "struct":
        # Names are those of the schema.
        assert [f.name for f in data.type] == [c["name"] for c in spec["children"]], data.type
        members = [values_of(c, m, profile, loose) for c, m in zip(spec["children"], data.flatten(), strict=True)]
        return [list(row) if ok else None for ok, row in zip(valid, zip(*members))]
    if kind == "list":
        items = values_of(spec["children"][0], data.values, profile, loose)
    else:
        assert pa.types.is_map(data.type), data.type
        both = [values_of(c, d, profile, loose) for c, d in zip(spec["children"], (data.keys, data.items))]
        items = [list(pair) for pair in zip(*both)]
    offsets = data.offsets.to_pylist()
    return [items[a:b] if ok else None for ok, a, b in zip(valid, offsets, offsets[1:])]


def has_map(spec):
    return spec["kind"] == "map" or any(map(has_map, spec["children"]))


def expectation(spec, rows, profile):
    """What JSON says, brought to the same form."""
    if spec["kind"] not in ("list", "map", "struct"):
        column = Column(spec, profile, [])
        return lambda v: None if v is None else column.bring(v)
    below = [expectation(c, rows, profile) for c in spec["children"]]
    if spec["kind"] == "struct":
        return lambda v: None if v is None else [b(m) for b, m in zip(below, v, strict=True)]
    if spec["kind"] == "map":
        return lambda v: None if v is None else [[below[0](k), below[1](m)] for k, m in v]
    return lambda v: None if v is None else [below[0](m) for m in v]


def same(spec, a, b, profile):
    if a is None or b is None:
        return a is b
    if spec["kind"] not in ("list", "map", "struct"):
        return Column(spec, profile, []).same(a, b)
    if len(a) != len(b):
        return False
    if spec["kind"] == "list":
        return all(same(spec["children"][0], x, y, profile) for x, y in zip(a, b))
    if spec["kind"] == "map":
        return all(same(c, x[i], y[i], profile) for i, c in enumerate(spec["children"]) for x, y in zip(a, b))
    return all(same(c, x, y, profile) for c, x, y in zip(spec["children"], a, b))


class Pairs(list):
    """An object of JSON, with all its names in their order."""


def days_since_1970(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def seconds_and_fraction(text, unit):
    m = re.fullmatch(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", text)
    assert m and not (m[4] or "1").endswith("0"), text
    second = 1000 ** (unit + 1)
    return (int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3])) * second + int((m[4] or "").ljust(9, "0")) * second // 10**9


def from_json(spec, v):
    """A value of the CSV's JSON as JSON of the expectation has it."""
    k, unit = spec["kind"], spec["unit"]
    if v is None:
        return None
    if k == "list":
        return [from_json(spec["children"][0], m) for m in v]
    if k == "struct":
        assert isinstance(v, Pairs) and [name for name, _ in v] == [c["name"] for c in spec["children"]], v
        return [from_json(c, m) for c, (_, m) in zip(spec["children"], v)]
    if k == "map":
        assert isinstance(v, Pairs), v
        key, value = spec["children"]
        return [[int(name) if key["kind"] == "int32" else name, from_json(value, m)] for name, m in v]
    if k == "json":
        return v
    if k in ("float16", "float", "double"):  # float16 as the float of the same value
        return float(v) if k == "double" else struct.unpack("<f", struct.pack("<f", float(v)))[0]
    if k == "decimal":
        whole, _, fraction = v.partition(".")
        assert len(fraction) == spec["scale"], v
        return int(whole + fraction)
    if k == "bool" or k.startswith(("int", "uint")):
        return v if k == "bool" else int(v)
    if k in ("binary", "fixed binary"):
        assert v.startswith("\\x"), v
        return bytes.fromhex(v[2:])
    if k == "date":
        return days_since_1970(v)
    if k == "time":
        assert v.endswith("+00") == spec["utc"], v
        return seconds_and_fraction(v.removesuffix("+00"), unit)
    if k == "timestamp":
        assert v.endswith("+00:00") == spec["utc"], v
        day, _, clock = v.removesuffix("+00:00").partition("T")
        return days_since_1970(day) * 86_400 * 1000 ** (unit + 1) + seconds_and_fraction(clock, unit)
    assert isinstance(v, str), v
    return v


def read_csv(path, specs, rows):
    """The nested columns, one after the other."""
    with open(path, encoding="utf-8", newline="") as f:
        csv.field_size_limit(1 << 30)
        lines = csv.reader(f)
        for i, spec in enumerate(specs):
            if spec["children"]:
                want = map(expectation(spec, rows, "exact"), (row[i] for row in rows))
                got = [as_json(*next(lines)) for _ in rows]
                compare("CSV", spec, [plain_json(spec, w) for w in want], [from_json(spec, v) for v in got], "exact")
        assert next(lines, None) is None


def as_json(text):
    # Numbers with a point are kept as text, with all their digits.
    return None if text == "\\N" else json.loads(text, object_pairs_hook=Pairs, parse_float=str, parse_int=str)


def plain_json(spec, v):
    """The expectation with what JSON texts stand for, since they are values of the JSON around them."""
    if v is None or not spec["children"]:
        return as_json(v) if v is not None and spec["kind"] == "json" else v
    if spec["kind"] == "list":
        return [plain_json(spec["children"][0], m) for m in v]
    if spec["kind"] == "map":
        return [[k, plain_json(spec["children"][1], m)] for k, m in v]
    return [plain_json(c, m) for c, m in zip(spec["children"], v)]


def compare(engine, spec, want, got, profile):
    assert len(want) == len(got), (engine, len(want), len(got))
    for i, (a, b) in enumerate(zip(want, got)):
        assert same(spec, a, b, profile), f"{engine}, row {i} of {spec}: wrote {a!r}, read {b!r}"


def is_beyond_polars(chunk):
    """Polars 2.1 ends with a panic over many nested columns of several pages of DELTA encodings, those that pyarrow writes, too."""
    delta = (_footer.DELTA_BINARY_PACKED, _footer.DELTA_LENGTH_BYTE_ARRAY, _footer.DELTA_BYTE_ARRAY)
    return len(chunk.leaf.path) > 1 and len(chunk.pages) > 1 and any(page.encoding in delta for page in chunk.pages)


def check_file(data, count, info, beyond_polars):
    """What of a file's optional parts there is; the columns that Polars cannot read are added to the set."""
    promised = _footer.PROMISED | ({"nan_hides_bounds"} if info["profile"] == "portable" else set())
    file = _footer.walk(data, promised if info["checksums"] else promised - {"crc"})
    assert file.rows == count and all(group[0].rows <= info["row_group_rows"] for group in file.groups)
    for group in file.groups:
        for chunk in group:
            assert all(page.rows <= info["page_rows"] for page in chunk.pages)
            if is_beyond_polars(chunk):
                beyond_polars.add(chunk.leaf.path[0].decode())
    seen = set()
    for leaf in file.leaves:
        seen |= {"repeated"} if leaf.repetition else set()
        seen |= {"nested optional"} if leaf.definition > 1 else set()
        seen |= {"three lists deep"} if leaf.repetition > 2 else set()
    return seen | {part for part in file.seen if file.groups}


class Readers:
    def __init__(self):
        self.duckdb = duckdb.connect()
        self.duckdb.execute("SET threads = 1")
        self.duckdb.execute("SET TimeZone = 'UTC'")
        config = datafusion.SessionConfig().with_target_partitions(1)
        config = config.set("datafusion.execution.parquet.schema_force_view_types", "false")
        config = config.set("datafusion.execution.collect_statistics", "false")
        self.datafusion = datafusion.SessionContext(config)

    def check_case(self, path):
        """Files, and how many of them have what `check_file` saw."""
        with open(path, encoding="utf-8", newline="\n") as lines:
            info = json.loads(next(lines))
            rows = [json.loads(line) for line in lines]
        profile, specs = info["profile"], info["columns"]
        names, tables, seen, beyond_polars = [], [], {}, set()
        for entry in info["files"]:
            name = os.path.join(os.path.dirname(path), entry["name"])
            with open(name, "rb") as f:
                data = f.read()
            try:
                for part in check_file(data, entry["rows"], info, beyond_polars):
                    seen[part] = seen.get(part, 0) + 1
            except Exception as e:
                raise AssertionError(f"{entry['name']}: {e!r}") from e
            tables.append(pq.ParquetFile(name, page_checksum_verification=True).read(use_threads=False))
            names.append(name)
        read_csv(path.removesuffix(".jsonl") + ".csv", specs, rows)
        engines = {"pyarrow": pa.concat_tables(tables)}
        if profile == "portable":
            engines["duckdb"] = self.duckdb.sql(f"SELECT * FROM read_parquet({names!r})").to_arrow_table()
            theirs = [name for name in tables[0].column_names if name not in beyond_polars]
            if theirs:
                engines["polars"] = pa.concat_tables([polars.read_parquet(name, use_pyarrow=False, columns=theirs).to_arrow() for name in names])
        engines["arrow-rs"] = self.datafusion.read_parquet(os.path.dirname(names[0]) + "/").to_arrow_table()
        for i, spec in enumerate(specs):
            want = list(map(expectation(spec, rows, profile), (row[i] for row in rows)))
            for engine, table in engines.items():
                if engine == "polars" and (has_map(spec) or spec["name"] in beyond_polars):  # of a map's equal keys it keeps the last
                    continue
                try:
                    column = table.column(spec["name"]) if engine == "polars" else table.column(i)
                    got = values_of(spec, column, profile, engine in ("duckdb", "polars"))
                except Exception as e:
                    raise AssertionError(f"{engine}, {spec}: {e!r}") from e
                compare(engine, spec, want, got, profile)
        return len(names), seen


if __name__ == "__main__":
    parquet_random.main(Readers, (*LEVELS, "dictionary", "size_statistics", "offset_index", "column_index"), 200)
