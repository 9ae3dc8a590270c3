"""HTTP/1.1 as this platform reads and writes it: strict about framing, bounded in size and time."""

import asyncio
import re
from dataclasses import dataclass, field
from http import HTTPStatus

BODY_BYTES = 65536
CHUNKED_BYTES = BODY_BYTES
HEAD_BYTES = 32768
REQUEST_SECONDS = 30
IDLE_SECONDS = 60

_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~]+) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")


class Broken(Exception):
    """What came is no HTTP/1.1 request; the connection ends with it."""


@dataclass
class Request:
    method: str
    target: str
    headers: list
    body: bytes = b""
    body_too_large: bool = False
    keep_alive: bool = True

    def all(self, name: str) -> list:
        """The values of a header, one for each time it stands there."""
        return [value for known, value in self.headers if known == name]


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)


async def serve_connection(reader, writer, handle) -> None:
    """Reads requests one after another and answers each by handle(request)."""
    try:
        while True:
            request = await _next_request(reader, writer)
            if request is None:
                return
            answer = await handle(request)
            keep = request.keep_alive and not request.body_too_large
            await _write(writer, answer, keep, request.method == "HEAD")
            if not keep:
                if request.body_too_large:
                    await _drain_input(reader)
                return
    except Broken:
        await _write(writer, await handle(None), False, False)
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.TimeoutError):
        return
    finally:
        writer.close()


async def _next_request(reader, writer):
    try:
        first = await asyncio.wait_for(reader.read(1), IDLE_SECONDS)
    except asyncio.TimeoutError:
        return None
    if first == b"":
        return None
    return await asyncio.wait_for(_read_request(first, reader, writer), REQUEST_SECONDS)


async def _read_request(first: bytes, reader, writer) -> Request:
    try:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as problem:
        raise Broken from problem
    lines = head[:-4].split("\r\n")
    found = _REQUEST_LINE.fullmatch(lines[0])
    if found is None:
        raise Broken
    headers = []
    for line in lines[1:]:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise Broken
        headers.append((header.group(1).lower(), header.group(2)))
    request = Request(found.group(1), found.group(2), headers)
    wishes = ",".join(request.all("connection")).lower()
    request.keep_alive = "close" not in wishes and (found.group(3) == "1" or "keep-alive" in wishes)
    await _read_body(request, reader, writer)
    return request


async def _read_body(request: Request, reader, writer) -> None:
    lengths, codings = request.all("content-length"), request.all("transfer-encoding")
    if len(lengths) + len(codings) > 1:
        raise Broken
    if lengths:
        if not re.fullmatch("[0-9]{1,15}", lengths[0]):
            raise Broken
        length = int(lengths[0])
        if length > BODY_BYTES:
            request.body_too_large = True
            return
        if length > 0:
            await _continue(request, writer)
        request.body = await reader.readexactly(length)
    elif codings:
        if codings[0].lower() != "chunked":
            raise Broken
        await _continue(request, writer)
        await _read_chunks(request, reader, CHUNKED_BYTES)


async def _read_chunks(request: Request, reader, limit: int) -> None:
    pieces, total = [], 0
    while True:
        found = _CHUNK.fullmatch(await _line(reader))
        if found is None:
            raise Broken
        size = int(found.group(1), 16)
        if size == 0:
            break
        total += size
        if total > limit:
            request.body_too_large = True
            return
        pieces.append(await reader.readexactly(size))
        if await reader.readexactly(2) != b"\r\n":
            raise Broken
    while await _line(reader) != b"\r\n":  # trailers say nothing that is looked at
        pass
    request.body = b"".join(pieces)


async def _line(reader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except asyncio.LimitOverrunError as problem:
        raise Broken from problem


async def _continue(request: Request, writer) -> None:
    if "100-continue" in ",".join(request.all("expect")).lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()


async def _write(writer, answer: Answer, keep: bool, head_only: bool) -> None:
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status != 204:
        lines.append(f"Content-Length: {len(answer.body)}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if head_only else answer.body))
    await writer.drain()


async def _drain_input(reader) -> None:
    """Takes in for a moment what still comes, so that the answer is not lost with a reset."""
    try:
        left = 1 << 21
        while left > 0:
            piece = await asyncio.wait_for(reader.read(65536), 1)
            if piece == b"":
                return
            left -= len(piece)
    except (asyncio.TimeoutError, ConnectionError):
        return
