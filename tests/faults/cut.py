# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A proxy breaks request N once, for every N: afterwards all files are whole, or nothing is visible and
nothing is open (exit 1), or exit 3 names each key and the export can be settled. And, beyond repair by
repetition, the server is gone from request N on: exit 1 with nothing visible, or exit 3."""
import re

from _exports import exports, s3, tool
import proxy

MODES = ("before", "after", "body", "answer", "gone")


def cut(checks, export, mode, number):
    """Breaks one request; whether the run had that many."""
    hit = []

    def on_request(request):
        if request.number == number or (mode == "gone" and hit):
            hit.append(request)
            return "before" if mode == "gone" else mode
        return None

    prefix = export.new_prefix()
    with proxy.Proxy(s3.setting("S3_TEST_ENDPOINT"), on_request) as between:
        done = tool.run(export.arguments(prefix, between.endpoint))
        between.settle()
    if not hit:
        checks.expect(done.returncode == 0, f"{export.name}: a run without a fault", done.stderr)
        parts = len({(r.path, *r.query["partNumber"]) for r in between.log if r.is_part and "_copyto.probe" not in r.path})
        checks.expect(parts == export.parts, f"{export.name}: {parts} parts, not {export.parts}")
        export.bucket.purge(prefix + "/")
        return False
    request = hit[0]
    where = f"{export.name}, {mode} {number} ({request.method} {request.target[:90]}), exit {done.returncode}"
    checks.positions += 1
    checks.saw(f"{'gone' if mode == 'gone' else 'cut'}, exit {done.returncode}")
    if done.returncode == 0:
        checks.expect(export.is_whole(prefix), f"{where}: not all is whole", export.left(prefix))
    elif done.returncode == 1 and mode == "gone":
        checks.expect(not export.bucket.files(prefix + "/"), f"{where}: something is visible", export.left(prefix))
        checks.expect(export.settle("abort", prefix).returncode == 0 and export.is_clean(prefix),
                      f"{where}: abort does not clear it", export.left(prefix))
    elif done.returncode == 1:
        checks.expect(export.is_clean(prefix), f"{where}: something is left", export.left(prefix) + done.stderr)
    elif checks.expect(done.returncode == 3, f"{where}: an exit status that is none", done.stderr):
        for i in range(export.files):
            named = re.search(rf"{re.escape(prefix)}/part-0000-{i:04}-", done.stderr)
            checks.expect(named, f"{where}: file {i} is not named", done.stderr)
        resumed = export.settle("resume", prefix)
        if resumed.returncode == 1:  # not committed after all
            checks.expect(export.settle("abort", prefix).returncode == 0 and export.is_clean(prefix),
                          f"{where}: abort does not clear it", export.left(prefix))
        else:
            checks.expect(resumed.returncode == 0 and export.is_whole(prefix), f"{where}: resume does not finish it",
                          resumed.stderr + export.left(prefix))
    export.bucket.purge(prefix + "/")
    return True


def main():
    checks = tool.Checks("faults")
    bucket = s3.Bucket()
    with tool.scratch() as directory:
        for index, export in enumerate(exports(directory, bucket)):
            for kind, mode in enumerate(MODES):
                # Short tier: each request of each export in some mode, each mode at some requests.
                number, step = (0, 1) if tool.full_tier() else ((index + kind) % 5, 5)
                while cut(checks, export, mode, number):
                    number += step
    checks.must_have_seen("cut, exit 0", "gone, exit 1", "gone, exit 3")
    checks.finish()


main()
