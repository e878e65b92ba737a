# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""Web servers that give answers of the test's own."""
import contextlib
import http.server
import threading


@contextlib.contextmanager
def serving(answer):
    """The URL of a server on loopback; `answer(headers)` returns status, headers and body for every request."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answer(self.headers)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = reply

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
