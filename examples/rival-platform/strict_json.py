"""Strict JSON: one object in UTF-8, no key twice, integers only, bounded depth and breadth.

Python's own reader is more generous than the wire allows: it takes the last of two equal keys, NaN, fractions, lone
surrogates, and bytes in UTF-16. Each of these is refused here.
"""

import json
import re

MAX_DEPTH = 16
MAX_MEMBERS = 1000
MAX_DIGITS = 20

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")


class Malformed(ValueError):
    """The bytes are no strict JSON object. The text says why without quoting them."""


def read(data: bytes) -> dict:
    """Returns the object that the bytes spell; raises Malformed."""
    text = _decode(data)
    _hold_depth(text)
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except Malformed:
        raise
    except ValueError as problem:
        raise Malformed("the body is not JSON") from problem
    if not isinstance(document, dict):
        raise Malformed("the body is not one JSON object")
    _hold_values(document)
    return document


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise Malformed("the body is not UTF-8") from problem
    if text.startswith("\ufeff"):
        raise Malformed("the body begins with a byte order mark")
    return text


def _hold_depth(text: str) -> None:
    """Counts brackets outside of strings, so that the reader never recurses deeper than allowed."""
    depth, quoted, escaped = 0, False, False
    for character in text:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Malformed("the body is nested too deeply")
        elif character in "]}":
            depth -= 1


def _object(pairs: list) -> dict:
    if len(pairs) > MAX_MEMBERS:
        raise Malformed("an object has too many members")
    document = dict(pairs)
    if len(document) != len(pairs):
        raise Malformed("an object has a key twice")
    return document


def _integer(text: str) -> int:
    if text.startswith("-0") or len(text) > MAX_DIGITS or not _INTEGER.fullmatch(text):
        raise Malformed("a number is no plain integer")
    return int(text)


def _fraction(_text: str):
    raise Malformed("a number is no plain integer")


def _constant(_text: str):
    raise Malformed("NaN and Infinity are not JSON")


def _hold_values(document: dict) -> None:
    """Refuses lone surrogates anywhere, and lists that are too long."""
    waiting: list = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            try:
                value.encode("utf-8")
            except UnicodeEncodeError as problem:
                raise Malformed("a text has half a surrogate pair") from problem
        elif isinstance(value, list):
            if len(value) > MAX_MEMBERS:
                raise Malformed("a list has too many items")
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.keys())
            waiting.extend(value.values())
