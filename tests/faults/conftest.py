"""Workers that may be killed, forked from one process that has imported everything."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def forker():
    """Start the process that workers are forked from, once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    yield process
    process.stdin.close()
    process.wait(timeout=10)
    process.stdout.close()


@pytest.fixture
def run_worker(both_services, forker):
    """Return a function that runs a worker process and gives its exit status."""
    settings = both_services.settings
    base = {"data_dir": str(settings.data_dir), "database_url": settings.database_url}

    def run(fault_point="", **more):
        line = json.dumps({**base, "schedules": False, "fault_point": fault_point, **more})
        forker.stdin.write(line + "\n")
        return int(forker.stdout.readline())

    return run
