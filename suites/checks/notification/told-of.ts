import type { Instance, PlanContext } from "../../check.ts";
import { TOLD_AGREEMENT } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import type { Session } from "../../session.ts";
import type { Delivery } from "../../wire/counterparty.ts";
import { endedAll, endings } from "../ended.ts";

/** Whatever comes to an end and is told of, and each agreement whose changes are; an agreement's case is its name. */
export function eachToldOf(context: PlanContext): readonly Instance[] {
  const { pack, role, provided } = context;
  const offered = ({ creates, reads, confirms, ends }: Resource): boolean =>
    [creates, reads, confirms, ends].every((one) => one !== undefined && provided.some(({ id }) => id === one.id));
  const all = [
    ...endings(context).map(({ id, resource }) => ({ id, data: { resource, agreement: false } })),
    ...pack.resources
      .of(role)
      .filter((one) => TOLD_AGREEMENT.holds(one, pack) && offered(one))
      .map(({ name }) => ({ id: name, data: { resource: name, agreement: true } })),
  ];
  return all.length > 0
    ? all
    : [
        {
          id: "",
          absent: {
            en: "nothing that the profile has interfaces for is told of",
            zh: "声明范围内没有会发出通知的资源",
          },
        },
      ];
}

/** The resource of an instance made by `eachToldOf`. */
export function toldResource(session: Session, { data }: Instance): Resource {
  return session.pack.resources.named((data as { readonly resource: string }).resource);
}

export function isAgreement({ data }: Instance): boolean {
  return (data as { readonly agreement: boolean }).agreement;
}

/** The first notification of each thing that came to its end. */
export async function firstOfEach(session: Session): Promise<readonly Delivery[]> {
  return [...(await endedAll(session)).values()].flatMap((one) =>
    one.status === "fulfilled" ? (one.value.first ?? []) : [],
  );
}
