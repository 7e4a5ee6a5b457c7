"""Do all engines answer the same? Asked of every query before anything is timed."""
import collections

# What of an answer must be equal in which mode. The best by score are compared by how many they share: lengths are
# rounded by some engines, and phrases, proximities and prefixes are scored by each in its own way.
TOTALS = ("count", "top10_count", "top10_facets")
RANKED = ("top10", "top100")
UNSCORED = ("phrase", "near", "prefix")


class Verdict:
    """Of one engine in one cell: skipped (a reason), wrong (how many of how many), error, or right."""

    def __init__(self):
        self.skipped = ""
        self.error = ""
        self.wrong = []  # (query, what)
        self.asked = 0
        self.overlap = []  # of the best ten with those of the reference

    @property
    def timed(self):
        return not self.skipped and not self.error and not self.wrong

    def text(self):
        if self.skipped:
            return "skipped: " + self.skipped
        if self.error:
            return "failed: " + self.error
        if self.wrong:
            return f"wrong: {len(self.wrong)} of {self.asked}, as {self.wrong[0][0]}: {self.wrong[0][1]}"
        return "right"


def check_cell(running, queries, mode, instants):
    """Verdicts by engine on one class in one mode; `running`: engines by name, the reference first."""
    verdicts = {name: Verdict() for name in running}
    for query in queries:
        answers = {}
        for name, engine in running.items():
            verdict = verdicts[name]
            if verdict.skipped or verdict.error:
                continue
            answer = _ask(engine, mode, query["id"], verdict)
            if answer is not None:
                answers[name] = answer
                verdict.asked += 1
        _compare(answers, query, mode, instants, verdicts)
    return verdicts


def _ask(engine, mode, query, verdict):
    try:
        answer = engine.answer(mode, query)
    except Exception as error:  # a dead engine is a result, not the end of the comparison
        verdict.error = str(error)
        return None
    verdict.skipped = answer.get("skip", "")
    verdict.error = answer.get("error", "")
    return None if verdict.skipped or verdict.error else answer


def _compare(answers, query, mode, instants, verdicts):
    if not answers:
        return
    facts = {name: _facts(answer, mode, instants) for name, answer in answers.items()}
    right = _agreed(facts)
    for name, fact in facts.items():
        if fact != right:
            verdicts[name].wrong.append((query["id"], _difference(fact, right)))
    if mode in RANKED and query["tree"]["op"] not in UNSCORED:
        reference = set(next(iter(answers.values()))["hits"])
        for name, answer in answers.items():
            if reference:
                verdicts[name].overlap.append(len(reference & set(answer["hits"])) / len(reference))


# What has to be equal, in a form that compares.
def _facts(answer, mode, instants):
    facts = []
    if mode in TOTALS:
        facts.append(("total", answer["total"]))
    if mode in RANKED or mode == "top10_count":
        facts.append(("hits", len(answer["hits"])))
    if mode == "newest10":
        # Any of those with one instant will do, and the undated come last.
        facts.append(("instants", tuple(instants[hit] for hit in answer["hits"])))
    if mode == "top10_facets":
        for facet in ("outlet", "byline", "section", "month"):
            # Which of several values with the least count are shown is chance: counts are compared.
            values = answer["facets"][facet]
            facts.append((facet, tuple(sorted((count for _, count in values), reverse=True))))
        facts.append(("months", tuple(sorted(map(tuple, answer["facets"]["month"])))))
    return tuple(facts)


# What most engines say; where as many say another thing, what the first of them says.
def _agreed(facts):
    return collections.Counter(facts.values()).most_common(1)[0][0]


def _difference(got, right):
    for (what, a), (_, b) in zip(got, right):
        if a != b:
            return f"{what} {str(a)[:60]}, most say {str(b)[:60]}"
    return "?"
