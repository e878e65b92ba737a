# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""B6: stores that lack an operation, as s3rver and s3s-fs lack ListMultipartUploads. An export is refused before its first
row, or it does without, says what is lost, and ends; the dry run says the same. Killed at any request, it leaves nothing
that cannot be settled there, and the exit statuses are those of docs/copy_to.md."""
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import double  # noqa: E402
import proxy  # noqa: E402
import s3  # noqa: E402
import tool  # noqa: E402

# Operation, whether an export needs it, and the words of what is lost without.
OPERATIONS = (("DeleteObject", True, "delete"), ("ListObjectsV2", True, "cannot list objects"),
              ("GetObject", True, "cannot read the object"), ("HeadObject", True, "cannot look at the object"),
              ("PutObject", True, "the control object"), ("CreateMultipartUpload", True, "cannot start an upload"),
              ("UploadPart", True, "cannot store a part"), ("CompleteMultipartUpload", True, "cannot complete the upload"),
              ("ListMultipartUploads", False, ""), ("AbortMultipartUpload", False, ""), ("ListParts", False, ""),
              ("conditions", False, "the store ignores conditional writes"))
ANSWERS = ((501, "NotImplemented"), (405, "MethodNotAllowed"), (400, "NotImplemented"))


class Target:
    """One export into the double, and what is left of it."""

    def __init__(self, database, bucket, endpoint):
        self.database, self.bucket, self.endpoint = database, bucket, endpoint

    def options(self, endpoint=None):
        return ["--endpoint", endpoint or self.endpoint, "--allow-http", "--path-style", "--region", "eu-west-1"]

    def arguments(self, prefix, endpoint=None):
        return ["--from", f"sqlite:{self.database}", "--table", "t", "--format", "csv", "--max-file-size", "9MB", "--to",
                f"s3://lake/{prefix}", *self.options(endpoint)]

    def settle(self, command, prefix):
        return tool.run([command, f"s3://lake/{prefix}", "--json", *self.options()], **double.credentials())

    def left(self, prefix):
        return f"keys {self.bucket.keys(prefix + '/')}, uploads {self.bucket.uploads(prefix + '/')}"


def undisturbed(checks, target, where, operation, needed, words):
    """Whether the export ends well, as it should."""
    prefix = "run"
    dry = tool.run([*target.arguments(prefix), "--dry-run"], **double.credentials())
    done = tool.run([*target.arguments(prefix), "--json"], **double.credentials())
    checks.positions += 1
    checks.expect(dry.returncode == done.returncode == (1 if needed else 0), f"{where}: dry run {dry.returncode}, run "
                  f"{done.returncode}", dry.stderr + done.stdout + done.stderr)
    for said in (done.stderr, dry.stdout + dry.stderr):
        checks.expect(words in said and "denied" not in said and "without a right" not in said, f"{where}: /{words}/", said)
    if needed:
        checks.expect(done.stdout == "" and not target.bucket.keys(prefix + "/") and not target.bucket.uploads(prefix + "/"),
                      f"{where}: a refused export leaves something", target.left(prefix))
        return False
    warnings = tool.last_json(done.stdout)["warnings"]
    checks.expect(len(warnings) == done.stderr.count("warning: ") == (1 if words else 0), f"{where}: {warnings}", done.stderr)
    checks.expect(len(target.bucket.files(prefix + "/")) == 2 and len(target.bucket.keys(prefix + "/")) == 2, f"{where}: files",
                  target.left(prefix))
    checks.expect(operation == "AbortMultipartUpload" or not target.bucket.uploads(prefix + "/"), f"{where}: uploads",
                  target.left(prefix))
    target.bucket.purge(prefix + "/")
    return True


def kill(checks, target, where, operation, after, number):
    """Kills at one request and settles; whether the run had that many."""
    process, hit, started = None, [], threading.Event()

    def shoot(request):
        if request.number != number:
            return None
        hit.append(request)
        started.wait()
        process.kill()
        process.wait()
        return "after" if after else "before"

    prefix = f"killed-{after}-{number}"
    with proxy.Proxy(target.endpoint, None if after else shoot, shoot if after else None) as between:
        process = tool.start(target.arguments(prefix, between.endpoint), **double.credentials())
        started.set()
        _, errors = process.communicate(timeout=300)
        between.settle()
    if not hit:
        checks.expect(process.returncode == 0, f"{where}: a run that nobody killed", errors)
        target.bucket.purge(prefix + "/")
        return False
    checks.positions += 1
    where += f", {'after' if after else 'before'} {number} ({hit[0].method} {hit[0].target[:90]})"
    status = target.settle("status", prefix)
    checks.expect(status.returncode in (0, 3), f"{where}: status exits with {status.returncode}", status.stderr)
    state = tool.last_json(status.stdout)["state"] if status.stdout else "unknown"
    checks.saw(state)
    command = "resume" if state == "commit" else "abort"
    wrong = target.settle("abort" if state == "commit" else "resume", prefix)
    checks.expect(wrong.returncode == {"commit": 3, "claim": 1}.get(state, 0), f"{where}: the other command exits with "
                  f"{wrong.returncode}", wrong.stderr)
    for _ in range(2):
        settled = target.settle(command, prefix)
        checks.expect(settled.returncode == 0, f"{where}: {command} exits with {settled.returncode}", settled.stderr)
    again = target.settle("status", prefix)
    checks.expect(again.returncode == 0, f"{where}: status afterwards exits with {again.returncode}", again.stdout + again.stderr)
    files = len(target.bucket.files(prefix + "/"))
    checks.expect(files in ((2,) if state == "commit" else (0, 2) if state == "none" else (0,)), f"{where}: {files} files")
    checks.expect(len(target.bucket.keys(prefix + "/")) == files, f"{where}: more than files", target.left(prefix))
    if operation not in ("ListMultipartUploads", "AbortMultipartUpload"):
        checks.expect(not target.bucket.uploads(prefix + "/"), f"{where}: uploads", target.left(prefix))
    elif target.bucket.uploads(prefix + "/") and state not in ("none", "unknown"):
        checks.saw("told")
        first = tool.last_json(target.settle("status", prefix).stdout)
        checks.expect(first["state"] == "none", f"{where}: {first}")
    target.bucket.purge(prefix + "/")
    return True


def main():
    checks = tool.Checks("lacking")
    with tool.scratch() as directory:
        database = os.path.join(directory, "t.db")
        tool.noise_table(database, 150)
        for index, (operation, needed, words) in enumerate(OPERATIONS):
            answers = list(ANSWERS) if tool.full_tier() else [ANSWERS[index % len(ANSWERS)]]
            if operation == "HeadObject":
                answers = [a for a in answers if a[0] != 400] or [ANSWERS[0]]  # an answer without a body has no code
            if operation == "ListMultipartUploads":
                answers.append((200,))  # the query is not known, and objects are listed
            for answer in answers:
                with double.running("s3-compatible", lacks=(operation, *answer)) as endpoint:
                    target = Target(database, s3.Bucket("lake", double.client(endpoint)), endpoint)
                    where = f"{operation} {answer[0]}"
                    if not undisturbed(checks, target, where, operation, needed, words):
                        continue
                    if not tool.full_tier() and operation in ("ListParts", "conditions"):
                        continue
                    for after in (False, True):
                        number, step = (0, 1) if tool.full_tier() else (int(after), 2)
                        while kill(checks, target, where, operation, after, number):
                            number += step
    checks.must_have_seen("none", "claim", "commit", "told")
    checks.finish()


main()
