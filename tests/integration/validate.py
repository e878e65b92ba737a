# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""`copy_to validate` on the real server: the right external id, one that is not looked at, one that may be missing, a right
that is missing, no conditional writes, and what is in front of a bucket: five different, correct answers, and more. The
token service is RADOS Gateway's; one whose trust policies are wrong in other ways, and that says whose credentials it sees,
is played here, and gives out real sessions."""
import http.server
import json
import os
import sys
import threading
import urllib.parse
import uuid

import botocore.session

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402


def client():
    return botocore.session.get_session().create_client(
        "sts", endpoint_url=s3.setting("S3_TEST_STS_ENDPOINT"), region_name=s3.setting("S3_TEST_REGION"),
        aws_access_key_id=s3.setting("S3_TEST_CALLER_ACCESS_KEY"), aws_secret_access_key=s3.setting("S3_TEST_CALLER_SECRET_KEY"))


class TokenService:
    """Lets everybody in whose external id the rule likes."""

    def __init__(self, rule, skew=0):
        keys = client().assume_role(RoleArn=s3.setting("S3_TEST_ROLE_ARN_NOEXT"), RoleSessionName="validate")["Credentials"]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                status, body = 200, None
                if form["Action"] == "GetCallerIdentity":
                    body = ("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/work/me</Arn>"
                            "<UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>")
                elif rule(form.get("ExternalId")):
                    body = ("<AssumeRoleResponse><AssumeRoleResult><Credentials>" +
                            "".join(f"<{name}>{keys[name]}</{name}>" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")) +
                            f"<Expiration>{keys['Expiration'].strftime('%Y-%m-%dT%H:%M:%SZ')}</Expiration>"
                            "</Credentials></AssumeRoleResult></AssumeRoleResponse>")
                else:
                    status, body = 403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


def main():
    checks = tool.Checks("validate")
    bucket = s3.Bucket()
    prefix = f"validate-{uuid.uuid4().hex}"
    uri = f"s3://{bucket.name}/{prefix}"
    caller = {"AWS_ACCESS_KEY_ID": s3.setting("S3_TEST_CALLER_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY": s3.setting("S3_TEST_CALLER_SECRET_KEY")}
    hush = [caller["AWS_SECRET_ACCESS_KEY"], s3.setting("S3_TEST_SECRET_KEY")]

    def validate(what, status, wanted, *options, role=None, sts=None, **env):
        """Each check that `wanted` names has that verdict, and all others are good or cannot be known."""
        checks.positions += 1
        more = [*tool.bucket_options(), *options]
        if role:
            more += ["--assume-role-arn", role, "--sts-endpoint", sts or s3.setting("S3_TEST_STS_ENDPOINT")]
        done = tool.run(["validate", uri, *more], **env)
        asked = tool.run(["validate", uri, *more, "--json"], **env)
        checks.expect(done.returncode == asked.returncode == status, f"{what}: exit {done.returncode}, {asked.returncode}", done.stdout + done.stderr)
        found = json.loads(asked.stdout or "{}")
        seen = {c["name"]: c for c in found.get("checks", [])}
        for name, verdict in wanted.items():
            checks.expect(seen.get(name, {}).get("verdict") == verdict, f"{what}: {name} is {seen.get(name)}", done.stdout)
        for name, check in seen.items():
            checks.expect(name in wanted or check["verdict"] in ("good", "unknown"), f"{what}: {name} is {check}", done.stdout)
            checks.expect(f"{check['verdict']:<8} {name} " in done.stdout, f"{what}: {name} is not in the table", done.stdout)
        last = {0: "VALIDATE all is good", 1: "VALIDATE an export would fail", 3: "VALIDATE an export would work, see the warnings"}
        checks.expect(done.stdout.splitlines()[-1:] == [last[status]], f"{what}: the last line", done.stdout)
        checks.expect(not any(h in done.stdout + done.stderr + asked.stdout for h in hush), f"{what}: a secret is told")
        checks.expect(not bucket.keys(prefix) and not bucket.uploads(prefix), f"{what}: something stays", str(bucket.keys(prefix)))
        return seen, done.stdout

    role, open_role, external = s3.setting("S3_TEST_ROLE_ARN"), s3.setting("S3_TEST_ROLE_ARN_NOEXT"), s3.setting("S3_TEST_EXTERNAL_ID")
    without, another = "role without external id", "role with another external id"
    everything = {"credentials": "good", "list": "good", "upload": "good", "abort": "good", "complete": "good", "put": "good",
                  "conditional writes": "good", "read": "good", "list uploads": "good", "delete": "good", "clock": "good"}

    validate("keys", 0, everything)
    validate("the right external id", 0, everything | {"role": "good", without: "good", another: "good"},
             "--external-id", external, role=role, **caller)
    _, text = validate("a wrong external id", 1, {"role": "refused"}, "--external-id", "wrong-id", role=role, **caller)
    checks.expect("exactly this external id" in text, "a wrong external id: what to do", text)
    _, text = validate("an external id that nobody looks at", 3, everything | {"role": "good", without: "warning", another: "warning"},
                       "--external-id", external, role=open_role, **caller)
    checks.expect(text.count("confused deputy") == 2, "nobody looks at it: the danger has its name", text)
    wrong_ones = TokenService(lambda external_id: external_id is not None)
    validate("any external id is taken", 3, everything | {"role": "good", without: "good", another: "warning"},
             "--external-id", external, role=open_role, sts=wrong_ones.url, **caller)
    missing = TokenService(lambda external_id: external_id in (None, external))
    validate("the external id may be missing", 3, everything | {"role": "good", without: "warning", another: "good"},
             "--external-id", external, role=open_role, sts=missing.url, **caller)
    validate("no external id", 3, everything | {"role": "good", without: "warning"}, role=open_role, **caller)

    # Whose credentials, and what to paste.
    right = TokenService(lambda external_id: external_id == external)
    seen, _ = validate("the right one, there", 0, {"identity": "good"}, "--external-id", external, role=open_role, sts=right.url, **caller)
    checks.expect(seen["identity"]["found"] == "arn:aws:sts::123456789012:assumed-role/work/me", "identity", str(seen["identity"]))
    done = tool.run(["validate", uri, *tool.bucket_options(), "--assume-role-arn", open_role, "--sts-endpoint", right.url, "--external-id",
                     external, "--print-trust-policy"], **caller)
    policy = json.loads(done.stdout or "{}")
    checks.expect(done.returncode == 0 and policy["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::123456789012:role/work"} and
                  policy["Statement"][0]["Condition"] == {"StringEquals": {"sts:ExternalId": external}}, "the trust policy", done.stdout + done.stderr)

    # Rights, one after the other; what is not needed is a warning.
    # (RADOS Gateway lets whoever may put abort uploads, too.)
    rights = {"list": ("s3:ListBucket", "refused"),
              "list uploads": ("s3:ListBucketMultipartUploads", "warning"), "delete": ("s3:DeleteObject", "refused"),
              "upload": ("s3:PutObject", "refused"), "read": ("s3:GetObject", "warning")}
    for name, (right_name, verdict) in rights.items():
        allowed = sorted({action for action, _ in rights.values()} - {right_name})
        checks.positions += 1
        keys = client().assume_role(RoleArn=open_role, RoleSessionName="rights", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": allowed, "Resource": [f"arn:aws:s3:::{bucket.name}", f"arn:aws:s3:::{bucket.name}/*"]}]},
            separators=(",", ":")))["Credentials"]
        env = {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"], "AWS_SESSION_TOKEN": keys["SessionToken"]}
        done = tool.run(["validate", uri, *tool.bucket_options(), "--json"], **env)
        seen = {c["name"]: c for c in json.loads(done.stdout or '{"checks": []}')["checks"]}
        checks.expect(done.returncode == (1 if verdict == "refused" else 3) and seen.get(name, {}).get("verdict") == verdict and
                      seen[name]["right"] == right_name, f"without {right_name}: exit {done.returncode}, {seen.get(name)}", done.stdout + done.stderr)
        bucket.purge(prefix)

    validate("no conditional writes", 3, everything | {"conditional writes": "warning"}, "--conditional-writes", "no")

    # What cannot work at all.
    validate("keys that nobody knows", 1, {"list": "refused"}, AWS_ACCESS_KEY_ID="nobody-knows-it", AWS_SECRET_ACCESS_KEY="planted")
    validate("no keys", 1, {"credentials": "refused"}, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    done = tool.run(["validate", "s3://no-such-bucket-here/x", *tool.bucket_options()])
    checks.expect(done.returncode == 1 and "NoSuchBucket" in done.stdout, "no bucket", done.stdout + done.stderr)
    with tool.scratch() as directory:
        done = tool.run(["validate", os.path.join(directory, "out")])
        checks.expect(done.returncode == 0 and not os.listdir(directory), "a directory", done.stdout + done.stderr)
    for arguments in (["validate"], ["validate", uri, "--export-id", "x"], ["status", uri, "--print-trust-policy"], ["validate", uri, "--apply"]):
        done = tool.run([*arguments, *tool.bucket_options()])
        checks.expect(done.returncode == 2, f"{arguments}: exit {done.returncode}", done.stderr)
    checks.finish()


main()
