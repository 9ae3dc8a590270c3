import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * The reference pack as SDKs of the field take messages: notifications signed like answers, with what they tell of sealed;
 * keys named by the serials of their certificates, listed as sealed certificates, and asked for by the caller; bills with a
 * SHA-1, packed by gzip where that is asked for.
 */

const COOPERATION = fileURLToPath(new URL("../specs/cooperation", import.meta.url));

// oxlint-disable-next-line typescript/no-explicit-any -- files of a pack, edited as text is
type Editable = Record<string, any>;

/** Changes one file of the pack. */
type Edit = (file: string, change: (content: Editable) => void) => void;

/** A folder with the pack; gone when the process ends. */
export function sdkPack(): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-sdk-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(COOPERATION, folder, { recursive: true });
  const edit: Edit = (file, change) => {
    const content = JSON.parse(readFileSync(join(folder, file), "utf8")) as Editable;
    change(content);
    writeFileSync(join(folder, file), JSON.stringify(content));
  };
  edit("pack.json", ({ policies }) => {
    policies.sealing = {
      algorithms: { AEAD_AES_256_GCM: "aes-256-gcm" },
      fields: {
        algorithm: "algorithm",
        ciphertext: "ciphertext",
        nonce: "nonce",
        associatedData: "associated_data",
        type: "original_type",
      },
    };
    policies.notification.signedAs = "answer";
    policies.envelope.response.askedSerial = "Wechatpay-Serial";
    policies.serials = { bank: "certificate", platform: "certificate" };
  });
  for (const told of ["payment", "refund"]) sealWhatIsTold(edit, told);
  replace(edit, "payment/lifecycles/order.json", /\$request\.(?:payment|refund)\b/g, "$request.resource");
  replace(edit, "payment/lifecycles/refund-record.json", /\$request\.(?:payment|refund)\b/g, "$request.resource");
  replace(edit, "payment/views.json", /\$request\.(?:payment|refund)\b/g, "$request.resource");
  replace(edit, "errors.json", /"\/payment\//g, '"/resource/');
  listCertificates(edit);
  packBills(edit);
  // Senders of the field look at the type of an answer without a body too.
  edit("payment/interfaces/notify.payment_result.json", ({ response }) => {
    response.headers = { "Content-Type": "application/json" };
  });
  return folder;
}

function replace(edit: Edit, file: string, pattern: RegExp, by: string): void {
  edit(file, (content) => {
    Object.assign(content, JSON.parse(JSON.stringify(content).replaceAll(pattern, () => by)));
  });
}

/** The notification of a payment or refund, with the resource that it is about sealed. */
function sealWhatIsTold(edit: Edit, told: string): void {
  edit(`payment/messages/${told}.json`, ({ $defs }) => {
    const { notify_id, event, occurred_at, [told]: resource } = $defs.notification.properties as Editable;
    $defs.notification = {
      ...$defs.notification,
      required: ["id", "create_time", "event_type", "resource_type", "summary", "resource"],
      properties: {
        id: notify_id,
        create_time: occurred_at,
        event_type: event,
        resource_type: { const: "encrypt-resource", "x-title": { en: "Kind of resource", zh: "资源类型" } },
        summary: { type: "string", maxLength: 64, "x-title": { en: "Summary", zh: "摘要" } },
        resource: { ...resource, "x-sealed": { associatedData: "transaction", type: told } },
      },
    };
  });
  edit(`payment/interfaces/notify.${told}_result.json`, ({ request, notification }) => {
    request.receiver = "$request.resource.party_id";
    const { notify_id, event, occurred_at, [told]: resource } = notification.body as Editable;
    notification.body = {
      id: notify_id,
      create_time: occurred_at,
      event_type: event,
      resource_type: "encrypt-resource",
      summary: "result / 结果",
      resource,
    };
  });
}

/** The list of keys as one of certificates, each sealed. */
function listCertificates(edit: Edit): void {
  edit("keys/messages/key.json", ({ $defs }) => {
    const { serial, algorithm, public_key, effective_at, expires_at } = $defs.list.properties.keys.items
      .properties as Editable;
    $defs.list.properties.keys.items = {
      type: "object",
      title: "Certificate / 证书",
      required: ["serial_no", "algorithm", "effective_time", "encrypt_certificate"],
      properties: {
        serial_no: serial,
        algorithm,
        effective_time: effective_at,
        expire_time: expires_at,
        encrypt_certificate: {
          ...public_key,
          "x-title": { en: "Certificate, PEM", zh: "证书（PEM）" },
          "x-sealed": { content: "text", associatedData: "certificate" },
        },
      },
    };
  });
  edit("keys/interfaces/key.list.json", ({ read }) => {
    const [keys, item] = read.answer.keys.each as readonly [unknown, Editable];
    read.answer.keys.each = [
      keys,
      {
        serial_no: item.serial,
        algorithm: item.algorithm,
        effective_time: item.effective_at,
        expire_time: item.expires_at,
        encrypt_certificate: { default: ["$item.certificate", "$item.public_key"] },
      },
    ];
  });
}

/** The bill of a day with its SHA-1, and its file packed where the request says so. */
function packBills(edit: Edit): void {
  edit("reconciliation/messages/bill.json", ({ $defs }) => {
    Object.assign($defs.view.properties.hash_type, { const: "SHA1" });
    Object.assign($defs.view.properties.hash_value, { pattern: "^[0-9a-f]{40}$", minLength: 40, maxLength: 40 });
    $defs.file_query = {
      type: "object",
      title: "Query of a file / 下载参数",
      additionalProperties: false,
      required: ["party_id"],
      properties: {
        party_id: {
          "x-title": { en: "Party id", zh: "机构号" },
          $ref: "messages/common.json#/$defs/party_id",
          "x-is": "party",
        },
        tar_type: { "x-title": { en: "Packing", zh: "压缩格式" }, type: "string", enum: ["GZIP"] },
      },
    };
  });
  edit("reconciliation/interfaces/bill.get.json", ({ read }) => {
    Object.assign(read.answer, { hash_type: "SHA1", hash_value: { "table.hash": ["bill.download", "SHA1"] } });
  });
  edit("reconciliation/interfaces/bill.download.json", ({ request, response }) => {
    request.query = { $ref: "messages/bill.json#/$defs/file_query" };
    response.table.encoding = { if: [{ exists: ["$request.tar_type"] }, "gzip", "none"] };
  });
}
