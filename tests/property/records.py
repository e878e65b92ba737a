# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Records of Avro and JSON that records.cpp writes, as fastavro and Python's json read them.

    records.py PROGRAM [RECORDS [FIRST_SEED]]

Both are brought to one form: whole numbers in the unit of their type, floats as their bits, bytes, text, lists, lists of
members, and maps as lists of pairs.
"""
import base64
import datetime
import decimal
import io
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import uuid

import fastavro

decimal.getcontext().prec = 60
EPOCH = datetime.datetime(1970, 1, 1)
FLOATS = {"float16": ("<e", "<f"), "float": ("<f", "<f"), "double": ("<d", "<d")}
KINDS = ("bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float double decimal string binary fixed_binary uuid "
         "date time timestamp interval json enum list struct map").split()


def bits(value, spec):
    return "nan" if value != value else struct.pack(FLOATS[spec["kind"]][1], value)


def per_second(spec):
    return 1000 ** (spec["unit"] + 1)


class Number(str):
    """A number of JSON, with all its digits."""


def read_json(text):
    """Objects as lists of pairs."""
    return json.loads(text, object_pairs_hook=lambda pairs: pairs, parse_int=Number, parse_float=Number)


def wanted(spec, v):
    """What the line says."""
    k, below = spec["kind"], spec["children"]
    if v is None:
        return None
    if k == "list":
        return [wanted(below[0], m) for m in v]
    if k == "struct":
        return [wanted(c, m) for c, m in zip(below, v, strict=True)]
    if k == "map":
        return [[wanted(below[0], key), wanted(below[1], m)] for key, m in v]
    if k in FLOATS:
        return bits(struct.unpack(FLOATS[k][0], bytes.fromhex(v))[0], spec)
    if k in ("binary", "fixed binary", "uuid"):
        return bytes.fromhex(v)
    return v


def without_copies(pairs):
    """A map as a reader has it: of equal keys the last value."""
    return sorted(([k, v] for k, v in dict((repr(k), [k, v]) for k, v in pairs).values()), key=repr)


def one_of_each(spec, v, of_map):
    """`v` with what readers make of maps."""
    if v is None or not spec["children"]:
        return v
    below = spec["children"]
    if spec["kind"] == "list":
        return [one_of_each(below[0], m, of_map) for m in v]
    if spec["kind"] == "struct":
        return [one_of_each(c, m, of_map) for c, m in zip(below, v)]
    pairs = [[k, one_of_each(below[1], m, of_map)] for k, m in v]
    return without_copies(pairs) if of_map(spec) else pairs


def time_of(value, spec):
    assert value.tzinfo is None
    return ((value.hour * 3600 + value.minute * 60 + value.second) * 10**6 + value.microsecond) * per_second(spec) // 10**6


def from_avro(spec, v):
    k, below = spec["kind"], spec["children"]
    if v is None:
        assert spec["optional"], spec
        return None
    if k == "list":
        return [from_avro(below[0], m) for m in v]
    if k == "struct":
        assert list(v) == [c["name"] for c in below]
        return [from_avro(c, m) for c, m in zip(below, v.values())]
    if k == "map":
        if below[0]["kind"] == "string":
            return [[key, from_avro(below[1], m)] for key, m in v.items()]
        assert all(list(m) == ["key", "value"] for m in v)
        return [[from_avro(below[0], m["key"]), from_avro(below[1], m["value"])] for m in v]
    if k in FLOATS:
        return bits(v, spec)
    if k == "uint64":
        assert isinstance(v, decimal.Decimal), v
        return int(v)
    if k == "decimal":
        assert isinstance(v, decimal.Decimal) and -v.as_tuple().exponent == spec["scale"], v
        return int(v.scaleb(spec["scale"]))
    if k == "uuid":
        assert isinstance(v, uuid.UUID), v
        return v.bytes
    if k == "interval":
        months, days, milliseconds = struct.unpack("<III", v)
        return [months, days, milliseconds * 10**6]
    if isinstance(v, datetime.datetime):
        assert (v.tzinfo is not None) == spec["utc"], (spec, v)
        return (v.replace(tzinfo=None) - EPOCH) // datetime.timedelta(microseconds=1) * per_second(spec) // 10**6
    if isinstance(v, datetime.date):
        return (v - EPOCH.date()).days
    if isinstance(v, datetime.time):
        return time_of(v, spec)
    return v


def clock_of(text, spec):
    m = re.fullmatch(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", text)
    assert m and not (m[4] or "1").endswith("0"), text
    second = per_second(spec)
    return (int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3])) * second + int((m[4] or "").ljust(9, "0")) * second // 10**9


def interval_of(text):
    m = re.fullmatch(r"(?:(-?\d+) years?)? ?(?:(-?\d+) mons?)? ?(?:(-?\d+) days?)? ?"
                     r"(?:(\d+):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?", text)
    years, months, days, h, mi, s = (int(m[i] or 0) for i in range(1, 7))
    return [years * 12 + months, days, (h * 3600 + mi * 60 + s) * 10**9 + int((m[7] or "").ljust(9, "0"))]


def from_json(spec, v, info, name=False):
    """`name`: as a name of an object, which is always a string."""
    k, below = spec["kind"], spec["children"]
    if k == "json":  # may be null by itself
        return v
    if v is None:
        assert spec["optional"], spec
        return None
    if k == "list":
        return [from_json(below[0], m, info) for m in v]
    if k == "struct":
        return members(below, v, info)
    if k == "map":
        return [[from_json(below[0], key, info, True), from_json(below[1], m, info)] for key, m in v]

    def number(as_text):
        assert isinstance(v, str) and isinstance(v, Number) != (as_text or name), (spec, v)
        return v

    wide = bool(info["wide_integers"])
    if k == "bool":
        return v
    if k in FLOATS:
        value = float(v)
        number(value != value or abs(value) == float("inf"))
        return bits(struct.unpack("<f", struct.pack("<f", value))[0] if k != "double" else value, spec)
    if k.startswith(("int", "uint")) and k != "interval":
        return int(number(wide and k.endswith("64")))
    if k == "decimal":
        whole, _, fraction = number(bool(info["decimals"])).partition(".")
        assert len(fraction) == spec["scale"], v
        return int(whole + fraction)
    if info["times"] and k in ("date", "time", "timestamp"):
        return int(number(wide and not (k == "date" or k == "time" and spec["unit"] == 0)))
    assert isinstance(v, str) and not isinstance(v, Number), (spec, v)
    if k in ("binary", "fixed binary"):
        if info["binary"] == 0:
            return base64.b64decode(v, validate=True)
        assert v.startswith("\\x"), v
        return bytes.fromhex(v[2:])
    if k == "uuid":
        return uuid.UUID(v).bytes
    if k == "date":
        return (datetime.date.fromisoformat(v) - EPOCH.date()).days
    if k == "time":
        assert v.endswith("+00") == spec["utc"], v
        return clock_of(v.removesuffix("+00"), spec)
    if k == "timestamp":
        assert v.endswith("+00:00") == spec["utc"], v
        day, _, clock = v.removesuffix("+00:00").partition("T")
        return (datetime.date.fromisoformat(day) - EPOCH.date()).days * 86_400 * per_second(spec) + clock_of(clock, spec)
    if k == "interval":
        return interval_of(v)
    return v


def members(specs, pairs, info):
    """Of an object, where NULL may have been left out."""
    assert [name for name, _ in pairs] == [s["name"] for s in specs if s["name"] in dict(pairs)], pairs
    assert info["nulls"] or len(pairs) == len(specs), pairs
    assert not info["nulls"] or all(dict(pairs).get(s["name"], 0) is not None or s["kind"] == "json" for s in specs), pairs
    return [from_json(s, dict(pairs).get(s["name"]), info) for s in specs]


def json_texts(spec, v):
    """What must be read, with the values of JSON in it, since they are part of the JSON around them."""
    below = spec["children"]
    if v is None:
        return None
    if spec["kind"] == "json":
        return read_json(v)
    if spec["kind"] == "list":
        return [json_texts(below[0], m) for m in v]
    if spec["kind"] == "struct":
        return [json_texts(c, m) for c, m in zip(below, v)]
    if spec["kind"] == "map":
        return [[k, json_texts(below[1], m)] for k, m in v]
    return v


def equal(specs, want, got, what):
    for spec, a, b in zip(specs, want, got, strict=True):
        assert a == b, f"{what}: wrote {a!r}, read {b!r}, of {spec}"


def raw_times(schema):
    """The schema without what Python cannot hold: years beyond 9999."""
    if isinstance(schema, dict):
        kept = {k: raw_times(v) for k, v in schema.items()}
        if "timestamp" in str(kept.get("logicalType")) or kept.get("logicalType") == "date":
            del kept["logicalType"]
        return kept
    return [raw_times(s) for s in schema] if isinstance(schema, list) else schema


def note(spec, seen):
    seen[spec["kind"].replace(" ", "_")] = seen.get(spec["kind"].replace(" ", "_"), 0) + 1
    for c in spec["children"]:
        note(c, seen)


def check_case(path, seen):
    """How many records there were."""
    with open(path, encoding="utf-8", newline="\n") as lines:
        info = json.loads(next(lines))
        rows = [json.loads(line) for line in lines]
    specs = info["columns"]
    for s in specs:
        note(s, seen)
    schema = json.loads(info["schema"])
    parsed = fastavro.parse_schema(schema)
    assert [f["name"] for f in schema["fields"]] == [s["name"] for s in specs]
    if not info["civil"]:
        parsed = fastavro.parse_schema(raw_times(schema))
    for i, (line, avro, text) in enumerate(rows):
        want = [wanted(s, v) for s, v in zip(specs, line, strict=True)]
        data = bytes.fromhex(avro)
        if info["id"] is not None:
            assert data[:5] == b"\0" + struct.pack(">I", info["id"]), data[:5]
            data = data[5:]
        stream = io.BytesIO(data)
        read = fastavro.schemaless_reader(stream, parsed)
        assert stream.read() == b"", f"row {i}: bytes behind the record"
        by_text = lambda spec: spec["children"][0]["kind"] == "string"
        equal(specs, [one_of_each(s, v, by_text) for s, v in zip(specs, want)],
              [one_of_each(s, from_avro(s, read[s["name"]]), by_text) for s in specs], f"Avro, row {i}")
        equal(specs, [json_texts(s, v) for s, v in zip(specs, want)], members(specs, read_json(text), info), f"JSON, row {i}")
    return len(rows)


def main():
    program = sys.argv[1]
    full = os.environ.get("COPYTO_TEST_TIER") == "full"
    target = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000 if full else 10_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = failures = 0
    seen = {}
    while count < target and failures < 20:
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([program, str(seed), "50", directory], check=True)
            for s in range(seed, seed + 50):
                try:
                    count += check_case(os.path.join(directory, f"{s}.jsonl"), seen)
                except Exception as e:
                    failures += 1
                    print(f"failed: seed {s}: {e!r}", file=sys.stderr, flush=True)
        seed += 50
    for kind in KINDS:
        if kind not in seen:
            failures += 1
            print(f"failed: no column of {kind}", file=sys.stderr)
    print(f"property: records={count} readers=fastavro,json failures={failures}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
