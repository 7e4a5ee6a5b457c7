"""A client that behaves, beside whatever else happens: searches at an even pace over one connection, and now and then
one over a new connection. It runs in a process of its own, and counts what it gets.
"""

import multiprocessing
import select
import threading
import time

import h2
from server_lab import percentile

DEADLINE_S = 1.0


class GoodClient:
    """Runs from construction until `stop`, which returns what it counted:

    sent, answered, refused, share, p50_ms, p99_ms, refused_p99_ms, fresh_sent, fresh_answered, reconnects, and with `trace`
    calls: [when it was due on the monotonic clock, outcome].
    """

    def __init__(self, address, rate=50, source=None, fresh_every_s=0.5, query="strike OR talks", trace=False):
        context = multiprocessing.get_context("fork")
        self._pipe, child = context.Pipe()
        caller = _Caller(address, source, query)
        self._process = context.Process(target=_run, args=(child, caller, rate, fresh_every_s, trace), daemon=True)
        self._process.start()

    def stop(self):
        self._pipe.send("stop")
        counts = self._pipe.recv() if self._pipe.poll(DEADLINE_S + 10) else None
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
        if counts is None:
            raise RuntimeError("the good client died")
        return counts


class _Caller:
    def __init__(self, address, source, query):
        self.address, self.source, self.query = address, source, query
        self.plug = None
        self.flights = {}  # stream: [when it was due, whether a message came]
        self.milliseconds = {h2.ANSWERED: [], h2.REFUSED: []}
        self.calls = []
        self.sent = self.connections = 0

    def open(self):
        self.plug = h2.connect(self.address, self.source, timeout=DEADLINE_S)
        # A window that never closes: what is read is forgotten.
        self.plug.sendall(
            h2.greeting(header_table_size=0, initial_window_size=2**31 - 1) + h2.window_update(0, 2**31 - 1 - 65535)
        )
        self.frames, self.stream = h2.Frames(), 1
        self.connections += 1

    def close(self):
        if self.plug:
            self.plug.close()
        for stream in list(self.flights):
            self._end(stream, h2.FAILED)
        self.plug = None

    def _end(self, stream, what):
        due, _ = self.flights.pop(stream)
        took = time.monotonic() - due
        if took > DEADLINE_S:
            what = h2.FAILED
        self.calls.append((due, what))
        if what in self.milliseconds:
            self.milliseconds[what].append(took * 1000)

    def send(self, due):
        self.sent += 1
        try:
            if self.plug is None:
                self.open()
            self.flights[self.stream] = [due, False]
            self.plug.sendall(h2.search(self.stream, self.query, timeout_ms=int(DEADLINE_S * 1000)))
            self.stream += 2
        except OSError:
            if self.plug is None:  # it never was on its way
                self.calls.append((due, h2.FAILED))
            self.close()

    def take(self, seconds):
        if self.plug is None:
            time.sleep(seconds)
            return
        if not select.select([self.plug], [], [], seconds)[0]:
            return
        try:
            more = self.plug.recv(1 << 18)
        except OSError:
            more = b""
        if not more:
            self.close()
            return
        for kind, flags, stream, payload in self.frames.feed(more):
            self._frame(kind, flags, stream, payload)

    def _frame(self, kind, flags, stream, payload):
        flight = self.flights.get(stream)
        if kind in (h2.SETTINGS, h2.PING) and not flags & h2.ACK:
            try:
                self.plug.sendall(h2.frame(kind, h2.ACK, 0, payload if kind == h2.PING else b""))
            except (OSError, AttributeError):
                self.close()
        elif kind == h2.GOAWAY:  # no test with this client has the server end a connection for a good reason
            self.close()
        elif flight is not None:
            flight[1] = flight[1] or (kind == h2.DATA and bool(payload))
            if (what := h2.outcome(kind, flags, payload, flight[1])) is not None:
                self._end(stream, what)


class _Newcomer(threading.Thread):
    """Asks over a new connection, again and again."""

    def __init__(self, address, every_s):
        super().__init__(daemon=True)
        self.address, self.every_s = address, every_s
        self.sent = self.answered = 0
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.wait(self.every_s):
            self.sent += 1
            self.answered += h2.answers(self.address, timeout=DEADLINE_S)


def _run(pipe, caller, rate, fresh_every_s, trace):
    newcomer = _Newcomer(caller.address, fresh_every_s)
    newcomer.start()
    due = time.monotonic()
    while not pipe.poll():
        caller.send(due)
        due += 1 / rate
        while (left := due - time.monotonic()) > 0:
            caller.take(left)
    newcomer.stopped.set()
    last = time.monotonic() + DEADLINE_S
    while caller.flights and time.monotonic() < last:
        caller.take(last - time.monotonic())
    caller.close()
    newcomer.join(2 * DEADLINE_S)
    took, refused = caller.milliseconds[h2.ANSWERED], caller.milliseconds[h2.REFUSED]
    counts = dict(
        sent=caller.sent,
        answered=len(took),
        refused=len(refused),
        share=len(took) / max(1, caller.sent),
        p50_ms=percentile(took, 0.5),
        p99_ms=percentile(took, 0.99),
        refused_p99_ms=percentile(refused, 0.99),
        fresh_sent=newcomer.sent,
        fresh_answered=newcomer.answered,
        reconnects=caller.connections - 1,
    )
    if trace:
        counts["calls"] = caller.calls
    pipe.send(counts)
