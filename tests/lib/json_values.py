# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Nested values, as PostgreSQL's to_jsonb has them, against what a reader or an engine has."""
import datetime
import decimal
import json
import uuid


def jsonable(value):
    """A value of pyarrow's or DuckDB's as to_jsonb would have it."""
    if isinstance(value, list):
        if value and all(isinstance(v, tuple) for v in value):  # a map of pyarrow's
            return {k: jsonable(v) for k, v in value}
        return [jsonable(v) for v in value]
    if isinstance(value, dict):
        return {k: jsonable(v) for k, v in value.items()}
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime.datetime):
        text = value.replace(tzinfo=None).isoformat()
        text = (text.rstrip("0") if "." in text else text)
        return text + ("+00:00" if value.tzinfo else "")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, (decimal.Decimal, int)) and not isinstance(value, bool):
        return decimal.Decimal(value)
    if isinstance(value, float):
        return "NaN" if value != value else ("Infinity" if value > 0 else "-Infinity") if abs(value) == float("inf") else value
    return value


def wanted(text):
    """A value of to_jsonb."""
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def same(a, b):
    """Equal; an empty map is one with an empty list, which it is in pyarrow."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        return isinstance(a, (float, decimal.Decimal)) and isinstance(b, (float, decimal.Decimal)) and (
            float(a) == float(b) or abs(float(a) - float(b)) <= abs(float(a)) * 1e-7)  # a real's digits are its own
    if isinstance(a, dict) and isinstance(b, list) or isinstance(a, list) and isinstance(b, dict):
        return not a and not b
    return type(a) is type(b) and a == b
