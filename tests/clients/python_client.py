"""Every call and every error that a client can provoke, with stubs that grpcio-tools made from proto/.

Not to be run by hand: foreign_clients.py starts it, with the address of a server of its archive, in an environment that
has grpcio. Prints "ok NAME" or "FAILED NAME: why" for each check; the exit code is the number of failures, at most 100.
"""

import argparse
import concurrent.futures
import sys
import time
import traceback

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from proto.dateline.v1 import search_pb2 as pb
from proto.dateline.v1 import search_pb2_grpc
from proto.google.rpc import error_details_pb2, status_pb2

SERVICE = "dateline.v1.SearchService"
TIMEOUT_S = 10
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def same(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what} is {got!r}, not {wanted!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError("not so: " + what)


class Client:
    def __init__(self, args):
        self.address, self.articles, self.thrifty_address = args.address, args.articles, args.thrifty
        self.channel = grpc.insecure_channel(args.address)
        self.search = search_pb2_grpc.SearchServiceStub(self.channel)
        self.health = health_pb2_grpc.HealthStub(self.channel)
        # What only the side that owns the server can do: `publish` makes a new generation (see foreign_clients.py).
        self.control = lambda word: (print(word, flush=True), sys.stdin.readline())

    def error(self, call, *arguments, **options):
        """The error that a call must end with: (code, reason, details by name)."""
        try:
            result = call(*arguments, timeout=TIMEOUT_S, **options)
            if hasattr(result, "code"):  # a stream
                list(result)
        except grpc.RpcError as error:
            return decode(error)
        raise AssertionError("the call succeeded")


def decode(error):
    details = {}
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        status = status_pb2.Status.FromString(value)
        same(status.code, error.code().value[0], "Status.code")
        same(status.message, error.details(), "Status.message")
        for packed in status.details:
            for kind in (error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo):
                message = kind()
                if packed.Unpack(message):
                    details.setdefault(kind.__name__, []).append(message)
    infos = details.get("ErrorInfo", [])
    holds(len(infos) == 1, f"{error.code()} carries one ErrorInfo, as promised: {error.details()}")
    same(infos[0].domain, "dateline", "domain")
    return error.code(), infos[0].reason, details


# ---- Calls ----


@check
def search_pages_to_the_end(client):
    seen, token, pages = [], "", 0
    while True:
        page = client.search.Search(
            pb.SearchRequest(
                query="strike OR talks", page_size=37, page_token=token, omit_snippets=True, order=pb.ORDER_NEWEST
            ),
            timeout=TIMEOUT_S,
        )
        seen += [hit.key for hit in page.hits]
        pages += 1
        token = page.next_page_token
        if not token:
            break
    holds(pages > 1 and page.total_exact, "several pages, exact total")
    same(len(seen), page.total, "hits of all pages")
    same(len(set(seen)), len(seen), "distinct hits")


@check
def search_with_facets_filters_and_histogram(client):
    page = client.search.Search(
        pb.SearchRequest(
            query="harbour",
            filters=pb.Filters(outlets=["norpress"], date_range=pb.DateRange(first_day="2016-01-01")),
            facets=[
                pb.FacetRequest(field=pb.FACET_FIELD_OUTLET, disjunctive=True),
                pb.FacetRequest(field=pb.FACET_FIELD_YEAR),
            ],
            histogram=pb.HistogramRequest(interval=pb.INTERVAL_YEAR, time_zone="Europe/London"),
        ),
        timeout=TIMEOUT_S,
    )
    holds(page.total > 0, "something is found")
    same({hit.outlet for hit in page.hits}, {"Norpress"}, "outlets")
    same(sum(value.count for value in page.facets[1].values), page.total, "sum over years")
    same(sum(bucket.count for bucket in page.histogram.buckets), page.total, "sum over buckets")
    chosen = [value for value in page.facets[0].values if value.selected]
    same([(value.value, value.count) for value in chosen], [("Norpress", page.total)], "the chosen outlet")
    holds(len(page.facets[0].values) > 1, "disjunctive: other outlets are listed")
    snippet = page.hits[0].snippet
    marked = [snippet.text.encode()[h.begin : h.end].decode().lower() for h in snippet.highlights]
    holds("harbour" in marked, f"the word is highlighted: {marked}")


@check
def multi_search(client):
    reply = client.search.MultiSearch(
        pb.MultiSearchRequest(
            requests=[
                pb.SearchRequest(query="strike"),
                pb.SearchRequest(query='"unclosed'),
                pb.SearchRequest(query="*"),
            ]
        ),
        timeout=TIMEOUT_S,
    )
    same([result.HasField("response") for result in reply.results], [True, False, True], "answers")
    same(reply.results[1].error.code, grpc.StatusCode.INVALID_ARGUMENT.value[0], "code")
    same(reply.results[2].response.total, client.articles, "articles")
    same(len({r.response.generation for r in reply.results if r.HasField("response")}), 1, "generations")


@check
def count_matches(client):
    count = client.search.CountMatches(
        pb.CountMatchesRequest(query="strike", facets=[pb.FacetRequest(field=pb.FACET_FIELD_LANGUAGE)]),
        timeout=TIMEOUT_S,
    )
    same(count.total, client.search.Search(pb.SearchRequest(query="strike"), timeout=TIMEOUT_S).total, "total")
    same([(v.value, v.count) for v in count.facets[0].values], [("en", count.total)], "languages")


@check
def export_streams_every_match(client):
    articles = [
        a for part in client.search.Export(pb.ExportRequest(query="*", bodies=True), timeout=60) for a in part.articles
    ]
    same(len({a.key for a in articles}), client.articles, "distinct articles")
    holds(all(a.body for a in articles), "bodies are there")
    times = [a.publish_time.seconds for a in articles]
    same(times, sorted(times, reverse=True), "newest first")


@check
def list_facet_values(client):
    values, token = [], ""
    while True:
        page = client.search.ListFacetValues(
            pb.ListFacetValuesRequest(field=pb.FACET_FIELD_BYLINE, page_size=2, page_token=token), timeout=TIMEOUT_S
        )
        values += [value.value for value in page.values]
        token = page.next_page_token
        if not token:
            break
    same(len(values), page.total_size, "values")
    same(len(set(values)), 6, "writers")
    only = client.search.ListFacetValues(
        pb.ListFacetValuesRequest(field=pb.FACET_FIELD_BYLINE, prefix="cal"), timeout=TIMEOUT_S
    )
    same([value.value for value in only.values], ["Ines Calloway"], "with a prefix")


@check
def suggest(client):
    words = client.search.Suggest(pb.SuggestRequest(text="harb", kinds=[pb.SUGGESTION_KIND_WORD]), timeout=TIMEOUT_S)
    holds("harbour" in [s.text for s in words.suggestions], f"harbour among {words}")


@check
def explain(client):
    hit = client.search.Search(pb.SearchRequest(query="strike"), timeout=TIMEOUT_S).hits[0]
    why = client.search.Explain(pb.ExplainRequest(id=hit.id, query="strike"), timeout=TIMEOUT_S)
    holds(why.matches, "it matches")
    same(why.explanation.units / 2**20, hit.score, "the score of the hit")


@check
def analyze(client):
    reply = client.search.Analyze(pb.AnalyzeRequest(text="Talks began", language="en"), timeout=TIMEOUT_S)
    same([(t.begin, t.end, t.word, t.stem) for t in reply.tokens][0], (0, 5, "talks", "talk"), "the first token")


@check
def get_articles(client):
    one = client.search.GetArticle(pb.GetArticleRequest(id="story-7"), timeout=TIMEOUT_S)
    same(one.id, "story-7", "id")
    same(client.search.GetArticle(pb.GetArticleRequest(id=one.key), timeout=TIMEOUT_S), one, "by key")
    batch = client.search.BatchGetArticles(
        pb.BatchGetArticlesRequest(ids=["story-9", "none", "story-7"]), timeout=TIMEOUT_S
    )
    same([a.id for a in batch.articles], ["story-9", "story-7"], "articles")
    same(list(batch.missing_ids), ["none"], "missing")


@check
def get_status_and_reload(client):
    status = client.search.GetStatus(pb.GetStatusRequest(), timeout=TIMEOUT_S)
    same(status.documents, client.articles, "documents")
    reply = client.search.Reload(pb.ReloadRequest(), timeout=TIMEOUT_S)
    same((reply.replaced, reply.generation, reply.error), (False, status.generation, ""), "nothing newer")


@check
def health_check_and_watch(client):
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", SERVICE):
        same(
            client.health.Check(health_pb2.HealthCheckRequest(service=service), timeout=TIMEOUT_S).status,
            serving,
            service,
        )
    watch = client.health.Watch(health_pb2.HealthCheckRequest(service=SERVICE), timeout=TIMEOUT_S)
    same(next(watch).status, serving, "watched")
    watch.cancel()
    try:
        client.health.Check(health_pb2.HealthCheckRequest(service="nobody"), timeout=TIMEOUT_S)
        raise AssertionError("an unknown service is healthy")
    except grpc.RpcError as error:
        same(error.code(), grpc.StatusCode.NOT_FOUND, "an unknown service")


@check
def unicode_travels_both_ways(client):
    page = client.search.Search(pb.SearchRequest(query="Łódź OR 東京 OR الخرطوم"), timeout=TIMEOUT_S)
    same({hit.id for hit in page.hits}, {"unicode"}, "ids")
    holds("東京" in page.hits[0].headline, page.hits[0].headline)
    holds("東京" in page.query, "the query comes back: " + page.query)


# ---- Errors ----


@check
def query_invalid(client):
    code, reason, details = client.error(client.search.Search, pb.SearchRequest(query='strike "unclosed'))
    same((code, reason), (grpc.StatusCode.INVALID_ARGUMENT, "QUERY_INVALID"))
    same(details["ErrorInfo"][0].metadata["offset"], "7", "offset")
    same(details["BadRequest"][0].field_violations[0].field, "query", "field")


@check
def request_invalid(client):
    for request, field in (
        (pb.SearchRequest(page_size=-1), "page_size"),
        (pb.SearchRequest(facets=[pb.FacetRequest(field=pb.FACET_FIELD_YEAR), pb.FacetRequest()]), "facets[1].field"),
        (
            pb.SearchRequest(filters=pb.Filters(date_range=pb.DateRange(first_day="2019-02-30"))),
            "filters.date_range.first_day",
        ),
    ):
        code, reason, details = client.error(client.search.Search, request)
        same((code, reason), (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_INVALID"), str(request))
        same(details["BadRequest"][0].field_violations[0].field, field, "field")
    code, reason, details = client.error(client.search.MultiSearch, pb.MultiSearchRequest())
    same((code, reason), (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_INVALID"))
    _, reason, _ = client.error(client.search.Search, pb.SearchRequest(query="strike", page_token="made up"))
    same(reason, "REQUEST_INVALID", "a made-up page token")
    _, reason, _ = client.error(client.search.Export, pb.ExportRequest(query="*", order=77))
    same(reason, "REQUEST_INVALID", "an unknown order of an export")


@check
def query_too_costly(client):
    """A server that allows a millisecond: of questions that take about that long each, one is soon refused."""
    stub = search_pb2_grpc.SearchServiceStub(grpc.insecure_channel(client.thrifty_address))
    endings = "s ed ing er ly ment ness al ion ive ous able ful less ism ist ity ize en ify ward wise ship dom hood age".split()
    question = " ".join(
        stem + ending
        for stem in ("strike", "talk", "storm", "court", "harbour", "ferry", "budget", "railway")
        for ending in endings
    )
    facets = [
        pb.FacetRequest(field=field, max_values=1000)
        for field in range(pb.FACET_FIELD_OUTLET, pb.FACET_FIELD_LANGUAGE + 1)
    ]
    for i in range(500):
        request = pb.SearchRequest(
            query=f"{question} {question} {question} other{i}", match_any=True, page_size=100, facets=facets
        )
        try:
            stub.Search(request, timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            code, reason, details = decode(error)
            same((code, reason), (grpc.StatusCode.INVALID_ARGUMENT, "QUERY_TOO_COSTLY"))
            same(details["BadRequest"][0].field_violations[0].field, "query", "field")
            return
    raise AssertionError("none of 500 was refused")


@check
def not_found(client):
    for call, request in (
        (client.search.GetArticle, pb.GetArticleRequest(id="none")),
        (client.search.Explain, pb.ExplainRequest(id="none", query="strike")),
    ):
        same(client.error(call, request)[:2], (grpc.StatusCode.NOT_FOUND, "NOT_FOUND"))


@check
def reply_too_large(client):
    code, reason, details = client.error(client.search.BatchGetArticles, pb.BatchGetArticlesRequest(ids=["long"] * 100))
    same((code, reason), (grpc.StatusCode.RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE"))
    holds("RetryInfo" not in details, "nobody is told to try again")


def first_of_an_export(client, timeout):
    """An export of everything that has begun. The server allows one at a time; one that was cancelled makes place soon."""
    for _ in range(200):
        try:
            stream = client.search.Export(pb.ExportRequest(query="*", bodies=True), timeout=timeout)
            next(stream)
            return stream
        except grpc.RpcError as error:
            same(decode(error)[1], "OVERLOADED", "the reason why an export does not begin")
            time.sleep(0.05)
    raise AssertionError("an export that has ended keeps its place")


@check
def overloaded(client):
    first = first_of_an_export(client, TIMEOUT_S)
    code, reason, details = client.error(client.search.Export, pb.ExportRequest(query="*"))
    first.cancel()
    same((code, reason), (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"))
    delay = details["RetryInfo"][0].retry_delay
    holds(0 < delay.seconds + delay.nanos / 1e9 < 10, f"a delay: {delay}")


@check
def deadlines(client):
    """An export of which too little is read in time; and the channel is as good as before."""
    stream = first_of_an_export(client, timeout=0.3)
    time.sleep(0.4)
    try:
        list(stream)
        raise AssertionError("it was in time")
    except grpc.RpcError as error:
        same(error.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
    holds(client.search.Search(pb.SearchRequest(query="strike"), timeout=TIMEOUT_S).total > 0, "an answer")


@check
def cancellation(client):
    futures = [
        client.search.Search.future(pb.SearchRequest(query="strike OR talks", page_size=100), timeout=TIMEOUT_S)
        for _ in range(200)
    ]
    for future in futures:
        future.cancel()
    codes = {future.code() for future in futures}
    holds(codes <= {grpc.StatusCode.CANCELLED, grpc.StatusCode.OK}, str(codes))
    first_of_an_export(client, TIMEOUT_S).cancel()
    first_of_an_export(client, TIMEOUT_S).cancel()  # the place of the first is free again


@check
def many_threads_over_one_channel(client):
    wanted = client.search.Search(pb.SearchRequest(query="strike"), timeout=TIMEOUT_S).total
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        totals = list(
            pool.map(
                lambda _: client.search.Search(pb.SearchRequest(query="strike"), timeout=TIMEOUT_S).total, range(400)
            )
        )
    same(set(totals), {wanted}, "totals")


@check
def an_unknown_method(client):
    call = client.channel.unary_unary(f"/{SERVICE}/Drop", request_serializer=bytes, response_deserializer=bytes)
    try:
        call(b"", timeout=TIMEOUT_S)
        raise AssertionError("it exists")
    except grpc.RpcError as error:
        same(error.code(), grpc.StatusCode.UNIMPLEMENTED)


@check
def garbage_in_place_of_a_message(client):
    call = client.channel.unary_unary(f"/{SERVICE}/Search", request_serializer=bytes, response_deserializer=bytes)
    for garbage in (b"\xff" * 50, b"\x0a\x05\xff\xfe\xfd\xfc\xfb", b"\x0a\xff\xff\xff\xff\x0f"):
        try:
            call(garbage, timeout=TIMEOUT_S)
            raise AssertionError(f"{garbage!r} was understood")
        except grpc.RpcError as error:
            # (That a message which cannot be parsed is UNIMPLEMENTED is gRPC 1.51's word for it, not ours.)
            holds(
                error.code()
                in (grpc.StatusCode.INTERNAL, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED),
                str(error.code()),
            )


@check
def page_token_expired(client):
    """Last, as the archive is another one then."""
    token = client.search.Search(pb.SearchRequest(query="*", page_size=1), timeout=TIMEOUT_S).next_page_token
    client.control("publish")
    reply = client.search.Reload(pb.ReloadRequest(), timeout=TIMEOUT_S)
    same(reply.error, "", "error of the reload")
    for _ in range(100):
        try:
            client.search.Search(pb.SearchRequest(query="*", page_size=1, page_token=token), timeout=TIMEOUT_S)
        except grpc.RpcError as error:
            same(decode(error)[:2], (grpc.StatusCode.FAILED_PRECONDITION, "PAGE_TOKEN_EXPIRED"))
            return
        time.sleep(0.1)
    raise AssertionError("the token stays good")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--thrifty", required=True, help="address of a server that allows a query one millisecond")
    parser.add_argument("--articles", type=int, required=True)
    args = parser.parse_args()
    client, failures = Client(args), 0
    for function in CHECKS:
        try:
            function(client)
            print("ok", function.__name__, flush=True)
        except Exception as error:  # one failure is not to hide the next check's
            failures += 1
            what = error if isinstance(error, AssertionError) else traceback.format_exc()
            print(f"FAILED {function.__name__}: {what}", flush=True)
    # gRPC's threads may outlive a call that was cancelled; nothing of them matters now.
    client.channel.close()
    sys.exit(min(failures, 100))


if __name__ == "__main__":
    main()
