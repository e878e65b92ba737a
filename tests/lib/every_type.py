# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A PostgreSQL table with NULLs, empty strings and edge values of every type."""
import json

import postgres

ODD = 'Odd "Name", \'x\''
COLUMNS = (
    ("flag", "boolean", ("true", "false")),
    ("small", "smallint", ("0", "-32768")),
    ("number", "integer", ("0", "-2147483648")),
    ("big", "bigint", ("0", "9223372036854775807")),
    ("single", "real", ("0", "0.1", "'infinity'", "'nan'", "-3.4028235e38")),
    ("double_", "double precision", ("0", "0.1", "'-infinity'", "'nan'", "5e-324")),
    ("cents", "numeric(9,2)", ("0", "-9999999.99")),
    ("wide", "numeric(38,10)", ("0", "9999999999999999999999999999.9999999999")),
    ("text_", "text", ("''", "' '", "','", "'\"'", "''''", "E'\\\\'", "E'\\\\.'", "E'\\\\N'", "'NULL'", "E'line\\nfeed'",
                       "E'a\\r\\nb'", "E'\\t'", "'\u00e4\u20ac'", "';'", "'-'", "'\ufeff'", "E'a\\\\'", "' a '", "'20240229'", "E'\\x01'")),
    ("bytes", "bytea", ("''", r"'\x00ff5c'", "'text'")),
    ("uid", "uuid", ("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",)),
    ("day", "date", ("'0001-01-01'", "'1970-01-01'", "'9999-12-31'")),
    ("clock", "time", ("'00:00'", "'23:59:59.999999'")),
    ("stamp", "timestamp", ("'0001-01-01 00:00:00'", "'2024-02-29 12:34:56.5'", "'9999-12-31 23:59:59.999999'")),
    ("moment", "timestamptz", ("'1969-12-31 23:59:59.999999+00'", "'2024-02-29 12:34:56.5+00'")),
    ("span", "interval", ("'0'", "'1 year 2 mons -3 days 04:05:06.000007'", "'-00:00:01'")),
    ("doc", "json", ("'{}'", "'{\"a\": [1, \"x\\\"y\"]}'")),
    (ODD, "integer", ("7",)),
)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def make_table(name, rows, more=()):
    """id and COLUMNS; each column has NULLs, and all its values against all of its neighbours'. `more`: (name, type, expression of i)."""
    columns = ["i::bigint AS id"]
    for salt, (column, kind, values) in enumerate(COLUMNS):
        array = "(ARRAY[" + ", ".join(f"CAST({v} AS {kind})" for v in values) + f"]::{kind}[])"
        columns.append(f"{array}[1 + (i * 7 + {salt} * 13 + i / 97) % {len(values) + 1}] AS {quoted(column)}")
    columns += [f"{expression} AS {quoted(column)}" for column, _, expression in more]
    postgres.sql(f"SET timezone = 'UTC'; CREATE TABLE {name} AS SELECT {', '.join(columns)} "
                 f"FROM generate_series(0::bigint, {rows - 1}) AS i")


def texts(name, column):
    """The column as PostgreSQL writes it, in the order of id."""
    return json.loads(postgres.sql(f"SET timezone = 'UTC'; SET datestyle = ISO; SET intervalstyle = postgres; "
                                   f"SELECT coalesce(json_agg({quoted(column)}::text ORDER BY id), '[]') FROM {name}"))
