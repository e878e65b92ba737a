# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""The PostgreSQL server of the tests (tests/servers/postgres), and a proxy in front of it that refuses or cuts."""
import os
import re
import socket
import struct
import subprocess
import threading


def require():
    """The server's settings must be in the environment: eval "$(tests/servers/postgres env)"."""
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"):
        if not os.environ.get(name):
            raise SystemExit(f"{name} must be set, as \"tests/servers/postgres env\" prints it")


def psql_command():
    directory = os.environ.get("PG_TEST_BIN")
    return os.path.join(directory, "psql") if directory else "psql"


def sql(statements, superuser=False, check=True):
    """Runs statements through psql; what they print, one line a row."""
    env = dict(os.environ)
    if superuser:
        env |= {"PGUSER": env["PG_TEST_SUPERUSER"], "PGPASSWORD": env["PG_TEST_SUPERUSER_PASSWORD"]}
    done = subprocess.run([psql_command(), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"], env=env,
                          input=statements.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    if check and done.returncode != 0:
        raise RuntimeError(done.stderr.decode())
    return done.stdout


def server_copy(query, options, settings="SET datestyle = ISO; SET intervalstyle = postgres; SET timezone = 'UTC';"):
    """The bytes of the server's own COPY (query) TO STDOUT WITH (options), in UTF-8."""
    return sql(f"SET client_encoding = 'UTF8'; {settings}\n\\copy ({query}) TO STDOUT WITH ({options})\n")


class Closed(Exception):
    """A peer went away."""


def exactly(connection, size):
    parts = []
    while size > 0:
        try:
            data = connection.recv(min(size, 1 << 18))
        except OSError:
            data = b""
        if not data:
            raise Closed
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


class Proxy:
    """Protocol 3 (postgresql.org/docs/current/protocol.html) without encryption, to the server in PGHOST and PGPORT.

    refuse_copy     a COPY ... TO STDOUT (FORMAT binary) is answered with `refusal`
    refuse_explain  so is an EXPLAIN
    refuse_binary   so is a Bind that asks for results in binary
    refuse          so are simple queries in which one of these patterns is found
    blind           statements are described as if they returned nothing
    cut_after       bytes of the server's answers after which both connections are closed
    cut_connection  the number of the connection, from 0, of whose answers alone `cut_after` counts the bytes
    rewrite         is given each of the server's messages, (type, body), and returns the body to pass on

    `refused` counts.
    """

    def __init__(self, refuse_copy=False, refuse_binary=False, refuse_explain=False, cut_after=None, rewrite=None, refusal="0A000", refuse=(),
                 blind=False, cut_connection=None):
        self.refuse_copy = refuse_copy
        self.refuse_binary = refuse_binary
        self.refuse_explain = refuse_explain
        self.cut_after = cut_after
        self.cut_connection = cut_connection
        self.connections = 0
        self.rewrite = rewrite
        self.refusal = refusal
        self.refuse = [re.compile(r) for r in refuse] + ([re.compile(rb"\bTO STDOUT \(FORMAT binary\)")] if refuse_copy else [])
        self.blind = blind
        self.refused = 0
        self.passed = 0
        self.to_cut = None
        self.upstream = (os.environ["PGHOST"], int(os.environ["PGPORT"]))
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        self.connection = f"host=127.0.0.1 port={self.port} sslmode=disable"
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(30)

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.upstream)
            if self.connections == self.cut_connection:
                self.to_cut = server
            self.connections += 1
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for target in (self.to_server, self.to_client):
                thread = threading.Thread(target=self.guarded, args=(target, client, server), daemon=True)
                self.threads.append(thread)
                thread.start()

    @staticmethod
    def guarded(target, client, server):
        try:
            target(client, server)
        except (Closed, OSError):
            pass
        for s in (client, server):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def to_server(self, client, server):
        head = exactly(client, 4)
        server.sendall(head + exactly(client, struct.unpack("!I", head)[0] - 4))
        while True:
            kind = exactly(client, 1)
            head = exactly(client, 4)
            body = exactly(client, struct.unpack("!I", head)[0] - 4)
            if kind == b"D" and body[:1] == b"S" and self.blind:
                client.sendall(b"n" + struct.pack("!I", 4))  # NoData; the ReadyForQuery behind it is the server's
                continue
            if kind == b"Q" and any(r.search(body) for r in self.refuse):
                self.refused += 1
                client.sendall(self.error() + b"Z" + struct.pack("!Ic", 5, b"E"))
                continue
            if self.refuse_explain and kind == b"Q" and body.startswith(b"EXPLAIN"):
                self.refused += 1
                client.sendall(self.error() + b"Z" + struct.pack("!Ic", 5, b"I"))
                continue
            if self.refuse_binary and kind == b"B" and self.wants_binary(body):
                self.refused += 1
                client.sendall(self.error())  # the ReadyForQuery behind it is the server's
                while kind != b"S":
                    kind = exactly(client, 1)
                    head = exactly(client, 4)
                    body = exactly(client, struct.unpack("!I", head)[0] - 4)
            server.sendall(kind + head + body)

    def to_client(self, client, server):
        if self.rewrite is None:
            while True:
                data = server.recv(1 << 16)
                if not data:
                    raise Closed
                if self.cut_connection is not None and server is not self.to_cut:
                    client.sendall(data)
                    continue
                if self.cut_after is not None and self.passed + len(data) > self.cut_after:
                    client.sendall(data[:self.cut_after - self.passed])
                    raise Closed
                self.passed += len(data)
                client.sendall(data)
        while True:
            kind = exactly(server, 1)
            body = self.rewrite(kind, exactly(server, struct.unpack("!I", exactly(server, 4))[0] - 4))
            client.sendall(kind + struct.pack("!I", len(body) + 4) + body)

    def error(self):
        body = b"SERROR\0VERROR\0C" + self.refusal.encode() + b"\0Mthis server does not do that\0\0"
        return b"E" + struct.pack("!I", len(body) + 4) + body

    @staticmethod
    def wants_binary(body):
        at = body.index(b"\0", body.index(b"\0") + 1) + 1  # behind the names of portal and statement
        formats = struct.unpack_from("!H", body, at)[0]
        at += 2 + 2 * formats
        for _ in range(struct.unpack_from("!H", body, at)[0]):
            raise AssertionError("no statement of ours has parameters")
        at += 2
        count = struct.unpack_from("!H", body, at)[0]
        return 1 in struct.unpack_from(f"!{count}H", body, at + 2)
