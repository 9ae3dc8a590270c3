"""Prints the statement of a running rival platform: what `liantiao verify platform --sut` needs to know of it.

usage: make_statement.py URL KEYS_DIR LISTEN_PORT [HOOKS_URL TOKEN] > sut.json
"""

import json
import sys
from pathlib import Path

ALGORITHM = "WECHATPAY2-SHA256-RSA2048"


def main() -> None:
    if len(sys.argv) not in (4, 6):
        sys.exit("usage: make_statement.py URL KEYS_DIR LISTEN_PORT [HOOKS_URL TOKEN] > sut.json")
    url, keys, port = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3]

    def order(state: str) -> dict:
        return {"out_trade_no": f"RIVAL_{state}_1", "amount": {"value": 7301, "currency": "CNY"}}

    def bank(party: str) -> dict:
        private = str(keys / f"{party}.key.pem")
        return {"partyId": party, "serial": f"{party}-KEY-1", "algorithm": ALGORITHM, "privateKey": private}

    def excluded(requirement: str, reason: str) -> dict:
        return {"requirement": requirement, "reason": reason}

    statement = {
        "name": "Rival platform",
        "role": "platform",
        "pack": "cooperation",
        "baseUrl": url,
        "sutPartyId": "RIVALPAY",
        "parties": [bank("BANK01"), bank("BANK02")],
        "sutKeys": [
            {"serial": "RIVALPAY-KEY-1", "algorithm": ALGORITHM, "publicKey": str(keys / "platform.pub.pem")}
        ],
        "profile": {
            "modules": ["account", "keys", "payment", "payout", "reconciliation"],
            "requirements": {
                "except": [
                    excluded("TLS-01", "this platform is served over plain HTTP"),
                    excluded("SIG-14", "its banks sign with RSA"),
                ]
            }
        },
        "fixtures": {f"order.{state.lower()}": order(state) for state in ("CREATED", "PAID", "FAILED", "CLOSED")},
        "notify": {"listen": {"host": "127.0.0.1", "port": int(port)}, "publicUrl": f"http://127.0.0.1:{port}"},
    }
    if len(sys.argv) == 6:
        supports = ["reset", "restart", "clock", "fixtures", "keys", "call"]
        statement["hooks"] = {"url": sys.argv[4], "token": sys.argv[5], "supports": supports}
    print(json.dumps(statement, indent=2))


main()
