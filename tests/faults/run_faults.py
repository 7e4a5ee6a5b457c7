#!/usr/bin/env python3
"""Crashes and failing disks: kills the indexer at every write-class call, makes every such call fail, and kills it at
random moments.

A fault at call n of an operation, once or from then on:
  kill   SIGKILL before the call            torn   half of a write, then SIGKILL
  eio, enospc, edquot   the call fails so   short  a write writes half
After each: a command that reported success shows the new generation; one that failed said why in one line and left the
old one; after a kill it is one of the two. Whatever is shown answers a fixed set of requests as it did without faults.
A failed fsync is never a success and never published. The next run of the command repairs everything: nothing is left
lying about. Only where a disk fails from the moment of the switch on, so that even taking it back fails, may a command
report failure while the complete new generation is in place.

Full size:  run_faults.py --bin BIN --injector LIB --kills 2000
"""
import argparse
import collections
import concurrent.futures
import errno
import os
import random
import subprocess
import sys
import tempfile

import fault_lab

FAULTS = {
    "kill": dict(FAULT_MODE="kill"),
    "torn": dict(FAULT_MODE="torn"),
    "eio": dict(FAULT_MODE="fail", FAULT_ERRNO=str(errno.EIO)),
    "enospc": dict(FAULT_MODE="fail", FAULT_ERRNO=str(errno.ENOSPC)),
    "edquot": dict(FAULT_MODE="fail", FAULT_ERRNO=str(errno.EDQUOT)),
    "short": dict(FAULT_MODE="short"),
}
DEADLY = ("kill", "torn")
# Operations and the state that each starts from: operations that lead there.
STARTS = collections.OrderedDict(
    first_build=("build", []),
    build=("build", ["build_few", "build", "build_few"]),
    add=("add", ["build_few"]),
    delete=("delete", ["build_few", "add"]),
    merge=("merge", ["build_few", "add"]),
    rollback=("rollback", ["build_few", "build"]),
    rebuild=("rebuild", ["build_few"]),
    accelerate=("accelerate", ["build_few", "add"]),
    gc=("gc", ["build_few", "build"]),
)
# A cycle of operations for kills at random moments: each leads from one known state to the next.
CYCLE = ["build", "build_few", "add", "delete", "merge"]


class Case:
    """One operation, the index that it starts from, and what is right before and after it."""

    def __init__(self, lab, name):
        self.name = name
        self.operation, steps = STARTS[name]
        self.lab = lab
        self.template = os.path.join(lab.scratch, "template-" + name)
        os.mkdir(self.template)
        for step in steps:
            lab.must(step, self.template)
        self.before = lab.answers(self.template)
        calls, log = self.count()
        self.calls = [line.split(" ", 2)[1:] for line in log]
        if calls != len(self.calls):
            fault_lab.fail(f"{name}: {calls} calls counted, {len(self.calls)} logged")
        # After this call the new generation is visible.
        self.switch = max([i for i, (call, path) in enumerate(self.calls, 1) if call == "rename" and path.endswith("/CURRENT")],
                          default=0)

    def count(self):
        index = os.path.join(self.lab.scratch, "count-" + self.name)
        fault_lab.copy_index(self.template, index)
        env, state, log = self.environment(index, dict(FAULT_MODE="count"))
        code, error = self.lab.run(self.operation, index, env)
        if code != 0:
            fault_lab.fail(f"{self.name} under the counting injector: exit code {code}: {error}")
        self.after = self.lab.answers(index)
        with open(state, "rb") as file:
            calls = int.from_bytes(file.read(), "little")
        with open(log, encoding="utf-8") as file:
            lines = file.read().splitlines()
        return calls, lines

    def environment(self, index, fault):
        state, log = index + ".state", index + ".log"
        with open(state, "wb") as file:
            file.write(bytes(8))
        if os.path.exists(log):
            os.remove(log)
        return dict(LD_PRELOAD=self.lab.injector, FAULT_PREFIX=index, FAULT_STATE=state, FAULT_LOG=log, **fault), state, log

    def trial(self, fault, at, sticky):
        """What is wrong after the fault; "" when nothing is."""
        index = os.path.join(self.lab.scratch, f"{self.name}-{fault}-{at}-{int(sticky)}")
        fault_lab.copy_index(self.template, index)
        env, state, log = self.environment(index, dict(FAULTS[fault], FAULT_AT=str(at), FAULT_STICKY=str(int(sticky))))
        code, error = self.lab.run(self.operation, index, env)
        with open(log, encoding="utf-8") as file:
            calls = [line.split(" ", 2)[1:] for line in file.read().splitlines()]
        problem = self.judge(fault, at, sticky, code, error, self.lab.answers(index), calls)
        problem = problem or self.judge_restart(index)
        subprocess.run(["rm", "-rf", index, state, log], check=True)
        if not problem:
            return ""
        call = " ".join(calls[at - 1]).replace(index, "INDEX") if len(calls) >= at else "?"
        return f"{self.name}, {fault}{' sticky' if sticky else ''} at call {at} ({call}): {problem}"

    def judge(self, fault, at, sticky, code, error, seen, calls):
        if code is None:
            return error
        old = self.same(seen, self.before)
        new = self.same(seen, self.after)
        if fault in DEADLY:
            if code != -9:
                return f"was not killed: exit code {code}: {error}"
            return "" if old or new else f"neither the old nor the new generation: {seen[0]}: {seen[1][:200]}"
        if code < 0 or "terminate called" in error:
            return f"crashed: exit code {code}: {error}"
        met = calls[at - 1:] if sticky else calls[at - 1:at]
        if fault != "short" and any(call == "fsync" for call, _ in met) and code == 0:
            return "an fsync failed and the command reported success"
        if code == 0:
            return "" if new else f"reported success, shows {seen[0] or seen[1]}"
        lines = error.strip().splitlines()
        if len(lines) != 1 or len(lines[0]) < 20:
            return f"exit code {code} and not one line that says why: {error!r}"
        if new and not old and sticky and at > self.switch and "could not be taken back" in error:
            return ""
        return "" if old else f"exit code {code} ({lines[0]}), and yet it shows {seen[0] or seen[1][:200]}"

    def failed_sync(self, at, sticky):
        index = os.path.join(self.lab.scratch, f"{self.name}-sync-{at}-{int(sticky)}")
        fault_lab.copy_index(self.template, index)
        env, state, log = self.environment(index, dict(FAULTS["eio"], FAULT_ONLY="fsync", FAULT_AT=str(at),
                                                       FAULT_STICKY=str(int(sticky))))
        code, error = self.lab.run(self.operation, index, env)
        with open(log, encoding="utf-8") as file:
            path = file.read().splitlines()[at - 1].replace(index, "INDEX")
        problem = ""
        if code != 1 or len(error.strip().splitlines()) != 1:
            problem = f"exit code {code}: {error!r}"
        elif not self.same(self.lab.answers(index), self.before):
            problem = "published all the same: " + error.strip()
        problem = problem or self.judge_restart(index)
        subprocess.run(["rm", "-rf", index, state, log], check=True)
        return problem and f"{self.name}, failed sync{' sticky' if sticky else ''} {path}: {problem}"

    @staticmethod
    def same(seen, expected):
        if expected[0] == "":
            return seen[0] == "" and "holds no index" in seen[1]
        return seen == expected

    def judge_restart(self, index):
        # What was rolled back or deleted cannot be so again: the next writer builds.
        once = self.operation in ("rollback", "delete")
        code, error = self.lab.run("build" if once else self.operation, index)
        if code != 0:
            return f"the next run: exit code {code}: {error}"
        seen = self.lab.answers(index)
        if seen[0] == "" or (not once and seen[1] != self.after[1]):
            return f"the next run shows something else: {seen[0]}: {seen[1][:200]}"
        left = fault_lab.strays(index)
        return f"left lying about after the next run: {' '.join(left)}" if left else ""


def every_call(case, args, pool):
    """Every n-th call with every fault; --quick and --every take fewer calls, others for each fault."""
    jobs = []
    for number, (fault, sticky) in enumerate((f, s) for f in args.faults for s in (False, True)):
        if sticky and fault in DEADLY:
            continue
        jobs += [(fault, at, sticky) for at in range(1 + (args.seed + number * 5) % args.every, len(case.calls) + 1, args.every)]
    problems = [p for p in pool.map(lambda job: case.trial(*job), jobs) if p]
    by_fault = collections.Counter(fault for fault, _, _ in jobs)
    fault_lab.show(problems)
    for fault in args.faults:
        wrong = sum(1 for p in problems if p.startswith(f"{case.name}, {fault}"))
        fault_lab.record(args.results, "run_faults.every_call", f"{case.name}: {fault}", by_fault[fault],
                         by_fault[fault] - wrong, args.seed, calls=len(case.calls), every=args.every)
    return len(problems)


def failed_syncs(case, args, pool):
    """Every fsync fails, once and from then on, with everything else working: nothing may ever be published."""
    syncs = sum(1 for call, _ in case.calls if call == "fsync")
    jobs = [(at, sticky) for at in range(1, syncs + 1) for sticky in (False, True)]
    problems = [p for p in pool.map(lambda job: case.failed_sync(*job), jobs) if p]
    fault_lab.show(problems)
    fault_lab.record(args.results, "run_faults.failed_syncs", f"{case.name}: eio", len(jobs), len(jobs) - len(problems),
                     args.seed, syncs=syncs)
    return len(problems)


def random_kills(lab, args):
    """Kills at random moments of a cycle of operations on one index, which is never repaired by anybody else."""
    cycle = [step for step in CYCLE if STARTS.get(step, ("build",))[0] in lab.commands]
    rng = random.Random(args.seed)
    index = os.path.join(lab.scratch, "random-kills")
    right, seconds = lab.rehearse(cycle, index)
    at, current, kills, published = 0, lab.answers(index), 0, 0
    problems = []
    done_in = collections.Counter()
    while kills < args.kills and not problems:
        step = cycle[at % len(cycle)]
        process = subprocess.Popen([lab.indexer, *lab.command(step, index)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            process.wait(timeout=rng.uniform(0, 1.25) * seconds[step])
        except subprocess.TimeoutExpired:
            process.kill()
        error = process.communicate()[1].decode("utf-8", "replace")
        killed = process.returncode == -9
        kills += killed
        done_in[step] += killed
        if not killed and process.returncode != 0:
            problems.append(f"{step} after a kill: exit code {process.returncode}: {error}")
            break
        seen = lab.answers(index)
        moved = seen[0] != current[0]
        if not killed and not moved:
            problems.append(f"{step} reported success and published nothing")
        elif seen[1] != (right[step] if moved else current[1]):
            problems.append(f"kill {kills}, during {step}: wrong answers of {seen[0]}: {seen[1][:200]}")
        if not killed and fault_lab.strays(index):
            problems.append(f"left lying about after {step}: {fault_lab.strays(index)}")
        if moved:
            at, current, published = at + 1, seen, published + 1
    fault_lab.show(problems)
    fault_lab.record(args.results, "run_faults.random_kills", "+".join(cycle), kills, kills - len(problems), args.seed,
                     published=published, by_operation=dict(done_in))
    return len(problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    fault_lab.add_common_options(parser)
    parser.add_argument("--operations", nargs="+", choices=STARTS, help="which (default: all that the program knows)")
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=list(FAULTS), help="which (default: all)")
    parser.add_argument("--every", type=int, default=1, help="of the calls take every N-th (default: each)")
    parser.add_argument("--kills", type=int, help="kills at random moments (default: 2000, --quick: 24)")
    parser.add_argument("--jobs", type=int, default=2, help="trials at a time (default: %(default)s)")
    args = parser.parse_args()
    if args.quick:
        args.every = max(args.every, 29)
    if args.kills is None:
        args.kills = 24 if args.quick else 2000
    print("seed", args.seed)
    with tempfile.TemporaryDirectory(prefix="dateline-faults-", dir=args.scratch) as scratch:
        lab = fault_lab.Lab(args, scratch)
        names = args.operations or [n for n in STARTS if STARTS[n][0] in lab.commands]
        wrong = 0
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for name in names:
                case = Case(lab, name)
                wrong += every_call(case, args, pool)
                if not args.quick or name in ("build", "add"):
                    wrong += failed_syncs(case, args, pool)
        if args.kills:
            wrong += random_kills(lab, args)
    print("all as promised" if wrong == 0 else f"{wrong} promises broken")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
