"""The platform itself, one process. It ends with its supervisor, which holds the other end of its standard input.

usage: worker.py --port N --data DIR --keys DIR [--control-token TOKEN] [--careless NAME]
"""

import argparse
import asyncio
import functools
import json
import os
import sys
import threading
from pathlib import Path

import wire
from caller import Caller
from clock import Clock
from control import Control
from keyring import Keyring
from provider import Provider
from signing import Signer
from store import Store


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--control-token")
    parser.add_argument("--careless")
    options = parser.parse_args()
    if options.careless is not None:
        from lapses import LAPSES

        LAPSES[options.careless].commit()
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    asyncio.run(_serve(options))


def _end_with_supervisor() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


async def _serve(options) -> None:
    options.data.mkdir(parents=True, exist_ok=True)
    keys = json.loads((options.keys / "keys.json").read_text())
    store = Store(options.data / "platform.sqlite")
    keyring = Keyring(store)
    for bank, key in keys["banks"].items():
        keyring.enrol_now(key["serial"], bank, key["algorithm"], (options.keys / f"{bank}.pub.pem").read_text())
    own = keys["platform"]
    signer = Signer((options.keys / "platform.key.pem").read_bytes(), own["serial"])
    clock = Clock(store)
    provider = Provider(own["id"], store, clock, keyring, signer)
    caller = Caller(own["id"], clock, keyring, signer)
    control = Control(provider, caller, list(keys["banks"]), options.control_token or "")
    await store.unit(control.seed)

    server = await _listen(provider.handle, options.port)
    ready = {"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
    if options.control_token is not None:
        hooks = await _listen(control.handle, 0)
        ready["control"] = f"http://127.0.0.1:{hooks.sockets[0].getsockname()[1]}"
    print(json.dumps(ready), flush=True)
    await asyncio.Event().wait()


async def _listen(handle, port: int) -> asyncio.Server:
    connection = functools.partial(wire.serve_connection, handle=handle)
    return await asyncio.start_server(connection, "127.0.0.1", port, limit=wire.HEAD_BYTES, backlog=512)


if __name__ == "__main__":
    main()
