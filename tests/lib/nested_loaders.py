# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What the engines of lib/loaders.py make of lists, structs and maps, each rule with its page. What comes of a function is
the value in the form of json_values.jsonable, or an exception."""
import datetime
import decimal
import json

import pyarrow as pa
from sqlglot import expressions as sql

from json_values import jsonable
from loader_errors import Refused, Undocumented

FLOAT_DIGITS = 15  # of a decimal number that FLOAT64 keeps


def is_nested(arrow):
    return pa.types.is_list(arrow) or pa.types.is_struct(arrow) or pa.types.is_map(arrow)


def type_name(kind):
    return kind.this.name if isinstance(kind.this, sql.DType) else str(kind.this)


def below(arrow):
    """The types of the nodes below one."""
    if pa.types.is_list(arrow):
        return [arrow.value_type]
    if pa.types.is_map(arrow):
        return [arrow.key_type, arrow.item_type]
    return [arrow.field(i).type for i in range(arrow.num_fields)] if pa.types.is_struct(arrow) else []


def leaves(arrow):
    return [leaf for node in below(arrow) for leaf in leaves(node)] if is_nested(arrow) else [arrow]


def has_nulls(value, arrow):
    """Whether a list, below a value, holds NULL."""
    if value is None:
        return False
    if pa.types.is_list(arrow):
        return any(v is None or has_nulls(v, arrow.value_type) for v in value)
    if pa.types.is_map(arrow):
        return any(has_nulls(v, arrow.item_type) for _, v in value)
    if pa.types.is_struct(arrow):
        return any(has_nulls(value[field.name], field.type) for field in arrow)
    return False


def maps_in(arrow):
    return [arrow] * pa.types.is_map(arrow) + [m for node in below(arrow) for m in maps_in(node)]


def plain(value):
    """A value of a column of loaders.py, in the form of to_jsonb."""
    return jsonable(value[1].replace(tzinfo=datetime.timezone.utc) if isinstance(value, tuple) else value)


def parsed_json(text, digits, integers, twice, longest=None):
    """JSON as an engine parses it: decimal numbers keep so many digits, integers that range, a name comes twice or not."""
    def number(word):
        value = decimal.Decimal(word)
        if "." not in word and "e" not in word.lower():
            if int(word) not in integers:
                raise Undocumented(f"{word} in JSON")
        elif "e" not in word.lower() and len(value.as_tuple().digits) > digits and decimal.Decimal(float(word)) != value \
                and repr(float(word)) != word:
            raise Undocumented(f"{word} in JSON")
        return value

    def members(pairs):
        if len(pairs) != len(dict(pairs)) and not twice:
            raise Refused("a name comes twice")
        return dict(pairs)

    def check(value):
        if longest is not None and isinstance(value, str) and len(value.encode()) > longest:
            raise Refused("a text is too long")
        for v in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(v)
        return value

    return check(json.loads(text, parse_float=number, parse_int=number, object_pairs_hook=members))


# --- Snowflake: "CREATE FILE FORMAT" (USE_VECTORIZED_SCANNER), "PARSE_JSON", "TO_ARRAY", "TO_OBJECT"

def snowflake_parquet(value, arrow, kind, vectorized, leaf_is_known):
    if not vectorized and (maps_in(arrow) or has_nulls(value, arrow)):
        raise Refused("NULLs of lists and maps are other values without the vectorized scanner")
    if any(not pa.types.is_string(m.key_type) for m in maps_in(arrow)):
        raise Undocumented("keys that are not text")
    if not all(map(leaf_is_known, leaves(arrow))):
        raise Undocumented(f"{arrow} in a VARIANT")
    # TO_ARRAY makes a list of one of what is no list; TO_OBJECT refuses what is no object.
    if type_name(kind) != ("ARRAY" if pa.types.is_list(arrow) else "OBJECT"):
        raise Refused(f"{arrow} as {type_name(kind)}")
    return jsonable(value)


def snowflake_json(text, kind):
    value = parsed_json(text, 38, range(-10**38 + 1, 10**38), twice=False)
    if type_name(kind) != ("ARRAY" if isinstance(value, list) else "OBJECT"):
        raise Refused(f"{text} as {type_name(kind)}")
    return value


# --- Redshift: "Using COPY to load data into SUPER columns", "SUPER type", "SUPER configurations"

def redshift_parquet(value, arrow):
    if maps_in(arrow):
        raise Undocumented("a map")
    for leaf in leaves(arrow):
        few = pa.types.is_decimal(leaf) and leaf.precision <= FLOAT_DIGITS
        if not (few or pa.types.is_boolean(leaf) or pa.types.is_signed_integer(leaf) or pa.types.is_string(leaf)):
            raise Undocumented(f"{leaf} by SERIALIZETOJSON")
    return jsonable(value)


def redshift_json(text, settings):
    if any(settings.get(name) != "OFF" for name in ("parse_super_null_on_error", "json_parse_dedup_attributes",
                                                    "json_parse_truncate_strings")):
        raise Undocumented("what a session has set")
    return parsed_json(text, FLOAT_DIGITS, range(-2**63, 2**63), twice=False, longest=65535)


# --- BigQuery: "Loading Parquet data from Cloud Storage" (LIST logical type), "REST Resource: tables" (MapTargetType),
# "Data definition language", "Working with JSON data"

def record_of(kind, *names):
    """The members' types of STRUCT<names>, in any case."""
    if type_name(kind) != "STRUCT" or [m.name for m in kind.expressions] != list(names):
        raise Refused(f"{kind.sql('bigquery')} is no record of {names}")
    return [m.args["kind"] for m in kind.expressions]


def array_of(kind):
    if type_name(kind) != "ARRAY":
        raise Refused(f"{kind.sql('bigquery')} is no ARRAY")
    if type_name(kind.expressions[0]) == "ARRAY":
        raise Refused("there are no ARRAYs of ARRAYs")
    return kind.expressions[0]


def bigquery_parquet(value, arrow, kind, inference, leaf):
    """`leaf(value, arrow, kind)`: of a type that is not nested."""
    if pa.types.is_list(arrow) and inference:
        element = array_of(kind)
        if pa.types.is_list(arrow.value_type):
            raise Refused("there are no ARRAYs of ARRAYs")
        if arrow.value_field.nullable and value is not None and None in value:
            raise Undocumented("NULL in an ARRAY")
        return [bigquery_parquet(v, arrow.value_type, element, inference, leaf) for v in value or []]  # NULL is empty
    if pa.types.is_list(arrow):
        (entries,) = record_of(kind, "list")
        (element,) = record_of(array_of(entries), "element")
        return None if value is None else [bigquery_parquet(v, arrow.value_type, element, inference, leaf) for v in value]
    if pa.types.is_map(arrow):
        (entries,) = record_of(kind, "key_value")
        key, item = record_of(array_of(entries), "key", "value")
        return None if value is None else {leaf(k, arrow.key_type, key): bigquery_parquet(v, arrow.item_type, item, inference, leaf)
                                           for k, v in value}
    if pa.types.is_struct(arrow):
        kinds = record_of(kind, *(field.name for field in arrow))
        return None if value is None else {f.name: bigquery_parquet(value[f.name], f.type, k, inference, leaf)
                                           for f, k in zip(arrow, kinds)}
    return plain(leaf(value, arrow, kind))


def bigquery_depth(kind):
    """How many records are within each other."""
    children = [e.args["kind"] if isinstance(e, sql.ColumnDef) else e for e in kind.expressions if isinstance(e, (sql.ColumnDef, sql.DataType))]
    return (type_name(kind) == "STRUCT") + max(map(bigquery_depth, children), default=0)


def bigquery_json(text):
    return parsed_json(text, FLOAT_DIGITS, range(-2**63, 2**64), twice=False)


# --- Athena: "Data types in Amazon Athena"

def athena_parquet(value, arrow, kind, leaf):
    name = type_name(kind)
    kinds = [e.args["kind"] if isinstance(e, sql.ColumnDef) else e for e in kind.expressions]
    wanted = "ARRAY" if pa.types.is_list(arrow) else "MAP" if pa.types.is_map(arrow) else "STRUCT" if pa.types.is_struct(arrow) else None
    if wanted is None:
        return plain(leaf(value, arrow, kind))
    if name != wanted or len(kinds) != len(below(arrow)):
        raise Refused(f"{arrow} as {kind.sql('athena')}")
    nodes = list(zip(below(arrow), kinds))
    if value is None:
        for node, its in nodes:
            athena_parquet(None, node, its, leaf)
        return None
    if wanted == "ARRAY":
        return [athena_parquet(v, *nodes[0], leaf) for v in value]
    if wanted == "MAP":
        return {leaf(k, *nodes[0]): athena_parquet(v, *nodes[1], leaf) for k, v in value}
    if [e.name.lower() for e in kind.expressions] != [f.name.lower() for f in arrow]:
        raise Refused("other members")
    return {f.name: athena_parquet(value[f.name], *node, leaf) for f, node in zip(arrow, nodes)}
