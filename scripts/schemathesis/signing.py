"""Signs what Schemathesis sends as the pack wants it: over the bytes that go out, whatever they are."""

import base64
import json
import os
import secrets
import time

import requests
import schemathesis
from cryptography.hazmat.primitives import serialization

with open(os.environ["LIANTIAO_STATEMENT"], encoding="utf-8") as file:
    STATEMENT = json.load(file)
PARTY = STATEMENT["parties"][0]
with open(os.path.join(os.path.dirname(os.environ["LIANTIAO_STATEMENT"]), PARTY["privateKey"]), "rb") as file:
    KEY = serialization.load_pem_private_key(file.read(), None)


class Signature(requests.auth.AuthBase):
    """The header Authorization of one request, once its target and body stand."""

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        base = f"{request.method}\n{request.path_url}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode(KEY.sign(base)).decode()
        request.headers["Authorization"] = (
            f'{PARTY["algorithm"]} mchid="{PARTY["partyId"]}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{PARTY["serial"]}"'
        )
        return request


schemathesis.auth.set_from_requests(Signature())


def test_data():
    """Values of the statement's own customers by the names of their fields, so that calls get past "not found"."""
    known = {}
    for fixture in STATEMENT["fixtures"].values():
        for name, value in fixture.items():
            if isinstance(value, str) and name != "none":
                known.setdefault(name, []).append(value)
    return known


KNOWN = test_data()


def filled(fields):
    """Most calls speak for the party that signs, and many of its customers."""
    chosen = dict(fields)
    for name, value in fields.items():
        if name == "party_id" and secrets.randbelow(10):
            chosen[name] = PARTY["partyId"]
        elif name == "currency" and secrets.randbelow(10):
            chosen[name] = "CNY"
        elif name in KNOWN and secrets.randbelow(4):
            chosen[name] = secrets.choice(KNOWN[name])
        elif isinstance(value, dict):
            chosen[name] = filled(value)
    return chosen


def plain(value):
    """JSON Schema takes 1.0 for an integer; the pack wants it written as 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@schemathesis.hook
def before_call(context, case, kwargs):
    """Leaves what was made wrong on purpose as it is."""
    case.body = plain(case.body)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, dict):
        case.body = filled(case.body)
    for part in ("query", "path_parameters"):
        if getattr(case, part):
            setattr(case, part, filled(getattr(case, part)))


# Codes that say that a message is not as its schema wants it. All others are rules beyond the schema.
OF_THE_SCHEMA = {"PARAM_ERROR", "MALFORMED_BODY", "UNSUPPORTED_MEDIA_TYPE"}


@schemathesis.check
def valid_data_is_not_called_malformed(ctx, response, case):
    """In place of positive_data_acceptance, which takes every 400 of valid data for a mistake."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    code = response.json().get("code")
    assert code not in OF_THE_SCHEMA, f"a message that keeps to the schema is refused with {code}"
