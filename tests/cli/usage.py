#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""usage.py COPY_TO: what copy_to says of command lines that cannot be right, and of some that can."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

copy_to = os.path.abspath(sys.argv[1])
environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
failures = []
checks = 0


def run(*arguments, **more):
    return subprocess.run([copy_to, *arguments], capture_output=True, text=True, timeout=60,
                          env={**environment, **more}, stdin=subprocess.DEVNULL)


def check(what, good, shown=""):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


def refused(words, status, *arguments, **more):
    """Must end with `status`, one sentence on standard error that matches `words`, and leave nothing."""
    done = run(*arguments, **more)
    shown = f"  status {done.returncode}, stdout {done.stdout!r}, stderr {done.stderr!r}"
    check(f"{arguments} is refused with {status} and /{words}/",
          done.returncode == status and done.stdout == "" and re.search(words, done.stderr)
          and done.stderr.startswith("copy_to: ") and done.stderr.count("\n") == 1
          and (status != 2 or "copy_to --help" in done.stderr), shown)
    check(f"{arguments} leaves nothing", sorted(os.listdir(".")) == ["shop.db"], str(os.listdir(".")))


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    database = sqlite3.connect("shop.db")
    database.executescript("""CREATE TABLE orders (id INTEGER, note TEXT);
                              INSERT INTO orders VALUES (1, 'a'), (2, NULL), (3, '');""")
    database.close()
    table = ["--from", "sqlite:shop.db", "--table", "orders"]
    to = [*table, "--to", "out"]
    bucket = [*table, "--to", "s3://b/p"]

    # Options that are missing, unknown, doubled or empty.
    refused("--from is missing", 2)
    refused("--to is missing", 2, *table)
    refused("either --table or --query", 2, "--from", "sqlite:shop.db", "--to", "out")
    refused("either --table or --query", 2, *to, "--query", "SELECT 1 AS a")
    refused("--table is empty", 2, "--from", "sqlite:shop.db", "--table", "", "--to", "out")
    refused("unrecognised option '--frob'", 2, *to, "--frob")
    refused("unrecognised option '--form'", 2, *to, "--form", "csv")  # no abbreviations
    refused("'--to' cannot be specified more than once", 2, *to, "--to", "other")
    refused("argument for option '--to' is missing", 2, *table, "--to")
    refused("`extra` is not expected", 2, *to, "extra")
    # Sources and targets.
    refused("cannot export from `mysql:x`", 2, "--from", "mysql:x", "--table", "t", "--to", "out")
    refused("cannot export from `sqlite:`", 2, "--from", "sqlite:", "--table", "t", "--to", "out")
    refused("ftp:// is not the scheme of a bucket", 2, *table, "--to", "ftp://host/out")
    refused("gs:// and --profile aws contradict", 2, *table, "--to", "gs://bucket/out", "--profile", "aws")
    refused("names no bucket", 2, *table, "--to", "gs:///out")
    refused("--account, or set CLOUDFLARE_ACCOUNT_ID", 2, *table, "--to", "r2://bucket/out")
    refused("account id or the jurisdiction holds", 2, *table, "--to", "r2://bucket/out", "--account", "a/b")
    refused("account id or the jurisdiction holds", 2, *table, "--to", "r2://bucket/out", "--account", "a", "--jurisdiction", ".")
    refused("--account has no effect with the profile gcs", 2, *table, "--to", "gs://bucket/out", "--account", "a")
    refused("--jurisdiction has no effect with the profile aws", 2, *bucket, "--region", "r", "--jurisdiction", "eu")
    refused("--conditional-writes has no effect with the profile aws", 2, *bucket, "--region", "r", "--conditional-writes", "no")
    refused("choose yes, no or probe", 2, *bucket, "--endpoint", "https://h", "--conditional-writes", "maybe")
    refused("storage class.*`COLD`|`COLD`", 2, *bucket, "--region", "eu-west-1", "--storage-class", "COLD")
    refused("--proxy holds a login", 2, *bucket, "--region", "r", "--proxy", "http://u:p@proxy:3128")
    refused("names no bucket", 2, *table, "--to", "s3:///out", "--region", "r")
    refused("absolute path", 2, *table, "--to", "file://out")
    refused("NUL", 2, *table, "--to", "file:///out%00")
    refused("it is empty", 2, *table, "--to", "")
    # E17: nothing that looks like `scheme:` is a directory unless it begins with / or ./
    for target in ("s3:/b/x", "s3:b/x", "S3:", "s3:", "gs:/b/x", "r2:x", "file:/x", "file:x", "http:/x", "a:b", "a+b.c-1:x"):
        refused("it begins like a URI and is none; `./", 2, *table, "--to", target)
        refused("it begins like a URI and is none", 2, *table, "--to", target, "--dry-run")
        for command in ("status", "resume", "abort", "sweep", "verify"):
            refused("it begins like a URI and is none", 2, command, target)
    for target, top in (("./s3:/b/x", "s3:"), (os.path.join(directory, "s3:x"), "s3:x"), ("d/s3:x", "d"), ("1:x", "1:x"),
                        ("a b:c", "a b:c")):
        done = run(*table, "--to", target)
        check(f"{target} is a directory", done.returncode == 0 and len(os.listdir(target)) == 1, done.stderr)
        shutil.rmtree(top)
    # Sizes.
    for size in ("12XB", "", "B", "-1", "1gb", "1KB", "1K", "1.MB", "1 0", "1MB ", "0x10", "1e9"):
        refused("--max-file-size.*is no size", 2, *to, "--max-file-size", size)
    for option in ("--part-size", "--memory-limit"):
        refused(f"{option}.*is no size", 2, *to, option, "much")
    for number in ("0", "-1", "257"):
        refused("--parts-in-flight must be 1 to 256", 2, *to, "--parts-in-flight", number)
    for number in ("", "x", "1.5", "99999999999"):
        refused("--parts-in-flight must be a whole number", 2, *to, "--parts-in-flight", number)
        refused("--threads must be a whole number", 2, *to, "--threads", number)
    for number in ("0", "-1", "257"):
        refused("--threads must be 1 to 256", 2, *to, "--threads", number)
    refused("takes up to \\d+ bytes of memory with one part in flight, and 1048576 are allowed", 1, *to, "--memory-limit", "1MB")
    # Sweeping.
    refused("--older-than is of `copy_to sweep URI`", 2, *to, "--older-than", "1h")
    refused("--apply is of `copy_to sweep URI`", 2, *to, "--apply")
    refused("--apply has no effect on status", 2, "status", "out", "--apply")
    refused("--part-size has no effect on sweep", 2, "sweep", "out", "--part-size", "5MB")
    refused("sweep needs the URI", 2, "sweep")
    for age in ("", "1", "h", "1w", "-1h", "1.5h", "99999999999d", "1 h"):
        refused("--older-than cannot be", 2, "sweep", "out", "--older-than", age)
    refused("at least one byte", 2, *to, "--max-file-size", "0")
    refused("at least one byte", 2, *to, "--max-file-size", "0.5B")
    refused("too large", 2, *to, "--max-file-size", "16777216TB")
    refused("too large", 2, *to, "--max-file-size", "18446744073709551616")
    # Names, files and what is there already.
    refused("--if-exists cannot be `leave`; choose error, append, replace or skip", 2, *to, "--if-exists", "leave")
    refused("there is no placeholder {date}", 2, *to, "--names", "{date}")
    refused("cannot be made by ``: it is empty", 2, *to, "--names", "")
    refused("all files would be called `x`", 1, *to, "--names", "x")
    for mode in ("append", "replace"):
        refused("add {id}", 1, *to, "--names", "{file}.parquet", "--if-exists", mode)
    refused("one key cannot be appended to, and --names aurora", 2, *to, "--names", "aurora", "--if-exists", "append")
    refused("one key cannot be appended to, and --single-file", 2, *to, "--single-file", "--if-exists", "append")
    refused("--names has no effect next to --single-file", 2, *to, "--names", "materialize", "--single-file")
    refused("--names has no effect next to --single-file", 2, *to, "--names", "{file}", "--single-file")
    for target in ("out/", ".", "..", "a/..", "s3://bucket", "s3://bucket/p/"):
        refused("does not name a file", 2, *table, "--to", target, "--single-file")
    for rows in ("0", "", "x", "-1", "1.5", "99999999999999999999"):
        refused("--max-file-rows must be a whole number from 1", 2, *to, "--max-file-rows", rows)
    refused("--no-control-object is for exports that append", 2, *to, "--no-control-object")
    refused("--header-once has no effect on Parquet", 2, *to, "--header-once")
    refused("row 3 would make it longer than 2 rows", 1, *to, "--single-file", "--max-file-rows", "2")
    refused("--export-id is of `copy_to status URI`, resume, abort and verify", 2, *to, "--export-id", "x")
    refused("--export-id has no effect on sweep", 2, "sweep", "out", "--export-id", "x")
    refused("--export-id cannot be `a b`", 2, "status", "out", "--export-id", "a b")
    refused("--if-exists has no effect on status", 2, "status", "out", "--if-exists", "append")
    refused("--column-stats has no effect", 2, *to, "--column-stats")
    refused("--dry-run has no effect on abort", 2, "abort", "out", "--dry-run")
    # Options that would have no effect.
    refused("--header has no effect on Parquet", 2, *to, "--header")
    refused("--delimiter has no effect on Parquet", 2, *to, "--delimiter", ";")
    refused("--null has no effect on Parquet", 2, *to, "--null", "x")
    refused("--force-quote has no effect on Parquet", 2, *to, "--force-quote", "a")
    for codec in ("snappy", "lz4", "libdeflate", "brotli"):
        refused(f"codec {codec} is for pages of Parquet", 2, *to, "--format", "csv", "--codec", codec)
    refused("--numeric is for PostgreSQL", 2, *to, "--numeric", "text")
    refused("--pass-through is for PostgreSQL", 2, *to, "--pass-through", "format csv")
    postgres = ["--from", "postgresql:///shop", "--table", "orders", "--to", "out"]
    for option in (["--format", "csv"], ["--header"], ["--null", "x"], ["--numeric", "text"]):
        refused(f"{option[0]} has no effect next to --pass-through", 2, *postgres, "--pass-through", "format csv", *option)
    refused("--pass-through is empty", 2, *postgres, "--pass-through", "")
    for numeric in ("39", "39,1", "5,6", "x,1", "5,", ",", "5,-1", "float"):
        refused("--numeric must be", 2, *postgres, "--numeric", numeric)
    refused("holds a password", 2, "--from", "postgresql://u:p@h/d", *postgres[2:])
    for level in ("x", "", "1.5", "99999999999"):
        refused("--codec-level must be a whole number", 2, *to, "--codec", "zstd", "--codec-level", level)
    refused("level of zstd", 2, *to, "--codec", "zstd", "--codec-level", "23")
    refused("level of gzip", 2, *to, "--codec", "gzip", "--codec-level", "10")
    refused("level of libdeflate", 2, *to, "--codec", "libdeflate", "--codec-level", "13")
    refused("quality of brotli", 2, *to, "--codec", "brotli", "--codec-level", "12")
    refused("--codec-level has no effect on the codec snappy", 2, *to, "--codec-level", "1")
    refused("--external-id has no effect without --assume-role-arn", 2, *bucket, "--external-id", "x")
    refused("there is no AssumeRole", 2, *bucket, "--profile", "gcs", "--assume-role-arn", "arn:aws:iam::123456789012:role/x")
    refused("role_arn", 2, *bucket, "--region", "r", "--assume-role-arn", "x")
    for option in (["--endpoint", "https://h"], ["--region", "r"], ["--profile", "aws"], ["--path-style"],
                   ["--allow-http"], ["--ca-file", "f"], ["--proxy", "http://p"], ["--account", "a"], ["--jurisdiction", "eu"],
                   ["--storage-class", "STANDARD"], ["--conditional-writes", "yes"],
                   ["--assume-role-arn", "a"], ["--external-id", "a"], ["--role-session-name", "a"], ["--sts-endpoint", "a"]):
        refused(f"{option[0]} is for buckets", 2, *to, *option)
        refused(f"{option[0]} (is for buckets|has no effect on status)", 2, "status", "out", *option)
    refused("there is no format `orc`", 2, *to, "--format", "orc")
    refused("there is no codec `lzo`", 2, *to, "--codec", "lzo")
    refused("one ASCII character", 2, *to, "--format", "csv", "--delimiter", "ab")
    refused("one ASCII character", 2, *to, "--format", "csv", "--delimiter", "é")
    refused("one ASCII character", 2, *to, "--format", "csv", "--delimiter", "")
    refused("delimiter", 2, *to, "--format", "csv", "--delimiter", '"')
    refused("null", 2, *to, "--format", "csv", "--null", "a,b")
    # Buckets: what can be told without asking.
    refused("region.*--region", 2, *bucket)
    refused("http://.*--allow-http", 2, *bucket, "--endpoint", "http://h")
    refused("http://.*--allow-http", 2, *bucket, AWS_ENDPOINT_URL_S3="http://h")
    refused("endpoint", 2, *bucket, "--endpoint", "h")
    refused("no profile `azure`", 2, *bucket, "--profile", "azure")
    refused("--account, or set CLOUDFLARE_ACCOUNT_ID, or give --endpoint", 2, *bucket, "--profile", "r2")
    refused("AWS_ACCESS_KEY_ID", 1, *bucket, "--region", "eu-west-1")
    # The other commands.
    for verb in ("status", "resume", "abort"):
        refused(f"{verb} needs the URI", 2, verb)
        refused("one too many", 2, verb, "a", "b")
        refused(f"--table has no effect on {verb}", 2, verb, "a", "--table", "t")
        done = run(verb, "out")
        check(f"{verb} where nothing is ends with 0", done.returncode == 0 and "nothing to settle" in done.stdout)
        done = run(verb, "--json", "out")
        check(f"{verb} --json where nothing is", json.loads(done.stdout) == {"state": "none"}, done.stdout)
    refused("`frob` is not expected", 2, "frob", "a")
    # Failures that are no wrong usage.
    refused("no such SQLite database", 1, "--from", "sqlite:none.db", "--table", "t", "--to", "out")
    refused('no table or view "none"', 1, "--from", "sqlite:shop.db", "--table", "none", "--to", "out")

    # What is right.
    done = run("--help")
    check("--help", done.returncode == 0 and done.stderr == "" and "Exit status:" in done.stdout)
    check("--help fits 80 columns", max(map(len, done.stdout.splitlines())) <= 80)
    check("--version", re.fullmatch(r"copy_to \d+\.\d+\.\d+\n", run("--version").stdout))
    for number, size in enumerate(("1", "1.5kB", "64 MB", "16TB", "2g", "0.5k")):
        done = run(*table, "--to", f"size{number}", "--format", "csv", "--max-file-size", size)
        check(f"--max-file-size {size}", done.returncode == 0, done.stderr)
    check("one row a file", len(os.listdir("size0")) == 3)

    def csv_of(*options):
        target = os.path.abspath(f"csv{checks}")
        done = run(*table, "--to", f"file://{target.replace('csv', '%63sv')}", "--format", "csv", *options)
        check(f"CSV with {options}", done.returncode == 0, done.stderr)
        return "".join(open(os.path.join(target, name), newline="").read() for name in sorted(os.listdir(target)))

    check("CSV defaults", csv_of() == '1,a\n2,\n3,""\n')
    check("--header, --delimiter and --null", csv_of("--header", "--delimiter=\\t", "--null", "-") ==
          "id\tnote\n1\ta\n2\t-\n3\t\n")
    check("an empty --null", csv_of("--null", "") == csv_of("--null="))

    done = run(*to)
    name = r"part-0000-0000-\w+-\w+\.parquet"
    check("the last line", re.fullmatch(r"COPY 3 rows, 1 files, \d+ bytes\n", done.stdout), done.stdout)
    check("one file", re.fullmatch(name, " ".join(os.listdir("out"))), str(os.listdir("out")))
    refused_again = run(*to)
    check("a target that is not empty", refused_again.returncode == 1 and "not empty" in refused_again.stderr
          and len(os.listdir("out")) == 1, refused_again.stderr)
    done = run(*table, "--to", "object", "--json")
    report = json.loads(done.stdout)
    size = sum(os.path.getsize(f"object/{n}") for n in os.listdir("object"))
    check("--json", done.stdout.count("\n") == 1 and report["rows_uploaded"] == 3 and report["files_uploaded"] == 1
          and report["bytes_uploaded"] == size and report["export_id"] in report["files"][0]["key"]
          and re.fullmatch(name, report["files"][0]["key"]) and report["files"][0]["rows"] == 3
          and report["files"][0]["bytes"] == size and len(report["files"][0]["crc64nvme"]) == 12, done.stdout)
    # Names, files and what is there already.
    def shown(directory):
        return {n: open(os.path.join(directory, n)).read() for n in sorted(os.listdir(directory))
                if os.path.isfile(os.path.join(directory, n))}

    csv = [*table, "--format", "csv", "--to"]
    done = run(*csv, "names", "--names", "{prefix}/d/{file}.{ext}", "--max-file-rows", "2", "--header-once")
    check("--names, --max-file-rows, --header-once", os.listdir("names") == ["d"] and
          shown("names/d") == {"0000.csv": "id,note\n1,a\n2,\n", "0001.csv": '3,""\n'}, done.stderr)
    done = run(*csv, "names", "--if-exists", "append", "--names", "materialize", "--codec", "gzip")
    check("--if-exists append", done.returncode == 0 and len(os.listdir("names")) == 2 and
          re.fullmatch(r"mz-\w+-\w+-batch-0000-0000\.csv\.gz", max(os.listdir("names"))), str(os.listdir("names")))
    done = run(*csv, "names", "--if-exists", "replace")
    check("--if-exists replace", done.returncode == 0 and len(shown("names")) == 1 and not shown("names/d"),
          done.stderr + str(os.listdir("names")))
    os.mkdir("key")
    open("key/a.csv_part9", "w").close()
    open("key/a.csvx", "w").close()
    done = run(*csv, "key/a.csv", "--names", "aurora")
    check("a part in the way", done.returncode == 1 and "key/a.csv_part9" in done.stderr, done.stderr)
    done = run(*csv, "key/a.csv", "--names", "aurora", "--max-file-rows", "1", "--if-exists", "replace")
    check("--names aurora", shown("key") == {"a.csv": "1,a\n", "a.csv_part2": "2,\n", "a.csv_part3": '3,""\n',
                                             "a.csvx": ""}, done.stderr + str(os.listdir("key")))
    done = run(*csv, "key/a.csv", "--single-file", "--if-exists", "replace")
    check("--single-file", shown("key") == {"a.csv": '1,a\n2,\n3,""\n', "a.csvx": ""}, done.stderr)
    done = run(*csv, "deep/er/one.csv", "--single-file")
    check("--single-file where no directory is", shown("deep/er") == {"one.csv": '1,a\n2,\n3,""\n'}, done.stderr)
    done = run("--from", "sqlite:shop.db", "--query", "SELECT * FROM orders WHERE 0", "--to", "none", "--no-empty-file")
    check("--no-empty-file", done.stdout == "COPY 0 rows, 0 files, 0 bytes\n" and not os.path.exists("none"), done.stderr)
    done = run(*csv, "dry", "--dry-run")
    check("--dry-run", done.returncode == 0 and done.stdout.endswith("DRY RUN the export would begin\n") and
          "id: int64\n" in done.stdout and "expected\n  3 rows\n" in done.stdout and
          "parts of 8.0 MiB, at most 32 a file\n" in done.stdout and not os.path.exists("dry"),
          done.stdout + done.stderr)
    # E19: an export that fails leaves no directory that it made.
    for what, arguments in (("a bad row", ["--from", "sqlite:shop.db", "--query", "SELECT id, 'x' FROM orders UNION ALL SELECT 'y', 1", "--format", "csv"]),
                            ("a dry run below", [*table, "--dry-run"]),
                            ("a row too many", [*table, "--single-file", "--max-file-rows", "2"])):
        done = run(*arguments, "--to", "made/by/it")
        check(f"{what} leaves no directory", not os.path.exists("made") and done.returncode in (0, 1), done.stderr)
    done = run(*csv, "names", "--dry-run", "--json")
    report = json.loads(done.stdout)
    check("--dry-run where something is", done.returncode == 1 and not report["would_begin"] and "not empty" in done.stderr
          and len(report["refusals"]) == 1 and len(shown("names")) == 1, done.stdout + done.stderr)
    # Which export is meant.
    claim = "copyto-control 1\nstate claim\nexport {}\nstarted x\nhost h\nmode append\nnames %7Bfile%7D-{}\nshard 0 1\nend\n"
    os.mkdir("two")
    for export in ("e1", "e2"):
        with open(f"two/_copyto.{export}.INCOMPLETE", "w") as control:
            control.write(claim.format(export, export))
    done = run("status", "two")
    check("status of two exports", done.returncode == 2 and "two --export-id e1" in done.stderr and
          "two --export-id e2" in done.stderr, done.stderr)
    done = run("status", "two", "--export-id", "e3")
    check("status of an export that is not there", done.returncode == 0 and "nothing to settle" in done.stdout, done.stdout)
    done = run("abort", "two", "--export-id", "e1")
    check("abort of one", done.returncode == 0 and os.listdir("two") == ["_copyto.e2.INCOMPLETE"], done.stderr)
    done = run("status", "two")
    check("status of the only one", done.returncode == 3 and "copy_to abort two --export-id e2" in done.stdout, done.stdout)
    check("abort of the only one", run("abort", "two").returncode == 0 and not os.listdir("two"))
    with open("two/k.csv_copyto.INCOMPLETE", "w") as control:
        control.write(claim.format("e4", "e4").replace("mode append", "mode error"))
    done = run("status", "two/k.csv")
    check("status of one key", done.returncode == 3 and "export e4" in done.stdout, done.stdout + done.stderr)
    check("abort of one key", run("abort", "two/k.csv").returncode == 0 and not os.listdir("two"))
    # Standard output that cannot be written to changes nothing about the export.
    with open("/dev/full", "w") as full:
        done = subprocess.run([copy_to, *table, "--to", "full"], stdout=full, stderr=subprocess.PIPE, text=True)
    check("a full standard output", done.returncode == 0 and "standard output" in done.stderr
          and len(os.listdir("full")) == 1, done.stderr)
    os.chdir("/")

print(f"usage: checks={checks} failures={len(failures)}")
sys.exit(1 if failures else 0)
