# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""kill -9 at request N, for every N, before the server sees it and after it has answered. Before the commit
point nothing is visible and `abort` leaves nothing; after it `resume` yields the bytes of an undisturbed run."""
import threading

from _exports import exports, s3, tool
import proxy


def kill(checks, export, after, number):
    """Kills at one request; whether the run had that many."""
    process = None
    started = threading.Event()
    hit = []

    def shoot(request):
        if request.number != number:
            return None
        hit.append(request)
        started.wait()
        process.kill()
        process.wait()
        return "after" if after else "before"

    prefix = export.new_prefix()
    with proxy.Proxy(s3.setting("S3_TEST_ENDPOINT"), None if after else shoot, shoot if after else None) as between:
        process = tool.start(export.arguments(prefix, between.endpoint))
        started.set()
        _, errors = process.communicate(timeout=300)
        between.settle()
    where = f"{export.name}, {'after' if after else 'before'} {number}"
    if not hit:
        checks.expect(process.returncode == 0, f"{where}: a run that nobody killed", errors)
        export.bucket.purge(prefix + "/")
        return False
    where += f" ({hit[0].method} {hit[0].target[:90]})"
    checks.positions += 1
    committed = any(r.commits and r.status == 200 for r in between.log)
    status = export.settle("status", prefix)
    state = tool.last_json(status.stdout)["state"] if status.returncode in (0, 3) else status.stderr
    checks.saw(f"{'' if committed else 'not '}committed, status {state}")
    if committed:
        # "none": killed between the deletion of the control object and the end of the process.
        checks.expect(state in ("commit", "none"), f"{where}: committed, and status says {state}")
        before = export.visible(prefix)
        checks.expect(set(before) <= set(export.contents), f"{where}: a file is not whole")
        aborted = export.settle("abort", prefix)
        checks.expect(aborted.returncode == (3 if state == "commit" else 0), f"{where}: abort after the commit point: "
                      f"{aborted.returncode}", aborted.stderr)
        for _ in range(2):
            resumed = export.settle("resume", prefix)
            checks.expect(resumed.returncode == 0, f"{where}: resume fails", resumed.stderr)
            checks.expect(export.is_whole(prefix), f"{where}: resume does not yield the same bytes", export.left(prefix))
    else:
        checks.expect(state in ("claim", "none"), f"{where}: not committed, and status says {state}")
        checks.expect(not export.bucket.files(prefix + "/"), f"{where}: visible before the commit point", export.left(prefix))
        if state == "claim":
            resumed = export.settle("resume", prefix)
            checks.expect(resumed.returncode == 1, f"{where}: resume of a claim: {resumed.returncode}", resumed.stderr)
        for _ in range(2):
            aborted = export.settle("abort", prefix)
            checks.expect(aborted.returncode == 0, f"{where}: abort fails", aborted.stderr)
            checks.expect(export.is_clean(prefix), f"{where}: abort leaves something", export.left(prefix))
    export.bucket.purge(prefix + "/")
    return True


def main():
    checks = tool.Checks("faults")
    bucket = s3.Bucket()
    with tool.scratch() as directory:
        for index, export in enumerate(exports(directory, bucket)):
            for after in (False, True):
                number, step = tool.stride(index + after, 2)
                while kill(checks, export, after, number):
                    number += step
    checks.must_have_seen("not committed, status none", "not committed, status claim", "committed, status commit",
                          *(["committed, status none"] if tool.full_tier() else []))
    checks.finish()


main()
