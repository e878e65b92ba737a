# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Exports Arrow streams of other libraries through the C interface, within this process, and reads the files back.

    arrow.py <libarrow_bridge.so> [<random tables> [<first seed>]]

Streams of pyarrow (every type, sliced at odd offsets), DuckDB, Polars and arrow-rs (as DataFusion) must give files that
pyarrow reads equal; the same nested rows as structs, by pyarrow and by DuckDB files of the same bytes. Streams that lie or
fail are refused by an error that says where, and leave nothing behind: no file, no memory. The last line is

    arrow: tables=<n> failures=<n>
"""

import ctypes
import datetime
import decimal
import gc
import os
import random
import sys
import tempfile
import traceback
import uuid

import datafusion
import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

library = ctypes.CDLL(sys.argv[1])
library.copyto_export_stream.restype = ctypes.c_int64
library.copyto_export_array.restype = ctypes.c_int64
library.copyto_export_orders.restype = ctypes.c_int64
pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


class Schema(ctypes.Structure):
    """struct ArrowSchema"""


Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


class Array(ctypes.Structure):
    """struct ArrowArray"""


Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


class Failed(Exception):
    pass


def files_in(directory):
    found = []
    for folder, _, names in os.walk(directory):
        found += [os.path.join(folder, name) for name in names]
    return sorted(found)


def call(function, *arguments):
    text = ctypes.create_string_buffer(4096)
    rows = function(*arguments, text, ctypes.c_size_t(len(text)))
    if rows < 0:
        raise Failed(text.value.decode())
    return rows


def export(stream, directory, form="parquet exact", threads=1, batch_rows=512):
    """Exports whatever has `__arrow_c_stream__`; rows."""
    capsule = stream.__arrow_c_stream__()
    return call(
        library.copyto_export_stream,
        ctypes.c_void_p(pointer_of(capsule, b"arrow_array_stream")),
        form.encode(), directory.encode(), ctypes.c_uint32(threads), ctypes.c_uint32(batch_rows),
    )  # fmt: skip


def read(directory):
    files = [f for f in files_in(directory) if f.endswith(".parquet")]
    return pa.concat_tables([pq.ParquetFile(f, page_checksum_verification=True).read() for f in files])


def exported(stream, form="parquet exact", **how):
    with tempfile.TemporaryDirectory() as directory:
        export(stream, directory, form, **how)
        return read(directory)


def bytes_of(stream, form="parquet exact", **how):
    with tempfile.TemporaryDirectory() as directory:
        export(stream, directory, form, **how)
        return contents(directory)


def contents(directory):
    return [open(f, "rb").read() for f in files_in(directory)]


def plain(t):
    """The type that a file has for an Arrow type."""
    if isinstance(t, pa.BaseExtensionType):
        return {"arrow.uuid": t, "arrow.json": pa.string(), "arrow.bool8": pa.bool_()}.get(t.extension_name, t)
    if pa.types.is_dictionary(t) or pa.types.is_run_end_encoded(t):
        return plain(t.value_type)
    if pa.types.is_struct(t):
        return pa.struct([f.with_type(plain(f.type)) for f in t])
    if pa.types.is_map(t):
        return pa.map_(plain(t.key_type), t.item_field.with_type(plain(t.item_type)))
    if pa.types.is_list(t) or pa.types.is_large_list(t) or pa.types.is_fixed_size_list(t) or pa.types.is_list_view(t) or pa.types.is_large_list_view(t):
        return pa.list_(t.value_field.with_type(plain(t.value_type)))
    return {
        pa.large_string(): pa.string(), pa.string_view(): pa.string(), pa.large_binary(): pa.binary(),
        pa.binary_view(): pa.binary(), pa.date64(): pa.date32(), pa.time32("s"): pa.time32("ms"), pa.null(): pa.string(),
    }.get(t, t)  # fmt: skip


def values(column):
    """Python values, floats as their bits."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # no chunks
            return []

    def bring(v):
        if isinstance(v, float):
            return ("nan",) if v != v else (v, str(v))
        if isinstance(v, list):
            return [bring(x) for x in v]
        if isinstance(v, tuple):
            return [bring(x) for x in v]
        if isinstance(v, dict):
            return {k: bring(x) for k, x in v.items()}
        if isinstance(v, decimal.Decimal):
            return v
        return v

    if isinstance(column.type, pa.BaseExtensionType) and column.type.extension_name == "arrow.bool8":
        return [None if v is None else bool(v) for v in column.storage.to_pylist()]
    return [bring(v) for v in column.to_pylist()]


def check_equal(what, table, got):
    assert table.num_rows == got.num_rows, (what, table.num_rows, got.num_rows)
    for i, field in enumerate(table.schema):
        want, seen = values(table.column(i)), values(got.column(i))
        for row, (a, b) in enumerate(zip(want, seen)):
            assert a == b, f"{what}, row {row} of {field}: handed over {a!r}, read {b!r}"
        assert got.schema.field(i).nullable == (field.nullable or pa.types.is_null(field.type)), (what, field)


def sliced(table, seed=1):
    """The same rows in batches that begin anywhere within their buffers."""
    r = random.Random(seed)
    batches = []
    for batch in table.to_batches():
        front, back = min(r.randrange(1, 14), batch.num_rows), r.randrange(0, 9)
        padded = pa.concat_tables(
            [pa.Table.from_batches([b]) for b in (batch.slice(0, front), batch, batch.slice(0, back))]
        ).combine_chunks()
        for whole in padded.to_batches():
            at = front
            while at < front + batch.num_rows:
                n = min(r.randrange(1, 700), front + batch.num_rows - at)
                batches.append(whole.slice(at, n))
                at += n
    return pa.Table.from_batches(batches, table.schema)


# --- every type ---------------------------------------------------------------------------------------


def every_type(rows=300):
    r = random.Random(7)

    def some(make, nulls=0.2):
        return [None if r.random() < nulls else make() for _ in range(rows)]

    def text():
        return "".join(r.choice(["a", "ä", "☃", "😀", "\0", '"', "xyz"]) for _ in range(r.choice([0, 1, 3, 4, 5, 20])))

    def digits(n):
        return decimal.Decimal(r.randrange(-(10**n) + 1, 10**n))

    context = decimal.Context(prec=80)
    arrays = {}

    def add(name, type_, make, nulls=0.2):
        arrays[name] = pa.array(some(make, nulls), type_)

    add("bool", pa.bool_(), lambda: r.random() < 0.5)
    for bits in (8, 16, 32, 64):
        add(f"int{bits}", getattr(pa, f"int{bits}")(), lambda bits=bits: r.randrange(-(2 ** (bits - 1)), 2 ** (bits - 1)))
        add(f"uint{bits}", getattr(pa, f"uint{bits}")(), lambda bits=bits: r.randrange(2**bits))
    import numpy

    arrays["half"] = pa.array(numpy.array([r.uniform(-9, 9) for _ in range(rows)], numpy.float16))
    add("float", pa.float32(), lambda: r.choice([0.0, -0.0, float("inf"), float("nan"), 1.5, -2.25]))
    add("double", pa.float64(), lambda: r.choice([0.0, -0.0, r.random(), float("-inf"), float("nan"), 1e300]))
    for t, n, s in (
        (pa.decimal32(9, 2), 9, 2), (pa.decimal32(4, 4), 4, 4), (pa.decimal64(18, 6), 18, 6), (pa.decimal64(9, 0), 9, 0),
        (pa.decimal128(9, 3), 9, 3), (pa.decimal128(18, 18), 18, 18), (pa.decimal128(38, 10), 38, 10),
        (pa.decimal256(9, 1), 9, 1), (pa.decimal256(38, 37), 38, 37), (pa.decimal256(76, 5), 38, 5),
    ):  # fmt: skip
        add(str(t), t, lambda n=n, s=s: digits(n).scaleb(-s, context))
    for name, t in (("string", pa.string()), ("large_string", pa.large_string()), ("string_view", pa.string_view())):
        add(name, t, text)
    for name, t in (("binary", pa.binary()), ("large_binary", pa.large_binary()), ("binary_view", pa.binary_view())):
        add(name, t, lambda: r.randbytes(r.choice([0, 3, 12, 13, 40])))
    add("fixed", pa.binary(7), lambda: r.randbytes(7))
    day = datetime.date(1970, 1, 1)
    add("date32", pa.date32(), lambda: day + datetime.timedelta(days=r.randrange(-300000, 300000)))
    add("date64", pa.date64(), lambda: day + datetime.timedelta(days=r.randrange(-300000, 300000)))
    for unit, most in (("s", 86_400), ("ms", 86_400_000)):
        arrays[f"time32 {unit}"] = pa.array(some(lambda most=most: r.randrange(most)), pa.int32()).view(pa.time32(unit))
    for unit, most in (("us", 86_400 * 10**6), ("ns", 86_400 * 10**9)):
        arrays[f"time64 {unit}"] = pa.array(some(lambda most=most: r.randrange(most)), pa.int64()).view(pa.time64(unit))
    for unit, scale in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
        for zone in (None, "UTC", "Europe/Berlin"):
            made = pa.array(some(lambda scale=scale: r.randrange(-(10**9), 10**9) * scale), pa.int64())
            arrays[f"timestamp {unit} {zone}"] = made.view(pa.timestamp(unit, zone))
    arrays["null"] = pa.nulls(rows)
    arrays["uuid"] = pa.array(some(lambda: uuid.UUID(bytes=r.randbytes(16)).bytes), pa.uuid())
    arrays["json"] = pa.ExtensionArray.from_storage(pa.json_(), pa.array(some(lambda: r.choice(["{}", "[1]"])), pa.string()))
    arrays["bool8"] = pa.ExtensionArray.from_storage(pa.bool8(), pa.array(some(lambda: r.randrange(3)), pa.int8()))
    words = some(lambda: r.choice(["red", "green", "a longer word than twelve", ""]))
    arrays["dictionary"] = pa.array(words).dictionary_encode()
    for t in (pa.int8(), pa.uint16(), pa.int64()):
        arrays[f"dictionary {t}"] = pa.array(words).dictionary_encode().cast(pa.dictionary(t, pa.large_string()))
    numbers = some(lambda: r.randrange(5))
    arrays["dictionary of numbers"] = pa.array(numbers).dictionary_encode()
    arrays["dictionary with NULL"] = pa.DictionaryArray.from_arrays(
        pa.array(some(lambda: r.randrange(3)), pa.int32()), pa.array(["a", None, "c"])
    )
    runs = sorted(r.sample(range(1, rows), 20)) + [rows]
    arrays["run ends"] = pa.RunEndEncodedArray.from_arrays(pa.array(runs, pa.int32()), pa.array(numbers[: len(runs)]))
    arrays["run ends of strings"] = pa.RunEndEncodedArray.from_arrays(pa.array(runs, pa.int16()), pa.array(words[: len(runs)]))

    def items(make, most=4):
        return lambda: [None if r.random() < 0.2 else make() for _ in range(r.randrange(most))]

    add("list", pa.list_(pa.int32()), items(lambda: r.randrange(9)))
    add("large_list", pa.large_list(pa.string_view()), items(text))
    add("list_view", pa.list_view(pa.int64()), items(lambda: r.randrange(9)))
    add("large_list_view", pa.large_list_view(pa.string()), items(text))
    views = pa.ListViewArray.from_arrays(
        pa.array([r.randrange(50) for _ in range(rows)], pa.int32()), pa.array([r.randrange(9) for _ in range(rows)], pa.int32()),
        pa.array(range(60)), mask=pa.array([r.random() < 0.2 for _ in range(rows)]),
    )  # fmt: skip
    arrays["list_view in any order"] = views
    add("fixed list", pa.list_(pa.float64(), 3), lambda: [r.random(), None, r.random()])
    add("struct", pa.struct([("a", pa.int8()), ("b", pa.decimal128(5, 1)), ("c", pa.string_view())]),
        lambda: {"a": r.choice([None, 1]), "b": digits(5).scaleb(-1), "c": text()})  # fmt: skip
    add("map", pa.map_(pa.string(), pa.list_(pa.date64())), lambda: [(str(i), [day]) for i in range(r.randrange(3))])
    deep = pa.list_(pa.struct([("m", pa.map_(pa.int32(), pa.list_view(pa.struct([("x", pa.time32("s"))]))))]))
    add("deep", deep, items(lambda: {"m": [(i, [{"x": datetime.time(1, 2, i)}, None]) for i in range(r.randrange(3))]}))
    add("list of dictionaries", pa.list_(pa.dictionary(pa.int8(), pa.string())), items(lambda: r.choice(["x", "yy"])))
    return pa.table(arrays)


def check_types():
    table = every_type()
    for form in (table, sliced(table), sliced(table, 2), table.slice(0, 0), table.slice(3, 1)):
        for batch_rows in (512, 7):
            check_equal("every type", form, exported(form, batch_rows=batch_rows))
    whole = bytes_of(table, batch_rows=33)
    assert whole == bytes_of(sliced(table, 3), threads=3, batch_rows=64), "slices or threads change the bytes"
    one = table.slice(5, 200).combine_chunks()
    for batch in one.to_batches()[:1]:
        schema, array = Schema(), Array()
        batch._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
        with tempfile.TemporaryDirectory() as directory:
            call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"parquet exact", directory.encode())
            check_equal("a record batch", pa.Table.from_batches([batch]), read(directory))
        assert not schema.release and not array.release
    not_null = pa.table({"n": pa.array([1, 2])}, pa.schema([pa.field("n", pa.int64(), nullable=False)]))
    check_equal("required", not_null, exported(not_null))
    ids = pa.schema([pa.field("n", pa.int64(), metadata={"PARQUET:field_id": "7"})])
    assert exported(pa.table({"n": [1]}, ids)).schema.field(0).metadata[b"PARQUET:field_id"] == b"7"
    # Durations and intervals are text in a portable file.
    spans = pa.table({
        "s": pa.array([90, None], pa.duration("s")), "ns": pa.array([1, None], pa.duration("ns")),
        "mdn": pa.array([pa.MonthDayNano([14, 3, 5 * 10**9]), None], pa.month_day_nano_interval()),
    })  # fmt: skip
    got = exported(spans, "parquet portable").to_pydict()
    assert got == {"s": ["PT1M30S", None], "ns": ["PT0.000000001S", None], "mdn": ["P1Y2M3DT5S", None]}, got


# --- producers ----------------------------------------------------------------------------------------


def check_producers():
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    query = """SELECT i, i::VARCHAR || repeat('x', i % 20) AS text, [i, NULL, i + 1] AS list, {'a': i, 'b': [DATE '2024-01-01']} AS s,
        MAP {i: 'v'} AS m, (i / 7)::DECIMAL(12, 3) AS d, CASE i % 3 WHEN 0 THEN 'red' ELSE 'green' END::ENUM('red', 'green') AS e,
        TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS t, [[i], []] AS nested, i % 2 = 0 AS b, gen.i::HUGEINT::DECIMAL(38, 0) AS big
        FROM range(5000) gen(i)"""
    want = con.sql(query).to_arrow_table()
    got = exported(con.sql(query))
    check_equal("DuckDB", want.cast(pa.schema([f.with_type(plain(f.type)) for f in want.schema])), got)

    frame = polars.from_arrow(want.drop_columns(["m", "big"]))
    check_equal("Polars", frame.to_arrow(), exported(frame))
    frame = frame.with_columns(polars.col("text").cast(polars.Categorical), lists=polars.col("list").cast(polars.Array(polars.Int64, 3)))
    check_equal("Polars, categories and arrays", frame.to_arrow(), exported(frame))

    context = datafusion.SessionContext()
    context.register_record_batches("t", [want.drop_columns(["e"]).to_batches()])
    data = context.sql("SELECT * FROM t ORDER BY i")
    check_equal("arrow-rs", data.to_arrow_table(), exported(data))


# --- the same rows from several sources ---------------------------------------------------------------


def orders(count):
    """The orders of bridge.cpp."""
    lines = pa.list_(pa.field("element", pa.struct([pa.field("item", pa.string(), False), pa.field("price", pa.float64())]), False))
    schema = pa.schema([
        pa.field("id", pa.int64(), False), pa.field("note", pa.string()), pa.field("lines", lines, False),
        pa.field("codes", pa.list_(pa.int32())), pa.field("stock", pa.map_(pa.string(), pa.int64()), False),
        pa.field("total", pa.decimal128(12, 2), False), pa.field("day", pa.date32(), False),
    ])  # fmt: skip
    rows = [
        {
            "id": i,
            "note": None if i % 3 == 0 else f"note {i % 50}",
            "lines": [{"item": f"item {(i + k) % 100}", "price": None if k % 4 == 3 else i % 1000 / 4} for k in range(i % 8)],
            "codes": None if i % 5 == 0 else [None if k == 1 else i + k for k in range(i % 3)],
            "stock": [(f"k{k}", None if k == 2 else i * k) for k in range(i % 4)],
            "total": decimal.Decimal(i * 7 - 500).scaleb(-2),
            "day": datetime.date(1970, 1, 1) + datetime.timedelta(days=i % 20_000),
        }
        for i in range(count)
    ]
    return pa.Table.from_pylist(rows, schema)


def of_schema(schema, batches):
    """A stream with the NULLs and names that the schema declares, whatever the producer's says."""
    def renamed():
        for batch in batches:
            yield pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(batch.columns, schema)], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, renamed())


def check_identical():
    for form in ("parquet exact", "parquet portable", "csv"):
        with tempfile.TemporaryDirectory() as directory:
            call(library.copyto_export_orders, ctypes.c_int64(20_000), form.encode(), directory.encode(), ctypes.c_uint32(1))
            want = contents(directory)
        with tempfile.TemporaryDirectory() as directory:
            call(library.copyto_export_orders, ctypes.c_int64(20_000), form.encode(), directory.encode(), ctypes.c_uint32(4))
            assert contents(directory) == want, "threads change the bytes"
        table = orders(20_000)
        assert bytes_of(table, form) == want, f"{form}: pyarrow's stream gives other bytes than structs"
        assert bytes_of(sliced(table), form, threads=3) == want, f"{form}: slices give other bytes"
        dictionaries = table.set_column(1, table.schema.field(1).with_type(pa.dictionary(pa.int32(), pa.string())),
                                        table.column(1).dictionary_encode())  # fmt: skip
        assert bytes_of(dictionaries, form) == want, f"{form}: a dictionary gives other bytes"
        con = duckdb.connect()
        con.register("orders", table)
        relation = con.sql("SELECT * FROM orders ORDER BY id")
        batches = pa.RecordBatchReader.from_stream(relation)
        assert bytes_of(of_schema(table.schema, batches), form) == want, f"{form}: DuckDB's stream gives other bytes"


# --- random tables ------------------------------------------------------------------------------------

LEAVES = [
    pa.bool_(), pa.int8(), pa.uint32(), pa.int64(), pa.float64(), pa.string(), pa.large_binary(), pa.string_view(),
    pa.decimal128(7, 2), pa.decimal256(30, 1), pa.date64(), pa.timestamp("us", "UTC"), pa.time32("s"), pa.binary(3), pa.null(),
]  # fmt: skip


def random_type(r, depth):
    if depth == 0 or r.random() < 0.3:
        return r.choice(LEAVES)

    def below():
        t = random_type(r, depth - 1)
        return pa.field("x", t, r.random() < 0.8 or pa.types.is_null(t))

    match r.randrange(7):
        case 0:
            return pa.list_(below())
        case 1:
            return pa.large_list(below())
        case 2:
            return pa.list_(below(), r.randrange(4))
        case 3:
            return pa.list_view(below())
        case 4:
            return pa.map_(r.choice([pa.string(), pa.int32()]), below())
        case _:
            return pa.struct([below().with_name(f"m{i}") for i in range(r.randrange(1, 4))])


def random_value(r, t, nullable, deep=0):
    if pa.types.is_null(t) or (nullable and r.random() < 0.2):
        return None
    if pa.types.is_struct(t):
        return {f.name: random_value(r, f.type, f.nullable, deep + 1) for f in t}
    if pa.types.is_map(t):
        keys = range(r.randrange(3))
        return [(str(k) if t.key_type == pa.string() else k, random_value(r, t.item_type, t.item_field.nullable)) for k in keys]
    if pa.types.is_nested(t):
        n = t.list_size if pa.types.is_fixed_size_list(t) else r.randrange(4)
        return [random_value(r, t.value_type, t.value_field.nullable, deep + 1) for _ in range(n)]
    if pa.types.is_boolean(t):
        return r.random() < 0.5
    if pa.types.is_integer(t):
        return r.randrange(100)
    if pa.types.is_floating(t):
        return r.random()
    if t in (pa.string(), pa.string_view()):
        return r.choice(["", "x", "a longer text than twelve bytes", "ä"])
    if pa.types.is_fixed_size_binary(t) or t == pa.large_binary():
        return r.randbytes(3)
    if pa.types.is_decimal(t):
        return decimal.Decimal(r.randrange(-99999, 99999)).scaleb(-t.scale)
    if pa.types.is_date(t):
        return datetime.date(2024, 1, 1 + r.randrange(28))
    if pa.types.is_time(t):
        return datetime.time(r.randrange(24), r.randrange(60))
    return datetime.datetime(2024, 1, 1 + r.randrange(28), tzinfo=datetime.UTC)


def check_random(seed):
    r = random.Random(seed)
    fields = [pa.field(f"c{i}", random_type(r, 4)) for i in range(r.randrange(1, 5))]
    rows = r.randrange(0, 300)
    table = pa.table([pa.array([random_value(r, f.type, True) for _ in range(rows)], f.type) for f in fields], pa.schema(fields))
    got = exported(table, batch_rows=r.randrange(1, 200))
    check_equal(f"seed {seed}", table, got)
    again = sliced(table, seed) if rows else table
    assert bytes_of(table) == bytes_of(again, threads=r.randrange(1, 4), batch_rows=50), f"seed {seed}: other bytes of slices"


# --- streams that lie or fail -------------------------------------------------------------------------


def set_to(member, value):
    def change(array):
        setattr(array, member, value)

    return change


def in_child(change, *path):
    def deeper(array):
        for i in path:
            array = array.children[i].contents
        change(array)

    return deeper


def without_buffer(i):
    def change(array):
        array.buffers[i] = None

    return change


def numbers_at(array, i, type_):
    return ctypes.cast(array.buffers[i], ctypes.POINTER(type_))


def put_number(i, at, value, type_=ctypes.c_int32):
    def change(array):
        numbers_at(array, i, type_)[at] = value

    return change


def put_bits(i, at, value):
    return put_number(i, at, value, ctypes.c_uint8)


def without_child(i):
    def change(array):
        array.children[i] = ctypes.POINTER(Array)()

    return change


def dictionary(change):
    return lambda array: change(array.dictionary.contents)


BITS = ctypes.create_string_buffer(b"\x05")  # 1, 0, 1


def null_entry(maps):
    """The second entry is NULL, and nobody has counted."""
    entries = maps.children[0].contents
    entries.buffers[0] = ctypes.addressof(BITS)
    entries.null_count = -1


def lies():
    """What is wrong, the column, how it is made wrong, and what the error must say."""
    numbers = pa.array([1, None, 3], pa.int32())
    lists = pa.array([[1, 2], None, [3]], pa.list_(pa.int64()))
    rows = pa.array([{"a": "x", "b": [1.5]}, None, {"a": None, "b": []}])
    maps = pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64()))
    entries = pa.array([[("a", 1)], [("b", 2)], [("c", 3)]], pa.map_(pa.string(), pa.int64()))
    views = pa.array(["a text longer than twelve", "short", None], pa.string_view())
    words = pa.array(["a", "b", "a"]).dictionary_encode()
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([1, 3], pa.int32()), pa.array(["x", "y"]))
    number = ctypes.c_int64
    return [
        ("a negative length", numbers, set_to("length", -1), "too few rows"),
        ("an offset below 0", numbers, set_to("offset", -5), "out of range"),
        ("a length below the rows", numbers, set_to("length", 2), "too few rows"),
        ("a missing buffer", numbers, without_buffer(1), "missing"),
        ("a missing bitmap", numbers, without_buffer(0), "NULLs without"),
        ("too few buffers", numbers, set_to("n_buffers", 1), "1 buffers"),
        ("a child too many", numbers, set_to("n_children", 1), "1 children"),
        ("offsets that fall", pa.array(["abc", "de", "f"]), put_number(1, 1, 9), "do not ascend"),
        ("offsets below 0", pa.array(["abc", "de", "f"]), put_number(1, 0, -4), "do not ascend"),
        ("large offsets that fall", pa.array(["abc", "d", "f"], pa.large_string()), put_number(1, 2, 1, number), "do not ascend"),
        ("missing bytes", pa.array(["abc", "de", "f"]), without_buffer(2), "bytes that are missing"),
        ("list offsets that fall", lists, put_number(1, 1, -1), "do not ascend"),
        ("list offsets beyond the child", lists, put_number(1, 3, 99), "99 are needed"),
        ("a list without its child", lists, without_child(0), "missing"),
        ("a shorter child", lists, in_child(set_to("length", 1), 0), "where 3 are needed"),
        ("a struct with a shorter member", rows, in_child(set_to("length", 2), 1), "where 3 are needed"),
        ("a struct without a member", rows, without_child(1), "missing"),
        ("a member's offsets", rows, in_child(put_number(1, 1, 1000), 1), "do not ascend"),
        ("a map without entries", maps, without_child(0), "missing"),
        ("a map without values", maps, in_child(without_child(1), 0), "keys and values"),
        ("an entry that is NULL and is not counted", entries, null_entry, "entry of a map that is NULL"),
        ("a NULL key", maps, in_child(lambda a: (setattr(a, "null_count", 1)), 0), "entry of a map that is NULL"),
        ("a view beyond its buffer", views, put_number(1, 3, 1000), "beyond its buffer"),
        ("a view into no buffer", views, put_number(1, 2, 7), "beyond its buffer"),
        ("a view of negative length", views, put_number(1, 0, -1), "negative length"),
        ("an index beyond its dictionary", words, put_number(1, 2, 2), "beyond its dictionary"),
        ("an index below 0", words, put_number(1, 0, -1), "beyond its dictionary"),
        ("a dictionary that is gone", words, lambda a: setattr(a, "dictionary", ctypes.POINTER(Array)()), "dictionary"),
        ("a broken dictionary", words, dictionary(put_number(1, 1, 77)), "do not ascend"),
        ("run ends that fall", runs, in_child(put_number(1, 1, 1), 0), "do not ascend"),
        ("run ends that are too short", runs, in_child(put_number(1, 1, 2), 0), "do not ascend"),
        ("text that is not UTF-8", pa.array(["abc", "de", "f"]), put_bits(2, 1, 0xFF), "not valid UTF-8"),
        ("a date within a day", pa.array([0, 1], pa.int64()).view(pa.date64()), lambda a: None, "no whole day"),
        ("seconds too far away", pa.array([2**62]).view(pa.timestamp("s")), lambda a: None, "too far away"),
        ("a long duration", pa.array([2**62]).view(pa.duration("s")), lambda a: None, "too long"),
        ("39 digits", pa.array([decimal.Decimal(10**40)], pa.decimal256(60, 0)), lambda a: None, "more digits"),
        ("a time of two days", pa.array([10**8], pa.int32()).view(pa.time32("s")), lambda a: None, "one day"),
    ]  # fmt: skip


def check_unreached():
    """A slot that no row has, before or behind a slice or below a NULL, may hold anything; one that a row has is refused, with the
    number of that row and the path."""
    kinds = [
        ("decimal", pa.array([decimal.Decimal(1), decimal.Decimal(10**39), decimal.Decimal(2)], pa.decimal256(40, 0)), "more digits"),
        ("seconds", pa.array([1, 2**62, 2]).view(pa.timestamp("s")), "too far away"),
    ]
    numbers = lambda *n: pa.array(n, pa.int32())  # noqa: E731
    null_in_the_middle = pa.array([False, True, False])
    for what, v, says in kinds:
        fits = [v[0].as_py(), v[2].as_py()]
        for how, column, want in (
            ("before a slice of lists", pa.ListArray.from_arrays(numbers(0, 2, 3), v).slice(1), [fits[1:]]),
            ("behind a slice of lists", pa.ListArray.from_arrays(numbers(0, 1, 3), v).slice(0, 1), [fits[:1]]),
            ("below a NULL list", pa.ListArray.from_arrays(numbers(0, 1, 2, 3), v, mask=null_in_the_middle), [fits[:1], None, fits[1:]]),
            ("in lists of lists", pa.ListArray.from_arrays(numbers(0, 1, 2), pa.ListArray.from_arrays(numbers(0, 2, 3), v)).slice(1), [[fits[1:]]]),
            ("in a map", pa.MapArray.from_arrays(numbers(0, 2, 3), pa.array(["a", "b", "c"]), v).slice(1), [[("c", fits[1])]]),
            ("below a NULL struct", pa.StructArray.from_arrays([v], ["m"], mask=null_in_the_middle), [{"m": fits[0]}, None, {"m": fits[1]}]),
            ("before a slice of structs", pa.StructArray.from_arrays([v], ["m"]).slice(2), [{"m": fits[1]}]),
            ("in lists of one", pa.FixedSizeListArray.from_arrays(v, 1).slice(2), [fits[1:]]),
            ("between list views", pa.ListViewArray.from_arrays(numbers(2, 0), numbers(1, 1), v), [fits[1:], fits[:1]]),
            ("in a dictionary", pa.DictionaryArray.from_arrays(numbers(0, 2, 0), v), [fits[0], fits[1], fits[0]]),
            ("before a slice of runs", pa.RunEndEncodedArray.from_arrays(numbers(2, 4, 6), v).slice(4), [fits[1], fits[1]]),
        ):  # fmt: skip
            got = exported(pa.table({"c": column})).column(0).to_pylist()
            assert got == want, (what, how, got, want)
        for how, column, row in (
            ("in a list", pa.ListArray.from_arrays(numbers(0, 0, 0, 3), v).slice(1), 2),
            ("in lists of lists", pa.ListArray.from_arrays(numbers(0, 0, 2), pa.ListArray.from_arrays(numbers(0, 1, 3), v)), 2),
            ("in a map", pa.MapArray.from_arrays(numbers(0, 1, 3), pa.array(["a", "b", "c"]), v), 2),
            ("in a struct", pa.StructArray.from_arrays([v], ["m"]).slice(1), 1),
            ("in a list view", pa.ListViewArray.from_arrays(numbers(2, 0, 0), numbers(1, 1, 2), v), 3),
            ("in a dictionary", pa.DictionaryArray.from_arrays(numbers(*[0] * 9, 1), v), 10),
            ("in a run", pa.RunEndEncodedArray.from_arrays(numbers(100, 150, 200), v).slice(20), 81),
        ):
            error = refused(lambda directory, c=column: export(pa.table({"id": pa.array(range(len(c))), "c": c}), directory), says)
            assert f"row {row}," in error and 'column "c' in error, (what, how, error)

        def batch_of(structs):
            """Of a struct, whose offset is that of the batch."""
            schema, array = Schema(), Array()
            structs._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
            return lambda directory: call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"parquet exact", directory.encode())

        structs = pa.StructArray.from_arrays([v], ["c"])
        with tempfile.TemporaryDirectory() as directory:
            batch_of(structs.slice(2))(directory)
            assert read(directory).column(0).to_pylist() == fits[1:], what
        assert "row 1," in refused(batch_of(structs.slice(1)), says)
    # Longer than its batch is long, and as long as no array may be.
    schema, array = Schema(), Array()
    pa.record_batch({"n": pa.array([1, 2, 3])})._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
    array.children[0].contents.length = 2**40
    with tempfile.TemporaryDirectory() as directory:
        call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"parquet exact", directory.encode())
        assert read(directory).column(0).to_pylist() == [1, 2, 3]
    refused(lambda directory: export(pa.table({"n": pa.nulls(2**31 + 5)}), directory), "more than 2147483647")


def check_queue():
    """Rows that wait for a thread are counted with their text, also where that lies in views and dictionaries."""
    peaks = {}
    for what, type_ in (("string", pa.string()), ("views", pa.string_view())):

        def batches(type_=type_):
            for i in range(60):
                yield pa.record_batch({"s": pa.array([f"{i} {k} " + os.urandom(2048).hex() for k in range(2048)], type_)})

        first = next(batches())
        reader = pa.RecordBatchReader.from_batches(first.schema, batches())
        before, peak = pa.total_allocated_bytes(), [0]

        def watched(reader=reader):
            for batch in reader:
                peak[0] = max(peak[0], pa.total_allocated_bytes() - before)
                yield batch

        exported(pa.RecordBatchReader.from_batches(first.schema, watched()), threads=2)
        peaks[what] = peak[0]
    assert peaks["views"] < 2 * peaks["string"] + 64 * 2**20, peaks


RELEASE = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))


def remember(array):
    """What a lie may change below an array, and how it is put right again."""
    places = [(ctypes.addressof(array), ctypes.sizeof(Array))]
    places += [(ctypes.addressof(array.children.contents), 8 * array.n_children)] if array.n_children else []
    places += [(ctypes.addressof(array.buffers.contents), 8 * array.n_buffers)] if array.n_buffers else []
    kept = [(at, ctypes.string_at(at, size)) for at, size in places]
    for i in range(array.n_children):
        kept += remember(array.children[i].contents)
    return kept + (remember(array.dictionary.contents) if array.dictionary else [])


def put_right(kept):
    for at, value in kept:
        ctypes.memmove(at, value, len(value))


class Lying:
    """An array that is told the truth again before its producer releases it, and counts how often that was."""

    def __init__(self, array):
        self.released = 0
        kept, release = remember(array)[1:], RELEASE(array.release)  # but for what is moved with the struct itself

        def tell(taken):
            self.released += 1
            put_right(kept)
            release(taken)

        self.callback = RELEASE(tell)
        array.release = ctypes.cast(self.callback, ctypes.c_void_p).value


def refused(export_it, says):
    with tempfile.TemporaryDirectory() as directory:
        try:
            export_it(directory)
        except Failed as e:
            assert says in str(e), (says, str(e))
            assert not [f for f in files_in(directory) if f.endswith((".parquet", ".csv"))], files_in(directory)
            return str(e)
        raise AssertionError(f"exported, where the error was to say {says!r}")


def check_lies():
    for what, column, change, says in lies():
        table = pa.record_batch({"id": pa.array(range(len(column))), "c": column})
        schema, array = Schema(), Array()
        # Copies of the buffers, since the lies are written into them.
        table = pa.ipc.open_stream(pa.py_buffer(to_ipc(table))).read_next_batch()
        table._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
        lying = Lying(array)
        change(array.children[1].contents)

        def export_it(directory):
            call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"parquet exact", directory.encode())

        try:
            error = refused(export_it, says)
        except AssertionError as e:
            raise AssertionError(f"{what}: {e}") from e
        assert "\"c" in error and not array.release and not schema.release and lying.released == 1, (what, error)


def to_ipc(batch):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytearray(sink.getvalue().to_pybytes())


def check_schemas():
    def change_format(path, text):
        def change(schema):
            for i in path:
                schema = schema.children[i].contents
            schema.format = text

        return change

    lists = pa.record_batch({"orders": pa.array([[{"lines": [{"price": 1}]}]])})
    maps = pa.record_batch({"m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))})
    path = (0, 0, 0, 0, 0)
    for batch, change, says in [
        (lists, change_format(path, b"?"), "orders[].lines[].price"),
        (lists, change_format(path, b"+ud:0,1"), "a union"),
        (lists, change_format(path, b"d:0,0"), "orders[].lines[].price"),
        (lists, change_format(path, b"d:39,0"), "38 digits"),
        (lists, change_format(path, b"tsq:"), "no such format"),
        (lists, change_format(path, b"tsu"), "colon"),
        (lists, change_format(path, b"w:"), "width"),
        (lists, change_format((0,), b"+l2"), "no such format"),
        (lists, change_format((), b"l"), "no struct of columns"),
        (maps, change_format((0, 0), b"+l"), "key and value"),
        (maps, lambda s: setattr(s.children[0].contents, "n_children", 0), "one child"),
        (maps, lambda s: setattr(s, "n_children", 0), "no columns"),
    ]:
        schema, array = Schema(), Array()
        batch._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
        change(schema)

        def export_it(directory):
            call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"parquet exact", directory.encode())

        refused(export_it, says)
        assert not array.release and not schema.release
    union = pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])])
    refused(lambda directory: export(pa.table({"alternatives": union}), directory), "a union")
    two = pa.table([pa.array([1]), pa.array([2])], names=["same", "same"])
    refused(lambda directory: export(two, directory), "same name")


def check_failing_streams():
    table = orders(5000)

    def failing_after(batches):
        for batch in table.to_batches(max_chunksize=500)[:batches]:
            yield batch
        raise ValueError("the disk has gone away")

    for batches in range(0, 11, 2):
        for threads in (1, 3):
            reader = pa.RecordBatchReader.from_batches(table.schema, failing_after(batches))
            error = refused(lambda directory: export(reader, directory, threads=threads), "the disk has gone away")
            assert f"behind row {500 * batches}" in error, error
    # A NULL where the schema has none.
    lying = pa.schema([pa.field("id", pa.int64(), False), *list(table.schema)[1:]])
    reader = pa.RecordBatchReader.from_batches(
        lying, (pa.RecordBatch.from_arrays([pa.array([1, None]), *orders(2).to_batches()[0].columns[1:]], schema=lying) for _ in [0])
    )
    assert "row 2" in refused(lambda directory: export(reader, directory), "a NULL where its schema says")
    batch = pa.record_batch([pa.ListArray.from_arrays(pa.array([0, 2], pa.int32()), pa.array([1, None], pa.int32())).cast(pa.list_(pa.int32()))], names=["l"])
    schema, array = Schema(), Array()
    batch._export_to_c(ctypes.addressof(array), ctypes.addressof(schema))
    schema.children[0].contents.children[0].contents.flags = 0
    refused(
        lambda directory: call(library.copyto_export_array, ctypes.byref(schema), ctypes.byref(array), b"csv", directory.encode()),
        "a NULL where its schema says",
    )


def check_memory():
    """All that was handed over has been given back."""
    gc.collect()
    before = pa.total_allocated_bytes()
    table = every_type(500)
    for _ in range(3):
        exported(sliced(table), threads=2)
        refused(lambda directory: export(pa.table({"t": pa.array([b"\xff"]).view(pa.string())}), directory), "UTF-8")
    del table
    gc.collect()
    assert pa.total_allocated_bytes() == before, (pa.total_allocated_bytes(), before)


def main():
    full = os.environ.get("COPYTO_TEST_TIER") == "full"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000 if full else 150
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    tables = failures = 0
    checks = [check_types, check_producers, check_identical, check_lies, check_unreached, check_queue, check_schemas, check_failing_streams, check_memory]
    checks += [lambda seed=seed: check_random(seed) for seed in range(first, first + count)]
    for check in checks:
        try:
            check()
        except BaseException as e:
            if isinstance(e, KeyboardInterrupt):
                raise
            failures += 1
            print(f"failed: {e}\n" + "".join(traceback.format_tb(e.__traceback__)[-3:]), file=sys.stderr, flush=True)
            if failures == 20:
                break
        tables += 1
    print(f"arrow: tables={tables} failures={failures}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
