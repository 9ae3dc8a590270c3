"""Starts the platform, keeps it running, and offers the control hooks.

usage: serve.py --data DIR --keys DIR [--port N] [--hooks-port N] [--careless NAME]
       serve.py --lapses

The ready line says where it is: {"url": ..., "hooks": {"url": ..., "token": ...}}.
"""

import argparse
import hmac
import http.client
import json
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Supervisor:
    """The worker process: started, killed, stopped and started again at the same port."""

    def __init__(self, options, token: str):
        self._port = options.port or _free_port()
        self._words = ["--data", options.data, "--keys", options.keys, "--control-token", token]
        if options.careless is not None:
            self._words += ["--careless", options.careless]
        self._lock = threading.Lock()
        self.url = self.control = ""
        self._start()

    def _start(self) -> None:
        command = [sys.executable, str(HERE / "worker.py"), "--port", str(self._port), *self._words]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline()
        if line == b"":
            sys.exit("serve.py: the worker did not start; what it says stands above")
        ready = json.loads(line)
        self.url, self.control = ready["url"], ready["control"]

    def restart(self, how: str) -> None:
        with self._lock:
            if how == "kill":
                self._process.kill()
            else:
                self._process.terminate()
            self._process.wait()
            self._start()

    def forward(self, path: str, authorization: str, body: bytes) -> tuple:
        place = urllib.parse.urlsplit(self.control)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Authorization": authorization})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _hooks(supervisor: Supervisor, token: str, port: int) -> ThreadingHTTPServer:
    class Hooks(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            bearer = self.headers.get("Authorization", "")
            if not hmac.compare_digest(bearer.encode(), f"Bearer {token}".encode()):
                self._answer(401, b'{"error": "send Authorization: Bearer with the token of the ready line"}')
            elif self.path == "/restart":
                supervisor.restart(json.loads(body)["how"])
                self._answer(204, b"")
            else:
                try:
                    self._answer(*supervisor.forward(self.path, bearer, body))
                except OSError as problem:
                    self._answer(502, json.dumps({"error": f"the worker did not answer: {problem}"}).encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words) -> None:
            """Says nothing: the ready line is all that stands on the output."""

    return ThreadingHTTPServer(("127.0.0.1", port), Hooks)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data")
    parser.add_argument("--keys")
    parser.add_argument("--hooks-port", type=int)
    parser.add_argument("--careless", metavar="NAME")
    parser.add_argument("--lapses", action="store_true", help="list the careless variants as JSON")
    options = parser.parse_args()
    if options.lapses or options.careless is not None:
        from lapses import LAPSES

        if options.lapses:
            print(json.dumps([lapse.told() for lapse in LAPSES.values()], indent=2))
            return
        if options.careless not in LAPSES:
            sys.exit(f"serve.py: there is no lapse {options.careless!r}; --lapses lists them")
    if options.data is None or options.keys is None:
        sys.exit("serve.py: name the directories, --data DIR and --keys DIR; make_keys.py fills the second")
    token = secrets.token_hex(16)
    supervisor = Supervisor(options, token)
    ready = {"url": supervisor.url}
    if options.hooks_port is not None:
        hooks = _hooks(supervisor, token, options.hooks_port)
        threading.Thread(target=hooks.serve_forever, daemon=True).start()
        ready["hooks"] = {"url": f"http://127.0.0.1:{hooks.server_address[1]}", "token": token}
    print(json.dumps(ready), flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Event().wait()


if __name__ == "__main__":
    main()
