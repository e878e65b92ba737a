#!/usr/bin/env python3
# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""statement.py COPY_TO: COPY statements, what they mean and what is said of those that cannot be right; AWS profiles
that cannot be right. No server is asked."""
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


def check(what, good, shown=""):
    global checks
    checks += 1
    if not good:
        failures.append(what)
        print(f"FAILED: {what}\n{shown}")


def run(*arguments, **more):
    return subprocess.run([copy_to, *arguments], capture_output=True, text=True, timeout=60,
                          env={**environment, **more}, stdin=subprocess.DEVNULL)


def refused(words, *arguments, status=2, **more):
    """Must end with `status`, one line on standard error that matches `words`, and leave nothing."""
    done = run(*arguments, **more)
    check(f"{arguments} is refused with /{words}/", done.returncode == status and done.stdout == "" and
          re.search(words, done.stderr) and done.stderr.count("\n") == 1,
          f"  status {done.returncode}, stdout {done.stdout!r}, stderr {done.stderr!r}")
    check(f"{arguments} leaves nothing", sorted(os.listdir(".")) == ["shop.db"], str(os.listdir(".")))


with tempfile.TemporaryDirectory() as directory, tempfile.TemporaryDirectory() as home:
    os.chdir(directory)
    environment["HOME"] = home
    database = sqlite3.connect("shop.db")
    database.executescript("""CREATE TABLE orders (id INTEGER, note TEXT);
                              INSERT INTO orders VALUES (1, 'a'), (2, NULL), (3, 'x"y;z');""")
    database.close()
    source = ["--from", "sqlite:shop.db"]

    def wrong(line, column, words, statement):
        refused(f"COPY statement, line {line}, column {column}: {words}", *source, "-c", statement)

    # Pages are a table's, and no query's.
    for statement in ("COPY orders TO 'out' (SHARDS 2, FORMAT csv)", "COPY \"orders\" TO 'out' (FORMAT csv, SHARDS 2)"):
        done = run(*source, "-c", statement)
        check(f"{statement} has shards", done.returncode == 0 and "COPY 3 rows" in done.stdout, f"  {done.stdout}{done.stderr}")
        shutil.rmtree("out", ignore_errors=True)

    # What is no statement, and where.
    wrong(1, 1, "COPY is expected, not the end", "")
    wrong(1, 1, "COPY is expected, not `SELECT`", "SELECT 1")
    wrong(1, 6, "a table or a query in parentheses is expected, not the end", "COPY ")
    wrong(1, 6, "a table or a query in parentheses is expected, not `1`", "COPY 1 TO 'x'")
    wrong(1, 10, "a table or a query in parentheses is expected, not `TO`|TO is expected", "COPY main.TO 'x'")
    wrong(1, 12, "a list of columns has no place here; write COPY \\(SELECT", "COPY orders(id) TO 'x'")
    wrong(1, 13, "TO is expected, not a string", "COPY orders 'secret'")
    wrong(1, 13, "TO is expected, not `FROM`", "COPY orders FROM 'x'")
    wrong(1, 16, "a URI in single quotes is expected, not `STDOUT`", "COPY orders TO STDOUT")
    wrong(1, 16, "a URI in single quotes is expected, not `\"`|a name in quotes", 'COPY orders TO "x')
    wrong(1, 16, "a string that begins here has no end", "COPY orders TO 'x")
    wrong(1, 16, "a string that begins here has no end", "COPY orders TO $a$x$b$")
    wrong(1, 16, "an escape that is not", "COPY orders TO E'\\q'")
    wrong(1, 6, "a comment that begins here has no end", "COPY /* orders TO 'x'")
    refused("column 6: a comment that begins here has no end", "--from", "postgresql:///x", "-c", "COPY /* /* */ orders TO 'x'")
    wrong(1, 6, "the parenthesis that opens here is not closed", "COPY (SELECT (1) AS a TO 'x'")
    wrong(1, 8, "a query is expected in the parentheses", "COPY ( ) TO 'x'")
    wrong(1, 20, "the statement should end here, and `x` follows", "COPY orders TO 'x' x")
    wrong(1, 20, "the statement should end here, and `x` follows", "COPY orders TO 'x';x")
    wrong(1, 26, "options in parentheses are expected behind WITH, not `CSV`", "COPY orders TO 'x'  WITH CSV")
    wrong(3, 7, "TO is expected, not `TOO`", "COPY\n (SELECT 1 AS a) -- é\n/*é*/ TOO 'x'")
    # Options.
    options = "COPY orders TO 'x' WITH "
    wrong(1, 26, "there is no option `\\)`", options + "()")
    wrong(1, 26, "there is no option `OVERWRITE`; the options are AWS CONNECTION, FORMAT, ", options + "(OVERWRITE true)")
    wrong(1, 26, "there is no option a string", options + "('x' 'y')")
    wrong(1, 38, "FORMAT is given twice", options + "(FORMAT csv ,FORMAT csv)")
    wrong(1, 52, "AWS CONNECTION is given twice", "COPY orders TO 'x' USING AWS CONNECTION lake WITH (AWS CONNECTION = lake)")
    wrong(1, 35, "FORMAT is 'csv' or 'parquet'; .*--pass-through", options + "(FORMAT = 'text')")
    wrong(1, 33, "a value for FORMAT is expected, not `\\)`", options + "(FORMAT )")
    wrong(1, 42, "MAX FILE SIZE: `1gb` is no size", options + "(MAX FILE SIZE = '1gb')")
    wrong(1, 42, "MAX FILE ROWS is a whole number", options + "(MAX FILE ROWS = many)")
    wrong(1, 35, "HEADER is true or false", options + "(HEADER = 'maybe')")
    wrong(1, 36, "DELIMITER is one ASCII character", options + "(DELIMITER '::')")
    wrong(1, 36, "DELIMITER is one ASCII character", options + "(DELIMITER 'é')")
    wrong(1, 38, "FORCE QUOTE is \\* or columns in parentheses", options + "(FORCE QUOTE id)")
    wrong(1, 39, "the name of a column is expected, not `\\)`", options + "(FORCE QUOTE ())")
    wrong(1, 37, "a comma or a closing parenthesis is expected, not `HEADER`", options + "(FORMAT csv HEADER)")
    wrong(1, 36, "a comma or a closing parenthesis is expected, not the end", options + "(FORMAT csv")
    # What the command line says of them.
    refused("--header has no effect on Parquet", *source, "-c", options + "(HEADER)")
    refused("--if-exists cannot be `leave`", *source, "-c", options + "(IF EXISTS leave)")
    refused("'--to' cannot be specified more than once", *source, "--to", "y", "-c", "COPY orders TO 'x'")
    refused("give either --table or --query", *source, "--table", "orders", "-c", "COPY orders TO 'x'")
    refused("--from is missing", "-c", "COPY orders TO 'x'")
    refused("`orders` is not expected next to --command", *source, "-c", "COPY", "orders", "TO", "x")
    refused("ftp:// is not the scheme", *source, "-c", "COPY orders TO 'ftp://host/x'")
    refused("--aws-profile is for buckets", *source, "-c", options + "(AWS CONNECTION = lake)")
    refused("no such table|no table", *source, "-c", "COPY none TO 'x'", status=1)

    # What a statement means.
    def files(where):
        names = sorted(os.listdir(where)) if os.path.isdir(where) else []  # an export without files leaves no directory
        return [open(os.path.join(where, n), newline="").read() for n in names]

    all_rows = '1,a\n2,\n3,"x""y;z"\n'
    for number, (statement, wanted) in enumerate([
            ("COPY orders TO '{}' WITH (FORMAT = 'csv')", [all_rows]),
            ("copy \"orders\" to '{}' (format CSV);", [all_rows]),
            ("COPY main.orders TO $${}$$ WITH (FORMAT 'CSV', HEADER)", ["id,note\n" + all_rows]),
            ("COPY orders TO E'{}' WITH (FORMAT csv, HEADER = false)", [all_rows]),
            ("COPY (SELECT id, ')' AS p FROM orders WHERE note = 'a' -- )\n) TO '{}' WITH (FORMAT csv)", ["1,)\n"]),
            ("COPY (SELECT 1 AS \"a)\" /* ) /* ) */ UNION SELECT (2)) TO '{}' WITH (FORMAT csv, header on)", ["a)\n1\n2\n"]),
            ("COPY orders TO '{}' WITH (FORMAT csv, DELIMITER E'\\t', NULL = '-', QUOTE '''', FORCE_QUOTE (note))",
             ["1\t'a'\n2\t-\n3\t'x\"y;z'\n"]),
            ("COPY orders TO '{}' WITH (FORMAT csv, QUOTE '\"', ESCAPE E'\\\\', DELIMITER ';', FORCE QUOTE *)",
             ['"1";"a"\n"2";\n"3";"x\\"y;z"\n']),
            ("COPY orders TO '{}' WITH (FORMAT csv, MAX FILE ROWS 2)", ["1,a\n2,\n", '3,"x""y;z"\n']),
            ("COPY orders TO '{}' WITH (FORMAT csv, MAX_FILE_SIZE = '4B', NAMES '{{file}}')", ["1,a\n", "2,\n", '3,"x""y;z"\n']),
            ("COPY (SELECT * FROM orders WHERE 0) TO '{}' WITH (FORMAT csv, EMPTY FILE false)", []),
    ]):
        where = f"out{number}"
        done = run(*source, "-c", statement.format(where))
        check(f"{statement} is carried out", done.returncode == 0 and done.stdout.startswith("COPY "), done.stderr)
        check(f"{statement} writes {wanted}", done.returncode == 0 and files(where) == wanted,
              str(files(where)))
    done = run(*source, "-c", "COPY orders TO 'out0' WITH (FORMAT csv, IF EXISTS 'append', COMPRESSION gzip)")
    check("IF EXISTS and COMPRESSION", done.returncode == 0 and len(os.listdir("out0")) == 2 and
          any(n.endswith(".csv.gz") for n in os.listdir("out0")), done.stderr)
    done = run(*source, "-c", "COPY orders TO 'one.csv' WITH (FORMAT csv, SINGLE FILE)")
    check("SINGLE FILE", done.returncode == 0 and open("one.csv", newline="").read() == all_rows, done.stderr)
    done = run(*source, "-c", "COPY (SELECT id, note, 'it' || char(34) || 's' AS \"Odd, \"\"name\" FROM orders) TO 'parts' WITH (FORMAT csv, PARTITION_BY (truncate(2, ID), \"Odd, \"\"name\"), "
               "MAX PARTITIONS 2, SUCCESS_FILE, NAMES '{file}')")
    odd = 'Odd, "name=it"s'.replace('"', "%22")
    check("PARTITION BY", done.returncode == 0 and sorted(os.listdir("parts")) == ["_SUCCESS", "id_trunc=0", "id_trunc=2"]
          and os.listdir("parts/id_trunc=2") == [odd] and open(f"parts/id_trunc=2/{odd}/0000").read() == '2,\n3,"x""y;z"\n', done.stderr + str(os.listdir(".")))
    done = run(*source, "-c", "COPY orders TO 'kept' WITH (FORMAT csv, PARTITION BY 'note', PARTITION KEEP, NAMES '{file}')")
    check("PARTITION KEEP", done.returncode == 0 and len(os.listdir("kept")) == 3 and open("kept/note=a/0000").read() == "1,a\n", done.stderr)
    for name in os.listdir("."):
        if name != "shop.db":
            subprocess.run(["rm", "-r", name], check=True)
    wrong(1, 39, "PARTITION BY is keys in parentheses, not `note`", options + "(PARTITION BY note)")
    wrong(1, 46, "a column, or a transform of one, is expected, not the end", options + "(PARTITION BY (note, ")
    refused("does not name keys of partitions", *source, "-c", options + "(PARTITION BY ())")

    # aurora-export: what can be told without a server.
    aurora = ["aurora-export", "SELECT 1", "lake", "a/b", "eu-west-1"]
    refused("takes a query, a bucket, a file path and a region", *aurora[:4])
    refused("takes a query, a bucket, a file path and a region", *aurora, "more")
    refused("--from is missing", *aurora)
    refused("--pass-through is for PostgreSQL", *aurora, *source)
    refused("--options is of `copy_to aurora-export`", *source, "--table", "orders", "--to", "x", "--options", "format csv")
    refused("'--names' cannot be specified more than once", *aurora, "--from", "postgresql:///x", "--names", "materialize")
    refused("does not name a file", *aurora[:3], "a/", "eu-west-1", "--from", "postgresql:///x")
    refused("--region is empty", *aurora[:4], "", "--from", "postgresql:///x")

    # AWS profiles.
    secret = "nobody/must+see/this"
    bucket = [*source, "--table", "orders", "--to", "s3://lake/p", "--region", "eu-west-1"]

    def profile(words, config, credentials="", status=2):
        os.makedirs(os.path.join(home, ".aws"), exist_ok=True)
        for name, text in (("config", config), ("credentials", credentials)):
            with open(os.path.join(home, ".aws", name), "w") as file:
                file.write(text)
        refused(words, *bucket, "--aws-profile", "lake", status=status)
        done = run(*bucket, "--aws-profile", "lake")
        check("no secret is shown", secret not in done.stdout + done.stderr, done.stderr)

    refused("there is no AWS profile `lake` in .*/.aws/config and .*/.aws/credentials", *bucket, "--aws-profile", "lake")
    keys = f"aws_access_key_id = AKIA\naws_secret_access_key = {secret}\n"
    role = "role_arn = arn:aws:iam::123456789012:role/x\nexternal_id = ext\n"
    profile("there is no AWS profile `lake`", f"[lake]\n{keys}")  # in the config file it is called [profile lake]
    profile("`lake` has no credentials", "[profile lake]\nregion = eu-west-1\n")
    profile("`lake` has keys and a role", f"[profile lake]\n{role}", f"[lake]\n{keys}")
    profile("half of a key: aws_secret_access_key is missing", "[profile lake]\naws_access_key_id = AKIA\n")
    profile("half of a key: aws_access_key_id is missing", "", f"[lake]\naws_secret_access_key = {secret}\n")
    profile("half of a key: aws_access_key_id is missing", "", f"[lake]\naws_session_token = {secret}\n")
    profile("sets external_id without a role", f"[profile lake]\nexternal_id = e\n{keys}")
    profile("sets role_session_name without a role", f"[profile lake]\nrole_session_name = e\n{keys}")
    profile("sets source_profile and credential_source",
            f"[profile lake]\n{role}source_profile = a\ncredential_source = Environment\n")
    profile("credential_source of the AWS profile `lake` is none that there is", f"[profile lake]\n{role}credential_source = Wallet\n")
    profile("there is no AWS profile `base`", f"[profile lake]\n{role}source_profile = base\n")
    profile("`base`, which a role names as its source_profile, has no credentials", f"[profile lake]\n{role}source_profile = base\n[profile base]\nregion = r\n")
    profile("`lake` sets mfa_serial", f"[profile lake]\n{role}mfa_serial = arn:aws:iam::1:mfa/x\nsource_profile = base\n[profile base]\n{keys}")
    profile("`lake` uses single sign-on, and sso_start_url is missing", "[profile lake]\nsso_account_id = 1\nsso_role_name = r\n")
    profile("`lake` names an sso-session that is not there", "[profile lake]\nsso_session = s\nsso_account_id = 1\n")
    profile("has a web identity token file, and no role", "[profile lake]\nweb_identity_token_file = /x\n")
    profile("source_profile of the AWS profile `b` leads in a circle, back to `lake`",
            f"[profile lake]\n{role}source_profile = b\n[profile b]\n{role}source_profile = lake\n")
    profile("duration_seconds of the AWS profile `lake` is no number", f"[profile lake]\n{role}duration_seconds = 1h\n")
    # Comments, indented settings of others, blanks and carriage returns are no settings of ours.
    profile("the endpoint begins with http://", f"# x\r\n[profile lake]\r\n{keys}s3 =\r\n  endpoint_url = https://other\r\n"
            "; endpoint_url = https://no\r\nendpoint_url=http://lake.example\r\n[profile other]\r\nendpoint_url = https://third\r\n")
    # D16: a name in quotes; tests/property/aws_config.py has all the others.
    for section in ('profile "lake"', "profile 'lake'", "profile l\\ake", 'profile  l"ak"e'):
        profile("the endpoint begins with http://", f"[{section}]\n{keys}endpoint_url: http://lake.example\n")
    profile("config cannot be read as an AWS configuration file: line 2: this is neither a section", f"[profile lake]\n{secret}\n")
    with open(os.path.join(home, ".aws", "config"), "w") as file:
        file.write(f"[profile lake]\n{role}")
    refused("--assume-role-arn and the AWS profile `lake` both name a role", *bucket, "--aws-profile", "lake",
            "--assume-role-arn", "arn:aws:iam::123456789012:role/y")
    refused("AWS_ACCESS_KEY_ID", *bucket, "--aws-profile", "lake", status=1)  # the environment asks for the role
    with open(os.path.join(home, ".aws", "config"), "w") as file:
        file.write(f"[profile lake]\n{keys}")
    refused("--sts-endpoint has no effect: the AWS profile `lake` has no role", *bucket, "--aws-profile", "lake",
            "--sts-endpoint", "https://sts")
    os.chdir("/")

print(f"statement: checks={checks} failures={len(failures)}")
sys.exit(1 if failures else 0)
