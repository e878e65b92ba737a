# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What readers found, brought to the form in which parquet_random writes what it has written."""
import decimal
import json
import math
import re
import struct

import pyarrow as pa

decimal.getcontext().prec = 90

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float", "double")
TEXTS = ("string", "json", "enum")


class Other(Exception):
    """A type, or a form, that does not hold the values."""


def per_second(unit):
    return 1000 ** (unit + 1)


def time_text(value, unit):
    seconds, fraction = divmod(value, per_second(unit))
    digits = str(fraction).rjust(3 * (unit + 1), "0").rstrip("0")
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" + ("." + digits if digits else "")


def of_time_text(text, unit):
    match = re.fullmatch(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", text)
    nano = int((match[4] or "").ljust(9, "0"))
    step = 10**9 // per_second(unit)
    if nano % step:
        raise Other("digits that were not written")
    return ((int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])) * per_second(unit) + nano // step


def of_interval_text(text):
    m = re.fullmatch(r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d{1,9}))?S)?)?", text)
    y, mo, d, h, mi = (int(m[i] or 0) for i in range(1, 6))
    ns = int(m[7] or 0) * 10**9 + int((m[8] or "").ljust(9, "0"))
    return [y * 12 + mo, d, (h * 3600 + mi * 60) * 10**9 + (-ns if m[6] else ns)]


def uuid_text(raw):
    h = raw.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def written(spec, value):
    """A value of the expectation, as a comparable one."""
    kind = spec["kind"]
    if value is None:
        return None
    if kind in FLOATS:
        return struct.unpack({"float16": "<e", "float": "<f", "double": "<d"}[kind], bytes.fromhex(value))[0]
    if kind in ("binary", "fixed binary", "uuid"):
        return bytes.fromhex(value)
    return value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return (math.isnan(a) and math.isnan(b)) or struct.pack("<d", a) == struct.pack("<d", b)
    return a == b and type(a) is type(b)


def of_arrow(spec, data, profile):
    """(values, what they came as): of a column of pyarrow."""
    if str(data.type) == "day_time_interval":
        raise Other("days and milliseconds")
    if isinstance(data, pa.ChunkedArray):
        data = data.combine_chunks() if data.num_chunks != 1 else data.chunk(0)
    own = getattr(data.type, "extension_name", "")
    while isinstance(data, (pa.ExtensionArray, pa.DictionaryArray)):
        data = data.storage if isinstance(data, pa.ExtensionArray) else data.dictionary_decode()
    kind, unit, t = spec["kind"], spec["unit"], data.type
    is_text = pa.types.is_string(t) or pa.types.is_large_string(t) or t == pa.string_view()
    is_bytes = pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_fixed_size_binary(t) or t == pa.binary_view()
    if pa.types.is_timestamp(t) or pa.types.is_time(t) or pa.types.is_date(t) or pa.types.is_duration(t):
        wide = pa.types.is_date32(t) or pa.types.is_time32(t)
        raw = data.view(pa.int32() if wide else pa.int64()).to_pylist()
        if pa.types.is_date(t):
            ticks = raw if pa.types.is_date32(t) else [None if v is None else v // 86_400_000 for v in raw]
            if kind != "date":
                raise Other("date")
            return ticks, "date"
        scale = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}[t.unit]
        want = per_second(unit)
        if kind == "date" and pa.types.is_timestamp(t):
            return [None if v is None else v // (86_400 * scale) for v in raw], "timestamp"
        if kind not in ("time", "timestamp"):
            raise Other(str(t))
        found = [None if v is None else v * want // scale if v * want % scale == 0 else ("fraction", v) for v in raw]
        if kind == "timestamp" and pa.types.is_timestamp(t) and (t.tz is not None) != spec["utc"]:
            return found, "instant" if t.tz else "wall clock"
        return found, "time" if pa.types.is_time(t) else "timestamp"
    values, form = bring(spec, data.to_pylist(), is_text, is_bytes, profile)
    return values, "uuid" if own == "arrow.uuid" else form


def bring(spec, values, is_text, is_bytes, profile):
    kind, unit = spec["kind"], spec["unit"]
    present = [v for v in values if v is not None]
    each = lambda f, how: ([None if v is None else f(v) for v in values], how)
    if kind in INTEGERS:
        if all(isinstance(v, decimal.Decimal) for v in present):
            return each(int, "decimal" if present else "integer")
        return each(lambda v: int(v) if not isinstance(v, float) else v, "integer")
    if kind == "bool":
        return each(lambda v: v if isinstance(v, bool) else bool(v) if v in (0, 1) else v, "bool" if all(isinstance(v, bool) for v in present) else "integer")
    if kind in FLOATS:
        return each(float, "float")
    if kind == "decimal":
        if any(isinstance(v, float) for v in present):
            return values, "float"
        return each(lambda v: int(v.scaleb(spec["scale"])) if isinstance(v, decimal.Decimal) else v, "decimal")
    if kind in TEXTS:
        return each(lambda v: v.decode() if isinstance(v, bytes) else v, "bytes" if is_bytes else "text")
    if kind in ("binary", "fixed binary"):
        return each(lambda v: v.encode() if isinstance(v, str) else v, "text" if is_text else "bytes")
    if profile == "portable" and is_bytes and kind in ("uuid", "time", "interval"):  # text, of a reader that has no other strings
        values, is_text, is_bytes = [None if v is None else v.decode() for v in values], True, False
    if kind == "uuid":
        return each(lambda v: bytes.fromhex(v.replace("-", "")) if isinstance(v, str) else v if isinstance(v, bytes) else v.bytes,
                    "text" if is_text else "bytes" if is_bytes else "uuid")
    if kind == "time":
        return each(lambda v: of_time_text(v, unit) if isinstance(v, str) else v, "text" if is_text else "integer")
    if kind == "interval":
        def one(v):
            if isinstance(v, str):
                return of_interval_text(v)
            if isinstance(v, bytes):
                months, days, millis = struct.unpack("<III", v)
                return [months, days, millis * 10**6]
            if hasattr(v, "nanoseconds"):
                return [v.months, v.days, v.nanoseconds]
            return v
        return each(one, "bytes" if is_bytes else "text" if is_text else "interval")
    if kind in ("date", "timestamp"):
        return each(lambda v: v, "integer")
    raise Other(kind)


def of_parquet_java(spec, values, profile):
    """Of ParquetJava.java, which has the values as they are in the file."""
    kind = spec["kind"]
    each = lambda f: [None if v is None else f(v) for v in values]
    if kind in FLOATS:
        if kind == "float16" and profile == "exact":
            return each(lambda v: struct.unpack("<e", bytes.fromhex(v))[0]), "bytes"
        return each(lambda v: struct.unpack("<f" if len(v) == 8 else "<d", bytes.fromhex(v))[0]), "float"
    if kind == "decimal" or (kind == "uint64" and profile == "portable"):
        return each(lambda v: int.from_bytes(bytes.fromhex(v), "big", signed=True) if isinstance(v, str) else v), "decimal"
    if kind in INTEGERS and profile == "exact" and kind.startswith("u"):
        bits = 64 if kind == "uint64" else 32
        return each(lambda v: v % (1 << bits)), "integer"
    if kind in TEXTS:
        return each(lambda v: bytes.fromhex(v).decode()), "text"
    if kind in ("binary", "fixed binary"):
        return each(bytes.fromhex), "bytes"
    if kind in ("uuid", "interval", "time") and profile == "portable":
        return bring(spec, each(lambda v: bytes.fromhex(v).decode()), True, False, profile)
    if kind in ("uuid", "interval"):
        return bring(spec, each(bytes.fromhex), False, True, profile)
    natural = {"bool": "bool", "date": "date", "time": "time", "timestamp": "timestamp"}.get(kind, "integer")
    return values, natural


# What parquet-go's types hold.
FORMS_OF_GO = {"BOOLEAN": "bool", "INT": "integer", "INT32": "integer", "INT64": "integer", "FLOAT": "float", "DOUBLE": "float", "DECIMAL": "decimal",
               "STRING": "text", "JSON": "text", "ENUM": "text", "BYTE_ARRAY": "bytes", "FIXED_LEN_BYTE_ARRAY": "bytes", "UUID": "uuid", "DATE": "date",
               "TIME": "time", "TIMESTAMP": "timestamp", "INTERVAL": "interval"}


def of_parquet_go(spec, column, profile):
    """Of parquet_go.go: values as of ParquetJava.java, and the type that parquet-go has for them."""
    values, _ = of_parquet_java(spec, column["values"], profile)
    of = column["type"]
    form = FORMS_OF_GO[of.split("(")[0]]
    if form in ("time", "timestamp") and f"unit={('MILLIS', 'MICROS', 'NANOS')[spec['unit']]}" not in of:
        raise Other(of)
    if form == "timestamp" and f"isAdjustedToUTC={str(spec['utc']).lower()}" not in of:
        form = "wall clock" if spec["utc"] else "instant"
    return values, form


def of_hyparquet(spec, values, profile):
    """Of hyparquet.mjs."""
    kind, unit = spec["kind"], spec["unit"]

    def one(v):
        if not isinstance(v, dict):
            return v
        (what, inner), = v.items()
        return {"int": lambda: int(inner), "float": lambda: float(inner.replace("Infinity", "inf")), "bytes": lambda: bytes.fromhex(inner),
                "json": lambda: ("json", inner), "date": lambda: ("date", inner)}[what]()
    found = [None if v is None else one(v) for v in values]
    dates = [v[1] for v in found if isinstance(v, tuple) and v[0] == "date"]
    if dates:
        if kind == "date":
            return [None if v is None else v[1] // 86_400_000 for v in found], "date"
        want = per_second(unit)
        return [None if v is None else v[1] * want // 1000 for v in found], "timestamp"
    if kind == "json":
        text = [v for v in found if v is not None]
        if not all(isinstance(v, str) for v in text):
            return [None if v is None else v[1] if isinstance(v, tuple) else json.dumps(v, ensure_ascii=False) for v in found], "parsed"
    if kind == "decimal":
        # Numbers of JavaScript, which have no more digits than a double.
        exact = [None if v is None else round(decimal.Decimal(v).scaleb(spec["scale"])) if isinstance(v, (int, float)) else v for v in found]
        return exact, "float"
    is_bytes = any(isinstance(v, bytes) for v in found)
    is_text = any(isinstance(v, str) for v in found)
    return bring(spec, found, is_text, is_bytes, profile)
