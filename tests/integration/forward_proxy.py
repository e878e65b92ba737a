# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""copy_to --proxy: an export over https goes through a proxy and nowhere else; TLS is verified behind it; a proxy that is
not there, or refuses, is named."""
import contextlib
import os
import socket
import sys
import threading
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))

import s3  # noqa: E402
import tool  # noqa: E402


class Tunnels:
    """A proxy for CONNECT alone. `refuse`: a status to answer with instead."""

    def __init__(self, refuse=None):
        self.refuse, self.asked = refuse, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                threading.Thread(target=self.serve, args=self.listener.accept()[:1], daemon=True).start()

    def serve(self, client):
        with client:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                data = client.recv(4096)
                if not data:
                    return
                head += data
            method, target, _ = head.split(b" ", 2)
            self.asked.append((method.decode(), target.decode()))
            if method != b"CONNECT" or self.refuse:
                client.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % (self.refuse or 405))
                return
            host, port = target.decode().rsplit(":", 1)
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=self.copy, args=(server, client), daemon=True)
                back.start()
                self.copy(client, server)
                back.join()

    @staticmethod
    def copy(source, to):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)


def main():
    checks = tool.Checks("forward_proxy")
    bucket = s3.Bucket()
    prefix = f"proxy-{uuid.uuid4().hex}"
    endpoint = s3.setting("S3_TEST_ENDPOINT_TLS")
    host = endpoint.removeprefix("https://")
    trusted = ["--ca-file", s3.setting("S3_TEST_CA_FILE")]
    query = ["--from", "sqlite::memory:", "--query", "SELECT 1 AS i UNION ALL SELECT 2"]

    def export(proxy, below, *more, **environment):
        return tool.run([*query, "--to", f"s3://{bucket.name}/{prefix}/{below}", "--format", "csv", "--endpoint", endpoint,
                         "--path-style", "--proxy", proxy, *more], NO_PROXY="", no_proxy="", **environment)

    through = Tunnels()
    checks.positions += 1
    done = export(through.url, "whole", *trusted)
    checks.expect(done.returncode == 0, "an export through a proxy", done.stderr)
    checks.expect([bucket.get(key) for key in bucket.keys(f"{prefix}/whole/")] == [b"1\n2\n"], "its file")
    checks.expect(through.asked and set(through.asked) == {("CONNECT", host)}, f"what the proxy was asked: {through.asked}")

    checks.positions += 1
    done = export(through.url, "untrusted")
    checks.expect(done.returncode == 1 and "certificate" in done.stderr, "TLS is verified behind a proxy", done.stderr)

    checks.positions += 1
    refusing = Tunnels(refuse=403)
    done = export(refusing.url, "refused", *trusted)
    checks.expect(done.returncode == 1 and "403" in done.stderr and refusing.asked, "a proxy that refuses", done.stderr)

    checks.positions += 1
    refusing.listener.close()
    done = export("http://127.0.0.1:1", "nobody", *trusted)
    checks.expect(done.returncode == 1 and "127.0.0.1" in done.stderr and "roxy" in done.stderr, "no proxy there", done.stderr)
    checks.expect(bucket.keys(f"{prefix}/") == bucket.keys(f"{prefix}/whole/"), "only the first left anything")
    checks.finish()


main()
