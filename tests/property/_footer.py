# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Walks a Parquet file byte by byte and checks every claim that it makes about itself.

    file = _footer.walk(data)           # raises AssertionError with the place
    file.leaves, file.groups[g][c].values

Written from the specification alone (github.com/apache/parquet-format: README.md, Encodings.md, Compression.md,
PageIndex.md, BloomFilter.md, parquet.thrift; thrift-compact-protocol.md), independent of the library. For any schema, with data
pages of versions 1 and 2. Everything is decoded: levels, dictionaries, values; and compared with headers, offsets, sums,
statistics, encoding and size statistics, page indexes and checksums. What the format leaves open but our writer
promises is in `PROMISED`.

Values are physical: int, bool, bytes, and for floating point numbers float; None where NULL, or where a list or an
ancestor ends the entry.
"""

import math
import struct
import zlib

import pyarrow as pa
import xxhash

# What our writer puts into every file, where the format lets a writer leave it out.
# The page index of a file may end once it has so many bytes (parquet.hpp, "Size"); of a page, it has at most 200.
LEAST_INDEX_LIMIT = 128 * 1024
PROMISED = frozenset({"null_count", "encoding_stats", "one_type_order", "crc", "page_index", "size_statistics"})

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTE_ARRAY, FIXED = range(8)
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT = 5, 6, 7, 9
DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = 0, 2, 3
UINT_CONVERTED, INTERVAL_CONVERTED, DECIMAL_CONVERTED = (11, 12, 13, 14), 21, 5
LOGICAL_DECIMAL, LOGICAL_INTEGER, LOGICAL_UUID, LOGICAL_FLOAT16 = 5, 10, 14, 15
MAX_BOUND = 64  # bytes of a bound, apart from what UTF-8 adds


# The structs of parquet.thrift: field number -> type of the compact protocol, a struct, or a list of one of these.
I8, I16, I32, I64, BINARY, BOOL = 3, 4, 5, 6, 8, "bool"
STATISTICS = {1: BINARY, 2: BINARY, 3: I64, 4: I64, 5: BINARY, 6: BINARY, 7: BOOL, 8: BOOL, 9: I64}
BLOOM_FILTER_HEADER = {1: I32, 2: {1: {}}, 3: {1: {}}, 4: {1: {}}}
DATA_PAGE_HEADER = {1: I32, 2: I32, 3: I32, 4: I32, 5: STATISTICS}
DATA_PAGE_HEADER_V2 = {n: I32 for n in range(1, 7)} | {7: BOOL, 8: STATISTICS}
PAGE_HEADER = {1: I32, 2: I32, 3: I32, 4: I32, 5: DATA_PAGE_HEADER, 7: {1: I32, 2: I32, 3: BOOL}, 8: DATA_PAGE_HEADER_V2}
TIME = {1: BOOL, 2: {1: {}, 2: {}, 3: {}}}
LIST_CONVERTED, MAP_CONVERTED = 3, 1
LOGICAL_MAP, LOGICAL_LIST = 2, 3
LOGICAL = {n: {} for n in (1, 2, 3, 4, 6, 11, 12, 13, 14, 15)} | {5: {1: I32, 2: I32}, 7: TIME, 8: TIME, 10: {1: I8, 2: BOOL}}
SCHEMA_ELEMENT = {1: I32, 2: I32, 3: I32, 4: BINARY, 5: I32, 6: I32, 7: I32, 8: I32, 9: I32, 10: LOGICAL}
KEY_VALUE = {1: BINARY, 2: BINARY}
SIZE_STATISTICS = {1: I64, 2: [I64], 3: [I64]}
COLUMN_METADATA = {
    1: I32, 2: [I32], 3: [BINARY], 4: I32, 5: I64, 6: I64, 7: I64, 8: [KEY_VALUE], 9: I64, 10: I64, 11: I64,
    12: STATISTICS, 13: [{1: I32, 2: I32, 3: I32}], 14: I64, 15: I32, 16: SIZE_STATISTICS,
}  # fmt: skip
COLUMN_CHUNK = {1: BINARY, 2: I64, 3: COLUMN_METADATA, 4: I64, 5: I32, 6: I64, 7: I32}
SORTING_COLUMN = {1: I32, 2: BOOL, 3: BOOL}
ROW_GROUP = {1: [COLUMN_CHUNK], 2: I64, 3: I64, 4: [SORTING_COLUMN], 5: I64, 6: I64, 7: I16}
COLUMN_ORDER = {1: {}, 2: {}}
FILE_METADATA = {1: I32, 2: [SCHEMA_ELEMENT], 3: I64, 4: [ROW_GROUP], 5: [KEY_VALUE], 6: BINARY, 7: [COLUMN_ORDER]}
OFFSET_INDEX = {1: [{1: I64, 2: I32, 3: I64}], 2: [I64]}
COLUMN_INDEX = {1: [BOOL], 2: [BINARY], 3: [BINARY], 4: I32, 5: [I64], 6: [I64], 7: [I64], 8: [I64]}


class Thrift:
    """Reads the compact protocol into dictionaries of field numbers; every type must be the expected one."""

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

    def value(self, kind, expected, in_list=False):
        if expected == BOOL:
            assert kind in (1, 2), f"type {kind} for a boolean"
            if in_list:  # one byte an element; readers take 0 and 2 for false
                b = self.byte()
                assert b in (0, 1, 2), b
                return b == 1
            return kind == 1
        if isinstance(expected, dict):
            assert kind == 12, f"type {kind} for a struct"
            return self.struct(expected)
        if isinstance(expected, list):
            assert kind == 9, f"type {kind} for a list"
            head = self.byte()
            size = head >> 4
            if size == 15:
                size = self.varint()
                assert size >= 15, "a short list with a long header"
            return [self.value(head & 15, expected[0], True) for _ in range(size)]
        assert kind == expected, f"type {kind}, not {expected}"
        if kind == I8:
            return struct.unpack("b", bytes([self.byte()]))[0]
        if kind == BINARY:
            size = self.varint()
            self.at += size
            return self.data[self.at - size : self.at]
        value = self.number()
        assert -(1 << (16 * 2 ** (kind - 4) - 1)) <= value < 1 << (16 * 2 ** (kind - 4) - 1), "an integer wider than its type"
        return value

    def struct(self, expected):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            number = last + (head >> 4) if head >> 4 else self.number()
            assert number > last, f"field {number} behind field {last}"
            assert number in expected, f"field {number} is none of the specification's"
            last = number
            fields[last] = self.value(head & 15, expected[number])


def struct_at(data, at, expected, size=None):
    reader = Thrift(data, at)
    fields = reader.struct(expected)
    assert size is None or reader.at == at + size, f"a struct of {reader.at - at} bytes, not {size}"
    return fields, reader.at


def hybrid(data, at, end, width, count):
    """RLE and bit-packed runs: exactly `count` numbers, up to `end`."""
    values = []
    reader = Thrift(data, at)
    while len(values) < count:
        header = reader.varint()
        if header & 1:
            size = (header >> 1) * width
            assert header >> 1 and reader.at + size <= end, "a bit-packed run of no groups, or beyond its page"
            bits = int.from_bytes(data[reader.at : reader.at + size], "little")
            reader.at += size
            mask = (1 << width) - 1
            room = count - len(values)
            assert (header >> 1) * 8 < room + 8, "a bit-packed run is padded by more than its last group"
            values += [bits >> i * width & mask for i in range(min(room, (header >> 1) * 8))]
        else:
            assert header, "an empty run"
            size = (width + 7) // 8
            value = int.from_bytes(data[reader.at : reader.at + size], "little")
            assert value < 1 << width, "a repeated value wider than its width"
            reader.at += size
            values += [value] * (header >> 1)
    assert len(values) == count and reader.at <= end, (len(values), count, reader.at, end)
    return values, reader.at


def delta(raw, at, count, bits):
    """DELTA_BINARY_PACKED (Encodings.md): `count` numbers of so many bits, and where they end."""
    reader = Thrift(raw, at)
    block, miniblocks, total, last = reader.varint(), reader.varint(), reader.varint(), reader.number()
    assert block % 128 == 0 and block // miniblocks % 32 == 0 and total == count, (block, miniblocks, total, count)
    size, half = block // miniblocks, 1 << bits - 1
    values = [last] if count else []
    assert -half <= last < half
    while len(values) < count:
        least = reader.number()
        assert -half <= least < half, "a difference wider than its numbers"
        widths = raw[reader.at : reader.at + miniblocks]
        reader.at += miniblocks
        for width in widths:
            if len(values) == count:
                assert width == 0, "a width of a miniblock that is not there"
                continue
            assert width <= bits and reader.at + size * width // 8 <= len(raw), "a miniblock too wide, or beyond its page"
            packed = int.from_bytes(raw[reader.at : reader.at + size * width // 8], "little")
            reader.at += size * width // 8
            for i in range(min(size, count - len(values))):
                last = (last + least + (packed >> i * width & (1 << width) - 1) + half) % (2 * half) - half
                values.append(last)
    return values, reader.at


class Leaf:
    def __init__(self, element, index, path, definition, repetition):
        self.element, self.index = element, index
        self.path, self.definition, self.repetition = path, definition, repetition  # its names, its highest levels
        self.type, self.width = element[1], element.get(2, 0)
        self.name = element[4]
        self.optional = element[3] == 1
        self.logical, self.converted = element.get(10, {}), element.get(6)
        assert element[3] in (0, 1) and 5 not in element, "a leaf is required or optional, and has no children"
        assert (self.type == FIXED) == (2 in element) or self.type != FIXED, "a width for another type than FIXED"
        assert len(self.logical) <= 1
        self.decimal = self.converted == DECIMAL_CONVERTED or LOGICAL_DECIMAL in self.logical
        self.float16 = LOGICAL_FLOAT16 in self.logical
        self.floating = self.type in (FLOAT, DOUBLE) or self.float16
        self.unsigned = self.converted in UINT_CONVERTED or self.logical.get(LOGICAL_INTEGER, {}).get(2) is False
        self.ordered = self.converted != INTERVAL_CONVERTED and self.type != INT96
        self.text = self.type == BYTE_ARRAY and bool({1, 4, 12} & self.logical.keys() or self.converted in (0, 4, 19))

    def plain(self, data, at, end, count):
        """`count` values of the encoding PLAIN, and where they end."""
        if self.type == BOOLEAN:
            size = (count + 7) // 8
            bits = int.from_bytes(data[at : at + size], "little")
            assert bits >> count == 0, "bits behind the last boolean"
            return [bool(bits >> i & 1) for i in range(count)], at + size
        if self.type == BYTE_ARRAY:
            values = []
            for _ in range(count):
                size = int.from_bytes(data[at : at + 4], "little")
                at += 4 + size
                values.append(data[at - size : at])
            assert at <= end, "a value beyond its page"
            return values, at
        size = count * {INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8, FIXED: self.width}[self.type]
        assert at + size <= end, "values beyond their page"
        raw = data[at : at + size]
        at += size
        if self.float16:
            return list(struct.unpack(f"<{count}e", raw)), at
        if self.type == FIXED:
            return [raw[i : i + self.width] for i in range(0, size, self.width)], at
        code = {INT32: "i", INT64: "q", FLOAT: "f", DOUBLE: "d"}[self.type]
        return list(struct.unpack(f"<{count}{code}", raw)), at

    def other(self, encoding, raw, at, count):
        """The same of the encodings besides PLAIN."""
        if encoding == DELTA_BINARY_PACKED:
            assert self.type in (INT32, INT64)
            return delta(raw, at, count, 32 if self.type == INT32 else 64)
        if encoding == BYTE_STREAM_SPLIT:
            width = {FLOAT: 4, DOUBLE: 8}[self.type]
            streams = [raw[at + k * count : at + (k + 1) * count] for k in range(width)]
            return self.plain(b"".join(bytes(v) for v in zip(*streams, strict=True)), 0, count * width, count)[0], at + count * width
        assert self.type == BYTE_ARRAY and encoding in (DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY), f"encoding {encoding}"
        shared = [0] * count
        if encoding == DELTA_BYTE_ARRAY:
            shared, at = delta(raw, at, count, 32)
        sizes, at = delta(raw, at, count, 32)
        values, last = [], b""
        for prefix, size in zip(shared, sizes, strict=True):
            assert 0 <= prefix <= len(last) and 0 <= size <= len(raw) - at, "more than there is"
            last = last[:prefix] + raw[at : at + size]
            at += size
            values.append(last)
        return values, at

    def key(self, value):
        """What values of this column are ordered by (LogicalTypes.md)."""
        if self.unsigned and value < 0:
            return value + (1 << (32 if self.type == INT32 else 64))
        if self.decimal and isinstance(value, bytes):
            return int.from_bytes(value, "big", signed=True)
        return value

    def bound(self, raw):
        """A bound of the statistics as a value: PLAIN, without the length of byte strings."""
        if self.type == BYTE_ARRAY:
            return raw
        if self.type == BOOLEAN:
            assert raw in (b"\0", b"\1")
            return raw == b"\1"
        values, end = self.plain(raw, 0, len(raw), 1)
        assert end == len(raw) or self.type == FIXED
        return values[0]


class Page:
    def __init__(self, at, header, header_end, first_row, slots, values, definition, repetition):
        self.definition, self.repetition = definition, repetition
        self.rows = repetition.count(0)
        self.at, self.header, self.size = at, header, header_end - at + header[3]
        self.first_row, self.slots, self.values = first_row, slots, values
        self.encoding, self.statistics = (header[5][2], header[5].get(5)) if 5 in header else (header[8][4], header[8].get(8))


class Chunk:
    def __init__(self, leaf, fields, first_row, rows):
        self.leaf, self.fields, self.meta = leaf, fields, fields[3]
        self.first_row, self.rows = first_row, rows
        self.dictionary, self.pages, self.values = None, [], []
        self.encodings, self.page_kinds = set(), {}
        self.raw_size = self.seen_rows = 0


class File:
    """What `walk` found."""

    def __init__(self):
        self.footer, self.leaves, self.groups, self.rows = {}, [], [], 0
        self.seen = set()  # which optional parts there are

    def column(self, index):
        """All values of a column."""
        return [v for group in self.groups for v in group[index].values]


def decompress(codec, body, size):
    if codec == 0:
        return body
    if codec == 2:
        inflater = zlib.decompressobj(31)
        raw = inflater.decompress(body) + inflater.flush()
        assert inflater.eof and not inflater.unused_data, "more or less than one gzip member"
        return raw
    return pa.Codec({1: "snappy", 4: "brotli", 6: "zstd", 7: "lz4_raw"}[codec]).decompress(
        body, decompressed_size=size, asbytes=True
    ) if size else b""


def read_chunk(data, chunk, at, file):
    """All pages of the chunk at `at`; returns where it ends."""
    leaf, meta = chunk.leaf, chunk.meta
    start, end, first_data = at, at + meta[7], None
    while at < end:
        header, body_at = struct_at(data, at, PAGE_HEADER)
        body = data[body_at : body_at + header[3]]
        assert len(body) == header[3] and body_at + header[3] <= end, "a page beyond its chunk"
        chunk.raw_size += body_at - at + header[2]
        if 4 in header:
            file.seen.add("crc")
            assert zlib.crc32(body) == header[4] & 0xFFFFFFFF, f"the checksum of the page at {at}"
        else:
            file.seen.add("no crc")
        raw = in_version_1(leaf, header[8], body, meta[4], header[2]) if header[1] == DATA_PAGE_V2 else decompress(meta[4], body, header[2])
        assert len(raw) == header[2] + 4 * ((leaf.repetition > 0) + (leaf.definition > 0)) * (header[1] == DATA_PAGE_V2), "the uncompressed size of a page"
        if header[1] == DICTIONARY_PAGE:
            file.seen.add("dictionary")
            assert at == start and meta[11] == start, "a dictionary that is not first, or has no offset"
            assert header[7][2] == PLAIN and not header[7].get(3), "a dictionary that is not PLAIN, or claims an order"
            chunk.dictionary, used = leaf.plain(raw, 0, len(raw), header[7][1])
            assert used == len(raw) and header[7][1] > 0, "bytes behind the dictionary, or none in it"
            forms = [struct.pack("<d", v) if isinstance(v, float) else v for v in chunk.dictionary]
            assert len(set(forms)) == len(forms), "a dictionary with one value twice"
            encoding = PLAIN
        else:
            assert header[1] in (DATA_PAGE, DATA_PAGE_V2) and set(header) <= {1, 2, 3, 4, 5 if header[1] == DATA_PAGE else 8}, header
            first_data = at if first_data is None else first_data
            slots, encoding = (header[5][1], header[5][2]) if header[1] == DATA_PAGE else (header[8][1], header[8][4])
            assert slots > 0 and (header[1] != DATA_PAGE or (header[5][3] == RLE and header[5][4] == RLE))
            page = Page(at, header, body_at, chunk.seen_rows, slots, *read_values(leaf, chunk, raw, slots, encoding))
            assert page.repetition[0] == 0, "a row that begins in one page and ends in another"
            if header[1] == DATA_PAGE_V2:
                file.seen.add("v2 stored" if header[8].get(7) is False else "v2 compressed")
                nulls = sum(v is None for v in page.values)
                assert (header[8][2], header[8][3]) == (nulls, page.rows), "NULLs or rows of a page of version 2"
            chunk.pages.append(page)
            chunk.values += page.values
            chunk.seen_rows += page.rows
        kind = (header[1], encoding)
        chunk.page_kinds[kind] = chunk.page_kinds.get(kind, 0) + 1
        chunk.encodings.add(encoding)
        at = body_at + header[3]
    assert len({kind for kind, _ in chunk.page_kinds if kind != DICTIONARY_PAGE}) <= 1, "pages of both versions in a chunk"
    assert at == end and meta[9] == first_data, "sizes or the first data page's offset"
    assert (11 in meta) == (chunk.dictionary is not None), "dictionary_page_offset without a dictionary"
    return end


def in_version_1(leaf, header, body, codec, size):
    """The body of a page of version 2 as one of version 1 has it: levels behind their lengths, all uncompressed."""
    repetition, definition = body[: header[6]], body[header[6] : header[6] + header[5]]
    assert (header[6] > 0) == (leaf.repetition > 0) and (header[5] > 0) == (leaf.definition > 0), "levels that a column has not, or has"
    values, size = body[header[6] + header[5] :], size - header[6] - header[5]
    if header.get(7, True):
        values = decompress(codec, values, size)
    return b"".join(len(levels).to_bytes(4, "little") + levels for levels in (repetition, definition) if levels) + values


def read_values(leaf, chunk, raw, slots, encoding):
    """Values, definition levels and repetition levels of a page."""
    at, levels = 0, []
    for highest in (leaf.repetition, leaf.definition):
        levels.append([highest] * slots if highest == 0 else [])
        if highest != 0:
            size = int.from_bytes(raw[at : at + 4], "little")
            levels[-1], end = hybrid(raw, at + 4, at + 4 + size, highest.bit_length(), slots)
            assert end == at + 4 + size, "bytes behind the levels"
            assert max(levels[-1]) <= highest, "a level above the highest"
            at = end
    repetition, definition = levels
    present = [level == leaf.definition for level in definition]
    count = sum(present)
    if encoding == PLAIN:
        values, at = leaf.plain(raw, at, len(raw), count)
    elif encoding == RLE_DICTIONARY:
        assert chunk.dictionary is not None, "indices without a dictionary"
        width = raw[at]
        assert width <= 32, width
        indices, at = hybrid(raw, at + 1, len(raw), width, count)
        assert not indices or max(indices) < len(chunk.dictionary), "an index beyond the dictionary"
        values = [chunk.dictionary[i] for i in indices]
    elif encoding != RLE:
        values, at = leaf.other(encoding, raw, at, count)
    else:
        assert leaf.type == BOOLEAN, f"encoding {encoding}"
        size = int.from_bytes(raw[at : at + 4], "little")
        bits, at = hybrid(raw, at + 4, at + 4 + size, 1, count)
        values = [bool(b) for b in bits]
    assert at == len(raw), "bytes behind the values of a page"
    if count != slots:
        taken = iter(values)
        values = [next(taken) if p else None for p in present]
    return values, definition, repetition


def same(a, b):
    """Equal, with the sign of zero."""
    return struct.pack("<d", a) == struct.pack("<d", b) if isinstance(a, float) else a == b


def check_bounds(leaf, low, high, low_exact, high_exact, values, promised):
    """Raw bounds, either of which may be missing, against the values that are not NULL. Exactness None: not said."""
    if leaf.floating:
        numbers = [v for v in values if not math.isnan(v)]
        values = [] if "nan_hides_bounds" in promised and len(numbers) != len(values) else numbers
    if not values or not leaf.ordered or (leaf.type == FIXED and leaf.width > MAX_BOUND and low is None):
        assert low is None and high is None, "bounds without values, or of a type without an order"
        return
    small, large = min(values, key=leaf.key), max(values, key=leaf.key)
    if leaf.floating:
        small, large = (-0.0 if small == 0 else small), (0.0 if large == 0 else large)
    assert low is not None, "no lower bound"
    least = leaf.bound(low) if leaf.type != FIXED or len(low) == leaf.width else low
    exact = same(least, small)
    assert exact or (leaf.type in (BYTE_ARRAY, FIXED) and least < small and small.startswith(least)), (least, small)
    assert low_exact in (None, exact), "is_min_value_exact"
    if not isinstance(small, bytes) or len(small) <= MAX_BOUND:
        assert exact, (least, small)
    assert not isinstance(small, bytes) or len(low) <= MAX_BOUND
    if leaf.text:
        low.decode(), (high or b"").decode()
    if high is None:  # nothing of this length is above: all bytes, or code points, are the largest
        assert isinstance(large, bytes) and len(large) > MAX_BOUND
        cut = large[:MAX_BOUND]
        highest = set(cut.decode(errors="ignore")) == {"\U0010ffff"} if leaf.text else set(cut) == {0xFF}
        assert highest, "no upper bound"
        return
    most = leaf.bound(high) if leaf.type != FIXED or len(high) == leaf.width else high
    exact = same(most, large)
    assert exact or (leaf.type in (BYTE_ARRAY, FIXED) and most > large), (most, large)
    assert high_exact in (None, exact), "is_max_value_exact"
    if not isinstance(large, bytes) or len(large) <= MAX_BOUND:
        assert exact, (most, large)
    assert not isinstance(large, bytes) or len(high) <= MAX_BOUND + 3


def check_statistics(leaf, statistics, values, promised):
    present = [v for v in values if v is not None]
    assert "null_count" not in promised or 3 in statistics
    assert statistics.get(3, len(values) - len(present)) == len(values) - len(present), "null_count"
    assert 4 not in statistics or statistics[4] == len(set(present)), "distinct_count"
    if leaf.floating:
        assert statistics.get(9, 0) == sum(map(math.isnan, present)), "nan_count"
    else:
        assert 9 not in statistics
    low, high = statistics.get(6), statistics.get(5)
    assert (8 in statistics) <= (low is not None) and (7 in statistics) <= (high is not None)
    check_bounds(leaf, low, high, statistics.get(8), statistics.get(7), present, promised)
    for old, new in ((2, 6), (1, 5)):  # deprecated: compared signed, whatever the type
        if old in statistics:
            signed = leaf.type in (INT32, INT64, FLOAT, DOUBLE, BOOLEAN) and not leaf.unsigned
            assert signed and statistics[old] == statistics.get(new), "deprecated bounds"


def histogram(levels, highest):
    return [levels.count(level) for level in range(highest + 1)]


def check_size_statistics(leaf, sizes, chunk):
    values = chunk.values
    if leaf.type == BYTE_ARRAY:
        assert sizes[1] == sum(len(v) for v in values if v is not None), "unencoded_byte_array_data_bytes"
    else:
        assert 1 not in sizes
    repetition = histogram([level for p in chunk.pages for level in p.repetition], leaf.repetition)
    definition = histogram([level for p in chunk.pages for level in p.definition], leaf.definition)
    assert (sizes.get(2) or ([] if leaf.repetition else repetition)) == repetition, "repetition levels"
    assert (sizes.get(3) or ([] if leaf.definition > 1 else definition)) == definition, "definition levels"


def check_page_index(data, chunk, file, promised):
    """Offset and column index; returns where they lie."""
    leaf, fields = chunk.leaf, chunk.fields
    regions = []
    assert (4 in fields) == (5 in fields) and (6 in fields) == (7 in fields)
    if 4 in fields:
        file.seen.add("offset_index")
        regions.append((fields[4], fields[5]))
        index, _ = struct_at(data, fields[4], OFFSET_INDEX, fields[5])
        want = [{1: p.at, 2: p.size, 3: p.first_row} for p in chunk.pages]
        assert index[1] == want, "the page locations"
        sizes = [sum(len(v) for v in p.values if v is not None) for p in chunk.pages] if leaf.type == BYTE_ARRAY else None
        assert index.get(2, sizes) == sizes, "unencoded_byte_array_data_bytes of the pages"
    if 6 not in fields:
        return regions
    assert 4 in fields, "a column index without an offset index"
    file.seen.add("column_index")
    regions.append((fields[6], fields[7]))
    index, _ = struct_at(data, fields[6], COLUMN_INDEX, fields[7])
    count = len(chunk.pages)
    assert [len(index[f]) for f in (1, 2, 3)] == [count] * 3 and index[4] in (0, 1, 2)
    bounds = []
    for i, page in enumerate(chunk.pages):
        present = [v for v in page.values if v is not None]
        low, high = index[2][i], index[3][i]
        assert index[1][i] == (not present), "null_pages"
        if not present:
            assert low == b"" and high == b"", "bounds of a page without values"
            continue
        check_bounds(leaf, low, high, None, None, present, promised)
        bounds.append((leaf.key(leaf.bound(low)), leaf.key(leaf.bound(high))))
        assert page.statistics is None, "statistics in the header of a page that has a page index"
    nulls = [sum(v is None for v in p.values) for p in chunk.pages]
    assert index.get(5, nulls) == nulls, "null_counts"
    repetition = [n for p in chunk.pages for n in histogram(p.repetition, leaf.repetition)]
    definition = [n for p in chunk.pages for n in histogram(p.definition, leaf.definition)]
    assert (index.get(6) or ([] if leaf.repetition else repetition)) == repetition, "repetition_level_histograms"
    assert (index.get(7) or ([] if leaf.definition > 1 else definition)) == definition, "definition_level_histograms"
    if leaf.floating:
        nans = [sum(v is not None and math.isnan(v) for v in p.values) for p in chunk.pages]
        assert index.get(8, nans) == nans, "nan_counts"
    ascending = all(a[0] <= b[0] and a[1] <= b[1] for a, b in zip(bounds, bounds[1:]))
    descending = all(a[0] >= b[0] and a[1] >= b[1] for a, b in zip(bounds, bounds[1:]))
    assert {1: ascending, 2: descending, 0: not ascending and not descending}[index[4]], "boundary_order"
    return regions


SALT = (0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31)


def check_bloom_filter(data, chunk, at):
    """The filter of a chunk, which is at `at` and has all its values (BloomFilter.md); returns where it ends."""
    leaf, meta = chunk.leaf, chunk.meta
    assert meta[14] == at, "a filter at another place"
    header, bits_at = struct_at(data, at, BLOOM_FILTER_HEADER)
    assert header == {1: header[1], 2: {1: {}}, 3: {1: {}}, 4: {1: {}}}, header
    size = header[1]
    assert size >= 32 and size & (size - 1) == 0 and bits_at + size == at + meta[15], "the size of a filter"
    words = struct.unpack(f"<{size // 4}I", data[bits_at : bits_at + size])
    code = {INT32: "<i", INT64: "<q", FLOAT: "<f", DOUBLE: "<d"}.get(leaf.type, "<e")
    plain = set()
    for value in chunk.values:
        if value is not None:
            if leaf.floating and value == 0:
                plain |= {struct.pack(code, 0.0), struct.pack(code, -0.0)}
            else:
                plain.add(value if isinstance(value, bytes) else struct.pack(code, value))
    for raw in plain:
        hashed = xxhash.xxh64_intdigest(raw, seed=0)
        block = ((hashed >> 32) * (size // 32)) >> 32
        for i, salt in enumerate(SALT):
            bit = ((hashed & 0xFFFFFFFF) * salt & 0xFFFFFFFF) >> 27
            assert words[block * 8 + i] >> bit & 1, f"a filter without {raw!r}"
    assert plain or not any(words), "bits of values that are not there"
    return at + meta[15]


def check_sorting(group, chunks):
    """The order that a row group claims, of columns that are not nested."""
    by = [(chunks[s[1]], s[2], s[3]) for s in group[4]]

    def key(row):
        for chunk, descending, nulls_first in by:
            value = chunk.values[row]
            yield (value is None) != nulls_first, descending, value if value is None else chunk.leaf.key(value)

    for row in range(1, group[3]):
        for above, here in zip(key(row - 1), key(row), strict=True):
            if above != here:
                (null_above, descending, a), (null_here, _, b) = above, here
                right = null_above < null_here if null_above != null_here else (a > b if descending else a < b)
                assert right, f"row {row} breaks the order"
                break


def check_chunk(data, chunk, promised, file):
    leaf, meta = chunk.leaf, chunk.meta
    assert chunk.fields[2] == 0 and 1 not in chunk.fields, "file_offset is 0, file_path absent"
    assert meta[1] == leaf.type and meta[3] == leaf.path
    assert (len(chunk.values), chunk.raw_size) == (meta[5], meta[6]) and chunk.seen_rows == chunk.rows
    encodings = chunk.encodings | ({RLE} if leaf.definition or leaf.repetition else set())
    assert set(meta[2]) == encodings and len(meta[2]) == len(encodings), ("encodings", meta[2], encodings)
    if 13 in meta:
        file.seen.add("encoding_stats")
        stats = {(s[1], s[2]): s[3] for s in meta[13]}
        assert stats == chunk.page_kinds and len(stats) == len(meta[13]), ("encoding_stats", stats, chunk.page_kinds)
    if 12 in meta:
        file.seen.add("statistics")
        check_statistics(leaf, meta[12], chunk.values, promised)
    assert "null_count" not in promised or 12 in meta
    if 16 in meta:
        file.seen.add("size_statistics")
        check_size_statistics(leaf, meta[16], chunk)
    for page in chunk.pages:
        if page.statistics is not None:
            file.seen.add("page_statistics")
            check_statistics(leaf, page.statistics, page.values, promised & {"nan_hides_bounds"})
    fallback = [p.encoding != RLE_DICTIONARY for p in chunk.pages]
    for p in chunk.pages:
        if p.encoding not in (PLAIN, RLE_DICTIONARY):
            file.seen.add(f"encoding {p.encoding}")
    assert chunk.dictionary is None or (fallback == sorted(fallback) and not fallback[0]), "a dictionary after its end"
    regions = check_page_index(data, chunk, file, promised)
    enough = any if "nan_hides_bounds" in promised else all  # of the values that are there
    all_nan = leaf.floating and any(
        any(v is not None for v in p.values) and enough(math.isnan(v) for v in p.values if v is not None) for p in chunk.pages
    )
    if "page_index" in promised:
        assert 4 in chunk.fields, "no offset index"
        assert 6 in chunk.fields or not leaf.ordered or all_nan or leaf.type in (BYTE_ARRAY, FIXED), "no column index"
    assert not (all_nan and 6 in chunk.fields), "a column index over a page that can have no bounds"
    assert "encoding_stats" not in promised or 13 in meta, "no encoding_stats"
    sized = leaf.type == BYTE_ARRAY or leaf.repetition > 0 or leaf.definition > 1
    assert "size_statistics" not in promised or not sized or 16 in meta, "no size_statistics"
    return regions


def add_leaves(file, elements, path, definition, repetition, above=None):
    """The next element and all below it; lists and maps must have the form of LogicalTypes.md, "Nested Types"."""
    e = next(elements)
    path = [*path, e[4]]
    definition += e[3] != 0
    repetition += e[3] == 2
    if above is not None:
        want = ("list", 1) if above == LIST_CONVERTED else ("key_value", 2)
        assert (e[3], e[4].decode(), e[5]) == (2, *want) and 6 not in e and 10 not in e, "the group of a list or map"
    else:
        assert e[3] != 2, "a repeated field outside of a list or map"
    if 5 not in e:
        file.leaves.append(Leaf(e, len(file.leaves), path, definition, repetition))
        return
    assert e[5] > 0 and 1 not in e, "a group without members"
    annotated = e.get(6)
    if annotated is not None or 10 in e:
        logical = {LIST_CONVERTED: LOGICAL_LIST, MAP_CONVERTED: LOGICAL_MAP}[annotated]
        assert e[10] == {logical: {}} and e[5] == 1, "the annotations of a list or map"
    first = len(file.leaves)
    for _ in range(e[5]):
        add_leaves(file, elements, path, definition, repetition, annotated)
    if above == MAP_CONVERTED:
        assert file.leaves[first].element[4] == b"key" and not file.leaves[first].optional, "the key of a map"


def walk(data, promised=PROMISED):
    assert data[:4] == b"PAR1" and data[-4:] == b"PAR1", "the magic"
    size = struct.unpack("<I", data[-8:-4])[0]
    footer_at = len(data) - 8 - size
    file = File()
    file.footer, _ = struct_at(data, footer_at, FILE_METADATA, size)
    footer = file.footer
    root, *elements = footer[2]
    assert 1 not in root, "the root of the schema"
    rest = iter(elements)
    for _ in range(root[5]):
        add_leaves(file, rest, [], 0, 0)
    assert next(rest, None) is None, "elements that belong to nothing"
    assert footer[1] in (1, 2)
    if "one_type_order" in promised:
        assert footer[7] == [{1: {}}] * len(file.leaves), "column_orders, one for each leaf"
    at, regions, index = 4, [], 0
    for number, group in enumerate(footer[4]):
        assert group[3] > 0 and group[5] == at and group.get(7, number) == number, "a row group"
        start, chunks = at, []
        for leaf, fields in zip(file.leaves, group[1], strict=True):
            chunk = Chunk(leaf, fields, file.rows, group[3])
            at = read_chunk(data, chunk, at, file)
            chunks.append(chunk)
        index += sum(200 * len(c.pages) + 96 for c in chunks)
        here = promised if index <= LEAST_INDEX_LIMIT else promised - {"page_index"}
        for chunk in chunks:
            regions += check_chunk(data, chunk, here, file)
        assert group[2] == sum(c.raw_size for c in chunks) and group[6] == at - start, "the sizes of a row group"
        for chunk in chunks:
            assert (14 in chunk.meta) == (15 in chunk.meta), "a filter without a size, or a size without one"
            if 14 in chunk.meta:
                file.seen.add("bloom_filter")
                at = check_bloom_filter(data, chunk, at)
        if 4 in group:
            file.seen.add("sorting_columns")
            check_sorting(group, chunks)
        file.groups.append(chunks)
        file.rows += group[3]
    assert footer[3] == file.rows, "the rows of the file"
    for region_at, region_size in sorted(regions):
        assert region_at == at, "a gap or an overlap between row groups, page indexes and footer"
        at += region_size
    assert at == footer_at, "bytes that belong to nothing"
    assert "crc" not in promised or "no crc" not in file.seen, "a page without a checksum"
    return file
