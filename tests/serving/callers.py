"""Python gRPC clients in a process of their own (grpc_callers.py), for suites that run with the bare interpreter."""

import json
import os
import subprocess
import sys

import server_lab

sys.path.insert(0, os.path.join(server_lab.TESTS, "clients"))
import tools_setup


def add_options(parser):
    parser.add_argument(
        "--cache", default=tools_setup.DEFAULT_CACHE, help="where generated stubs are kept (default: %(default)s)"
    )


class Callers:
    """A process with threads that call without pause between `start` and `stop`. Skips the suite where grpcio cannot be had."""

    def __init__(self, cache):
        try:
            python, stubs = tools_setup.python_with_stubs(cache)
        except tools_setup.Unavailable as why:
            server_lab.skip(str(why))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "grpc_callers.py")
        environment = dict(os.environ, PYTHONPATH=stubs, GRPC_VERBOSITY="NONE")
        self.process = subprocess.Popen(
            [python, script], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def _order(self, **order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def start(self, address, mix):
        self._order(do="start", address=address, mix=mix)

    def stop(self):
        """What was counted since `start`: see grpc_callers.py."""
        self._order(do="stop")
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        server_lab.wait_or_kill(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
