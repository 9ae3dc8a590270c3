"""Refusals: the codes that this platform answers with, and those of a bank that it understands."""

STATUS = {
    "ROUTE_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "SIGN_ERROR": 401,
    "TIMESTAMP_OUT_OF_WINDOW": 401,
    "NONCE_REUSED": 401,
    "MALFORMED_BODY": 400,
    "PARAM_ERROR": 400,
    "PARTY_MISMATCH": 403,
    "ORDER_NOT_FOUND": 404,
    "NOTIFICATION_MISMATCH": 409,
    "FREQUENCY_LIMITED": 429,
    "SYSTEM_ERROR": 500,
}

TEXT = {
    "ROUTE_NOT_FOUND": "There is no interface at this path.",
    "METHOD_NOT_ALLOWED": "This interface is called with another method.",
    "PAYLOAD_TOO_LARGE": "The body is limited to 65536 bytes, the target to 2048.",
    "UNSUPPORTED_MEDIA_TYPE": "Send application/json in UTF-8, with one Content-Type header.",
    "SIGN_ERROR": "The signature is missing or does not verify.",
    "TIMESTAMP_OUT_OF_WINDOW": "The timestamp is more than 300 seconds from this clock.",
    "NONCE_REUSED": "This nonce was used before.",
    "MALFORMED_BODY": "The body is not one strict JSON object.",
    "PARAM_ERROR": "A field is wrong; detail says which.",
    "PARTY_MISMATCH": "party_id is not the signer's.",
    "ORDER_NOT_FOUND": "There is no such order.",
    "NOTIFICATION_MISMATCH": "The notification does not match what this platform knows.",
    "FREQUENCY_LIMITED": "Too many calls at once; come again as Retry-After says.",
    "SYSTEM_ERROR": "The outcome is unknown; query before anything else.",
}

# A bank's codes by what they make a caller do. What is in none of these is a refusal for good.
QUERY_FIRST = {"NONCE_REUSED", "ORDER_PROCESSING", "ORDER_PAID", "SYSTEM_ERROR"}
RETRY_SAME = {"FREQUENCY_LIMITED", "SERVICE_UNAVAILABLE", "BILL_NOT_READY"}
BANK_STATUS = {
    **STATUS,
    "CONTEXT_INCONSISTENT": 422,
    "ORDER_PROCESSING": 409,
    "ORDER_PAID": 409,
    "ORDER_CLOSED": 409,
    "BINDING_NOT_FOUND": 404,
    "REFUND_NOT_FOUND": 404,
    "PAYOUT_NOT_FOUND": 404,
    "ACCOUNT_NOT_FOUND": 404,
    "SMS_ATTEMPTS_EXHAUSTED": 403,
    "SMS_CODE_EXPIRED": 403,
    "CURRENCY_NOT_SUPPORTED": 400,
    "NOTIFY_URL_NOT_ALLOWED": 403,
    "BINDING_NOT_ACTIVE": 403,
    "ORDER_NOT_REFUNDABLE": 409,
    "IDENTITY_MISMATCH": 403,
    "ACCOUNT_FROZEN": 403,
    "SMS_CODE_WRONG": 403,
    "REFUND_COUNT_EXCEEDED": 403,
    "REFUND_EXCEEDS_PAYMENT": 403,
    "INSUFFICIENT_FUNDS": 403,
    "SETTLEMENT_INSUFFICIENT": 403,
    "BINDING_EXISTS": 409,
    "BILL_NOT_FOUND": 404,
    "BILL_NOT_READY": 409,
    "SERVICE_UNAVAILABLE": 503,
}


class Refusal(Exception):
    """A call that is not carried out, with the code it is answered with."""

    def __init__(self, code: str, field="", issue="", location="body", message="", headers=None):
        super().__init__(code)
        self.code = code
        self.status = STATUS[code]
        self.headers = headers or {}
        self.message = message or TEXT[code]
        self.detail = {"field": field, "issue": issue, "location": location} if field else None

    def body(self) -> dict:
        told = {"code": self.code, "message": self.message}
        return told if self.detail is None else {**told, "detail": self.detail}
