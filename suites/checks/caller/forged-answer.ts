import { unbelieved } from "./unbelieved.ts";

/** Answers that a forger can make. Where possible, a forged answer says something untrue. */
export const forgedAnswer = unbelieved({
  id: "signature.forged-answer",
  requirement: "SIG-20",
  title: { en: "A forged answer is not believed", zh: "伪造应答不被采信" },
  settles: true,
  lies: {
    altered: {
      everywhere: true,
      faults: () => [{ name: "altered-answer" }],
      en: "an answer that was changed after it was signed",
      zh: "签名后被篡改的应答",
    },
    unsigned: {
      faults: () => [{ name: "altered-answer" }, { name: "unsigned-answer" }],
      en: "an answer without a signature",
      zh: "无签名应答",
    },
    // It says what is true: who looks at signatures only where there is one, believes it.
    "unsigned-success": {
      everywhere: true,
      faults: () => [{ name: "unsigned-answer" }],
      en: "a 2xx without a signature",
      zh: "无签名的 2xx 应答",
    },
    // Many a client looks at the signature of a success only.
    "unsigned-refusal": {
      faults: () => [{ name: "false-refusal" }, { name: "unsigned-answer" }],
      en: "a refusal without a signature",
      zh: "无签名的拒绝应答",
    },
    // It says what is true: who compares the content with the request finds nothing.
    "wrong-signature": {
      everywhere: true,
      faults: () => [{ name: "wrong-signature" }],
      en: "an answer with a wrong signature",
      zh: "签名错误的应答",
    },
    "unknown-key": {
      about: "serial",
      faults: () => [{ name: "wrong-key-id" }],
      en: "an answer that names an unknown key",
      zh: "证书序列号未知的应答",
    },
  },
});
