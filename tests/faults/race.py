# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""A live exporter is stopped (SIGSTOP) at request N, for every N; meanwhile `copy_to abort`, or a second
exporter to the same prefix, runs to its end; then the first goes on. There is exactly one decision, and the
loser changes nothing."""
import signal
import threading

from _exports import exports, s3, tool
import proxy


def race(checks, export, rival, after, number):
    """One meeting; whether the run had that many requests."""
    process = None
    started = threading.Event()
    met = []

    def meet(request):
        if request.number == number:
            started.wait()
            process.send_signal(signal.SIGSTOP)
            met.append((request, rival()))
            process.send_signal(signal.SIGCONT)

    with proxy.Proxy(s3.setting("S3_TEST_ENDPOINT"), None if after else meet, meet if after else None) as between:
        process = tool.start([*export.arguments(export.prefix, between.endpoint), "--json"])
        started.set()
        output, errors = process.communicate(timeout=300)
        between.settle()
    if not met:
        checks.expect(process.returncode == 0, f"{export.name}: a run that nobody disturbed", errors)
        export.bucket.purge(export.prefix + "/")
        return None
    checks.positions += 1
    request, other = met[0]
    where = (f"{export.name}, {'after' if after else 'before'} {number} ({request.method} {request.target[:90]}), "
             f"exits {process.returncode} and {other.returncode}")
    return process.returncode, output, errors, other, where


def against_abort(checks, export, after, number):
    export.prefix = export.new_prefix()
    end = race(checks, export, lambda: export.settle("abort", export.prefix), after, number)
    if not end:
        return False
    code, _, errors, abort, where = end
    left = export.left(export.prefix)
    if abort.returncode == 0 and tool.last_json(abort.stdout)["state"] == "aborted":
        checks.saw("aborted")
        checks.expect(code == 1, f"{where}: both decided", errors)
        checks.expect(export.is_clean(export.prefix), f"{where}: the aborted exporter left something", left + errors)
    else:  # 3: it was committed; 0: there was nothing to settle, yet or any more
        checks.saw("committed" if abort.returncode == 3 else "nothing to abort")
        checks.expect(abort.returncode in (0, 3), f"{where}: abort failed", abort.stderr)
        checks.expect(code == 0, f"{where}: nobody decided", errors + abort.stderr)
        checks.expect(export.is_whole(export.prefix), f"{where}: not all is whole", left)
    export.bucket.purge(export.prefix + "/")
    return True


def against_export(checks, export, after, number):
    export.prefix = export.new_prefix()
    rival = [*export.arguments(export.prefix, None), "--json"]
    end = race(checks, export, lambda: tool.run(rival), after, number)
    if not end:
        return False
    code, output, errors, other, where = end
    if checks.expect(sorted((code, other.returncode)) == [0, 1], f"{where}: not one winner", errors + other.stderr):
        checks.saw("first won" if code == 0 else "second won")
        winner = tool.last_json(output if code == 0 else other.stdout)["export_id"]
        checks.expect(export.is_whole(export.prefix), f"{where}: not all is whole", export.left(export.prefix))
        checks.expect(all(winner in key for key in export.bucket.files(export.prefix + "/")),
                      f"{where}: files of the loser", export.left(export.prefix))
    export.bucket.purge(export.prefix + "/")
    return True


def main():
    checks = tool.Checks("faults")
    bucket = s3.Bucket()
    with tool.scratch() as directory:
        # The format makes no difference to the protocol.
        for index, export in enumerate(exports(directory, bucket, ("csv",))):
            for kind, against in enumerate((against_abort, against_export)):
                for after in (False, True):
                    number, step = tool.stride(index + kind + after, 2)
                    while against(checks, export, after, number):
                        number += step
    checks.must_have_seen("aborted", "committed", "nothing to abort", "first won", "second won")
    checks.finish()


main()
