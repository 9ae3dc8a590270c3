import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * The reference pack as SDKs of the field take messages: notifications signed like answers, with what they tell of sealed.
 */

const COOPERATION = fileURLToPath(new URL("../specs/cooperation", import.meta.url));

// oxlint-disable-next-line typescript/no-explicit-any -- files of a pack, edited as text is
type Editable = Record<string, any>;

/** A folder with the pack; gone when the process ends. */
export function sdkPack(): string {
  const folder = mkdtempSync(join(tmpdir(), "liantiao-sdk-pack-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  cpSync(COOPERATION, folder, { recursive: true });
  const edit = (file: string, change: (content: Editable) => void): void => {
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
  });
  for (const told of ["payment", "refund"]) {
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
    edit(`payment/interfaces/notify.${told}_result.json`, ({ notification }) => {
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
  for (const file of ["lifecycles/order.json", "lifecycles/refund-record.json", "views.json"])
    edit(`payment/${file}`, (content) => {
      const text = JSON.stringify(content).replaceAll(/\$request\.(?:payment|refund)\b/g, "$request.resource");
      Object.assign(content, JSON.parse(text));
    });
  edit("errors.json", (content) => {
    Object.assign(content, JSON.parse(JSON.stringify(content).replaceAll('"/payment/', '"/resource/')));
  });
  return folder;
}
