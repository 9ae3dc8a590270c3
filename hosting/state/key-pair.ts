import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readKeyFile } from "../../core/signature/key-file.ts";
import { certifiedKey, selfCertified } from "../../core/signature/certificate.ts";
import type { CertifiedKey } from "../../core/signature/certificate.ts";
import { decimalSerial, publicKeyId } from "../../core/signature/serial.ts";
import type { SerialForm } from "../../core/signature/serial.ts";
import type { PairScheme, PrivateKey, PublicKey } from "../../core/signature/scheme.ts";
import { replaceFile } from "../replace-file.ts";
import { reasonOf } from "../../core/text/said-error.ts";
import { UserError } from "../user-error.ts";

/** A key pair that lives in two PEM files of a state directory. */
export interface KeyPair {
  /** In the form that the pack gives to serials of the owner's role. */
  readonly serial: string;
  readonly scheme: PairScheme;
  readonly privateKey: PrivateKey;
  readonly publicKey: PublicKey;
  /** File names as they stand in a statement of the same directory. */
  readonly privateFile: string;
  readonly publicFile: string;
  /** Where serials are those of certificates: its PEM, which stands in `publicFile`, and what it says. */
  readonly certificate?: CertifiedKey & { readonly pem: string };
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

/** What is signed to see that the halves of a pair belong together. */
const PROBE = Buffer.from("liantiao: one key pair");

/** Reads the pair `name` from `directory`, or makes it. @throws UserError when a file cannot be used. */
export function openKeyPair(directory: string, name: string, scheme: PairScheme, form: SerialForm = "hash"): KeyPair {
  const privateFile = `keys/${name}.key.pem`;
  const publicFile = `keys/${name}.pub.pem`;
  const [privatePath, publicPath] = [join(directory, privateFile), join(directory, publicFile)];
  try {
    // Half a pair is not replaced, because a peer may have enrolled the missing key.
    if (existsSync(privatePath) !== existsSync(publicPath))
      throw new Error(`${existsSync(privatePath) ? publicFile : privateFile} is missing`);
    if (!existsSync(privatePath)) {
      mkdirSync(join(directory, "keys"), { recursive: true });
      const made = scheme.generate();
      // Reading the private key is enough to sign as its owner.
      replaceFile(privatePath, made.privatePem, { mode: 0o600 });
      replaceFile(publicPath, made.publicPem);
    }
    const publicKey = scheme.publicKey(readKeyFile(publicPath).toString("utf8"));
    const privateKey = scheme.privateKey(readKeyFile(privatePath).toString("utf8"));
    if (!publicKey.verify(PROBE, privateKey.sign(PROBE)))
      throw new Error("its halves do not belong together: the public key does not verify what the private one signs");
    const certificate = form.startsWith("certificate")
      ? openCertificate(directory, name, publicKey, privateKey)
      : undefined;
    return {
      serial:
        serialOf(certificate?.serial, form) ??
        (form === "public-key-id" ? publicKeyId(publicKey.pem) : keySerial(publicKey.pem)),
      scheme,
      privateKey,
      publicKey,
      privateFile,
      publicFile: certificate?.file ?? publicFile,
      ...(certificate === undefined ? {} : { certificate }),
      madeAt: Math.floor(statSync(publicPath).mtimeMs),
    };
  } catch (cause) {
    throw new UserError(
      {
        en: `the key pair "${name}" cannot be used: ${reasonOf(cause).en}`,
        zh: `密钥对“${name}”无法使用：${reasonOf(cause).zh}`,
      },
      {
        where: `${privatePath} and ${publicPath}`,
        allowed: {
          en: `two readable PEM files of a ${scheme.name} pair`,
          zh: `可读的一对 ${scheme.name} 密钥 PEM 文件`,
        },
        next: {
          en: "restore the files, or delete both to have a new pair made (peers must then enrol the new public key)",
          zh: "请恢复这两个文件，或都删除以生成新的一对（对端须登记新公钥）",
        },
        cause,
      },
    );
  }
}

/** The serial of a certificate as the form writes it. */
const serialOf = (hex: string | undefined, form: SerialForm): string | undefined =>
  hex === undefined || form !== "certificate-decimal" ? hex : decimalSerial(hex);

/** Reads the certificate of a pair, or makes one that the key signs for itself. @throws what is wrong with it */
function openCertificate(
  directory: string,
  name: string,
  publicKey: PublicKey,
  privateKey: PrivateKey,
): CertifiedKey & { readonly pem: string; readonly file: string } {
  const file = `keys/${name}.cert.pem`;
  const path = join(directory, file);
  if (!existsSync(path)) replaceFile(path, selfCertified(publicKey.pem, privateKey, name));
  const pem = readKeyFile(path).toString("utf8");
  const certified = certifiedKey(pem);
  if (certified === undefined) throw new Error(`${file} holds no certificate`);
  return { ...certified, pem, file };
}

/**
 * The serial of a certificate; of a public key alone, the first 20 hex digits of the SHA-256 of its DER.
 *
 * @throws when `pem` is no public key.
 */
export function keySerial(pem: string): string {
  const certified = certifiedKey(pem);
  if (certified !== undefined) return certified.serial;
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  return createHash("sha256").update(der).digest("hex").slice(0, 20).toUpperCase();
}
