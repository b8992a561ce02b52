"""N07: requests far too large, too deep or too many-fielded, at the real web server while others use it."""

import contextlib
import json
import socket
from pathlib import Path

MEGABYTE = 1024 * 1024
PIECE = b"a" * MEGABYTE
DEEP = "[" * 1000 + "]" * 1000


def send(house, head: str, pieces, between=lambda: None) -> int:
    """The status of the answer to a request written piece by piece; the server may hang up before the last."""
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(head.encode())
            for number, piece in enumerate(pieces):
                line.sendall(piece)
                if number % 5 == 0:
                    between()
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while b"\r\n" not in answer and (more := line.recv(4096)):
                answer += more
    return int(answer.split()[1])


def head(method: str, path: str, length: int, **headers) -> str:
    lines = {"Host": "localhost", "Content-Length": str(length), "Connection": "close", **headers}
    said = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n"


def memory(pids) -> dict[int, int]:
    """The most memory each process ever held, in bytes."""
    found = {}
    for pid in pids:
        line = next(row for row in Path(f"/proc/{pid}/status").read_text().splitlines() if row.startswith("VmHWM"))
        found[pid] = int(line.split()[1]) * 1024
    return found


def test_N07_what_is_far_too_large_is_refused_and_nobody_else_notices(house):
    taker = house.tell("exam_takers", 1)[0]
    who = {"Cookie": taker["cookie"], "X_CSRFToken": "c" * 32, "Accept": "application/json"}
    save = f"/ujian/kerja/{taker['attempt']}/simpan/"
    as_json = {**who, "Content_Type": "application/json"}
    as_form = {**who, "Content_Type": "application/x-www-form-urlencoded"}
    web = house.web()
    for _time in range(8):  # both workers have read what they keep
        assert house.get("/kursus/").status == 200
        assert (
            house.request("POST", save, "{", headers={n.replace("_", "-"): v for n, v in as_json.items()}).status == 400
        )
    before = memory(web.children())
    elsewhere: list[int] = []

    def others() -> None:
        elsewhere.append(house.get("/kursus/").status)

    got = {
        "50 MB of JSON": send(house, head("POST", save, 50 * MEGABYTE, **as_json), [PIECE] * 50, others),
        "50 MB from a stranger": send(
            house, head("POST", "/masuk/", 50 * MEGABYTE, Content_Type=as_form["Content_Type"]), [PIECE] * 50
        ),
        "depth 1,000": send(house, head("POST", save, len(deep()), **as_json), [deep()]),
        "10,000 fields": send(house, head("POST", save, len(fields()), **as_form), [fields()]),
        "a header of 64 kB": send(house, head("GET", "/kursus/", 0, X_Long="a" * 65536), []),
        "a line of 64 kB": send(house, head("GET", "/kursus/?q=" + "a" * 65536, 0), []),
    }  # fmt: skip
    assert got == {
        "50 MB of JSON": 413, "50 MB from a stranger": 413, "depth 1,000": 400, "10,000 fields": 400,
        "a header of 64 kB": 431, "a line of 64 kB": 414,
    }  # fmt: skip
    assert set(elsewhere) == {200}
    after = memory(web.children())
    assert set(after) == set(before), "a worker died"
    assert max(after[pid] - before[pid] for pid in before) < 100 * MEGABYTE
    seq, kept = house.tell("answers")[taker["attempt"]]
    assert (seq, kept) == (0, {})
    body = json.dumps({"seq": 1, "answers": {"1": "a"}})
    assert send(house, head("POST", save, len(body), **as_json), [body.encode()]) == 200


def deep() -> bytes:
    return ('{"seq": 1, "answers": {"1": ' + DEEP + "}}").encode()


def fields() -> bytes:
    return "&".join(f"f{n}=1" for n in range(10_000)).encode()
