import type { Json } from "../../core/unit/unit.ts";
import type { PeerCall } from "../caller/attempt.ts";
import type { Simulator } from "../simulator.ts";
import { ControlError } from "./control-error.ts";

/** The call hook of docs/hooks.md. */
export function readCall(order: Readonly<Record<string, Json>>, { pack, role, identity }: Simulator): PeerCall {
  const { interface: id, party_id: party, url, data, ca } = order;
  const callable = pack.source.interfaces
    .filter((one) => one.provider !== role && one.notification === undefined)
    .map((one) => one.id);
  if (typeof id !== "string" || !callable.includes(id))
    throw new ControlError({
      en: `"interface" must be one that the peer provides and that no event sends by itself: ${callable.join(", ")}`,
      zh: `“interface”须为对端提供且不由事件自动触发的接口：${callable.join("、")}`,
    });
  if (typeof party !== "string" || identity.peer(party) === undefined)
    throw new ControlError({
      en: `"party_id" must be an enrolled party: ${identity.peers.map(({ record }) => record.party_id).join(", ")}`,
      zh: `“party_id”须为已登记的参与方：${identity.peers.map(({ record }) => record.party_id).join("、")}`,
    });
  if (typeof url !== "string" || !/^https?:\/\/[^/?#]+(?:\/[^?#]*[^/?#])?$/.test(url) || !URL.canParse(url))
    throw new ControlError({
      en: `"url" must be the peer's base URL, without a slash at its end`,
      zh: "“url”须为对端的基础 URL，末尾不带斜杠",
    });
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new ControlError({
      en: `"data" must be an object: the fields of path, query and body`,
      zh: "“data”须为对象，即路径、查询与报文体的字段",
    });
  if (ca !== undefined && (typeof ca !== "string" || !ca.includes("-----BEGIN CERTIFICATE-----")))
    throw new ControlError({ en: `"ca" must be a certificate in PEM`, zh: "“ca”须为 PEM 格式的证书" });
  return { interface: id, party, url, data: data as PeerCall["data"], ...(ca === undefined ? {} : { ca }) };
}
