"""Times engines in turn, round by round, so that what changes on the machine meanwhile meets all alike."""
import statistics

# How often a visit to an engine asks each query: the first finds caches that others left.
VISIT_ROUNDS = 3


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
                    times = running[name].time(mode, query_class, VISIT_ROUNDS, seconds)
                except Exception as error:
                    cell.error = str(error)
                    continue
                cell.error = times.get("error", "")
                if number >= 0 and not cell.error:
                    cell.rounds.append(times["ns"])
    return results
