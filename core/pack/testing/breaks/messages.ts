import type { Break } from "./break.ts";

/** Mistakes of schemas and fields of messages. */
export const MESSAGES: readonly Break[] = [
  [
    "a $ref to nowhere",
    "/interfaces/0/response/body/$ref",
    "messages/pay.json#/$defs/veiw",
    "schema.reference interfaces/pay.create.json#/response/body/$ref",
  ],
  [
    "a sealed field of a pack that seals nothing",
    "/messages/pay/$defs/number/x-sealed",
    {},
    "schema.sealed messages/pay.json#/$defs/number/x-sealed",
  ],
  [
    "a sealed parameter",
    "/interfaces/1/request/query/properties/party_id/x-sealed",
    {},
    "interface.sealed interfaces/pay.query.json#/request/query",
  ],
  [
    "a scheme of sealing that there is not",
    "/manifest/policies/sealing",
    {
      algorithms: { AEAD: "aes-128" },
      fields: { algorithm: "a", ciphertext: "c", nonce: "n", associatedData: "d" },
    },
    "sealing.scheme pack.json#/policies/sealing/algorithms/AEAD",
  ],
  [
    "a field sealed for the receiver by a pack that does not say how",
    "/messages/pay/$defs/number/x-sealed",
    { key: "receiver" },
    "schema.sealed messages/pay.json#/$defs/number/x-sealed",
  ],
  [
    "sealing for a receiver with keys of another kind",
    "/manifest/policies/receiverSealing",
    { algorithms: { RSA: "rsa-oaep-sha1", OTHER: "sm2-c1c3c2" } },
    "sealing.receiver pack.json#/policies/receiverSealing/algorithms/OTHER",
  ],
  [
    "a schema that does not compile",
    "/messages/pay/$defs/number/patern",
    "x",
    "schema.compile messages/pay.json#/$defs/number",
  ],
  [
    "a schema that nothing uses",
    "/messages/pay/$defs/idle",
    { type: "string" },
    "schema.unused messages/pay.json#/$defs/idle",
  ],
  [
    "a pattern with lookahead",
    "/messages/pay/$defs/number/pattern",
    "^(?!x).*$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern with a back reference",
    "/messages/pay/$defs/number/pattern",
    "^(a)\\1$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern with a word boundary",
    "/messages/pay/$defs/number/pattern",
    "^a\\b$",
    "schema.pattern messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern without its beginning",
    "/messages/pay/$defs/number/pattern",
    "[0-9]{6}$",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern of which one alternative ends loosely",
    "/messages/pay/$defs/number/pattern",
    "^[0-9|]{6}$|^x",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a pattern that ends in a dollar sign of the text",
    "/messages/pay/$defs/number/pattern",
    "^a\\$",
    "schema.anchored messages/pay.json#/$defs/number/pattern",
  ],
  [
    "a source of a field that is none",
    "/messages/pay/$defs/create/properties/party_id/x-from",
    "partyid",
    "schema.from messages/pay.json#/$defs/create/properties/party_id/x-from",
  ],
  [
    "a gift that no scenario gives",
    "/messages/pay/$defs/create/properties/account_no/x-from",
    "scenario.acount_no",
    "schema.from messages/pay.json#/$defs/create/properties/account_no/x-from",
  ],
  [
    "a prior that is no interface",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.make",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a prior without the field",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.create#transaction_id",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a prior in a state that is none",
    "/messages/pay/$defs/number/x-from",
    "prior.pay.create#out_no@PAYED",
    "schema.from messages/pay.json#/$defs/number/x-from",
  ],
  [
    "a sensitive field in the query",
    "/interfaces/1/request/query/properties/mobile",
    { type: "string", "x-sensitive": "mobile" },
    "request.sensitive interfaces/pay.query.json#/request/query",
  ],
  [
    "a sensitive field in the path",
    "/messages/pay/$defs/number/x-sensitive",
    "account",
    "request.sensitive interfaces/pay.query.json#/request/path",
  ],
  [
    "an operator's input that refers to nowhere",
    "/lifecycles/0/transitions/2/on/input/properties/account_no",
    { $ref: "messages/pay.json#/$defs/nope" },
    "schema.reference lifecycles/account.json#/transitions/2/on/input/properties/account_no/$ref",
  ],
  [
    "a path parameter without a schema",
    "/interfaces/1/http/path",
    "/v1/pay/{no}",
    "request.path interfaces/pay.query.json#/http/path",
  ],
  [
    "a form with an object in it",
    "/interfaces/0/request/representation",
    "form",
    "form.flat interfaces/pay.create.json#/request/body",
  ],
];
