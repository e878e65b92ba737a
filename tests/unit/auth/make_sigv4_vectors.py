#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Prints sigv4_vectors.txt: random S3 requests and the Authorization that botocore, an independent
implementation, gives them.

    python3 make_sigv4_vectors.py > sigv4_vectors.txt

Needs botocore. The seed is fixed. A vector is a run of lines `name value`, ended by an empty line. Values
are percent-encoded; that of a `query` or `header` line is a pair of them, joined by `=`.
"""
import datetime
import hashlib
import random
import unittest.mock
from urllib.parse import quote

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# What signers of others have got wrong: each of these was a bug somewhere.
NASTY = [
    " ", "+", "%", "%2F", "~", "*", "@", ":", "=", "&", "?", "#", ";", ",", "'", "(", ")", "!", "$", "[", "]", "^", "`",
    "{", "|", "}", "<", ">", '"', "\\", "/", "//", ".", "..", "/./", "/../", "-", "_", "\u00e4", "a\u0308", "\u20ac",
    "\U0001f600", "\x01", "\x1f", "\r", "\n", "\x7f", "soap", "day=1", "k" * 40,
]
SPACED = ["  ", " ", ",", '"', "=", ";", "   ", "a  b"]
PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEADERS = ["Content-Type", "Content-MD5", "If-None-Match", "x-amz-meta-a", "X-Amz-Meta-B", "x-amz-acl", "Range",
           "Cache-Control", "User-Agent", "Expect", "Connection"]


def text(r, most, pieces=NASTY):
    return "".join(
        r.choice(pieces) if r.random() < 0.5 else "".join(r.choices(PLAIN, k=r.randint(1, 6)))
        for _ in range(r.randint(0, most)))


def component(value):
    return quote(value.encode(), safe="~")


def line(name, *values):
    print(" ".join([name, "=".join(map(component, values))]))


def vector(r, keys=()):
    """Prints one; some of the paths end with one of the keys."""
    method = r.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
    scheme = r.choice(["http", "https"])
    port = r.choice([0, 0, 80, 443, 8080])
    host = r.choice(["127.0.0.1", "s3.eu-west-1.amazonaws.com", "bucket.s3.amazonaws.com", "storage.googleapis.com"])
    path = "/" + text(r, 8)
    if keys and r.random() < 0.3:
        path = f"/bucket/{r.choice(keys)}"
    query = [(text(r, 2) or "q", text(r, 3)) for _ in range(r.randint(0, 5))]
    query += [(name, text(r, 2)) for name in ("uploads", "partNumber", "uploadId", "prefix") if r.random() < 0.15]
    if query and r.random() < 0.2:
        query.append((query[0][0], text(r, 2)))  # a name twice
    headers = [(name, text(r, 4, SPACED) or "x") for name in HEADERS if r.random() < 0.3]
    if headers and r.random() < 0.2:
        headers.append((headers[0][0], text(r, 2, SPACED) or "y"))
    token = text(r, 3, ["+", "/", "="]) if r.random() < 0.4 else ""
    key_id = "".join(r.choices(PLAIN, k=20))
    secret = "".join(r.choices(PLAIN + "+/", k=40))
    region = r.choice(["us-east-1", "eu-west-1", "auto", "cn-north-1"])
    now = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=r.randint(0, 4102444799))
    payload = r.choice([hashlib.sha256(text(r, 5).encode()).hexdigest(), "UNSIGNED-PAYLOAD"])

    usual = {"http": 80, "https": 443}[scheme]
    url = f"{scheme}://{host}" + ("" if port in (0, usual) else f":{port}") + quote(path.encode(), safe="/~")
    if query:
        url += "?" + "&".join(f"{component(name)}={component(value)}" for name, value in query)
    request = AWSRequest(method=method, url=url)
    for name, value in headers:
        request.headers.add_header(name, value)
    signer = botocore.auth.S3SigV4Auth(Credentials(key_id, secret, token or None), "s3", region)
    signer.payload = lambda _: payload
    with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=now):
        signer.add_auth(request)

    line("method", method)
    line("scheme", scheme)
    line("host", host)
    line("port", str(port))
    line("path", path)
    for pair in query:
        line("query", *pair)
    for pair in headers:
        line("header", *pair)
    line("id", key_id)
    line("secret", secret)
    line("token", token)
    line("region", region)
    line("time", str(int((now - datetime.datetime(1970, 1, 1)).total_seconds())))
    line("payload", payload)
    line("authorization", request.headers["Authorization"])
    print()


def main():
    print(f"# Made by make_sigv4_vectors.py with botocore {botocore.__version__}; not to be edited.\n")
    r = random.Random(20261101)
    for _ in range(300):
        vector(r)


if __name__ == "__main__":
    main()
