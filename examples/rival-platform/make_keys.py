"""usage: make_keys.py DIR  - writes fresh RSA-2048 keys for the platform and the two banks it knows."""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALGORITHM = "WECHATPAY2-SHA256-RSA2048"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("make_keys.py: name the directory to write into, such as make_keys.py .liantiao/keys")
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for owner in ("platform", "BANK01", "BANK02"):
        key = rsa.generate_private_key(65537, 2048)
        private = directory / f"{owner}.key.pem"
        private.touch(mode=0o600)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (directory / f"{owner}.pub.pem").write_bytes(
            key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    keys = {
        "platform": {"id": "RIVALPAY", "serial": "RIVALPAY-KEY-1"},
        "banks": {bank: {"serial": f"{bank}-KEY-1", "algorithm": ALGORITHM} for bank in ("BANK01", "BANK02")},
    }
    (directory / "keys.json").write_text(json.dumps(keys, indent=2) + "\n")


main()
