"""Gets the tools of others that the client tests use: generated Python stubs, grpcurl, ghz. What was got is kept in a
cache directory, so that a second run needs no registry. Where a registry does not offer a tool, Unavailable says why.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROTO_FILES = (
    "proto/dateline/v1/search.proto",
    "proto/google/rpc/status.proto",
    "proto/google/rpc/error_details.proto",
)
REQUIREMENTS = os.path.join(HERE, "requirements.txt")
GO_TOOLS = dict(
    grpcurl="github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3", ghz="github.com/bojand/ghz/cmd/ghz@v0.120.0"
)
DEFAULT_CACHE = os.path.join(ROOT, "build", "clients")
INSTALL_TIMEOUT_S = 900


class Unavailable(Exception):
    """A tool cannot be had on this machine; the text says why."""


def _run(command, what, **options):
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, **options
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{what}: {error}") from error
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"{what}: {lines[-1] if lines else 'exit code ' + str(done.returncode)}")


def _stamp(*paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _alone(cache):
    """Of several suites that run at once, one fills the cache and the others wait."""
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, "lock"), "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def python_with_stubs(cache=DEFAULT_CACHE):
    """(the interpreter of an environment with grpcio, the directory of stubs generated from proto/)."""
    with _alone(cache):
        return _python_with_stubs(os.path.abspath(cache))


def _python_with_stubs(cache):
    environment = os.path.join(cache, "python-" + _stamp(REQUIREMENTS))
    python = os.path.join(environment, "bin", "python")
    ready = os.path.join(environment, "ready")
    if not os.path.exists(ready):
        shutil.rmtree(environment, ignore_errors=True)
        _run([sys.executable, "-m", "venv", environment], "python3 -m venv")
        _run(
            [
                python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--retries",
                "1",
                "-r",
                REQUIREMENTS,
            ],
            "pip install grpcio-tools",
        )
        open(ready, "w").close()
    protos = [os.path.join(ROOT, name) for name in PROTO_FILES]
    stubs = os.path.join(cache, "stubs-" + _stamp(REQUIREMENTS, *protos))
    if not os.path.exists(stubs):
        unfinished = stubs + ".new"
        shutil.rmtree(unfinished, ignore_errors=True)
        os.makedirs(unfinished)
        _run(
            [
                python,
                "-m",
                "grpc_tools.protoc",
                "-I",
                ROOT,
                "--python_out",
                unfinished,
                "--grpc_python_out",
                unfinished,
                *protos,
            ],
            "grpc_tools.protoc",
        )
        os.rename(unfinished, stubs)
    return python, stubs


def go_tool(name, cache=DEFAULT_CACHE):
    """The path of a program that the Go module proxy offers, or that the machine has already."""
    found = shutil.which(name)
    if found:
        return found
    with _alone(cache):
        return _go_tool(name, os.path.abspath(cache))


def _go_tool(name, cache):
    directory = os.path.join(cache, "go-" + GO_TOOLS[name].rpartition("@")[2])
    program = os.path.join(directory, name)
    if not os.path.exists(program):
        if not shutil.which("go"):
            raise Unavailable(f"{name}: neither it nor go is installed")
        os.makedirs(directory, exist_ok=True)
        # One process at a time: it compiles some two hundred packages.
        _run(
            ["nice", "go", "install", "-p", "1", GO_TOOLS[name]],
            f"go install {GO_TOOLS[name]}",
            env=dict(os.environ, GOBIN=directory, GOFLAGS=""),
        )
    return program
