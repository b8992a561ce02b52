"""The web server itself: how long an address may be, and what whoever sends something unreadable gets to read."""

import contextlib
import http.client
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(len(environ["QUERY_STRING"])).encode()]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    (folder / "tiny.py").write_text(APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    command = [
        Path(sys.executable).parent / "gunicorn", "tiny:application", "--chdir", folder, "--config",
        ROOT / "gunicorn.conf.py", "--bind", f"127.0.0.1:{number}", "--worker-class", "gthread", "--workers", "1",
        "--log-level", "critical", "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", number), timeout=1).close()
            break
        time.sleep(0.05)
    yield number
    process.terminate()
    process.wait(20)


def ask(port: int, path: str, **headers) -> tuple[http.client.HTTPResponse, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    return answer, answer.read().decode()


def test_R05_an_address_of_eight_thousand_characters_is_read(port):
    answer, said = ask(port, f"/kursus/?q={'a' * 8100}")
    assert (answer.status, said) == (200, "8102")


@pytest.mark.parametrize("length", [8200, 20_000, 60_000])
def test_R05_a_longer_one_gets_a_plain_page_and_not_the_words_of_a_library(port, length):
    answer, said = ask(port, f"/kursus/?q={'a' * length}")
    assert answer.status == 414
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(said.encode())
    assert "Alamat ini terlalu panjang" in said and '<p lang="en">This address is longer' in said
    assert not re.search("aaaa|limit|Request Line|gunicorn", said)


def test_N07_a_header_too_large_and_a_line_that_is_no_request_get_one_too(port):
    answer, said = ask(port, "/", Cookie="x" * 9000)
    assert (answer.status, "terlalu banyak keterangan" in said) == (431, True)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n")
        said = b"".join(iter(lambda: line.recv(65_536), b"")).decode()
    assert said.startswith("HTTP/1.1 400 ")
    assert "Permintaan ini tidak dapat dibaca" in said and "script" not in said


def test_everybody_who_starts_gunicorn_names_the_file():
    starters = [".ci/serve.py", ".ci/bench_site.py", "tests/drills/machines.py", "docs/how-to/deploy.md"]
    for name in starters:
        assert "gunicorn.conf.py" in (ROOT / name).read_text(encoding="utf-8"), name
