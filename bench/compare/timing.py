"""Times engines in turn, round by round, so that what changes on the machine meanwhile meets all alike."""
import math
import statistics

# A visit to an engine asks each query so often, time permitting, and goes on for so long: the first rounds find caches,
# and a processor's guesses, that others left, and a moment may belong to what others still do in the background.
VISIT_ROUNDS = 5
VISIT_SECONDS = 0.1


def visit(engine, mode, query_class, seconds):
    """The engine's answer: nanoseconds by query, each the median of the visit's."""
    times = engine.time(mode, query_class, VISIT_ROUNDS, seconds)
    spent = sum(times.get("ns", ())) * 1e-9 * VISIT_ROUNDS
    if not spent or spent >= min(VISIT_SECONDS, seconds):
        return times
    return engine.time(mode, query_class, math.ceil(VISIT_ROUNDS * VISIT_SECONDS / spent), seconds)


class Cell:
    """The times of one engine in one class and mode."""

    def __init__(self):
        self.rounds = []  # nanoseconds by query, a list a round
        self.error = ""

    def figures(self):
        """Microseconds: over the queries, of each query's median over the rounds; and the range of the rounds' means."""
        of_query = sorted(statistics.median(times) / 1000 for times in zip(*self.rounds))
        means = [statistics.fmean(times) / 1000 for times in self.rounds]
        return dict(mean=statistics.fmean(of_query), p50=statistics.median(of_query),
                    p99=of_query[min(len(of_query) - 1, int(0.99 * len(of_query)))], low=min(means), high=max(means),
                    queries=len(of_query), rounds=len(self.rounds))


def time_cells(running, cells, rounds, seconds, warm_up, say):
    """`cells`: (class, mode, names of the engines to time). Gives Cells by (class, mode, engine)."""
    results = {(c, m, name): Cell() for c, m, names in cells for name in names}
    for number in range(-warm_up, rounds):
        say("warming up" if number < 0 else f"round {number + 1} of {rounds}")
        for query_class, mode, names in cells:
            # Another one begins each time, so that none always runs on another's warm or cold caches.
            turn = number % len(names) if names else 0
            for name in names[turn:] + names[:turn]:
                cell = results[query_class, mode, name]
                if cell.error:
                    continue
                try:
                    times = visit(running[name], mode, query_class, seconds)
                except Exception as error:
                    cell.error = str(error)
                    continue
                cell.error = times.get("error", "")
                if number >= 0 and not cell.error:
                    cell.rounds.append(times["ns"])
    return results
