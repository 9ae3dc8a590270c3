import type { Role } from "../../core/pack/types.ts";
import type { PackView } from "../pack-view.ts";
import { lapseOf } from "./lifetime.ts";
import type { Resource } from "./resource.ts";

/** A kind of resource that a check is about, told by what the pack says that it is to the laws. */
export interface ResourceKind {
  readonly en: string;
  readonly zh: string;
  holds(resource: Resource, pack: PackView): boolean;
}

const ownerOf = (pack: PackView, kind: string): string =>
  pack.source.manifest.accounts[kind]?.owner ?? (kind === "outside" ? "outside" : "provider");

/** Takes money from a customer's account at once: a payment. */
export const CHARGE: ResourceKind = {
  en: "resource that moves a customer's money",
  zh: "从客户账户扣款的资源",
  holds: ({ law, creates }, pack) =>
    creates !== undefined && law !== undefined && "moves" in law && ownerOf(pack, law.moves.from) === "customer",
};

/**
 * What takes money from customers' accounts, ahead what most can be asked of: what is claimed, can be given back, and
 * tells its business date. Checks about "a payment" take the first.
 */
export function chargesOf(pack: PackView, role: Role, claims: (interfaceId: string) => boolean): readonly Resource[] {
  const use = (one: Resource): number =>
    (one.creates !== undefined && claims(one.creates.id) ? 4 : 0) +
    (reversalsOf(pack, one).length > 0 ? 2 : 0) +
    (tellsDate(pack, one) ? 1 : 0);
  return pack.resources
    .of(role)
    .filter((one) => CHARGE.holds(one, pack))
    .toSorted((left, right) => use(right) - use(left));
}

/** Whether a query of a resource tells its business date. */
function tellsDate(pack: PackView, { reads }: Resource): boolean {
  return reads !== undefined && pack.meanings(reads).shown("date").length > 0;
}

/** Takes money from the party's own account: a payout. */
export const PAYOUT: ResourceKind = {
  en: "resource that pays out of the party's own account",
  zh: "从机构自有账户付出的资源",
  holds: ({ law, creates }, pack) =>
    creates !== undefined &&
    law !== undefined &&
    "moves" in law &&
    ownerOf(pack, law.moves.from) === "party" &&
    ownerOf(pack, law.moves.to) === "outside",
};

/** Gives back a part of another: a refund. */
export const REVERSAL: ResourceKind = {
  en: "resource that gives back a part of another",
  zh: "退回另一资源的资源",
  holds: ({ law, creates }) => creates !== undefined && law !== undefined && "reverses" in law,
};

/** Is put in force by a one-time code: a binding. */
export const AGREEMENT: ResourceKind = {
  en: "agreement that is confirmed with a one-time code",
  zh: "以验证码确认的协议",
  holds: ({ law, creates, confirms }) =>
    creates !== undefined && confirms !== undefined && law !== undefined && "agrees" in law,
};

/** Moves or holds money: whatever is created with an amount. */
export const MONEY: ResourceKind = {
  en: "resource that moves or holds money",
  zh: "划转或冻结资金的资源",
  holds: ({ law, creates }) =>
    creates !== undefined && law !== undefined && ("moves" in law || "holds" in law || "reverses" in law),
};

/** Sets money aside until it is taken or freed: a pre-authorisation. */
export const HOLD: ResourceKind = {
  en: "resource that holds money",
  zh: "冻结资金的资源",
  holds: ({ law, creates, reads }) =>
    creates !== undefined && reads !== undefined && law !== undefined && "holds" in law,
};

/** Gives one amount of the party's own account for another. */
export const EXCHANGE: ResourceKind = {
  en: "resource that exchanges the party's money",
  zh: "兑换机构自有资金的资源",
  holds: ({ law, creates, reads }, pack) =>
    creates !== undefined &&
    reads !== undefined &&
    law !== undefined &&
    "moves" in law &&
    ownerOf(pack, law.moves.from) === "party" &&
    ownerOf(pack, law.moves.to) === "party",
};

/** The other party's record of a resource. */
export const MIRROR: ResourceKind = {
  en: "record of the other party's resource",
  zh: "对方资源的记录",
  holds: ({ law }) => law !== undefined && "mirrors" in law,
};

/** Moves no money and is no agreement, and is told of at the target that the request for it names: a report. */
export const REPORT: ResourceKind = {
  en: "resource without money that is told of at a target of its request",
  zh: "不涉资金、按请求中的地址通知结果的资源",
  holds: (resource, pack) => resource.law === undefined && isToldOf(resource, pack),
};

/** Is told of at the target that the request for it names, once it has come to its end: a payment, a report. */
export const TOLD: ResourceKind = {
  en: "resource that is told of at a target of its request",
  zh: "按请求中的地址通知结果的资源",
  // What is held stays open until a call or its time ends it, and is told of then.
  holds: (resource, pack) =>
    REPORT.holds(resource, pack) ||
    (MONEY.holds(resource, pack) && !HOLD.holds(resource, pack) && isToldOf(resource, pack)),
};

/** An agreement whose changes are told of at the target that the application names: a binding. */
export const TOLD_AGREEMENT: ResourceKind = {
  en: "agreement that is told of at a target of its application",
  zh: "按申请中的地址通知变更的协议",
  holds: (resource, pack) => AGREEMENT.holds(resource, pack) && isToldOf(resource, pack),
};

function isToldOf({ creates, reads, notifies }: Resource, pack: PackView): boolean {
  return (
    creates !== undefined &&
    reads !== undefined &&
    notifies !== undefined &&
    pack.meanings(creates).asked("target").length > 0
  );
}

/** Ends by itself when its time is over, and is told of then: an application on which no decision comes. */
export const TOLD_LAPSE: ResourceKind = {
  en: "resource that ends by itself after its time and is told of then",
  zh: "到期自动结束并发出通知的资源",
  holds: (resource) =>
    resource.creates !== undefined &&
    resource.reads !== undefined &&
    resource.notifies !== undefined &&
    lapseOf(resource)?.tells.includes(resource.notifies.id) === true,
};

/**
 * By what the sender of notifications is tried: what is told of at a target of its request, else what is told of when its
 * time is over.
 */
export const TRIED: ResourceKind = {
  en: "resource that is told of at a target of its request, or when its time is over",
  zh: "按请求中的地址通知结果，或到期时发出通知的资源",
  holds: (resource, pack) =>
    TOLD.holds(resource, pack) ||
    (TOLD_LAPSE.holds(resource, pack) && !pack.resources.of(resource.role).some((one) => TOLD.holds(one, pack))),
};

/** The other party's record of a resource that it is told of, where an interface reads it: an order. */
export const RECORD: ResourceKind = {
  en: "record that can be read of a resource which is told of",
  zh: "可查询的、由通知更新的记录",
  holds: (resource, pack) => resource.reads !== undefined && mirroredBy(pack, resource)?.notifies !== undefined,
};

/** A record of a resource that can be given back in parts, where the parts are told of too. */
export const REVERSIBLE_RECORD: ResourceKind = {
  en: "record that can be read of a resource whose reversals are told of",
  zh: "可查询、且其退回也会通知的记录",
  holds: (resource, pack) => RECORD.holds(resource, pack) && toldReversalOf(pack, resource) !== undefined,
};

/** What gives back a part of the resource that a record is of, and is told of; undefined where there is none. */
export function toldReversalOf(pack: PackView, record: Resource): Resource | undefined {
  const original = mirroredBy(pack, record);
  return original === undefined
    ? undefined
    : reversalsOf(pack, original).find(({ notifies }) => notifies !== undefined);
}

/** The resource that a record is of; undefined for anything else. */
export function mirroredBy(pack: PackView, { law }: Resource): Resource | undefined {
  return law !== undefined && "mirrors" in law ? pack.resources.find(law.mirrors) : undefined;
}

/** The record that a receiver of its notifications keeps of a resource, where an interface reads it; undefined where none does. */
export const recordOf = (pack: PackView, role: Role, resource: Resource | undefined): Resource | undefined =>
  resource === undefined
    ? undefined
    : pack.resources.of(role).find((one) => RECORD.holds(one, pack) && mirroredBy(pack, one)?.name === resource.name);

/** The resource that a reversal gives back; undefined for anything else. */
export function originalOf(pack: PackView, { law }: Resource): Resource | undefined {
  return law !== undefined && "reverses" in law ? pack.resources.find(law.reverses) : undefined;
}

/** The resources that give back a part of this one. */
export function reversalsOf(pack: PackView, resource: Resource): readonly Resource[] {
  return pack.resources
    .of(resource.role)
    .filter(({ law }) => law !== undefined && "reverses" in law && law.reverses === resource.name);
}

/** Moves money under a number that can be closed, also one that was never used. */
export const CLOSABLE: ResourceKind = {
  en: "resource that moves money under a number which can be closed",
  zh: "可按单号关闭的资金资源",
  holds: (resource, pack) => CHARGE.holds(resource, pack) && resource.ends !== undefined,
};
