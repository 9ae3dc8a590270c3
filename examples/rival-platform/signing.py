"""Signatures: what is signed, how a key signs and verifies, and the Authorization header."""

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

RSA = "WECHATPAY2-SHA256-RSA2048"
ED25519 = "WECHATPAY2-ED25519"

_AUTHORIZATION = re.compile(r'([0-9A-Z-]{1,64}) +((?:[a-z_]{1,32}="[^"]*")(?:, *[a-z_]{1,32}="[^"]*")*)')
_PAIR = re.compile(r'([a-z_]+)="([^"]*)"')
_PARTS = {"mchid", "serial_no", "timestamp", "nonce_str", "signature"}


class NotSigned(Exception):
    """No signature that may be believed."""


@dataclass(frozen=True)
class Claim:
    """What an Authorization header says, before any of it is believed."""

    scheme: str
    party: str
    serial: str
    timestamp: str
    nonce: str
    signature: str


def read_authorization(value: str) -> Claim:
    found = _AUTHORIZATION.fullmatch(value)
    if found is None:
        raise NotSigned
    pairs = _PAIR.findall(found.group(2))
    parts = dict(pairs)
    if len(parts) != len(pairs) or set(parts) != _PARTS:
        raise NotSigned
    return Claim(
        found.group(1), parts["mchid"], parts["serial_no"], parts["timestamp"], parts["nonce_str"], parts["signature"]
    )


def request_base(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode("latin-1") + body + b"\n"


def answer_base(timestamp: str, nonce: str, body: bytes) -> bytes:
    return f"{timestamp}\n{nonce}\n".encode("latin-1") + body + b"\n"


def load_public(pem: str, algorithm: str):
    """Returns the public key, and raises ValueError where it is none for this algorithm."""
    key = serialization.load_pem_public_key(pem.encode())
    if algorithm == RSA and isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
        return key
    if algorithm == ED25519 and isinstance(key, ed25519.Ed25519PublicKey):
        return key
    raise ValueError(f"not a key for {algorithm}; this platform takes {RSA} and {ED25519}")


def verify(algorithm: str, pem: str, base: bytes, signature: str) -> None:
    """Raises NotSigned unless the signature, in strict base64, is that key's over these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise NotSigned from problem
    # Padding bits that are not zero would give one signature several spellings.
    if raw == b"" or base64.b64encode(raw).decode() != signature:
        raise NotSigned
    key = load_public(pem, algorithm)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, base, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(raw, base)
    except InvalidSignature as problem:
        raise NotSigned from problem


class Signer:
    """The platform's own key."""

    def __init__(self, pem: bytes, serial: str):
        self.serial = serial
        self._key = serialization.load_pem_private_key(pem, None)
        self.algorithm = RSA if isinstance(self._key, rsa.RSAPrivateKey) else ED25519

    def sign(self, base: bytes) -> str:
        if self.algorithm == RSA:
            raw = self._key.sign(base, padding.PKCS1v15(), hashes.SHA256())
        else:
            raw = self._key.sign(base)
        return base64.b64encode(raw).decode()
