# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""An HTTP/1.1 proxy in front of the test server that numbers requests and can break each of them.

Requests are passed on byte by byte (a signature covers the Host header), but for `Expect`, which the proxy
answers itself: an upload's body is then always sent.
"""
import dataclasses
import re
import socket
import threading
import urllib.parse


@dataclasses.dataclass
class Request:
    number: int
    method: str
    target: str
    body: bytes = b""
    status: int = 0  # of the answer, 0: none came

    @property
    def path(self):
        return urllib.parse.unquote(self.target.partition("?")[0])

    @property
    def query(self):
        return urllib.parse.parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def writes_control(self):
        return self.method == "PUT" and re.search(r"_copyto\.([^/]+\.)?INCOMPLETE$", self.path) is not None

    @property
    def commits(self):
        return self.writes_control and b"\nstate commit\n" in self.body

    @property
    def is_part(self):
        return self.method == "PUT" and "partNumber" in self.query


class Closed(Exception):
    """A peer went away."""


class Stream:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""

    def fill(self):
        try:
            data = self.connection.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            raise Closed
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.fill()
        head, _, self.buffer = self.buffer.partition(mark)
        return head + mark

    def exactly(self, size):
        parts = [self.buffer[:size]]
        missing = size - len(parts[0])
        self.buffer = self.buffer[size:]
        while missing > 0:
            try:
                data = self.connection.recv(min(missing, 1 << 20))
            except OSError:
                data = b""
            if not data:
                raise Closed
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            raise Closed from None


def fields(head):
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    return lines[0], {name.lower(): value.strip() for name, _, value in pairs}


def read_answer(stream, method):
    """One whole answer, and its status."""
    while True:
        head = stream.until(b"\r\n\r\n")
        line, header = fields(head)
        status = int(line.split()[1])
        if status >= 200:
            break
    if method == "HEAD" or status in (204, 304):
        return head, status
    if header.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while True:
            line = stream.until(b"\r\n")
            size = int(line.split(b";")[0], 16)
            body += line + stream.exactly(size) + stream.until(b"\r\n")
            if size == 0:
                return head + body, status
    return head + stream.exactly(int(header.get("content-length", "0"))), status


class Proxy:
    """`on_request(request)` is called, on the connection's thread, before a request is passed on, and says
    what becomes of it:

    None      it is passed on, and its answer back
    "before"  the connection is closed; the server sees nothing
    "body"    the server gets half of the body, then both connections are closed
    "after"   the server gets it all, its answer is dropped
    "answer"  half of the answer is passed back

    `on_answer(request)` is called when the server has answered and the client not yet; it may return
    "after", too. Both may block. `log` holds every request in the order in which they came.
    """

    def __init__(self, upstream, on_request=None, on_answer=None):
        parsed = urllib.parse.urlsplit(upstream)
        self.upstream = (parsed.hostname, parsed.port)
        self.on_request = on_request or (lambda request: None)
        self.on_answer = on_answer or (lambda request: None)
        self.log = []
        self.faults = []
        self.lock = threading.Lock()
        self.idle = threading.Condition(self.lock)
        self.active = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.endpoint = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        if self.faults:
            raise self.faults[0]

    def settle(self):
        """Waits until no request is under way; for when the client is gone."""
        with self.idle:
            if not self.idle.wait_for(lambda: self.active == 0, 60):
                raise RuntimeError("a request does not end")

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.active += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            with connection, socket.create_connection(self.upstream) as upstream:
                for s in (connection, upstream):
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client, server = Stream(connection), Stream(upstream)
                while self.one(client, server):
                    pass
        except Closed:
            pass
        except Exception as fault:  # of a callback: told at the end, where the test sees it
            self.faults.append(fault)
        finally:
            with self.idle:
                self.active -= 1
                self.idle.notify_all()

    def one(self, client, server):
        """One request; whether the connection goes on."""
        head = client.until(b"\r\n\r\n")
        line, header = fields(head)
        method, target, _ = line.split(" ")
        if "expect" in header:
            lines = head.split(b"\r\n")
            head = b"\r\n".join(l for l in lines if not l.lower().startswith(b"expect:"))
            client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        size = int(header.get("content-length", "0"))
        body = client.exactly(size)
        with self.lock:
            request = Request(len(self.log), method, target, body)
            self.log.append(request)
        action = self.on_request(request)
        if request.is_part:
            request.body = b""  # keeps the log small
        if action == "before":
            return False
        if action == "body":
            server.send(head + body[:size // 2])
            return False
        server.send(head + body)
        answer, request.status = read_answer(server, method)
        action = self.on_answer(request) or action
        if action == "after":
            return False
        if action == "answer":
            client.send(answer[:len(answer) // 2])
            return False
        client.send(answer)
        return True
