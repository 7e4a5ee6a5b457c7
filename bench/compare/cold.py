#!/usr/bin/env python3
"""What do queries cost whose pages are not in memory, and how much of an index do they touch?

Starts Dateline as one of the engines of bench/peers, takes all pages of the index from it and from the page cache, and
times every query of a class once; then again, warm. Tells besides how many megabytes of the mapped files came back.

    bench/compare/cold.py --bin build/release/bin --index build/compare/news/dateline \\
        --queries build/compare/news/queries.jsonl

Needs Linux 5.10 and the right to page out another process (root, or the same user). Where pages cannot be taken the
figures would be warm ones: it says so and fails. How cold the disk itself is, is not known: a host may keep what the
machine has forgotten.

Exit codes: 0 done, 1 pages could not be taken or Dateline failed, 2 wrong usage.
"""
import argparse
import ctypes
import json
import os
import statistics
import sys

import engines

PIDFD_OPEN = 434
PROCESS_MADVISE = 440
MADV_PAGEOUT = 21
SECONDS = 600  # that a class may take
MOST_LEFT = 0.05  # of the mapped pages, after they were taken


class IoVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def mapped(pid, directory):
    """The mappings of files below the directory: begin, length and resident bytes of each."""
    found = []
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        inside = False
        for line in smaps:
            words = line.split()
            if "-" in words[0] and not words[0].endswith(":"):
                inside = len(words) > 5 and words[5].startswith(directory)
                if inside:
                    begin, end = (int(part, 16) for part in words[0].split("-"))
                    found.append([begin, end - begin, 0])
            elif inside and words[0] == "Rss:":
                found[-1][2] = int(words[1]) * 1024
    return found


def resident(pid, directory):
    return sum(bytes_there for _, _, bytes_there in mapped(pid, directory))


def take_pages(pid, directory):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(PIDFD_OPEN, pid, 0)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_open")
    try:
        for begin, length, _ in mapped(pid, directory):
            # A call takes no more than it can in one go.
            while length > 0:
                taken = libc.syscall(PROCESS_MADVISE, fd, ctypes.byref(IoVec(begin, length)), 1, MADV_PAGEOUT, 0)
                if taken <= 0:
                    raise OSError(ctypes.get_errno(), "process_madvise")
                begin, length = begin + taken, length - taken
    finally:
        os.close(fd)
    for folder, _, names in os.walk(directory):
        for name in names:
            file = os.open(os.path.join(folder, name), os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def take_all_pages(pid, directory):
    """Bytes that stayed all the same."""
    everything = sum(length for _, length, _ in mapped(pid, directory))
    take_pages(pid, directory)
    left = resident(pid, directory)
    if left > MOST_LEFT * everything:
        sys.exit(f"{left >> 20} MB of {everything >> 20} stayed in memory: these would be no cold figures")
    return left


def times(engine, of_class, mode):
    """Milliseconds of each query, asked once."""
    return [nanoseconds / 1e6 for nanoseconds in engine.time(mode, of_class, 1, SECONDS)["ns"]]


def classes_of(path):
    with open(path, encoding="utf-8") as queries:
        return list(dict.fromkeys(json.loads(line)["class"] for line in queries))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", default="build/release/bin", help="programs of Dateline")
    parser.add_argument("--index", required=True)
    parser.add_argument("--queries", required=True, help="as dateline-bench queries writes them")
    parser.add_argument("--modes", default="top10,top10_facets")
    arguments = parser.parse_args()
    directory = os.path.realpath(arguments.index)
    engine = engines.Engine("dateline", [os.path.join(arguments.bin, "dateline-bench"), "peer", "--index", directory,
                                         "--queries", arguments.queries]).open()
    pid = engine.process.pid
    print("| class | mode | cold ms: mean / median / most | warm ms: mean / median / most | MB touched |")
    print("|---|---|---:|---:|---:|")
    modes = arguments.modes.split(",")
    classes = classes_of(arguments.queries)
    for mode in modes:
        for of_class in classes:
            left = take_all_pages(pid, directory)
            cold = times(engine, of_class, mode)
            touched = resident(pid, directory) - left
            warm = times(engine, of_class, mode)
            figures = [" / ".join(f"{figure:.2f}" for figure in (statistics.mean(t), statistics.median(t), max(t)))
                       for t in (cold, warm)]
            print(f"| {of_class} | {mode} | {figures[0]} | {figures[1]} | {touched / 1e6:.1f} |", flush=True)
    left = take_all_pages(pid, directory)
    for mode in modes:
        for of_class in classes:
            times(engine, of_class, mode)
    everything = sum(length for _, length, _ in mapped(pid, directory))
    print(f"\nAll of these together touch {(resident(pid, directory) - left) / 1e6:.1f} MB of {everything / 1e6:.1f} MB "
          "that are mapped.")
    engine.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (engines.EngineError, OSError) as error:
        sys.exit(f"cold: {error}")
