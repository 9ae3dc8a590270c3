"""A merchant's day with wechatpayv3, whose address and keys alone are ours. Prints what it saw as JSON."""

import gzip
import hashlib
import json
import os
import sys
import time

import wechatpayv3.core
from wechatpayv3 import WeChatPay, WeChatPayType

with open(sys.argv[1], encoding="utf-8") as file:
    SETTINGS = json.load(file)


class ToTheSimulator(wechatpayv3.core.Core):
    """The client with another gateway, from its first call on."""

    _gate_way = property(lambda self: SETTINGS["url"], lambda self, value: None)


wechatpayv3.core.Core = ToTheSimulator

with open(SETTINGS["keyFile"], encoding="utf-8") as file:
    PAY = WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=SETTINGS["mchid"],
        private_key=file.read(),
        cert_serial_no=SETTINGS["serial"],
        appid=SETTINGS["appid"],
        apiv3_key=SETTINGS["apiv3Key"],
        notify_url=SETTINGS["notifyUrl"],
    )
SEEN = {}


def good(answer):
    """What a good answer says."""
    status, text = answer
    if status not in (200, 204):
        raise SystemExit(f"HTTP {status}: {text}")
    return json.loads(text) if text else {}


def order(appid, number):
    """Makes an order."""
    return good(PAY.pay(description="一杯咖啡 ☕", out_trade_no=number, amount={"total": 100}, appid=appid))


def state(number):
    """The state of an order."""
    return good(PAY.query(out_trade_no=number))["trade_state"]


def refused(call):
    """Whether the client refuses what it got."""
    try:
        return "refused" if call() is None else "accepted"
    except Exception as error:  # The client raises plain exceptions.
        if "verify the signature" not in str(error):
            raise
        return "refused"


waiting = SETTINGS["prefix"] + "-waiting"
SEEN["code_url"] = order(SETTINGS["waitingAppid"], waiting)["code_url"]
SEEN["waiting"] = state(waiting)
good(PAY.close(out_trade_no=waiting))
SEEN["closed"] = state(waiting)

paid = SETTINGS["prefix"] + "-paid"
order(SETTINGS["appid"], paid)
transaction = good(PAY.query(out_trade_no=paid))
SEEN["paid"] = transaction["trade_state"]
SEEN["total"] = transaction["amount"]["total"]
refund = paid + "-refund"
SEEN["refund"] = good(
    PAY.refund(
        out_refund_no=refund,
        out_trade_no=paid,
        amount={"refund": 30, "total": 100, "currency": "CNY"},
        reason="冷了",
    )
)["status"]
# The simulator signs the first answer wrongly.
SEEN["forged_answer"] = refused(lambda: PAY.query_refund(refund))
SEEN["refund_query"] = good(PAY.query_refund(refund))["status"]
SEEN["after_refund"] = state(paid)

bill = good(PAY.trade_bill(bill_date=SETTINGS["billDate"]))
_, packed = PAY.download_bill(bill["download_url"])
content = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
SEEN["bill_hash"] = "verified" if hashlib.sha1(content).hexdigest() == bill["hash_value"] else "wrong"
SEEN["bill_columns"] = len(content.decode("utf-8-sig").split("\r\n")[0].split(","))

for _ in range(300):
    if os.path.exists(SETTINGS["notificationFile"]):
        break
    time.sleep(0.1)
with open(SETTINGS["notificationFile"], encoding="utf-8") as file:
    told = json.load(file)
SEEN["notified"] = PAY.callback(told["headers"], told["body"])["resource"]["trade_state"]
SEEN["forged_notification"] = refused(lambda: PAY.callback(told["headers"], told["body"] + " "))
print(json.dumps(SEEN, ensure_ascii=False))
