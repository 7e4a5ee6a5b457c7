"""Threads that call a server without pause, with stubs that grpcio-tools generated. Not to be run by hand: callers.py starts
it in an environment that has grpcio, and talks to it in JSON lines.

  {"do": "start", "address": "...", "mix": ["search", ...]}   one thread for each word of the mix
  {"do": "stop"}                                               answers {"calls", "codes", "failed": [[begun, ended (on
                                                               the monotonic clock), kind, code, details], ...], "health"}
"""

import collections
import itertools
import json
import random
import sys
import threading
import time

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from proto.dateline.v1 import search_pb2 as pb
from proto.dateline.v1 import search_pb2_grpc

TIMEOUT_S = 10
SERVICE = "dateline.v1.SearchService"
QUERIES = (
    "strike",
    "strike OR talks",
    "harbour -storm",
    '"strike talks"',
    "minis*",
    "talks NEAR/5 police",
    "*",
    "headline:budget",
    "tarif~1",
    "outlet:norpress date:2019",
)
BAD_QUERIES = ('"unclosed', "strike NEAR/5", "date:2019-02-30", "(((", "headline:")
KEPT_FAILURES = 200


class Timed:
    """A stub that knows when its last call began."""

    def __init__(self, stub):
        self.stub, self.begun = stub, time.monotonic()

    def __getattr__(self, name):
        self.begun = time.monotonic()
        return getattr(self.stub, name)


class Callers:
    def __init__(self, address, mix):
        self.address = address
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.codes, self.failed, self.health = collections.Counter(), [], []
        self.threads = [
            threading.Thread(target=self._loop, args=(kind, i), name=kind, daemon=True) for i, kind in enumerate(mix)
        ]
        for thread in self.threads:
            thread.start()

    def _channel(self):
        # Else all channels of the process would share one connection.
        return grpc.insecure_channel(
            self.address, options=[("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]
        )

    def _loop(self, kind, number):  # one thread
        rng = random.Random(number)
        call, wanted = getattr(self, "_" + kind), "INVALID_ARGUMENT" if kind == "bad" else "OK"
        with self._channel() as channel:
            stub = search_pb2_grpc.SearchServiceStub(channel)
            for _ in itertools.count():
                if self.stopped.is_set():
                    return
                timed, code, details = Timed(stub), "OK", ""
                try:
                    call(timed, rng)
                except grpc.RpcError as error:
                    code, details = error.code().name, error.details()
                with self.lock:
                    self.codes[f"{kind} {code}"] += 1
                    if code != wanted and len(self.failed) < KEPT_FAILURES:
                        self.failed.append([timed.begun, time.monotonic(), kind, code, details])
                if code == "UNAVAILABLE":  # it will not be there again in the next microsecond
                    self.stopped.wait(0.02)

    def _search(self, stub, rng):
        stub.Search(pb.SearchRequest(query=rng.choice(QUERIES), page_size=rng.choice((1, 10, 50))), timeout=TIMEOUT_S)

    def _count(self, stub, rng):
        stub.CountMatches(
            pb.CountMatchesRequest(
                query=rng.choice(QUERIES), histogram=pb.HistogramRequest(interval=pb.INTERVAL_MONTH)
            ),
            timeout=TIMEOUT_S,
        )

    def _facets(self, stub, rng):
        facets = [
            pb.FacetRequest(field=field)
            for field in (pb.FACET_FIELD_OUTLET, pb.FACET_FIELD_BYLINE, pb.FACET_FIELD_YEAR)
        ]
        stub.Search(pb.SearchRequest(query=rng.choice(QUERIES), facets=facets), timeout=TIMEOUT_S)
        stub.ListFacetValues(pb.ListFacetValuesRequest(field=pb.FACET_FIELD_BYLINE), timeout=TIMEOUT_S)

    def _export(self, stub, rng):
        for _ in stub.Export(pb.ExportRequest(query=rng.choice(QUERIES), bodies=True), timeout=60):
            pass

    def _get(self, stub, rng):
        hits = stub.Search(pb.SearchRequest(query="*", page_size=5, order=pb.ORDER_OLDEST), timeout=TIMEOUT_S).hits
        stub.BatchGetArticles(pb.BatchGetArticlesRequest(ids=[hit.key for hit in hits]), timeout=TIMEOUT_S)
        stub.Suggest(pb.SuggestRequest(text="harb"), timeout=TIMEOUT_S)

    def _bad(self, stub, rng):
        stub.Search(pb.SearchRequest(query=rng.choice(BAD_QUERIES)), timeout=TIMEOUT_S)

    def _cancelled(self, stub, rng):
        future = stub.Search.future(pb.SearchRequest(query=rng.choice(QUERIES), page_size=100), timeout=TIMEOUT_S)
        time.sleep(rng.random() * 0.003)
        future.cancel()

    def _fresh(self, _, rng):
        with self._channel() as channel:
            self._search(search_pb2_grpc.SearchServiceStub(channel), rng)
        time.sleep(0.02)

    def _watch(self, stub, rng):
        """What the health service says as time goes by; an end of the stream is no failure."""
        with self._channel() as channel:
            stream = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=SERVICE))
            try:
                for reply in stream:
                    with self.lock:
                        self.health.append(
                            [time.monotonic(), health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status)]
                        )
            except grpc.RpcError:
                self.stopped.wait(0.1)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            # A watch ends when the server does.
            thread.join(0.2 if thread.name == "watch" else TIMEOUT_S + 2)
        with self.lock:
            return dict(calls=sum(self.codes.values()), codes=dict(self.codes), failed=self.failed, health=self.health)


def main():
    callers = None
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "start":
            callers = Callers(order["address"], order["mix"])
        else:
            print(json.dumps(callers.stop()), flush=True)


if __name__ == "__main__":
    main()
