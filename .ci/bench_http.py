"""Raw HTTP/1.1 on asyncio streams: a client so light that on two cores the server, not the client, is measured."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

TOKEN = "b" * 32  # the CSRF cookie is the client's to choose; header and cookie must only agree
PATIENCE = 60


@dataclass(frozen=True)
class Ask:
    """One request; ``expect`` are the statuses that count as success."""

    path: str
    method: str = "GET"
    session: str = ""
    body: bytes = b""
    kind: str = "application/x-www-form-urlencoded"
    expect: tuple = (200,)

    def text(self, host: str) -> bytes:
        cookies = f"csrf={TOKEN}" + (f"; session={self.session}" if self.session else "")
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", "Accept: text/html"]
        if self.method == "POST":
            lines += [f"X-CSRFToken: {TOKEN}", f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    ms: float = 0.0
    fault: str = ""

    @property
    def statements(self) -> int:
        """All statements of the request, session and account included."""
        said = self.headers.get("server-timing", "")
        return int(said.partition('desc="')[2].partition(" ")[0] or 0)


class Line:
    """A connection that stays open between requests, as from a proxy; ``source`` is any address of loopback."""

    def __init__(self, port: int, source: str = "127.0.0.1"):
        self.port, self.source, self.host = port, source, f"127.0.0.1:{port}"
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def fetch(self, ask: Ask) -> Answer:
        """The answer; never raises: what went wrong is its ``fault``."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._exchange(ask)
        except (OSError, EOFError, ValueError, TimeoutError) as fault:
            await self.close()
            return Answer(0, ms=(time.perf_counter() - began) * 1000, fault=type(fault).__name__)
        fault = "" if answer.status in ask.expect else f"status {answer.status}"
        return Answer(answer.status, answer.headers, answer.body, (time.perf_counter() - began) * 1000, fault)

    async def _exchange(self, ask: Ask) -> Answer:
        if self.writer is None or self.writer.is_closing() or self.reader.at_eof():
            await self.close()
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.source, 0)
            )
        self.writer.write(ask.text(self.host))
        head = await self.reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}
        body = await self._body(headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Answer(int(first.split()[1]), headers, body)

    async def _body(self, headers: dict) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await self.reader.readexactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            with contextlib.suppress(OSError):
                await self.writer.wait_closed()
        self.reader = self.writer = None


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return round(ordered[max(0, -(-95 * len(ordered) // 100) - 1)], 1) if ordered else 0.0
