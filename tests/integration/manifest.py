# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Manifests in a directory and on the real server: what is in them is what other clients see, `verify` finds what was
changed, and the manifest is the last object to appear."""
import csv
import io
import json
import os
import sqlite3
import sys
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402


class Directory:
    def __init__(self, path):
        self.uri, self.options = path, []

    def path(self, key):
        return os.path.join(self.uri, key)

    def keys(self):
        return sorted(os.path.relpath(os.path.join(at, name), self.uri) for at, _, names in os.walk(self.uri) for name in names)

    def get(self, key):
        with open(self.path(key), "rb") as file:
            return file.read()

    def put(self, key, body):
        with open(self.path(key), "wb") as file:
            file.write(body)

    def delete(self, key):
        os.remove(self.path(key))

    def url(self, key):
        return self.path(key)


class Prefix:
    def __init__(self):
        self.bucket = s3.Bucket()
        self.prefix = f"manifest-{uuid.uuid4().hex}"
        self.uri, self.options = f"s3://{self.bucket.name}/{self.prefix}", tool.bucket_options()

    def keys(self):
        return self.bucket.keys(self.prefix + "/")

    def get(self, key):
        return self.bucket.get(key)

    def put(self, key, body):
        self.bucket.put(key, body)

    def delete(self, key):
        self.bucket.client.delete_object(Bucket=self.bucket.name, Key=key)

    def url(self, key):
        return f"s3://{self.bucket.name}/{key}"


def key_beside(name, other):
    return os.path.join(os.path.dirname(name), other)


def check(checks, source, place):
    where = place.uri

    def run(*arguments):
        checks.positions += 1
        return tool.run([*arguments, *place.options])

    def expect(good, what, done):
        checks.expect(good, f"{where}: {what}", f"{done.returncode} {done.stdout} {done.stderr}")

    def verified(what, words, status=1, uri=place.uri, *options):
        done = run("verify", uri, *options)
        expect(done.returncode == status and words in done.stdout + done.stderr, f"verify, {what}: /{words}/", done)

    copy = ["--from", source, "--table", "t", "--format", "csv", "--max-file-rows", "400", "--to", place.uri]
    verified("nothing there", "there is no manifest")
    done = run(*copy, "--manifest", "--json")
    expect(done.returncode == 0, "the export", done)
    report = tool.last_json(done.stdout)
    name = report["manifest"]
    expect(name.endswith(f"_copyto.manifest-{report['export_id']}.json") and
           place.keys() == sorted([name, *(f["key"] for f in report["files"])]), "what is there", done)
    body = place.get(name)
    manifest = json.loads(body)
    sizes = {key: len(place.get(key)) for key in place.keys() if key != name}
    checks.expect({e["url"]: e["meta"]["content_length"] for e in manifest["entries"]} ==
                  {place.url(key): size for key, size in sizes.items()}, f"{where}: entries", manifest)
    checks.expect([e["meta"]["record_count"] for e in manifest["entries"]] == [400, 400, 200] and
                  all(e["mandatory"] is True for e in manifest["entries"]), f"{where}: rows", manifest)
    checks.expect(manifest["meta"] == {"content_length": sum(sizes.values()), "record_count": 1000} and
                  manifest["schema"]["elements"] == [{"name": "n", "type": {"base": "int64"}, "nullable": True},
                                                     {"name": "a \"b\"", "type": {"base": "string"}, "nullable": True}],
                  f"{where}: meta and schema", manifest)
    checks.expect([(f["key"], f["rows"], f["bytes"]) for f in manifest["copyto"]["files"]] ==
                  [(f["key"], f["rows"], f["bytes"]) for f in report["files"]], f"{where}: files", manifest)
    verified("all as it was", "VERIFY 1000 rows, 3 files,", 0)
    verified("by the manifest's name", "as they were written", 0, f"{place.uri}/{os.path.basename(name)}")
    done = run("verify", place.uri, "--json")
    expect(json.loads(done.stdout) == {"manifest": place.url(name), "rows": 1000, "files": 3, "bytes": sum(sizes.values()),
                                       "faults": []}, "verify --json", done)
    # The control object was there until the end, and the manifest says nothing of time.
    done = run("status", place.uri)
    expect("nothing to settle" in done.stdout, "status", done)
    first = report["files"][0]["key"]
    whole = place.get(first)
    for what, words, bad in (("a byte is another", "its checksum is", whole[:-2] + bytes([whole[-2] ^ 1]) + b"\n"),
                             ("a byte more", f"it has {len(whole) + 1} bytes, and was written with {len(whole)}", whole + b"x"),
                             ("nothing left of it", "it has 0 bytes", b"")):
        place.put(first, bad)
        verified(what, words)
        verified(what, "1 not as they were written")
    place.delete(first)
    verified("a file is gone", "1 not as they were written")
    place.put(first, whole)
    for what, words, bad in (("no JSON", "this is not a manifest", b"{"), ("another's", "a member is missing", b"{}"),
                             ("a newer one", "newer version", body.replace(b'"manifest": 1', b'"manifest": 2')),
                             ("a checksum of letters", "a checksum in it is none",
                              body.replace(manifest["copyto"]["files"][0]["crc64nvme"].encode(), b"xyz"))):
        place.put(name, bad)
        verified(what, words)
    place.put(name, body)
    # What a loader may know of the columns.
    done = run(*copy, "--if-exists", "append", f"--manifest={key_beside(name, 'stats.json')}", "--column-stats", "--json")
    files = json.loads(place.get(key_beside(name, "stats.json")))["copyto"]["files"]
    expect(done.returncode == 0 and [f["columns"] for f in files] == [f["columns"] for f in tool.last_json(done.stdout)["files"]],
           "column statistics in manifest and report", done)
    for f in files:
        rows = list(csv.reader(io.StringIO(place.get(f["key"]).decode())))
        number, text = ([row[i] for row in rows if row[i] != ""] for i in (0, 1))
        wanted = [{"null_count": len(rows) - len(number), "lower_bound": min(number, key=int), "upper_bound": max(number, key=int)},
                  {"null_count": len(rows) - len(text), "lower_bound": min(text, key=str.encode),
                   "upper_bound": max(text, key=str.encode)}]
        checks.expect(f["columns"] == wanted, f"{where}: statistics of {f['key']}", f"{f['columns']} {wanted}")
        place.delete(f["key"])
    place.delete(key_beside(name, "stats.json"))
    # A second export beside it.
    done = run(*copy, "--if-exists", "append", f"--manifest={key_beside(name, 'list.json')}")
    expect(done.returncode == 0 and any(k.endswith("list.json") for k in place.keys()), "a name of one's own", done)
    verified("still the first", "VERIFY 1000 rows, 3 files,", 0)
    done = run(*copy, "--if-exists", "append", "--manifest", "--json")
    second = tool.last_json(done.stdout)["export_id"]
    verified("which?", "there are 2 manifests")
    verified("one", "VERIFY 1000 rows", 0, place.uri, "--export-id", second)
    done = run(*copy, "--if-exists", "append", "--manifest=elsewhere/_copyto.INCOMPLETE")
    expect(done.returncode == 1 and "cannot be the manifest's key" in done.stderr, "another place", done)
    done = run(*copy, "--if-exists", "replace", "--manifest")
    expect(done.returncode == 0 and len(place.keys()) == 4, "replaced with their manifests", done)
    verified("replaced", "VERIFY 1000 rows, 3 files,", 0)
    for key in place.keys():
        place.delete(key)


def main():
    checks = tool.Checks("manifest")
    with tool.scratch() as directory:
        database = os.path.join(directory, "rows.db")
        with sqlite3.connect(database) as db:
            db.execute('CREATE TABLE t (n INTEGER, "a ""b""" TEXT)')
            db.executemany("INSERT INTO t VALUES (?, ?)", ((n if n % 7 else None, f"value {n}") for n in range(1000)))
        db.close()
        check(checks, f"sqlite:{database}", Directory(os.path.join(directory, "out")))
        check(checks, f"sqlite:{database}", Prefix())
    checks.finish()


main()
