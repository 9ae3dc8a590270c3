// Usage: node make-keys.mjs DIR  - writes fresh RSA-2048 keys for the bank and the two parties it knows.

import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const directory = process.argv[2];
if (directory === undefined) {
  console.error("make-keys: name the directory to write into, e.g. node make-keys.mjs ./keys");
  process.exit(2);
}
mkdirSync(directory, { recursive: true });
for (const owner of ["bank", "P1001", "P1002"]) {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(directory, `${owner}.key.pem`), pair.privateKey.export({ type: "pkcs8", format: "pem" }), {
    mode: 0o600,
  });
  writeFileSync(join(directory, `${owner}.pub.pem`), pair.publicKey.export({ type: "spki", format: "pem" }));
}
const keys = {
  bank: { id: "BANK01", serial: "RIVAL-KEY-1" },
  parties: { P1001: { serial: "P1001-KEY-1" }, P1002: { serial: "P1002-KEY-1" } },
};
writeFileSync(join(directory, "keys.json"), `${JSON.stringify(keys, null, 2)}\n`);
