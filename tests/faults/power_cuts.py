#!/usr/bin/env python3
"""Power cuts: what the disk had not been told to keep is lost, and no acknowledged generation is.

An index on an ext4 file system of its own, in a loop-mounted file. A writer runs; at a random moment, or right after it
reported success, the file system is shut down without writing its journal back (FS_IOC_SHUTDOWN, NOLOGFLUSH): what was
not synced is gone. It is mounted again, which replays the journal. Then:
  the index opens with every checksum sound; it shows the last generation whose writer reported success, or the one that
  was about to be published; its answers are those known of it; the next writer leaves nothing lying about.

Needs root, loop devices and mkfs.ext4; exits with 77 and says so where they are missing.
Full size:  power_cuts.py --bin BIN --injector LIB --cuts 500
"""
import argparse
import collections
import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

import fault_lab

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
IMAGE_BYTES = 64 << 20
SKIPPED = 77
CYCLE = ["build", "build_few", "add", "delete", "merge"]


class Disk:
    """A file system that can lose its power."""

    def __init__(self, scratch):
        self.image = os.path.join(scratch, "disk")
        self.root = os.path.join(scratch, "mounted")
        os.mkdir(self.root)
        with open(self.image, "wb") as file:
            file.truncate(IMAGE_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.mounted = False
        self.mount()

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.root], check=True, capture_output=True)
        self.mounted = True

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", self.root], check=True)
            self.mounted = False

    def cut(self):
        fd = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(fd)


def loses_what_is_not_synced(disk):
    """Is a cut a cut here? A file without fsync must be gone, one with it must stay."""
    for name, sync in (("kept", True), ("lost", False)):
        with open(os.path.join(disk.root, name), "wb") as file:
            file.write(b"x" * 100)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        if sync:
            fd = os.open(disk.root, os.O_RDONLY)
            os.fsync(fd)
            os.close(fd)
    disk.cut()
    disk.unmount()
    disk.mount()
    names = os.listdir(disk.root)
    lost = os.path.join(disk.root, "lost")
    return "kept" in names and not (os.path.exists(lost) and os.path.getsize(lost) == 100)


def cut_again_and_again(lab, disk, args):
    cycle = [step for step in CYCLE if step.split("_")[0] in lab.commands]
    rng = random.Random(args.seed)
    index = os.path.join(disk.root, "index")
    right, seconds = lab.rehearse(cycle, index)
    current, at = lab.answers(index), 0
    outcomes = collections.Counter()
    problems = []
    for cut in range(args.cuts):
        step = cycle[at % len(cycle)]
        process = subprocess.Popen([lab.indexer, *lab.command(step, index)], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Every third time the cut comes right after the success, when all depends on what was synced before.
        patience = fault_lab.TIMEOUT_S if cut % 3 == 0 else rng.uniform(0.1, 1.1) * seconds[step]
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            pass
        acknowledged = process.poll() == 0
        disk.cut()
        process.kill()
        process.wait()
        disk.unmount()
        disk.mount()
        seen = lab.answers(index)
        moved = seen[0] != current[0]
        outcomes["after success" if acknowledged else "published, not yet reported" if moved else "before the switch"] += 1
        if acknowledged and not moved:
            problems.append(f"cut {cut}: {step} reported success, and its generation is lost: {seen[0] or seen[1]}")
        elif seen[1] != (right[step] if moved else current[1]):
            problems.append(f"cut {cut}, during {step}: wrong answers of {seen[0]}: {seen[1][:200]}")
        if problems:
            break
        if moved:
            at, current = at + 1, seen
    # The last word: a writer that is left alone finds everything in order and leaves it so.
    if not problems:
        lab.must("build_few", index)
        problems += [f"left lying about: {name}" for name in fault_lab.strays(index)]
    fault_lab.show(problems)
    fault_lab.record(args.results, "power_cuts", "+".join(cycle), sum(outcomes.values()),
                     sum(outcomes.values()) - len(problems), args.seed, outcomes=dict(outcomes))
    return len(problems)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    fault_lab.add_common_options(parser)
    parser.add_argument("--cuts", type=int, help="power cuts (default: 500, --quick: 6)")
    args = parser.parse_args()
    if args.cuts is None:
        args.cuts = 6 if args.quick else 500
    print("seed", args.seed)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))  # unmounts
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        print("skipped: power cuts need root and mkfs.ext4")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="dateline-cuts-", dir=args.scratch) as scratch:
        lab = fault_lab.Lab(args, scratch)
        disk = None
        try:
            disk = Disk(scratch)
            if not loses_what_is_not_synced(disk):
                print("skipped: this kernel keeps what was not synced through FS_IOC_SHUTDOWN")
                return SKIPPED
        except (subprocess.CalledProcessError, OSError) as error:
            print("skipped: no loop-mounted ext4 here:", error)
            if disk is not None:
                disk.unmount()
            return SKIPPED
        try:
            wrong = cut_again_and_again(lab, disk, args)
        finally:
            disk.unmount()
    print("no acknowledged generation lost" if wrong == 0 else f"{wrong} promises broken")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
