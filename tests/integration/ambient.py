# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""copy_to --credentials: keys that a container, an instance, a process, a profile or a web identity gives reach the real
gateway, also when they end during the export; and where the giver fails, one sentence names it and no secret is told.
The keys are real sessions, given out by doubles. With --selfcheck only these are tried, by botocore."""
import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import botocore.config  # noqa: E402
import botocore.credentials  # noqa: E402
import botocore.session  # noqa: E402

import _metadata  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402

PATIENCE = 15  # seconds in which every failure has to be told
LIFE = 3  # of a set, where sets are to end during an export
FULL = tool.full_tier()
SECONDS = 40 if FULL else 8  # that such an export takes

ROWS = ["--from", "sqlite::memory:", "--query", "SELECT 1 AS i UNION ALL SELECT 2", "--format", "csv"]
ROLE = "arn:aws:iam::123456789012:role/exporter"

# How a message names a provider.
NAMES = {"instance": r"\binstance\b", "container": r"\bcontainer\b", "process": r"process", "web-identity": r"[Ww]eb[ _-]identity",
         "profile": r"\bprofile\b"}

# A credential_process: what a container is given, as processes write it, or what is wrong with it.
PROCESS = r"""
import json, sys, time, urllib.request
what, url, secret = sys.argv[1:]
if what == "garbage":
    print("{" + json.dumps({"SecretAccessKey": secret}) + " garbage")
elif what == "huge":
    for _ in range(1600):
        sys.stdout.write("A" * 65536)
elif what == "fails":
    print("cannot log in with", secret, file=sys.stderr)
    sys.exit(1)
elif what == "hangs":
    time.sleep(100)
elif what != "nothing":
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as answer:
        given = json.load(answer)
    given = {"Version": 1, "AccessKeyId": given["AccessKeyId"], "SecretAccessKey": given["SecretAccessKey"],
             "SessionToken": given["Token"], "Expiration": given["Expiration"]}
    if what == "version 2":
        given["Version"] = 2
    elif what == "no secret key":
        del given["SecretAccessKey"]
    elif what == "expired":
        given["Expiration"] = "2020-01-01T00:00:00Z"
    elif what == "chatty":
        print("logged in with", secret, file=sys.stderr)
    print(json.dumps(given))
"""


class Checks(tool.Checks):
    """Also counts what was good."""

    def __init__(self, name):
        super().__init__(name)
        self.count = 0

    def expect(self, good, what, detail=""):
        self.count += 1
        return super().expect(good, what, detail)

    def finish(self):
        print(f"{self.name}: {self.count} checks, {self.failures} failed")
        sys.exit(1 if self.failures or not self.count else 0)


def session(role="S3_TEST_ROLE_ARN", seconds=3600):
    """A session of the gateway, as services give them out. It takes ones that are shorter than Amazon's; without its token,
    or when it is over, the key is not accepted."""
    sts = botocore.session.get_session().create_client(
        "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
        aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"), aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"),
        config=botocore.config.Config(parameter_validation=False))
    keys = sts.assume_role(RoleArn=s3.setting(role), RoleSessionName="ambient", DurationSeconds=seconds,
                           ExternalId=s3.setting("S3_TEST_EXTERNAL_ID"))["Credentials"]
    return {"AccessKeyId": keys["AccessKeyId"], "SecretAccessKey": keys["SecretAccessKey"], "Token": keys["SessionToken"],
            "Expiration": keys["Expiration"].astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}


def client(keys):
    return botocore.session.get_session().create_client(
        "s3", endpoint_url=s3.setting("S3_TEST_ENDPOINT_TLS"), region_name=s3.setting("S3_TEST_REGION"), verify=s3.setting("S3_TEST_CA_FILE"),
        aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["Token"],
        config=botocore.config.Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"))


class Bucket(s3.Bucket):
    """Whose objects a role's session reads: what such a session wrote is not its bucket owner's to read."""

    def __init__(self):
        super().__init__()
        self.reader = client(session("S3_TEST_ROLE_ARN_READER"))

    def get(self, key):
        return self.reader.get_object(Bucket=self.name, Key=key)["Body"].read()


class Place:
    """A home directory, and the environment that a run begins with: nothing of the caller's."""

    def __init__(self, root):
        self.home = os.path.join(root, uuid.uuid4().hex)
        os.makedirs(os.path.join(self.home, ".aws", "sso", "cache"))
        self.env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.home, "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_CONFIG_FILE": os.path.join(self.home, ".aws", "config"),
                    "AWS_SHARED_CREDENTIALS_FILE": os.path.join(self.home, ".aws", "credentials")}
        self.env |= {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS") or k in ("LD_LIBRARY_PATH", "LLVM_PROFILE_FILE")}
        self.secrets = set()

    def write(self, name, text):
        path = os.path.join(self.home, name)
        with open(path + ".new", "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(path + ".new", path)
        return path

    def secret(self, name=""):
        self.secrets.add(made := f"planted-{name}/{uuid.uuid4().hex}+=")
        return made

    def set(self, **env):
        self.env |= env
        return self

    # What each provider needs of the environment, to be answered by this double.

    def instance(self, double):
        return self.set(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=double.url)

    def container(self, double):
        return self.set(AWS_CONTAINER_CREDENTIALS_FULL_URI=double.container_url)

    def process(self, double, what="right", profile="default"):
        program = self.write("give.py", PROCESS)
        command = shlex.join([sys.executable, program, what, double.container_url, self.secret("process")])
        section = "default" if profile == "default" else f"profile {profile}"
        self.write(".aws/config", f"[{section}]\ncredential_process = {command}\n")
        return self

    def web(self, double):
        """Its token's file is the double's."""
        token = self.secret("web")
        with open(double.web_token_file, "w", encoding="utf-8") as out:
            out.write(token)
        return self.set(AWS_WEB_IDENTITY_TOKEN_FILE=double.web_token_file, AWS_ROLE_ARN=ROLE, AWS_ROLE_SESSION_NAME="ambient")


class Run:
    """One run of the tool, and what it left."""

    def __init__(self, bucket, place, credentials, *options, rows=ROWS, timeout=PATIENCE + 5):
        self.prefix = "ambient/" + uuid.uuid4().hex
        self.bucket, self.place = bucket, place
        arguments = [*rows, "--to", f"s3://{bucket.name}/{self.prefix}", "--endpoint", s3.setting("S3_TEST_ENDPOINT_TLS"), "--ca-file",
                     s3.setting("S3_TEST_CA_FILE"), "--region", s3.setting("S3_TEST_REGION"), "--path-style",
                     *([] if credentials is None else ["--credentials", credentials]), *options]
        begin = time.monotonic()
        try:
            done = subprocess.run([tool.program(), *arguments], env=place.env, timeout=timeout, cwd=place.home, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.status, self.stdout, self.stderr = done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        except subprocess.TimeoutExpired as late:
            self.status, self.stdout, self.stderr = "none: killed", "", (late.stderr or b"").decode(errors="replace")
        self.seconds = time.monotonic() - begin

    def leaks(self, secrets):
        """Those that were printed: as they are, in a URL, or in JSON."""
        printed = self.stdout + self.stderr
        return [s for s in secrets if s and any(form in printed for form in (s, s[:40], urllib.parse.quote(s, safe=""), json.dumps(s)[1:-1],
                                                                            s.replace("/", "\\/")))]

    def left(self):
        return self.bucket.keys(self.prefix) + self.bucket.uploads(self.prefix)

    def text(self):
        return b"".join(self.bucket.get(key) for key in self.bucket.files(self.prefix + "/"))

    def check_good(self, checks, what, secrets, text=b"1\n2\n"):
        good = checks.expect(self.status == 0, f"{what}: exit {self.status} after {self.seconds:.1f} s", self.stderr[-2000:])
        if good:
            rows = self.text()
            checks.expect(sorted(rows.splitlines()) == sorted(text.splitlines()), f"{what}: other rows", str(rows[:200]))
        checks.expect(not self.leaks(self.place.secrets | secrets), f"{what}: a secret is printed", self.stdout + self.stderr)
        checks.expect(not self.bucket.uploads(self.prefix), f"{what}: an upload is left")
        self.bucket.purge(self.prefix)
        return good

    def check_bad(self, checks, what, secrets, patterns, verbose=False, seconds=PATIENCE):
        checks.expect(self.status in (1, 2), f"{what}: exit {self.status}", self.stderr[-2000:])
        checks.expect(self.seconds < seconds, f"{what}: takes {self.seconds:.1f} s")
        lines = self.stderr.strip().splitlines()
        if not verbose:
            checks.expect(len(lines) == 1 and lines[0].startswith("copy_to: "), f"{what}: not one sentence", self.stderr[-2000:])
            checks.expect(self.stdout == "", f"{what}: wrote to standard output", self.stdout[:500])
        last = lines[-1] if lines else ""
        for pattern in patterns:
            checks.expect(re.search(pattern, last), f"{what}: no match for {pattern}", last[:2000])
        checks.expect(re.search(r"; \w.{5,}", last), f"{what}: no advice", last[:2000])
        checks.expect(len(last) < 2000 and last.isprintable(), f"{what}: a message of {len(last)} characters", last[:2000])
        checks.expect(not self.leaks(self.place.secrets | secrets), f"{what}: a secret is printed", self.stdout + self.stderr)
        left = self.left()
        if not checks.expect(not left, f"{what}: something is left", str(left)):
            self.bucket.purge(self.prefix)


def in_parallel(jobs):
    """Each job runs the tool and returns the function that checks what came of it; these are called here, one by one."""
    with concurrent.futures.ThreadPoolExecutor(max(2, min(8, 2 * (os.cpu_count() or 1)))) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()()


# --- what is good -----------------------------------------------------------------------------------------------------


def exports(checks, bucket, root):
    """Each provider, alone and by the chain. Its keys need their token, so that what arrives has all three."""
    keys = session()

    def good(what, credentials, setting, *options, requests=1, double=None):
        with double or _metadata.metadata(credentials=lambda: keys, web_token_file=os.path.join(root, uuid.uuid4().hex)) as giving:
            place = Place(root)
            setting(place, giving)
            run = Run(bucket, place, credentials, "--verbose", *options)
            run.check_good(checks, what, giving.given | {keys["SecretAccessKey"], keys["Token"]})
            checks.expect(giving.asked_for_keys() == requests, f"{what}: {giving.asked_for_keys()} sets, not {requests}", str(giving.asked))
            checks.expect(giving.requests["other"] == 0, f"{what}: strange requests", str(giving.asked))
            return giving

    for credentials in ("instance", "chain"):
        double = good(f"{credentials}: instance", credentials, Place.instance)
        checks.expect([method for method, *_ in double.asked] == ["PUT", "GET", "GET"], f"{credentials}: instance, what was asked",
                      str(double.asked))
        good(f"{credentials}: container", credentials.replace("instance", "container"), Place.container)
        good(f"{credentials}: process", credentials.replace("instance", "process"), Place.process)
    good("profile: process", "profile:exporter", lambda place, double: place.process(double, profile="exporter"))
    good("process that also talks", "process", lambda place, double: place.process(double, "chatty"))
    for credentials in ("web-identity", "chain"):
        with _metadata.metadata(credentials=lambda: keys, web_token_file=os.path.join(root, "web")) as double:
            run = Run(bucket, Place(root).web(double), credentials, "--sts-endpoint", double.url, "--allow-http", "--verbose")
            run.check_good(checks, f"{credentials}: web identity", double.given)
            checks.expect(double.requests["web"] == len(double.asked) == 1, f"{credentials}: web identity, what was asked", str(double.asked))
    good("an endpoint with a slash at its end", "instance",
         lambda place, double: place.instance(double).set(AWS_EC2_METADATA_SERVICE_ENDPOINT=double.url + "/"))
    good("a proxy is not for the instance's service", "instance",
         lambda place, double: place.instance(double).set(http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://127.0.0.1:1"))
    good("a proxy is not for the container's service", "container",
         lambda place, double: place.container(double).set(http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://127.0.0.1:1"))

    authorization = Place(root).secret("authorization")
    double = _metadata.metadata(credentials=lambda: keys, authorization=authorization)
    good("container with a token", "container",
         lambda place, double: place.container(double).set(AWS_CONTAINER_AUTHORIZATION_TOKEN=authorization), double=double)

    # The chain takes what comes first, and asks nobody else.
    for credentials in ("chain", "environment"):
        with _metadata.metadata(credentials=lambda: keys) as double:
            place = Place(root).instance(double).container(double).process(double)
            place.set(AWS_ACCESS_KEY_ID=keys["AccessKeyId"], AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"], AWS_SESSION_TOKEN=keys["Token"])
            Run(bucket, place, credentials).check_good(checks, f"{credentials}: environment", {keys["SecretAccessKey"], keys["Token"]})
            checks.expect(not double.asked, f"{credentials}: environment, but somebody was asked", str(double.asked))
    with _metadata.metadata(credentials=lambda: keys) as double:
        Run(bucket, Place(root).instance(double).container(double), "chain").check_good(checks, "chain: both", double.given)
        checks.expect(double.requests["container"] == 1 and not double.requests["credentials"], "chain: a container goes before an instance",
                      str(double.asked))


def passing(checks, bucket, root):
    """What is over when it is asked again."""
    keys = session()
    for credentials, setting, kinds in (("instance", Place.instance, ("token", "role", "credentials")),
                                        ("container", Place.container, ("container",))):
        for kind in kinds:
            for what in ("error", "unavailable", "throttle", "closed"):
                with _metadata.metadata(credentials=lambda: keys).fail(what, kind, times=1) as double:
                    run = Run(bucket, setting(Place(root), double), credentials)
                    run.check_good(checks, f"{credentials}: {what} once for {kind}", double.given)


# --- what is bad ------------------------------------------------------------------------------------------------------


def faults(checks, bucket, root):
    """Every fault of the double, for each of its requests."""
    keys = session()
    # A number in place of a text is the server's to refuse.
    every = [what for what in (*_metadata.PAGES, *_metadata.SETS, *_metadata.WIRE) if what != "a number as id"]
    pages = [*_metadata.PAGES, *_metadata.WIRE]
    # A set without end is one that lasts, where clients think so. An expired one of an instance is used by some SDKs.
    either = {("container", "no expiration"), ("instance", "no expiration"), ("web-identity", "no expiration")}

    def job(credentials, setting, kind, what, options=()):
        def run():
            described = f"{credentials}: {what} for {kind}"
            web = os.path.join(root, uuid.uuid4().hex)
            runs = []
            with _metadata.metadata(credentials=lambda: dict(keys), web_token_file=web).fail(what, kind) as double:
                more = [double.url if option is None else option for option in options]
                runs.append(Run(bucket, setting(Place(root), double), credentials, *more))
                if runs[0].seconds < 2:  # and all that it can say
                    runs.append(Run(bucket, setting(Place(root), double), credentials, "--verbose", *more))

            def check():
                for number, done in enumerate(runs):
                    if done.status == 0 and (credentials, what) in either:
                        done.check_good(checks, described, double.given)
                        continue
                    done.check_bad(checks, described, double.given | {keys["SecretAccessKey"], keys["Token"]}, [NAMES[credentials]], verbose=number)
                checks.expect(double.asked, f"{described}: nobody was asked")
                checks.expect(double.requests["other"] == 0 and not any(path == "/elsewhere" for _, path, _ in double.asked),
                              f"{described}: strange requests", str(double.asked))
                checks.expect(double.sent < _metadata.HUGE // 2, f"{described}: read {double.sent} bytes")

            return check

        return run

    jobs = [job("container", Place.container, "container", what) for what in every]
    jobs += [job("instance", Place.instance, "credentials", what) for what in every]
    jobs += [job("instance", Place.instance, kind, what) for kind in ("token", "role") for what in pages
             if what not in ("garbage", "cut") or kind == "role"]
    jobs += [job("web-identity", Place.web, "web", what, ("--sts-endpoint", None, "--allow-http")) for what in every
             if what not in ("no secret key", "no id", "hang", "drip")]  # it is a minute until STS is given up
    in_parallel(jobs if FULL else jobs[::7])


def chains(checks, bucket, root):
    """Nothing is there: all that was tried is named."""
    everything = ["AWS_ACCESS_KEY_ID", NAMES["profile"], NAMES["web-identity"], NAMES["container"], NAMES["instance"]]
    place = Place(root).set(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:1")
    Run(bucket, place, "chain").check_bad(checks, "chain: nothing is there", set(), everything, seconds=10)
    Run(bucket, Place(root), "chain").check_bad(checks, "chain: nothing is there, and no instance", set(), everything, seconds=10)
    with _metadata.metadata() as double:
        run = Run(bucket, Place(root).instance(double).container(double), "environment")
        run.check_bad(checks, "environment: nothing is there", double.given, ["AWS_ACCESS_KEY_ID"])
        checks.expect(not double.asked, "environment: somebody else was asked", str(double.asked))
    with _metadata.metadata().fail("hang", "token") as double:  # as where hops are counted
        run = Run(bucket, Place(root).instance(double), "chain")
        run.check_bad(checks, "chain: an instance that never answers", double.given, everything, seconds=10)
    with _metadata.metadata() as double:
        run = Run(bucket, Place(root).instance(double).set(AWS_EC2_METADATA_DISABLED="true"), "instance")
        run.check_bad(checks, "an instance that is switched off", double.given, [NAMES["instance"], "AWS_EC2_METADATA_DISABLED"])
        checks.expect(not double.asked, "an instance that is switched off is asked", str(double.asked))


def options(checks, bucket, root):
    """What can be wrong with the option itself."""
    for value in ("", "nobody", "profile", "profile:", "Instance", "chain "):
        run = Run(bucket, Place(root), value)
        checks.expect(run.status == 2 and run.stderr.startswith("copy_to: ") and not run.left(), f"--credentials `{value}`: exit {run.status}",
                      run.stderr[:500])


def containers(checks, bucket, root):
    """What can be wrong with a container's environment. The double is asked where that is right; None: it may be."""

    def bad(what, patterns, asked=False, double=None, **env):
        with double or _metadata.metadata() as giving:
            place = Place(root)
            place.secrets.update(v for k, v in env.items() if k == "AWS_CONTAINER_AUTHORIZATION_TOKEN")
            place.set(**{k: v.replace("DOUBLE", giving.url.removeprefix("http://")) for k, v in env.items()})
            run = Run(bucket, place, "container")
            run.check_bad(checks, f"container: {what}", giving.given, [NAMES["container"], *patterns])
            checks.expect(asked is None or bool(giving.asked) == asked, f"container: {what}: asked {giving.asked}")

    uri, relative = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    token, file = "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    there = {uri: "http://DOUBLE/v2/credentials/x"}
    bad("nothing is set", [relative + "|" + uri])
    for what, value in (("a host that is not allowed", "http://example.com/"), ("one that begins as loopback", "http://127.0.0.1.example.com/"),
                        ("one behind a name", "http://127.0.0.1@example.com/"), ("an address of the network", "http://10.0.0.1/"),
                        ("the instance's address", "http://169.254.169.254/latest/"), ("no scheme", "127.0.0.1/x"),
                        ("another scheme", "ftp://127.0.0.1/x"), ("no URI", "http://"), ("a line feed", "http://127.0.0.1/x\r\nx-planted: 1")):
        bad(what, ["URI|URL"], **{uri: value})
    for what, value in (("a relative URI without a slash", "v2/credentials/x"), ("one that names a host", "@DOUBLE/v2/credentials/x"),
                        ("one that names a port", ":80@DOUBLE/x")):
        bad(what, ["URI|URL"], **{relative: value})
    bad("a token with a line feed", [token], **there, **{token: "planted-1d2c3b4a\nx-planted: planted"})
    bad("a token with a carriage return", [token], **there, **{token: "planted-1d2c3b4a\rx"})
    bad("a missing token file", ["file|FILE"], **there, **{file: os.path.join(root, "none")})
    bad("a directory as token file", ["file|FILE"], **there, **{file: root})
    place = Place(root)
    bad("a token file with two lines", ["file|FILE"], **there, **{file: place.write("token", "planted-1d2c3b4a\r\nx-planted: planted")})
    bad("an empty token file", [], asked=None, double=_metadata.metadata(authorization="right"), **there, **{file: place.write("empty", "")})
    bad("a wrong token", ["401|not accepted|refused"], asked=True, double=_metadata.metadata(authorization="right"), **there,
        **{token: "planted-wrong-1d2c3b4a"})
    bad("no token", ["401|not accepted|refused"], asked=True, double=_metadata.metadata(authorization="right"), **there)
    bad("nobody listens", [], **{uri: "http://127.0.0.1:1/v2/credentials/x"})


def processes(checks, bucket, root):
    """What can be wrong with a credential_process."""

    def bad(what, patterns, seconds=PATIENCE, **how):
        with _metadata.metadata() as double:
            for credentials in ("process", "profile:exporter"):
                place = Place(root)
                place.process(double, profile="default" if credentials == "process" else "exporter", what=what)
                for way in ([], ["--verbose"]):
                    run = Run(bucket, place, credentials, *way, timeout=seconds + 5)
                    run.check_bad(checks, f"{credentials}: {what}", double.given, [NAMES["process"], *patterns], bool(way), seconds)

    for what, patterns in (("garbage", []), ("huge", []), ("fails", []), ("nothing", []), ("version 2", ["[Vv]ersion"]),
                           ("no secret key", []), ("expired", [])):
        bad(what, patterns)
    if tool.full_tier():
        bad("hangs", ["second|long|time"], seconds=75)
    for what, line in (("not there", "no-such-program --give"), ("a directory", root), ("an open quote", "sh -c 'echo"), ("empty", "")):
        place = Place(root)
        place.write(".aws/config", f"[default]\ncredential_process = {line}\n")
        Run(bucket, place, "process").check_bad(checks, f"process: {what}", set(), [NAMES["process"]])
    Run(bucket, Place(root), "process").check_bad(checks, "process: no profile", set(), [NAMES["process"] + "|" + NAMES["profile"]])
    # It is no shell.
    place = Place(root)
    place.write(".aws/config", f"[default]\ncredential_process = true; touch {place.home}/touched\n")
    Run(bucket, place, "process").check_bad(checks, "process: a semicolon", set(), [NAMES["process"]])
    checks.expect(not os.path.exists(os.path.join(place.home, "touched")), "process: a shell ran it")


def profiles(checks, bucket, root):
    """What can be wrong with profiles, single sign-on and web identities' files."""
    tell = [NAMES["profile"]]
    Run(bucket, Place(root), "profile:none").check_bad(checks, "profile: not there", set(), [*tell, "none"])
    for what, text in (("a loop of two", "[profile a]\nrole_arn = {0}\nsource_profile = b\n[profile b]\nrole_arn = {0}\nsource_profile = a\n"),
                       ("a loop of three", "[profile a]\nrole_arn = {0}\nsource_profile = b\n[profile b]\nrole_arn = {0}\nsource_profile = c\n"
                        "[profile c]\nrole_arn = {0}\nsource_profile = a\n")):
        place = Place(root)
        place.write(".aws/config", text.format(ROLE))
        Run(bucket, place, "profile:a").check_bad(checks, f"profile: {what}", set(), [*tell, r"\ba\b"])

    sso = ("[profile sso]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = exporter\n"
           "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n")
    old = ("[profile sso]\nsso_start_url = s\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = exporter\n")
    cache = f".aws/sso/cache/{hashlib.sha1(b's').hexdigest()}.json"
    for form, config in (("", sso), (", as it was", old)):
        for what, held in (("no token", None), ("an expired token", {"accessToken": "", "expiresAt": "2020-01-01T00:00:00Z"}),
                           ("a token of nothing", {}), ("a token that is no JSON", "x")):
            place = Place(root)
            place.write(".aws/config", config)
            if isinstance(held, dict):
                if held:
                    held = held | {"accessToken": place.secret("sso"), "startUrl": "s", "region": "us-east-1"}
                place.write(cache, json.dumps(held))
            elif held:
                place.write(cache, "{" + place.secret("sso"))
            run = Run(bucket, place, "profile:sso")
            run.check_bad(checks, f"single sign-on{form}: {what}", set(), ["aws sso login"])

    def web(what, patterns, **env):
        with _metadata.metadata() as double:
            place = Place(root).set(AWS_ROLE_ARN=ROLE, AWS_ROLE_SESSION_NAME="ambient").set(**env)
            run = Run(bucket, place, "web-identity", "--sts-endpoint", double.url, "--allow-http")
            run.check_bad(checks, f"web identity: {what}", set(), [NAMES["web-identity"], *patterns])
            checks.expect(not double.asked, f"web identity: {what}: asked {double.asked}")

    file = "AWS_WEB_IDENTITY_TOKEN_FILE"
    place = Place(root)
    token = place.write("token", "planted-web-token")
    web("a missing file", ["none"], **{file: os.path.join(root, "none")})
    web("an empty file", ["empty"], **{file: place.write("empty", "")})
    web("a file of white space", ["empty|white|blank|no token"], **{file: place.write("white", " \n")})
    web("a directory", ["director|read"], **{file: root})
    web("a large file", ["large|long|size|bytes|characters"], **{file: place.write("large", "A" * 10_000_000)})
    web("no file", [file])
    web("no role", ["AWS_ROLE_ARN"], **{file: token, "AWS_ROLE_ARN": ""})
    # A token that STS does not take.
    with _metadata.metadata(web_token_file=os.path.join(root, "another")) as double:
        place = Place(root).web(double).set(AWS_WEB_IDENTITY_TOKEN_FILE=token)
        place.secrets.add("planted-web-token")
        run = Run(bucket, place, "web-identity", "--sts-endpoint", double.url, "--allow-http")
        run.check_bad(checks, "web identity: a wrong token", double.given, [NAMES["web-identity"], "InvalidIdentityToken"])


# --- sets that end ----------------------------------------------------------------------------------------------------


def slow_query(rows, seconds):
    """A query whose rows take so long, all together, on this machine."""
    step = "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {0} + n - n) SELECT max(x) - {0} + n FROM c)"
    query = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {0}) SELECT {1} AS n FROM r"
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        begin = time.monotonic()
        db.execute(query.format(rows, step.format(2000))).fetchall()
        each = (time.monotonic() - begin) / rows / 2000
    return query.format(rows, step.format(max(2, round(seconds / rows / each))))


def ends(checks, bucket, root):
    """Sets that end while rows are read: the gateway refuses those that are over, so that an export commits only with new ones."""
    rows = 400
    query = ["--from", "sqlite::memory:", "--query", slow_query(rows, SECONDS), "--format", "csv", "--max-file-rows", "10", "--threads", "1"]
    text = b"".join(b"%d\n" % n for n in range(1, rows + 1))

    def job(what, credentials, setting, *options, rotates=False):
        def run():
            place = Place(root)
            file = os.path.join(root, uuid.uuid4().hex)

            def give():
                if rotates:  # the next request has to read it again
                    place.write("authorization", place.secret("authorization"))
                return session(seconds=LIFE)

            wanted = place.write("authorization", place.secret("authorization")) if rotates else None
            with _metadata.metadata(credentials=give, authorization_file=wanted, web_token_file=file) as double:
                setting(place, double)
                if rotates:
                    place.set(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=wanted)
                more = [double.url if option is None else option for option in options]
                done = Run(bucket, place, credentials, *more, rows=query, timeout=300)

            def check():
                asked = double.asked_for_keys()
                print(f"ambient: {what}: {done.seconds:.1f} s, {asked} sets of {LIFE} s", flush=True)
                keys = sorted(done.bucket.files(done.prefix + "/"))
                checks.expect(len(keys) == rows // 10 or done.status, f"{what}: {len(keys)} files")
                done.check_good(checks, what, double.given, text)
                checks.expect(done.seconds > 2 * LIFE or done.status, f"{what}: over before its keys were")
                checks.expect(asked > 1, f"{what}: {asked} sets")
                checks.expect(not any(status == 401 for *_, status in double.asked), f"{what}: refused", str(double.asked))

            return check

        return run

    jobs = [job("a container's, with a token that changes", "container", Place.container, rotates=True),
            job("the chain's", "chain", Place.container)]
    if FULL:
        jobs += [job("an instance's sets that end", "instance", Place.instance), job("a container's", "container", Place.container),
                 job("a process's", "process", Place.process),
                 job("a web identity's", "web-identity", Place.web, "--sts-endpoint", None, "--allow-http")]
    in_parallel(jobs)


# --- the doubles ------------------------------------------------------------------------------------------------------


def selfcheck(checks, root):
    """The doubles, by botocore; and where the gateway is there, its sessions through each."""
    _metadata.selfcheck(checks.expect, root)
    if not os.environ.get("S3_TEST_ENDPOINT"):
        print("ambient: no gateway, so that its sessions were not tried")
        return
    bucket = Bucket()
    key = f"ambient/{uuid.uuid4().hex}"
    file = os.path.join(root, "web-token")
    with _metadata.metadata(credentials=session, web_token_file=file) as double:
        place = Place(root).process(double)
        Place(root).web(double)
        with open(file, encoding="utf-8") as token:
            web = _metadata.web_by_botocore(double, token.read())
        instance = _metadata.instance_by_botocore(double)
        container = _metadata.container_by_botocore(double)
        process = botocore.credentials.ProcessProvider("default", lambda: {"profiles": {"default": {
            "credential_process": open(place.env["AWS_CONFIG_FILE"], encoding="utf-8").read().partition(" = ")[2]}}}).load().get_frozen_credentials()
    for what, keys in (("instance", (instance["access_key"], instance["secret_key"], instance["token"])), ("container", container[:3]),
                       ("process", process[:3]), ("web identity", (web["AccessKeyId"], web["SecretAccessKey"], web["SessionToken"]))):
        keys = dict(zip(("AccessKeyId", "SecretAccessKey", "Token"), keys, strict=True))
        client(keys).put_object(Bucket=bucket.name, Key=key, Body=what.encode())
        checks.expect(bucket.get(key) == what.encode(), f"gateway: a session by {what}")
        for wrong in (keys | {"Token": None}, keys | {"Token": keys["Token"][:-8] + "AAAAAAA="}):
            checks.expect(_metadata.fails(lambda wrong=wrong: client(wrong).list_objects_v2(Bucket=bucket.name)),
                          f"gateway: {what} without its token, or with another")
    short = session(seconds=1)
    time.sleep(2)
    checks.expect(_metadata.fails(lambda: client(short).list_objects_v2(Bucket=bucket.name)), "gateway: a session that is over")
    bucket.purge(key)
    begin = time.monotonic()
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        found = [n for n, in db.execute(slow_query(100, 2))]
    checks.expect(found == list(range(1, 101)) and 1 < time.monotonic() - begin < 8, f"a slow query: {time.monotonic() - begin:.1f} s, not 2")


def main():
    checks = Checks("ambient")
    with tool.scratch() as root:
        selfcheck(checks, root)
        if "--selfcheck" not in sys.argv[1:]:
            bucket = Bucket()
            for part in (exports, passing, options, chains, containers, processes, profiles, faults, ends):
                begin = time.monotonic()
                part(checks, bucket, root)
                print(f"ambient: {part.__name__}: {time.monotonic() - begin:.0f} s", flush=True)
    checks.finish()


main()
