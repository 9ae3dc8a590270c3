"""A merchant's day with alipay-sdk-python, whose address and keys alone are ours. Prints what it saw as JSON."""

import json
import os
import sys
import time
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.exception.Exception import ResponseException
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import AlipayTradeFastpayRefundQueryRequest
from alipay.aop.api.request.AlipayTradePayRequest import AlipayTradePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util import WebUtils
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa

with open(sys.argv[1], encoding="utf-8") as file:
    SETTINGS = json.load(file)
GATEWAY = urlsplit(SETTINGS["gateway"])
# The client can be told of no port, so that its connection is told of ours.
WebUtils.httplib = SimpleNamespace(
    HTTPConnection=lambda host, port, timeout: HTTPConnection(host, GATEWAY.port, timeout=timeout)
)


def client(alipay_key):
    """The client that knows Alipay by a public key."""
    config = AlipayClientConfig()
    config.server_url = f"http://{GATEWAY.hostname}{GATEWAY.path}"
    config.app_id = SETTINGS["appId"]
    config.app_private_key = SETTINGS["privateKey"]
    config.alipay_public_key = alipay_key
    return DefaultAlipayClient(alipay_client_config=config)


ALIPAY = client(SETTINGS["alipayPublicKey"])


def execute(request, content, by=ALIPAY):
    """What the gateway answers, once the client has verified it."""
    request.biz_content = content
    return json.loads(by.execute(request))


def genuine(form):
    """Whether a notification is Alipay's, by the client's own functions."""
    signed = {name: value for name, value in form.items() if name not in ("sign", "sign_type")}
    try:
        return verify_with_rsa(SETTINGS["alipayPublicKey"], get_sign_content(signed).encode("utf-8"), form["sign"])
    except Exception:  # The library raises its own for a signature that does not fit.
        return False


number = SETTINGS["prefix"] + "000001"
pay = AlipayTradePayRequest()
pay.notify_url = SETTINGS["notifyUrl"]
seen = {
    "paid": execute(
        pay,
        {
            "out_trade_no": number,
            "scene": "bar_code",
            "auth_code": SETTINGS["authCode"],
            "subject": "测试商品 a+b=c & 50%",
            "total_amount": "12.34",
        },
    ),
    "queried": execute(AlipayTradeQueryRequest(), {"out_trade_no": number}),
}
refund = {"out_trade_no": number, "out_request_no": SETTINGS["prefix"] + "R00001"}
seen["refunded"] = execute(AlipayTradeRefundRequest(), {**refund, "refund_amount": "2.34"})
seen["refundQueried"] = execute(AlipayTradeFastpayRefundQueryRequest(), refund)
seen["unknown"] = execute(AlipayTradeQueryRequest(), {"out_trade_no": SETTINGS["prefix"] + "999999"})
try:
    execute(AlipayTradeQueryRequest(), {"out_trade_no": number}, client(SETTINGS["strangePublicKey"]))
    seen["strangeAnswer"] = "believed"
except ResponseException as error:
    seen["strangeAnswer"] = "refused" if "sign verify failed" in str(error) else str(error)

for _ in range(300):
    if os.path.exists(SETTINGS["notification"]):
        break
    time.sleep(0.1)
with open(SETTINGS["notification"], encoding="utf-8") as file:
    told = dict(parse_qsl(file.read(), keep_blank_values=True, strict_parsing=True))
seen["notified"] = genuine(told)
seen["changedNotification"] = genuine({**told, "total_amount": "0.01"})
print(json.dumps(seen, ensure_ascii=False))
