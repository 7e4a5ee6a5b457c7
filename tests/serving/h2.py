"""HTTP/2 by hand, from the standard library: enough to call a gRPC method, and to misbehave in every way.

Header blocks are literals without indexing and without Huffman codes. Replies are not decoded: a call has succeeded
when a message came and trailers after it, as an error of a unary call has no message.
"""

import socket
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM = ACK = 0x1
END_HEADERS = 0x4
HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE = 0x1, 0x4
CANCEL = 0x8
MAX_FRAME = 16384
SERVICE = "/dateline.v1.SearchService/"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(**values):
    names = dict(header_table_size=HEADER_TABLE_SIZE, initial_window_size=INITIAL_WINDOW_SIZE)
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", names[name], value) for name, value in values.items()))


def window_update(stream, bytes_more):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", bytes_more))


def rst_stream(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


# An integer of HPACK with `bits` bits in the first byte, of which the others are `high`.
def integer(value, bits, high=0):
    limit = (1 << bits) - 1
    if value < limit:
        return bytes([high | value])
    encoded = bytearray([high | limit])
    value -= limit
    while value >= 128:
        encoded.append(value % 128 + 128)
        value //= 128
    encoded.append(value)
    return bytes(encoded)


def text(value):
    value = value.encode() if isinstance(value, str) else value
    return integer(len(value), 7) + value


def header(name, value):
    return b"\x00" + text(name) + text(value)


def indexed_later(name, value):
    """A header that the peer is to keep in its table."""
    return b"\x40" + text(name) + text(value)


def call_headers(path, authority="dateline", extra=()):
    fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", authority),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
        *extra,
    ]
    return b"".join(header(name, value) for name, value in fields)


def message(payload, compressed=False):
    return struct.pack(">BI", compressed, len(payload)) + payload


def field(number, value):
    """A field of a Protocol Buffers message: text, bytes, or a number."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value):
    encoded = bytearray()
    while value >= 128:
        encoded.append(value % 128 + 128)
        value //= 128
    encoded.append(value)
    return bytes(encoded)


def call(stream, method, payload, extra=(), compressed=False):
    """All frames of a call with one message; `method` is a name of the search service, or a whole path."""
    path = method if method.startswith("/") else SERVICE + method
    return frame(HEADERS, END_HEADERS, stream, call_headers(path, extra=extra)) + data(
        stream, message(payload, compressed)
    )


def data(stream, payload, end=True):
    frames = [payload[i : i + MAX_FRAME] for i in range(0, len(payload), MAX_FRAME)] or [b""]
    return b"".join(
        frame(DATA, END_STREAM if end and i == len(frames) - 1 else 0, stream, part) for i, part in enumerate(frames)
    )


def search(stream, query, page_size=1, timeout_ms=None):
    extra = [("grpc-timeout", f"{timeout_ms}m")] if timeout_ms else []
    return call(stream, "Search", field(1, query) + field(5, page_size), extra)


def connect(address, source=None, timeout=5.0, receive_buffer=None):
    """A TCP connection, or one to the path of a unix socket, from `source` if it is given."""
    if isinstance(address, str):
        plug = socket.socket(socket.AF_UNIX)
    else:
        plug = socket.socket(socket.AF_INET)
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        if receive_buffer:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        plug.settimeout(timeout)
        if source:
            plug.bind((source, 0))
        plug.connect(address)
    except OSError:
        plug.close()
        raise
    return plug


def greeting(**values):
    return PREFACE + settings(**values)


class Frames:
    """Takes bytes as they come and gives whole frames: (kind, flags, stream, payload)."""

    def __init__(self):
        self._bytes = bytearray()

    def feed(self, more):
        self._bytes += more
        found = []
        at = 0
        while len(self._bytes) - at >= 9:
            length = int.from_bytes(self._bytes[at : at + 3], "big")
            if len(self._bytes) - at < 9 + length:
                break
            kind, flags, stream = struct.unpack_from(">BBI", self._bytes, at + 3)
            found.append((kind, flags, stream & 0x7FFFFFFF, bytes(self._bytes[at + 9 : at + 9 + length])))
            at += 9 + length
        del self._bytes[:at]
        return found


# What became of a call.
ANSWERED, REFUSED, FAILED = "answered", "refused", "failed"


def outcome(kind, flags, payload, got_message):
    """Of a frame of a call: how the call ended, or None when it goes on."""
    if kind == RST_STREAM:
        return FAILED
    if kind not in (DATA, HEADERS) or not flags & END_STREAM:
        return None
    if kind == HEADERS and got_message:
        return ANSWERED
    # RESOURCE_EXHAUSTED. Neither gRPC nor HAProxy uses Huffman codes, and their table we have set to nothing.
    return REFUSED if kind == HEADERS and text("grpc-status") + text("8") in payload else FAILED


class Connection:
    """A connection for one call after another."""

    def __init__(self, address, source=None, timeout=5.0, tls=None):
        self.plug = connect(address, source, timeout)
        if tls:  # an ssl.SSLContext
            self.plug = tls.wrap_socket(self.plug, server_hostname="localhost")
        self.plug.sendall(
            greeting(header_table_size=0, initial_window_size=2**31 - 1) + window_update(0, 2**31 - 1 - 65535)
        )
        self.frames, self.stream = Frames(), -1

    def search(self, query, page_size=10, timeout=5.0):
        """ANSWERED, REFUSED or FAILED. Raises OSError when the connection is gone or the time is up."""
        deadline = time.monotonic() + timeout
        self.stream += 2
        self.plug.sendall(search(self.stream, query, page_size, int(timeout * 1000)))
        got_message = False
        while True:
            self.plug.settimeout(max(0.001, deadline - time.monotonic()))
            more = self.plug.recv(1 << 18)
            if not more:
                raise ConnectionResetError("closed")
            for kind, flags, stream, payload in self.frames.feed(more):
                if kind in (SETTINGS, PING) and not flags & ACK:
                    self.plug.sendall(frame(kind, ACK, 0, payload if kind == PING else b""))
                if stream != self.stream:
                    continue
                got_message = got_message or (kind == DATA and bool(payload))
                if (end := outcome(kind, flags, payload, got_message)) is not None:
                    return end

    def close(self):
        self.plug.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def answers(address, query="strike", timeout=2.0, tls=None):
    """Does a new connection get a search answered within `timeout` seconds?"""
    try:
        with Connection(address, timeout=timeout, tls=tls) as connection:
            return connection.search(query, 1, timeout) == ANSWERED
    except OSError:
        return False
