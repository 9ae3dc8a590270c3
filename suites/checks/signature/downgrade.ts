import type { Check } from "../../check.ts";
import { interfaceOf } from "../../check.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { eachSubject } from "../subject.ts";
import { partyOfScheme } from "./key-material.ts";
import { block, digest, digestInfo, pssBlock, rsaForge } from "./rsa-forgery.ts";
import type { HashName } from "./rsa-forgery.ts";

const HASHES: readonly HashName[] = ["sha1", "md5", "sha224", "sha384", "sha512"];
const SALTS = [0, 20, 32];

export const downgrade: Check = {
  id: "signature.downgrade",
  requirement: "SIG-09",
  title: { en: "Another padding or another hash is refused", zh: "改用其他填充或哈希的签名被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachSubject,
  async run(session, instance) {
    const { signer, privatePem } = partyOfScheme(session, "rsa2048");
    const forge = rsaForge(privatePem);
    const codes = session.code("signature");
    const forms: readonly WrongForm[] = [
      ...HASHES.map((hash): WrongForm => ({
        name: `PKCS#1 v1.5 with ${hash}`,
        codes,
        tamper: { sign: (base) => forge.raise(block(forge.modulusBytes, digestInfo(hash, digest(hash, base)))) },
      })),
      ...SALTS.map((length): WrongForm => ({
        name: `PSS with SHA-256 and a salt of ${length} bytes`,
        codes,
        tamper: {
          sign: (base) => forge.raise(pssBlock(forge.modulusBytes, "sha256", base, session.random.bytes(length))),
        },
      })),
      {
        name: "PSS with SHA-1",
        codes,
        tamper: { sign: (base) => forge.raise(pssBlock(forge.modulusBytes, "sha1", base, session.random.bytes(20))) },
      },
    ];
    await expectEachRefused(session, {
      draft: await session.request(interfaceOf(instance), {}, { signer }),
      forms,
      signer,
      what: { en: "a signature of another padding or hash", zh: "填充方式或哈希算法不同的签名" },
      likelyCause: {
        en: "The hash or the padding is read from the signature, or several are tried.",
        zh: "哈希或填充方式取自签名本身，或逐一尝试多种方式。",
      },
    });
  },
};
