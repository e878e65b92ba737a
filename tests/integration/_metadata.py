# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A double of the services that give out temporary keys: EC2 instance metadata, the credential endpoint of ECS tasks and EKS
pods, and STS for web identities. It keeps their rules strictly, does what is wrong when told to, and `selfcheck` holds it
against botocore as its client."""
import collections
import contextlib
import http.client
import http.server
import itertools
import json
import secrets
import socket
import threading
import time
import urllib.parse

import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.parsers
import botocore.session
import botocore.utils

TTL = "x-aws-ec2-metadata-token-ttl-seconds"
TOKEN = "x-aws-ec2-metadata-token"
ROLES = "/latest/meta-data/iam/security-credentials"
HUGE = 100_000_000

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the network</body></html>"

# Answers that take the place of the right one.
PAGES = {
    "error": (500, HTML),
    "unavailable": (503, b""),
    "throttle": (429, b"Too Many Requests"),
    "forbidden": (403, HTML),
    "not found": (404, HTML),
    "empty": (200, b""),
    "html": (200, HTML),
    "redirect": (302, b""),
}

# Sets that are not as they should be.
SETS = {
    "denied": lambda s: {"Code": "AssumeRoleUnauthorizedAccess", "LastUpdated": stamp(0),
                         "Message": "EC2 cannot assume the role exporter. Please see documentation."},
    "no expiration": lambda s: without(s, "Expiration"),
    "expired": lambda s: s | {"Expiration": stamp(-60)},
    "no date": lambda s: s | {"Expiration": "tomorrow"},
    "no secret key": lambda s: without(s, "SecretAccessKey"),
    "empty secret key": lambda s: s | {"SecretAccessKey": ""},
    "no id": lambda s: without(s, "AccessKeyId"),
    "a number as id": lambda s: s | {"AccessKeyId": 12345},
    "a line feed in the token": lambda s: s | {"Token": s["Token"] + "\r\nx-planted: 1"},
}

# What the connection does.
WIRE = ("hang", "drip", "huge", "cut", "garbage", "closed")


def without(items, name):
    return {k: v for k, v in items.items() if k != name}


def stamp(seconds):
    """The time in so many seconds, as the services write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def xml_of(given):
    """A set as STS writes it."""
    named = {"AccessKeyId": "AccessKeyId", "SecretAccessKey": "SecretAccessKey", "Token": "SessionToken", "Expiration": "Expiration"}
    fields = "".join(f"<{named[k]}>{str(v).replace('&', '&amp;').replace('<', '&lt;')}</{named[k]}>" for k, v in given.items() if k in named)
    return ('<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>'
            "<SubjectFromWebIdentityToken>system:serviceaccount:a:b</SubjectFromWebIdentityToken><Audience>sts.amazonaws.com</Audience>"
            "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/exporter/x</Arn><AssumedRoleId>AROAX:x</AssumedRoleId>"
            f"</AssumedRoleUser><Credentials>{fields}</Credentials><Provider>arn:aws:iam::123456789012:oidc-provider/x</Provider>"
            "</AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>c6104cbe-af31</RequestId></ResponseMetadata>"
            "</AssumeRoleWithWebIdentityResponse>").encode()


def xml_error(code, message):
    return ('<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
            f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>c6104cbe-af31</RequestId></ErrorResponse>").encode()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        """Clients that leave early are what some tests are about."""


class metadata:
    """A server on loopback, from `with` to its end.

    credentials: called for each set that is given out; returns a dict with AccessKeyId, SecretAccessKey, Token and, if it
    is not to live `life` seconds, Expiration. By default every set is another, and good for nothing.
    v1: requests without a token are answered, too, as instances may be set up.
    authorization: the Authorization header that containers must send, or `authorization_file`, whose content it is at
    the time of the request. web_token_file: the same for the token of a web identity.

    `requests` counts what was answered, by kind: token, role, credentials, region, container, web, other. `asked` has all
    as (method, path, status). `given` are the secrets that clients were told. `sent` counts the bytes of a huge answer.
    """

    def __init__(self, credentials=None, life=3600, role="exporter", region="us-east-1", v1=False, authorization=None,
                 authorization_file=None, web_token_file=None):
        self.credentials, self.life, self.role, self.region, self.v1 = credentials, life, role, region, v1
        self.authorization, self.authorization_file, self.web_token_file = authorization, authorization_file, web_token_file
        self.requests, self.asked, self.given, self.sent = collections.Counter(), [], set(), 0
        self.tokens, self.script, self.numbers = {}, [], itertools.count(1)
        self.lock, self.closing = threading.Lock(), threading.Event()

    def __enter__(self):
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def reply(self):
                double.reply(self)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = reply

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.container_url = self.url + "/v2/credentials/4a9d1c3e-5f0b-4a53-9d1e-7c1f1f0a2b6d"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def fail(self, what, at=(), times=None):
        """From now on `what`, of PAGES, SETS or WIRE, instead of the right answer: for requests of these kinds, or all;
        so many times, or always. What is wrong with a request is found first."""
        assert what in PAGES or what in SETS or what in WIRE, what
        with self.lock:
            self.script.append([what, (at,) if isinstance(at, str) else tuple(at), times])
        return self

    def asked_for_keys(self):
        """How many requests for a set came to a good end."""
        return self.requests["credentials"] + self.requests["container"] + self.requests["web"]

    # --- rules ------------------------------------------------------------------------------------------------------

    def kind_of(self, path):
        if path == "/latest/api/token":
            return "token"
        if path in (ROLES, ROLES + "/"):
            return "role"
        if path.startswith(ROLES + "/"):
            return "credentials"
        if path == "/latest/meta-data/placement/region":
            return "region"
        if path.startswith(("/v2/credentials/", "/v1/credentials/")):
            return "container"
        return "web" if path == "/" else "other"

    def rules(self, method, path, headers, body):
        """Kind, status, more headers and body; the body of a set is the function that makes it."""
        kind = self.kind_of(path)
        if kind == "token":
            return kind, *self.give_token(method, headers)
        if kind in ("role", "credentials", "region"):
            return kind, *self.instance(method, kind, path, headers)
        if kind == "container":
            return kind, *self.container(method, headers)
        if kind == "web":
            return kind, *self.web(method, headers, body)
        return kind, 404, {}, HTML

    def give_token(self, method, headers):
        if method != "PUT":
            return 405, {"Allow": "OPTIONS, PUT"}, b""
        if headers.get("X-Forwarded-For") is not None:
            return 403, {}, HTML
        ttl = headers.get(TTL, "")
        if not ttl.isascii() or not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return 400, {}, HTML
        token = "planted-imds-" + secrets.token_urlsafe(40) + "=="
        with self.lock:
            self.tokens[token] = time.monotonic() + int(ttl)
            self.given.add(token)
        return 200, {TTL: ttl}, token.encode()

    def instance(self, method, kind, path, headers):
        if method not in ("GET", "HEAD"):
            return 405, {}, b""
        token = headers.get(TOKEN)
        if not self.v1 or token is not None:
            with self.lock:
                good = self.tokens.get(token, 0) > time.monotonic()
            if not good:
                return 401, {}, HTML
        if kind == "region":
            return 200, {}, self.region.encode()
        if kind == "role":
            return 200, {}, self.role.encode()
        if urllib.parse.unquote(path[len(ROLES) + 1:]) != self.role:
            return 404, {}, HTML
        return 200, {}, lambda: {"Code": "Success", "LastUpdated": stamp(0), "Type": "AWS-HMAC"} | self.make_set()

    def container(self, method, headers):
        if method != "GET":
            return 405, {}, b""
        wanted = self.authorization
        if self.authorization_file:
            with open(self.authorization_file, encoding="utf-8") as file:
                wanted = file.read()
        if wanted is not None and headers.get("Authorization") != wanted:
            return 401, {"Content-Type": "application/json"}, b'{"code":"UnauthorizedException","message":"the token is not valid"}'
        return 200, {"Content-Type": "application/json"}, lambda: {"RoleArn": "arn:aws:iam::123456789012:role/task"} | self.make_set()

    def web(self, method, headers, body):
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html: no signature, a form."""
        kind = {"Content-Type": "text/xml"}
        if method != "POST" or not headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            return 400, kind, xml_error("MalformedInput", "send a form")
        form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
        if form.get("Action") != "AssumeRoleWithWebIdentity" or form.get("Version") != "2011-06-15":
            return 400, kind, xml_error("InvalidAction", "there is no such action")
        if headers.get("Authorization") is not None:
            return 400, kind, xml_error("InvalidParameter", "this action is not signed")
        session, role, token = form.get("RoleSessionName", ""), form.get("RoleArn", ""), form.get("WebIdentityToken", "")
        if not 2 <= len(session) <= 64 or not all(c.isascii() and (c.isalnum() or c in "_=,.@-") for c in session):
            return 400, kind, xml_error("ValidationError", "RoleSessionName")
        if len(role) < 20 or not role.startswith("arn:") or not 4 <= len(token) <= 20000:
            return 400, kind, xml_error("ValidationError", "RoleArn or WebIdentityToken")
        if "DurationSeconds" in form and not 900 <= int(form["DurationSeconds"]) <= 43200:
            return 400, kind, xml_error("ValidationError", "DurationSeconds")
        with open(self.web_token_file, encoding="utf-8") as file:
            if token != file.read().strip():
                return 400, kind, xml_error("InvalidIdentityToken", "No OpenIDConnect provider found")
        return 200, kind, self.make_set

    def make_set(self):
        if self.credentials:
            made = dict(self.credentials())
        else:
            number = next(self.numbers)
            made = {"AccessKeyId": f"ASIAPLANTED{number:09d}", "SecretAccessKey": "planted/secret+" + secrets.token_urlsafe(24),
                    "Token": "planted-session//" + secrets.token_urlsafe(200) + "=="}
        made.setdefault("Expiration", stamp(self.life))
        with self.lock:
            self.given.update(v for k, v in made.items() if k in ("SecretAccessKey", "Token") and v)
        return made

    # --- answers ----------------------------------------------------------------------------------------------------

    def fault_of(self, kind):
        with self.lock:
            for entry in self.script:
                what, at, times = entry
                if (not at or kind in at) and times != 0:
                    entry[2] = None if times is None else times - 1
                    return what
        return None

    def reply(self, client):
        body = client.rfile.read(int(client.headers.get("Content-Length") or 0))
        path = urllib.parse.urlsplit(client.path).path
        kind, status, headers, answer = self.rules(client.command, path, client.headers, body)
        what = self.fault_of(kind) if status == 200 else None
        if what in PAGES:
            status, answer = PAGES[what]
            headers = {"Content-Type": "text/html"} | ({"Location": self.url + "/elsewhere"} if what == "redirect" else {})
        elif callable(answer) and what not in ("hang", "closed", "huge"):
            made = answer()
            if what in SETS:
                made = SETS[what](made)
            if kind != "web":
                answer = json.dumps(made, indent=2).encode()
            elif what == "denied":
                status, answer = 403, xml_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
            else:
                answer = xml_of(made)
        with self.lock:
            self.asked.append((client.command, path, status))
            self.requests[kind] += status == 200 and what is None
        with contextlib.suppress(OSError):
            self.send(client, status, headers, answer, what if what in WIRE else None)

    def send(self, client, status, headers, answer, what):
        if what == "hang":
            self.closing.wait()
        if what in ("hang", "closed"):
            client.close_connection = True
            client.connection.shutdown(socket.SHUT_RDWR)
            return
        if what == "garbage":  # with the secrets in it, which no message may repeat
            answer = b"\x00\xff" + answer[:-2] + b"\x01"
        client.send_response(status)
        for name, value in {"Content-Type": "text/plain", "Server": "EC2ws", **headers}.items():
            client.send_header(name, value)
        if what == "huge":
            client.send_header("Transfer-Encoding", "chunked")
            client.end_headers()
            self.stream(client)
            return
        client.send_header("Content-Length", str(len(answer)))
        client.end_headers()
        if what == "cut":
            answer = answer[:-10]
            client.close_connection = True
        if client.command == "HEAD":
            return
        if what == "drip":  # never silent for long, and done after 20 seconds at least
            client.close_connection = True
            for byte in answer:
                client.wfile.write(bytes([byte]))
                if self.closing.wait(max(0.3, 20 / len(answer))):
                    return
        client.wfile.write(answer)

    def stream(self, client):
        block = b"A" * 65536
        client.wfile.write(b"12\r\n{\"AccessKeyId\": \"A\r\n")
        while self.sent < HUGE and not self.closing.is_set():
            client.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
            self.sent += len(block)
        client.wfile.write(b"2\r\n\"}\r\n0\r\n\r\n")


# --- the double, held against botocore --------------------------------------------------------------------------------


def instance_by_botocore(double, timeout=1, **config):
    """What botocore gets from the instance's metadata; {}: nothing."""
    return botocore.utils.InstanceMetadataFetcher(
        timeout=timeout, num_attempts=2, env={}, config={"ec2_metadata_service_endpoint": double.url + "/"} | config,
        user_agent="selfcheck").retrieve_iam_role_credentials()


def container_by_botocore(double, **env):
    """The set that botocore gets from a container's environment, as a frozen set."""
    env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": double.container_url} | env
    fetcher = botocore.utils.ContainerMetadataFetcher(sleep=lambda _: None)
    fetcher.RETRY_ATTEMPTS = 2
    return botocore.credentials.ContainerProvider(environ=env, fetcher=fetcher).load().get_frozen_credentials()


def web_by_botocore(double, token, role="arn:aws:iam::123456789012:role/exporter", session="selfcheck"):
    client = botocore.session.get_session().create_client(
        "sts", endpoint_url=double.url, region_name="us-east-1",
        config=botocore.config.Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, read_timeout=2))
    return client.assume_role_with_web_identity(RoleArn=role, RoleSessionName=session, WebIdentityToken=token)["Credentials"]


def fails(call):
    try:
        call()
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, botocore.parsers.ResponseParserError, ValueError, KeyError,
            TypeError, RuntimeError, AttributeError):
        return True
    return False


def status_of(double, method, path, **headers):
    connection = http.client.HTTPConnection(double.url.removeprefix("http://"), timeout=5)
    with contextlib.closing(connection):
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def check_rules(expect):
    with metadata() as double:
        path = "/latest/api/token"
        for what, status, headers in (("no ttl", 400, {}), ("ttl 0", 400, {TTL: "0"}), ("ttl 21601", 400, {TTL: "21601"}),
                                      ("ttl -1", 400, {TTL: "-1"}), ("ttl x", 400, {TTL: "x"}), ("ttl 21600", 200, {TTL: "21600"}),
                                      ("a proxy's header", 403, {TTL: "60", "X-Forwarded-For": "10.0.0.1"})):
            got = status_of(double, "PUT", path, **headers)[0]
            expect(got == status, f"double, token with {what}: {got}, not {status}")
        expect(status_of(double, "GET", path, **{TTL: "60"})[0] == 405, "double: GET of a token")
        token = status_of(double, "PUT", path, **{TTL: "1"})[1]
        for path in (ROLES, ROLES + "/", ROLES + "/exporter", "/latest/meta-data/placement/region"):
            expect(status_of(double, "GET", path)[0] == 401, f"double: {path} without a token")
            expect(status_of(double, "GET", path, **{TOKEN: "none"})[0] == 401, f"double: {path} with a wrong token")
            expect(status_of(double, "GET", path, **{TOKEN: token})[0] == 200, f"double: {path} with a token")
        expect(status_of(double, "GET", ROLES, **{TOKEN: token}) == (200, "exporter"), "double: role without a slash")
        expect(status_of(double, "GET", ROLES + "/other", **{TOKEN: token})[0] == 404, "double: a role that is not there")
        time.sleep(1.1)
        expect(status_of(double, "GET", ROLES, **{TOKEN: token})[0] == 401, "double: a token that is over")
    with metadata(v1=True) as double:
        expect(status_of(double, "GET", ROLES + "/")[0] == 200, "double, v1: no token")
        expect(status_of(double, "GET", ROLES + "/", **{TOKEN: "none"})[0] == 401, "double, v1: a wrong token")
        double.fail("not found", "token")
        expect(instance_by_botocore(double).get("role_name") == "exporter", "botocore: an old service without tokens")
        expect(fails(lambda: instance_by_botocore(double, ec2_metadata_v1_disabled=True)), "botocore: an old service that is not wanted")


def check_clients(expect, directory):
    """Each client gets the keys that are given out, and the next ones at its next request."""
    keys = [{"AccessKeyId": f"ASIA{i}", "SecretAccessKey": f"secret/{i}", "Token": f"token//{i}=="} for i in range(2)]
    for call in (lambda d: (lambda s: (s["access_key"], s["secret_key"], s["token"]))(instance_by_botocore(d)),
                 lambda d: tuple(container_by_botocore(d))[:3],
                 lambda d: (lambda s: (s["AccessKeyId"], s["SecretAccessKey"], s["SessionToken"]))(web_by_botocore(d, "a-web-token"))):
        file = f"{directory}/token"
        with open(file, "w", encoding="utf-8") as out:
            out.write("a-web-token")
        rest = iter(keys)
        with metadata(credentials=lambda rest=rest: next(rest), web_token_file=file) as double:
            for one in keys:
                expect(call(double) == tuple(one.values()), f"botocore gets {one['AccessKeyId']}", str(double.asked))
            expect(double.asked_for_keys() == 2, f"double: counts {double.requests}")
    with metadata(authorization="Bearer a") as double:
        expect(fails(lambda: container_by_botocore(double)), "botocore: no authorization")
        expect(fails(lambda: container_by_botocore(double, AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer b")), "botocore: a wrong one")
        container_by_botocore(double, AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer a")
        expect([status for *_, status in double.asked] == [401] * 4 + [200], f"double: {double.asked}")
    with metadata(authorization_file=file) as double:
        for value in ("first", "second"):
            with open(file, "w", encoding="utf-8") as out:
                out.write(value)
            container_by_botocore(double, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=file)
        expect(fails(lambda: container_by_botocore(double, AWS_CONTAINER_AUTHORIZATION_TOKEN="first")), "botocore: the one before")
    with metadata(web_token_file=file) as double:
        expect(fails(lambda: web_by_botocore(double, "another")), "botocore: another web token")
        expect(fails(lambda: web_by_botocore(double, "second", session="a b")), "botocore: a bad session name")


def check_faults(expect, directory):
    """botocore has nothing from each fault but those that it lives with."""
    file = f"{directory}/token"
    with open(file, "w", encoding="utf-8") as out:
        out.write("a-web-token")
    # What it does not look at: an end that is over it puts off, an id it takes as it is.
    for what in [*PAGES, *SETS, *WIRE]:
        if what == "drip":  # botocore's time limit is one for each byte
            continue
        with metadata(web_token_file=file).fail(what) as double:
            try:
                got = instance_by_botocore(double)
            except (botocore.exceptions.BotoCoreError, ValueError):
                got = {}
            lenient = ("expired", "no date", "empty secret key", "a number as id", "a line feed in the token")
            expect(not got or what in lenient, f"botocore, instance, {what}", str(got)[:200])
            expect(double.requests["credentials"] == 0, f"double, {what}: counts as good")
        if what in ("hang", "huge"):
            continue
        with metadata(web_token_file=file).fail(what, ("container", "web")) as double:
            if what not in ("empty secret key", "a number as id", "a line feed in the token"):
                expect(fails(lambda: container_by_botocore(double)), f"botocore, container, {what}")
            if what not in SETS and what not in ("html", "empty") or what == "denied":
                expect(fails(lambda: web_by_botocore(double, "a-web-token")), f"botocore, web identity, {what}")
    for what in ("error", "throttle", "closed", "garbage", "html"):
        with metadata().fail(what, ("credentials", "container"), times=1) as double:
            expect(instance_by_botocore(double).get("access_key"), f"botocore, instance, {what} once")
        if what == "garbage":  # which ends botocore
            continue
        with metadata().fail(what, ("credentials", "container"), times=1) as double:
            expect(container_by_botocore(double).access_key, f"botocore, container, {what} once")


def selfcheck(expect, directory):
    """`expect(good, what, detail)` is called for each check; files are made in the directory."""
    check_rules(expect)
    check_clients(expect, directory)
    check_faults(expect, directory)
