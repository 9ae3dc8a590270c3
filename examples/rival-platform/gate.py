"""The stages that a request passes before any of it is believed: route, signature, freshness."""

import re
from dataclasses import dataclass

import fields
from refusals import Refusal
from signing import NotSigned, read_authorization, request_base, verify
from wire import Request

CLOCK_SKEW_SECONDS = 300
TARGET_BYTES = 2048

_JSON_TYPE = re.compile(r'application/json *(?:; *charset="?utf-8"?)?', re.IGNORECASE)
_ORDER_PATH = re.compile(r"/v1/orders/([^/]+)")
_NONCE = re.compile(r"[0-9A-Za-z_-]{8,64}")
_SECONDS = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Signer:
    """Whose key a request was signed with, and the nonce that is used up by it."""

    party: str
    nonce: str
    timestamp: int


def route(request: Request) -> str:
    """Returns the path of a notification, or order.query."""
    path = request.target.partition("?")[0]
    if path in fields.NOTIFICATIONS:
        interface, method = path, "POST"
    elif _ORDER_PATH.fullmatch(path):
        interface, method = "order.query", "GET"
    else:
        raise Refusal("ROUTE_NOT_FOUND")
    if request.method != method:
        raise Refusal("METHOD_NOT_ALLOWED", headers={"Allow": method})
    if request.body_too_large or len(request.target) > TARGET_BYTES:
        raise Refusal("PAYLOAD_TOO_LARGE")
    if method == "POST":
        hold_media_type(request)
    return interface


def hold_media_type(request: Request) -> None:
    types = request.all("content-type")
    if len(types) != 1 or not _JSON_TYPE.fullmatch(types[0]) or request.all("content-encoding"):
        raise Refusal("UNSUPPORTED_MEDIA_TYPE")


def authenticate(request: Request, keyring, now: float) -> Signer:
    """Returns who signed the request."""
    try:
        values = request.all("authorization")
        if len(values) != 1:
            raise NotSigned
        claim = read_authorization(values[0])
        if not _NONCE.fullmatch(claim.nonce):
            raise NotSigned
        key = keyring.find(claim.party, claim.serial, now)
        if key is None or key["algorithm"] != claim.scheme:
            raise NotSigned
        base = request_base(request.method, request.target, claim.timestamp, claim.nonce, request.body)
        verify(key["algorithm"], key["pem"], base, claim.signature)
    except NotSigned as problem:
        raise Refusal("SIGN_ERROR") from problem
    return Signer(claim.party, claim.nonce, fresh(claim.timestamp, int(now)))


def fresh(text: str, now: int) -> int:
    """Returns the timestamp, which is whole seconds within 300 of now."""
    seconds = timestamp(text)
    if seconds is None or abs(now - seconds) > CLOCK_SKEW_SECONDS:
        raise Refusal("TIMESTAMP_OUT_OF_WINDOW")
    return seconds


def timestamp(text: str):
    # Not int alone, which takes signs, blanks, underscores and digits of any script.
    return int(text) if _SECONDS.fullmatch(text) else None
