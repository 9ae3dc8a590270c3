import type { AuthorizationHeaderPolicy } from "../authorization-header/policy.ts";
import type { XmlForm } from "../../codec/xml/form.ts";
import type { DetachedJwsPolicy } from "../detached-jws/policy.ts";
import type { EnvelopedSignaturePolicy } from "../enveloped-signature/policy.ts";
import type { HttpMessageSignaturesPolicy } from "../http-message-signatures/policy.ts";
import type { TrailingSignaturePolicy } from "../trailing-signature/policy.ts";
import type { EnvelopePolicy } from "../policy.ts";

export const AUTHORIZATION_HEADER: AuthorizationHeaderPolicy = {
  style: "authorization-header",
  requestBase: ["method", "path-and-query", "timestamp", "nonce", "body"],
  responseBase: ["timestamp", "nonce", "body"],
  algorithms: { "TEST-ED25519": "ed25519", "TEST-RSA": "rsa2048" },
  authorization: {
    header: "Authorization",
    party: "mchid",
    nonce: "nonce_str",
    timestamp: "timestamp",
    serial: "serial_no",
    signature: "signature",
  },
  response: {
    timestamp: "X-Timestamp",
    nonce: "X-Nonce",
    signature: "X-Signature",
    serial: "X-Serial",
    algorithm: "X-Algorithm",
  },
};

/** How the samples that are XML are written. */
export const SAMPLE_XML: XmlForm = {
  root: "root",
  namespace: "urn:liantiao:test",
  groups: { MsgHeader: ["SndDt", "IssrId", "SignSN"], "MsgBody/TrxInf": ["TrxId", "TrxAmt"] },
  encoding: "UTF-8",
  declaration: true,
};

/** XML with its signature behind it, as the clearing networks of cards have it. */
export const TRAILING_SIGNATURE: TrailingSignaturePolicy = {
  style: "trailing-signature",
  representation: "xml",
  algorithms: { "TEST-ED25519": "ed25519" },
  fields: { party: "IssrId", serial: "SignSN", timestamp: "SndDt" },
  before: "\r\n{S:",
  behind: "}",
};

/** XML Signature within the document. */
export const ENVELOPED_SIGNATURE: EnvelopedSignaturePolicy = {
  style: "enveloped-signature",
  algorithms: {
    "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519": "ed25519",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": "rsa2048",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256": "ecdsa-p256-sha256",
  },
  fields: { party: "IssrId", serial: "SignSN", timestamp: "SndDt" },
  digest: "sha-256",
};

const OPEN_BANKING_NAMES = { party: "http://openbanking.org.uk/iss", timestamp: "http://openbanking.org.uk/iat" };

const DETACHED_JWS: DetachedJwsPolicy = {
  style: "detached-jws",
  header: "x-jws-signature",
  algorithms: { EdDSA: "ed25519", PS256: "rsa-pss-sha256" },
  parameters: OPEN_BANKING_NAMES,
  constants: { typ: "JOSE", "http://openbanking.org.uk/tan": "openbanking.test" },
  answerConstants: { "http://openbanking.org.uk/iss": "the bank" },
  crit: ["http://openbanking.org.uk/iat", "http://openbanking.org.uk/iss", "http://openbanking.org.uk/tan"],
  payload: "base64url",
};

const HTTP_MESSAGE_SIGNATURES: HttpMessageSignaturesPolicy = {
  style: "http-message-signatures",
  algorithms: { ed25519: "ed25519", "rsa-pss-sha512": "rsa-pss-sha512" },
  party: "Client-Id",
  requestComponents: ["@method", "@request-target", "content-digest"],
  answerComponents: ["@status", "content-digest"],
  digest: "sha-256",
  nonce: true,
  label: "sig1",
};

/** One policy of each style, for tests that hold over all of them. */
export const SAMPLE_POLICIES: Readonly<Record<string, EnvelopePolicy>> = {
  [AUTHORIZATION_HEADER.style]: AUTHORIZATION_HEADER,
  "sorted-parameters": {
    style: "sorted-parameters",
    algorithms: { "TEST-HMAC": "hmac-sha256", "TEST-ED25519": "ed25519" },
    parameters: {
      party: "mch_no",
      serial: "key_no",
      algorithm: "sign_type",
      timestamp: "timestamp",
      nonce: "nonce",
      signature: "sign",
    },
    encoding: "hex",
  },
  "sorted-parameters without serial and algorithm": {
    style: "sorted-parameters",
    algorithms: { "TEST-HMAC": "hmac-sha256" },
    parameters: { party: "app_id", timestamp: "timestamp", nonce: "nonce_str", signature: "sign" },
    encoding: "base64",
  },
  "authorization-header of bare parameters that are signed": {
    style: "authorization-header",
    requestBase: ["authorization", "method", "path-and-query", "body"],
    responseBase: ["timestamp", "nonce", "body"],
    algorithms: { "TEST-ED25519": "ed25519" },
    authorization: {
      header: "Authorization",
      party: "app_id",
      nonce: "nonce",
      timestamp: "timestamp",
      signature: "sign",
      parameters: "bare",
    },
    response: { timestamp: "alipay-timestamp", nonce: "alipay-nonce", signature: "alipay-signature" },
  },
  [DETACHED_JWS.style]: DETACHED_JWS,
  "detached-jws of a bare payload with a nonce": {
    style: "detached-jws",
    header: "x-signature",
    algorithms: { EdDSA: "ed25519" },
    parameters: { party: "iss", timestamp: "iat", nonce: "jti" },
    payload: "unencoded",
  },
  [HTTP_MESSAGE_SIGNATURES.style]: HTTP_MESSAGE_SIGNATURES,
  "http-message-signatures without nonce": {
    ...HTTP_MESSAGE_SIGNATURES,
    requestComponents: ["@method", "@path", "@query", "content-digest"],
    digest: "sha-512",
    nonce: false,
    tag: "liantiao-test",
  },
  "sorted-parameters without nonce": {
    style: "sorted-parameters",
    algorithms: { "TEST-ED25519": "ed25519" },
    parameters: { party: "app_id", serial: "cert_sn", timestamp: "timestamp", signature: "sign" },
    encoding: "base64",
  },
  "sorted-parameters, a document in a parameter, answers wrapped": {
    style: "sorted-parameters",
    algorithms: { "TEST-ED25519": "ed25519" },
    parameters: { party: "app_id", algorithm: "sign_type", timestamp: "timestamp", signature: "sign" },
    encoding: "base64",
    document: "biz_content",
    query: true,
    answer: { style: "wrapped", member: "error_response", signature: "sign" },
  },
  "sorted-parameters, the path ahead, a document, answers wrapped with their algorithm": {
    style: "sorted-parameters",
    algorithms: { "TEST-ED25519": "ed25519", RSA2: "rsa2048" },
    parameters: { party: "app_id", algorithm: "sign_type", timestamp: "timestamp", nonce: "msg_id", signature: "sign" },
    encoding: "base64",
    document: "biz_content",
    path: true,
    answer: { style: "wrapped", member: "response_biz_content", signature: "sign", algorithm: "sign_type" },
  },
  "sorted-parameters, the path and a digest signed, a parameter not": {
    style: "sorted-parameters",
    algorithms: { "TEST-ED25519": "ed25519" },
    parameters: { party: "merId", serial: "certId", algorithm: "signMethod", signature: "signature" },
    encoding: "base64",
    path: true,
    digest: "sha-256",
    unsigned: ["signMethod"],
    certificate: "signPubKeyCert",
  },
  "sorted-parameters without timestamp and nonce": {
    style: "sorted-parameters",
    algorithms: { "TEST-ED25519": "ed25519" },
    parameters: { party: "app_id", signature: "sign" },
    encoding: "base64",
  },
  [TRAILING_SIGNATURE.style]: TRAILING_SIGNATURE,
  "trailing-signature with nonce and algorithm": {
    ...TRAILING_SIGNATURE,
    fields: { ...TRAILING_SIGNATURE.fields, nonce: "MsgId", algorithm: "SignMtd" },
    before: "\n#",
    behind: "#",
  },
  [ENVELOPED_SIGNATURE.style]: ENVELOPED_SIGNATURE,
  "enveloped-signature of an id, with a nonce": {
    ...ENVELOPED_SIGNATURE,
    fields: { ...ENVELOPED_SIGNATURE.fields, nonce: "MsgId" },
    digest: "sha-512",
    id: "Msg",
  },
};

/** The policy of an Authorization header, for tests that look into it. */
export function headerPolicy(policy: EnvelopePolicy): AuthorizationHeaderPolicy {
  if (policy.style !== "authorization-header")
    throw new TypeError(`a test of the Authorization header met ${policy.style}`);
  return policy;
}
