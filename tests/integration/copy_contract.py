# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""What an export promises, seen from outside: the behaviours of Materialize's COPY TO and Aurora's aws_s3 that are kept or
bettered, one function each, on the real server. docs/copy-contract.md is their table, and must name just these."""
import inspect
import io
import json
import os
import re
import sqlite3
import sys
import uuid

import botocore.session
import pyarrow.parquet

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import proxy  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class World:
    """A database of many shapes and a bucket."""

    def __init__(self, directory):
        self.bucket = s3.Bucket()
        self.database = os.path.join(directory, "rows.db")
        with sqlite3.connect(self.database) as db:
            db.executescript("""CREATE TABLE none (n INTEGER, t TEXT);
                                CREATE TABLE one (n INTEGER, t TEXT); INSERT INTO one VALUES (1, 'a');
                                CREATE TABLE mixed (n INTEGER, t TEXT);
                                INSERT INTO mixed VALUES (1, 'a'), (2, NULL), (3, ''), (4, 'say "hi", you');
                                CREATE TABLE long (n INTEGER, t TEXT);
                                INSERT INTO long VALUES (1, 'a'), (2, printf('%.*c', 500, 'x')), (3, 'b'), (4, 'c');
                                CREATE TABLE broken (n INTEGER, t TEXT);""")
            db.executemany("INSERT INTO broken VALUES (?, ?)", [(n, "x" * 100) for n in range(5000)] + [("no number", "y")])
            db.execute("CREATE TABLE many (n INTEGER)")
            db.executemany("INSERT INTO many VALUES (?)", ((n,) for n in range(1000, 2000)))  # 5 bytes a line
        db.close()

    def target(self):
        return f"contract-{uuid.uuid4().hex}"

    def copy(self, table, prefix, *more, endpoint=None, **keys):
        done = tool.run(["--from", f"sqlite:{self.database}", "--table", table, "--to", f"s3://{self.bucket.name}/{prefix}",
                         *more, *tool.bucket_options(endpoint)], **keys)
        return done

    def files(self, prefix):
        """Contents by the part of the key behind the prefix."""
        return {k.removeprefix(prefix): self.bucket.get(k) for k in self.bucket.keys(prefix)}

    def csv(self, table, *more):
        """The files of an export, in order."""
        prefix = self.target()
        done = self.copy(table, prefix, "--format", "csv", *more)
        assert done.returncode == 0, done.stderr
        files = list(self.files(prefix + "/").values())
        self.bucket.purge(prefix + "/")
        return files


# Names and splitting.

def names_of_the_materialize_style(w, expect):
    for form in ("csv", "parquet"):
        prefix = w.target()
        w.copy("one", prefix, "--names", "materialize", "--format", form)
        expect([re.sub(r"\d+t\d+z-[0-9a-f]+", "ID", k) for k in w.files(prefix)] == [f"/mz-ID-batch-0000-0000.{form}"])


def slashes_at_the_ends_of_the_prefix_do_not_count(w, expect):
    prefix = w.target()
    done = w.copy("one", f"/{prefix}//", "--names", "{file}.{ext}")
    expect(done.returncode == 0 and list(w.files(prefix)) == ["/0000.parquet"])


def files_stay_below_the_limit_and_rows_are_never_cut(w, expect):
    files = w.csv("many", "--max-file-size", "333")
    expect(all(len(f) <= 333 and f.endswith(b"\n") for f in files) and all(len(f) == 330 for f in files[:-1]))
    expect([int(n) for f in files for n in f.split()] == list(range(1000, 2000)))


def a_row_larger_than_the_limit_gets_its_own_file(w, expect):
    for header in ((), ("--header",)):
        files = w.csv("long", "--max-file-size", "100", *header)
        rows = [f.removeprefix(b"n,t\n") for f in files]
        expect(rows == [b"1,a\n", b"2," + b"x" * 500 + b"\n", b"3,b\n4,c\n"])


def there_is_no_empty_trailing_file(w, expect):
    expect([len(f) for f in w.csv("many", "--max-file-size", "1000")] == [1000] * 5)
    expect([len(f) for f in w.csv("many", "--max-file-rows", "250")] == [1250] * 4)


def a_header_is_repeated_in_every_file(w, expect):
    expect(all(f.startswith(b"n\n") for f in w.csv("many", "--max-file-rows", "250", "--header")))


def a_header_and_one_row_make_one_file(w, expect):
    expect(w.csv("one", "--header") == [b"n,t\n1,a\n"])


def no_rows_make_one_valid_file(w, expect):
    expect(w.csv("none") == [b""] and w.csv("none", "--header") == [b"n,t\n"])
    prefix = w.target()
    w.copy("none", prefix)
    (body,) = w.files(prefix).values()
    read = pyarrow.parquet.read_table(io.BytesIO(body))
    expect(read.num_rows == 0 and read.column_names == ["n", "t"])


# The life of an export.

def the_deletion_of_the_control_object_is_the_last_request_and_the_only_signal(w, expect):
    prefix = w.target()
    with proxy.Proxy(s3.setting("S3_TEST_ENDPOINT")) as between:
        done = w.copy("many", prefix, "--format", "csv", "--max-file-rows", "250", endpoint=between.endpoint)
        between.settle()
    control = f"/{w.bucket.name}/{prefix}/_copyto.INCOMPLETE"
    deletions = [r for r in between.log if r.method == "DELETE" and r.path == control]
    expect(done.returncode == 0 and len(deletions) == 1 and between.log[-1] is deletions[0])
    writes = [r.path for r in between.log if r.method in ("PUT", "POST")]
    expect(writes[0] == control and len(w.files(prefix)) == 4)


def the_right_to_delete_is_asked_for_before_anything_is_written(w, expect):
    for actions, missing in ((["s3:PutObject", "s3:GetObject"], "s3:DeleteObject"),
                             (["s3:DeleteObject", "s3:GetObject"], "s3:PutObject"),
                             (["s3:GetObject"], "s3:DeleteObject")):
        prefix = w.target()
        resource = f"arn:aws:s3:::{w.bucket.name}"
        sts = botocore.session.get_session().create_client(
            "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
            aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"),
            aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"))
        policy = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": f"{resource}/{prefix}/*"},
            {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": resource}]}
        keys = sts.assume_role(RoleArn=s3.setting("S3_TEST_ROLE_ARN_NOEXT"), RoleSessionName="contract",
                               Policy=json.dumps(policy, separators=(",", ":")))["Credentials"]
        done = w.copy("one", prefix, AWS_ACCESS_KEY_ID=keys["AccessKeyId"], AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
                      AWS_SESSION_TOKEN=keys["SessionToken"])
        expect(done.returncode == 1 and missing in done.stderr and not w.files(prefix), done.stderr)


def a_prefix_is_not_disturbed_by_one_that_begins_alike(w, expect):
    prefix = w.target()
    w.bucket.put(prefix + "c/x", b"other")
    w.bucket.put(prefix, b"other")
    done = w.copy("one", prefix)
    expect(done.returncode == 0 and len(w.files(prefix + "/")) == 1 and len(w.files(prefix)) == 3, done.stderr)


def a_prefix_that_is_not_empty_is_refused_by_name(w, expect):
    prefix = w.target()
    w.bucket.put(prefix + "/deep/x", b"other")
    done = w.copy("one", prefix)
    expect(done.returncode == 1 and "not empty" in done.stderr and "/deep/x" in done.stderr, done.stderr)
    expect(list(w.files(prefix)) == ["/deep/x"])


def a_failure_leaves_nothing_and_the_prefix_is_free_again(w, expect):
    prefix = w.target()
    done = w.copy("broken", prefix, "--format", "csv", "--max-file-size", "100kB")
    expect(done.returncode == 1 and re.search(r"row 5001\b.*column \W?n\b", done.stderr), done.stderr)
    expect(not w.bucket.keys(prefix) and not w.bucket.uploads(prefix))
    expect(w.copy("one", prefix).returncode == 0 and len(w.files(prefix)) == 1)


def what_is_there_can_be_replaced_or_appended_to(w, expect):
    prefix = w.target()
    w.copy("one", prefix, "--format", "csv")
    (old,) = w.files(prefix)
    done = w.copy("mixed", prefix, "--format", "csv", "--if-exists", "append")
    expect(done.returncode == 0 and len(w.files(prefix)) == 2 and old in w.files(prefix), done.stderr)
    done = w.copy("one", prefix, "--format", "csv", "--if-exists", "replace")
    expect(done.returncode == 0 and list(w.files(prefix).values()) == [b"1,a\n"] and old not in w.files(prefix), done.stderr)


# Values and the answer.

def null_and_the_empty_string_differ(w, expect):
    expect(w.csv("mixed") == [b'1,a\n2,\n3,""\n4,"say ""hi"", you"\n'])
    expect(w.csv("mixed", "--null", "-", "--delimiter", ";") == [b'1;a\n2;-\n3;\n4;"say ""hi"", you"\n'])


def an_option_that_the_format_would_ignore_is_refused(w, expect):
    for option in (["--header"], ["--delimiter", ";"], ["--null", "x"]):
        prefix = w.target()
        done = w.copy("one", prefix, "--format", "parquet", *option)
        expect(done.returncode == 2 and not w.files(prefix), done.stderr)


def the_answer_has_rows_files_bytes_and_keys(w, expect):
    prefix = w.target()
    done = w.copy("many", prefix, "--format", "csv", "--max-file-rows", "400", "--json")
    report = tool.last_json(done.stdout)
    files = w.files(prefix)
    expect((report["rows_uploaded"], report["files_uploaded"], report["bytes_uploaded"]) == (1000, 3, 5000))
    expect([(f["key"], f["bytes"], f["rows"]) for f in report["files"]] ==
           [(prefix + k, len(v), len(v) // 5) for k, v in files.items()])
    done = w.copy("one", w.target(), "--format", "csv")
    expect(done.stdout == "COPY 1 rows, 1 files, 4 bytes\n")


# Aurora.

def aurora_names_the_first_file_as_asked_and_numbers_the_others_from_2(w, expect):
    key = w.target() + "/sales.csv"
    w.copy("many", key, "--format", "csv", "--names", "aurora", "--max-file-rows", "400")
    expect(list(w.files(key)) == ["", "_part2", "_part3"])


def parts_of_a_longer_earlier_run_do_not_stay(w, expect):
    key = w.target() + "/sales.csv"
    w.copy("many", key, "--format", "csv", "--names", "aurora", "--max-file-rows", "400")
    done = w.copy("one", key, "--format", "csv", "--names", "aurora")
    expect(done.returncode == 1 and "not empty" in done.stderr and len(w.files(key)) == 3)
    done = w.copy("one", key, "--format", "csv", "--names", "aurora", "--if-exists", "replace")
    expect(done.returncode == 0 and w.files(key) == {"": b"1,a\n"}, done.stderr)


def main():
    checks = tool.Checks("copy_contract")
    mine = [f for name, f in globals().items() if inspect.isfunction(f) and f.__module__ == "__main__" and name != "main"]
    with tool.scratch() as directory:
        world = World(directory)
        for behaviour in mine:
            seen = []

            def expect(good, detail="", behaviour=behaviour, seen=seen):
                seen.append(good)
                checks.expect(good, f"{behaviour.__name__}, check {len(seen)}", detail)

            behaviour(world, expect)
            checks.positions += 1
            checks.expect(seen, f"{behaviour.__name__} checks nothing")
        world.bucket.purge("contract-")
    # The table names these, and elsewhere only tests that there are.
    with open(os.path.join(ROOT, "docs", "copy-contract.md"), encoding="utf-8") as page:
        named = re.findall(r"`([\w./]+)`(?=[^|]*\|$)", page.read(), re.MULTILINE)
    here = {n for n in named if "/" not in n}
    checks.expect(here == {f.__name__ for f in mine}, "the table and this file name other tests",
                  str(here ^ {f.__name__ for f in mine}))
    for path in set(named) - here:
        checks.expect(os.path.exists(os.path.join(ROOT, "tests", path)), f"there is no tests/{path}")
    checks.finish()


main()
