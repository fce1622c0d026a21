"""An OpenSSH server of the test's own on the loopback, with its own keys, for the login that runs the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 30.0
LOGIN = pwd.getpwuid(os.geteuid()).pw_name


def server() -> str | None:
    """Where the server's program is."""
    return shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def missing() -> str | None:
    """What a machine lacks to run these tests, or None."""
    lacking = [name for name in ("ssh", "ssh-keygen", "setsid") if not shutil.which(name)]
    if server() is None:
        lacking.append("sshd")
    return f"{', '.join(lacking)} not found: apt install openssh-server" if lacking else None


class Sshd:
    """A running server, and how to log in to it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir(mode=0o700)
        self.folder = folder
        for key in ("host", "user"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True
            )
        shutil.copy(folder / "user.pub", folder / "authorized")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        setting = " ".join(f'"{name}={value}"' for name, value in environment.items())
        (folder / "config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\nPrintLastLog no\n"
            f"MaxStartups 100\nClientAliveInterval 0\nSetEnv {setting}\n"
        )
        if os.geteuid() == 0:
            # As root, sshd wants the empty folder it locks its unprivileged half into.
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(server()), "-D", "-e", "-f", folder / "config"], stderr=log
            )
        end = time.monotonic() + PATIENCE_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    "sshd did not start: " + (folder / "log").read_text(errors="replace")
                )
            time.sleep(0.05)

    def _answers(self) -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", self.port)) == 0

    def login(self, command: str) -> list[str]:
        """The client's command line that runs a command on a terminal at the far end."""
        return [
            "ssh", "-F", "none", "-p", str(self.port), "-i", str(self.folder / "user"), "-tt",
            "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR",
            "-o", f"UserKnownHostsFile={self.folder}/known", "-o", "BatchMode=yes", f"{LOGIN}@127.0.0.1", command,
        ]  # fmt: skip

    def close(self) -> None:
        """Stop the server; sessions end with their own lines."""
        self.process.terminate()
        self.process.wait(PATIENCE_S)


@contextmanager
def serving(folder: Path, environment: Mapping[str, str]) -> Iterator[Sshd]:
    """A server for as long as the block lasts; `environment` is what a login finds set."""
    sshd = Sshd(folder, environment)
    try:
        yield sshd
    finally:
        sshd.close()
