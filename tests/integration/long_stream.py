# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""One object of 256 MiB and one of 4 GiB (full tier: 1 and 100 GiB), over TLS to a server that throws them away: memory is
within the bound and 24 MiB, and the same within 2 %."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import tool  # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
PART = 16 * MIB  # 100 GiB in fewer than 10,000


def main():
    checks = tool.Checks("long_stream")
    peaks = []
    with tempfile.TemporaryDirectory() as directory:
        certificate, key = os.path.join(directory, "certificate.pem"), os.path.join(directory, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        with subprocess.Popen([os.environ["BENCH_SINK"], certificate, key], stdout=subprocess.PIPE, text=True) as sink:
            endpoint = sink.stdout.readline().strip()
            for size in (1 * GIB, 100 * GIB) if tool.full_tier() else (256 * MIB, 4 * GIB):
                checks.positions += 1
                done = subprocess.run([os.environ["BENCH_UPLOAD"], "ours", endpoint, certificate, str(size), str(PART)],
                                      capture_output=True, text=True)
                if not checks.expect(done.returncode == 0, f"{size} bytes", done.stderr):
                    continue
                seconds, cpu, peak, bound = map(float, done.stdout.split())
                print(f"{size / GIB:g} GiB: {size / seconds / 1e6:.0f} MB/s, bound {bound / MIB:.1f} MiB, resident {peak / MIB:.1f} MiB")
                checks.expect(peak <= bound + 24 * MIB, f"{size} bytes: {peak} bytes resident, the bound is {bound}")
                peaks.append(peak)
            sink.kill()
    checks.expect(len(peaks) == 2 and peaks[1] <= peaks[0] * 1.02, f"memory grows with the stream: {peaks}")
    checks.finish()


main()
