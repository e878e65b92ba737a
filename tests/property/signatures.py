# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Random requests, with the corpus' keys, get the signatures that botocore gives them: 3,000; full tier: 100,000."""
import contextlib
import os
import random
import re
import subprocess
import sys
import urllib.parse

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "lib"))
sys.path.insert(0, os.path.join(here, "..", "unit", "auth"))

import make_sigv4_vectors  # noqa: E402
import tool  # noqa: E402


def main():
    checks = tool.Checks("property: signatures")
    program = tool.helper("property_signatures")
    listed = subprocess.run([program, "corpus"], check=True, capture_output=True, text=True).stdout
    corpus = [urllib.parse.unquote(key) for key in listed.splitlines()]
    checks.expect(len(corpus) > 20, f"only {len(corpus)} keys")
    wanted = 100_000 if tool.full_tier() else 3_000
    seed = random.randrange(1 << 32)
    r = random.Random(seed)
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as signer:
        with contextlib.redirect_stdout(signer.stdin):
            for _ in range(wanted):
                make_sigv4_vectors.vector(r, corpus)
        signer.stdin.close()
        said = signer.stdout.read()
    last = re.fullmatch(r"signatures: requests=(\d+) failures=(\d+)", said.strip().splitlines()[-1])
    checks.positions += int(last[1])
    checks.expect(signer.returncode == 0 and int(last[1]) == wanted and last[2] == "0", f"seed {seed}", said[-3000:])
    checks.finish()


main()
