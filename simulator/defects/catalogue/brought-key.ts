import { headerValues } from "../../../core/envelope/headers.ts";
import { pairScheme } from "../../../core/signature/schemes.ts";
import type { Defect } from "../defect.ts";
import { fieldsFor, repairing } from "../parts/repairing.ts";

/** Services that take the key from the message. */
export const BROUGHT_KEY: readonly Defect[] = [
  {
    name: "certificate-from-message",
    role: "bank",
    requirement: "SIG-27",
    title: {
      en: "A certificate that the message brings along is taken for its sender's",
      zh: "以报文自带的证书验签，未核对其是否已登记",
    },
    ...repairing((request, parts) => {
      const [certificate = ""] = headerValues(request.headers, "client-cert");
      const { body } = request;
      if (certificate === "" || !(body instanceof Uint8Array)) return undefined;
      const { bodyBytes, depth, members } = parts.pack.source.manifest.policies.limits;
      const opened = parts.pack.envelope.openRequest({ ...request, body }, { bytes: bodyBytes, depth, members });
      if (!opened.ok || opened.signature === undefined) return undefined;
      const fields = fieldsFor(opened.party, parts);
      const scheme = parts.pack.source.manifest.policies.envelope.algorithms[opened.algorithm ?? ""] ?? "";
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate.slice(1, -1)}\n-----END CERTIFICATE-----\n`;
      const isRight = pairScheme(scheme).publicKey(pem).verify(opened.covered, opened.signature);
      return isRight && fields !== undefined ? { request: { ...request, body: opened.body }, fields } : undefined;
    }),
  },
];
