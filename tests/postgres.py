"""A throw-away PostgreSQL cluster: made in a temporary folder, used, stopped, deleted.

    with cluster() as url: ...                     for benches, drills and fixtures
    python -m tests.postgres -- pytest -k ledger   sets DATABASE_URL and runs the command
    python -m tests.postgres --where               prints the folder of the server programs; exit 1 when there are none

It listens on a free loopback port, keeps fsync on (durability is what some tests are about),
and, since PostgreSQL refuses to run as root, runs as the ``postgres`` user when root starts it.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_START_SECONDS = 60
_STOP_SECONDS = 30
_SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class NoPostgres(Exception):
    """PostgreSQL's server programs are not installed here."""


def programs() -> Path:
    """Return the folder that holds initdb and postgres, the newest version first. Raises NoPostgres."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], check=True, capture_output=True, text=True)
        folders.append(Path(answer.stdout.strip()))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres("No PostgreSQL server programs found: install postgresql (Debian: apt-get install postgresql)")


@contextmanager
def cluster() -> Iterator[str]:
    """Run a cluster for the length of the ``with`` block, and give its DATABASE_URL. Raises NoPostgres."""
    binaries = programs()
    root = Path(tempfile.mkdtemp(prefix="haixing-postgres-"))
    try:
        owner = _owner()
        if owner is not None:
            os.chown(root, owner.pw_uid, owner.pw_gid)
        _run(
            [
                binaries / "initdb",
                "-D",
                root / "data",
                "-U",
                "haixing",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            owner,
            root,
        )
        port = _free_port()
        server = _start(binaries, root, port, owner)
        try:
            _wait(binaries, root, port, server, owner)
            _run([binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "haixing", "haixing"], owner, root)
            yield f"postgres://haixing@127.0.0.1:{port}/haixing"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _owner() -> pwd.struct_passwd | None:
    """Return whom the server runs as, or None for ourselves."""
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def _identity(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _run(command: Sequence[str | Path], owner: pwd.struct_passwd | None, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **_identity(owner))
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stderr}")


def _start(binaries: Path, root: Path, port: int, owner: pwd.struct_passwd | None) -> "subprocess.Popen[bytes]":
    settings = _SETTINGS | {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(root)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (root / "log").open("wb") as log:
        # A session of its own, so that Ctrl-C reaches the tests first and they stop the server themselves.
        return subprocess.Popen(
            [binaries / "postgres", "-D", root / "data", *options],
            cwd=root,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_identity(owner),
        )


def _wait(
    binaries: Path, root: Path, port: int, server: "subprocess.Popen[bytes]", owner: pwd.struct_passwd | None
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            _run([binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], owner, root)
        except RuntimeError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start:\n{(root / 'log').read_text(errors='replace')}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server that we started, by its own id: fast shutdown first, then without asking."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    """Run the command line described at the top of this file."""
    try:
        if arguments == ["--where"]:
            print(programs())
            return 0
        command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
        if not command:
            print(__doc__, file=sys.stderr)
            return 2
        with cluster() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
