"""The whole of Bestari as `make run` starts it, for one test process: own home, own port, the demo world."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds; a busy machine builds the demo world slowly
STEP = 30
OF_THE_TESTS = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE")


class Site:
    """``address`` of the running site and the printed sign-ins by role."""

    def __init__(self, home: Path):
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        mine = {"BESTARI_HOME": str(home), "PORT": str(self.port), "BESTARI_SERVER_TIMING": "1"}
        inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        self.environment = {**inherited, **mine}
        self.used_codes: set[tuple[str, int]] = set()

    def start(self) -> "Site":
        self.log = (self.home / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / ".ci" / "serve.py")], cwd=ROOT, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while "Bestari answers on" not in self.said():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"Bestari did not start:\n{self.said()}")
            time.sleep(0.2)
        self.accounts = {row["role"]: row for row in json.loads(self.manage("demo_accounts", "--json", "--all"))}
        return self

    def said(self) -> str:
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")

    def manage(self, *words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()

    def code_of(self, role: str) -> str:
        """The account's current second-step code; a code opens once, so a used one is waited out."""
        while (role, step := int(time.time()) // STEP) in self.used_codes:
            time.sleep(0.5)
        self.used_codes.add((role, step))
        return format_hotp_value(hotp_value(self.accounts[role]["totp_secret"], step))
