import type { Defect } from "../defect.ts";
import { at, inInterface, inPolicies, inTransition, transitionPath, withoutGuard } from "../parts/edit-pack.ts";
import { sending } from "../parts/sending.ts";
import { writingBehind, keeping } from "../parts/stores.ts";
import type { Json } from "../../../core/unit/unit.ts";

type Row = Readonly<Record<string, Json>>;

/** What is wrong with the notifications that a bank sends. */
export const NOTIFICATION_SENT: readonly Defect[] = [
  {
    name: "any-2xx-acknowledges",
    role: "bank",
    requirement: "NOT-01",
    title: { en: "Every 2xx or 3xx counts as an acknowledgement", zh: "任意 2xx/3xx 均视为确认" },
    pack: (source) =>
      inPolicies(source, ["notification", "acknowledgeStatus"], [200, 201, 202, 204, 301, 302, 303, 307, 308]),
  },
  {
    name: "acknowledgement-unverified",
    role: "bank",
    requirement: "NOT-01",
    needs: { signedAcknowledgements: true },
    title: {
      en: "An acknowledgement counts whatever its signature, where it has to be signed",
      zh: "约定须签名的确认，未验签即视为已确认",
    },
    pack: (source) => inPolicies(source, ["notification", "acknowledgeSigned"], undefined),
  },
  {
    name: "notified-once",
    role: "bank",
    requirement: "NOT-01",
    title: { en: "A notification is sent once and never again", zh: "通知失败后不重发" },
    pack: (source) => inPolicies(source, ["notification", "retrySeconds"], []),
  },
  {
    name: "retries-at-once",
    role: "bank",
    requirement: "NOT-02",
    title: { en: "Retries come every second", zh: "重发间隔不符合计划（每秒一次）" },
    pack: (source) =>
      inPolicies(
        source,
        ["notification", "retrySeconds"],
        source.manifest.policies.notification.retrySeconds.map(() => 1),
      ),
  },
  {
    name: "given-up-one-too-early",
    role: "bank",
    requirement: "NOT-02",
    title: { en: "The last attempt of the schedule is never made", zh: "少重发最后一次" },
    pack: (source) =>
      inPolicies(
        source,
        ["notification", "retrySeconds"],
        source.manifest.policies.notification.retrySeconds.slice(0, -1),
      ),
  },
  {
    name: "notified-without-its-fee",
    role: "bank",
    requirement: "NOT-17",
    title: { en: "A payment's notification does not say what it cost", zh: "支付通知缺少手续费" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "fee"], undefined),
  },
  {
    name: "cancellation-told-undated",
    role: "bank",
    requirement: "NOT-17",
    title: { en: "The notification of a cancelled binding does not say when", zh: "解约通知缺少解约时间" },
    pack: (source) =>
      inInterface(source, "notify.binding_change", ["notification", "body", "binding", "cancelled_at"], undefined),
  },
  {
    name: "notified-for-ever",
    role: "bank",
    requirement: "NOT-03",
    title: { en: "An acknowledgement ends nothing", zh: "确认后仍继续重发" },
    pack: (source) => inPolicies(source, ["notification", "acknowledgeStatus"], [299]),
  },
  {
    name: "no-patience",
    role: "bank",
    requirement: "NOT-03",
    title: { en: "An acknowledgement is waited for one second only", zh: "仅等待确认一秒" },
    pack: (source) => inPolicies(source, ["notification", "acknowledgeWithinSeconds"], 1),
  },
  {
    name: "new-id-for-each-attempt",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Each attempt has a notify_id of its own", zh: "每次重发更换 notify_id" },
    store: (store) =>
      keeping(store, (write) => {
        const row = write.value as { readonly body?: Row; readonly attempts?: number } | undefined;
        return write.collection !== "outbox" || row?.body === undefined || (row.attempts ?? 0) === 0
          ? write
          : {
              ...write,
              value: {
                ...row,
                body: { ...row.body, notify_id: `${String(row.body["notify_id"])}${row.attempts ?? 0}` },
              } as Json,
            };
      }),
  },
  {
    name: "one-id-for-all-events",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Every notification has the same notify_id", zh: "不同通知使用同一 notify_id" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "notify_id"], "ntf_always_the_same"),
  },
  {
    name: "one-nonce-for-all-attempts",
    role: "bank",
    requirement: "NOT-04",
    title: { en: "Every notification carries the same nonce", zh: "通知的随机串固定不变" },
    runtime: (runtime) => ({
      ...sending(runtime, (send) => send),
      random: (stream) =>
        stream === "nonce"
          ? { bytes: (count) => new Uint8Array(count).fill(7), below: () => 7 }
          : runtime.random(stream),
    }),
  },
  {
    name: "notified-as-text",
    role: "bank",
    requirement: "NOT-16",
    title: { en: "Notifications are called plain text", zh: "通知的 Content-Type 错误" },
    runtime: (runtime) =>
      sending(
        runtime,
        (send) => (request, signal) =>
          send(
            {
              ...request,
              headers: request.headers.map(([name, value]) =>
                name === "Content-Type" ? ([name, "text/plain"] as const) : ([name, value] as const),
              ),
            },
            signal,
          ),
      ),
  },
  {
    name: "notification-unsigned",
    role: "bank",
    requirement: "NOT-16",
    title: { en: "Notifications are not signed", zh: "通知未签名" },
    runtime: (runtime) =>
      sending(
        runtime,
        (send) => (request, signal) =>
          send({ ...request, headers: request.headers.filter(([name]) => name !== "Authorization") }, signal),
      ),
  },
  {
    name: "redirect-followed",
    role: "bank",
    requirement: "NOT-12",
    title: { en: "The notifier follows redirects", zh: "通知跟随重定向" },
    runtime: (runtime) =>
      sending(runtime, (send) => async (request, signal) => {
        const response = await send(request, signal);
        const location = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
        return response.status >= 300 && response.status < 400 && location !== undefined
          ? send({ ...request, url: new URL(location, request.url).href }, signal)
          : response;
      }),
  },
  {
    name: "lost-in-a-crash",
    role: "bank",
    requirement: "NOT-09",
    title: { en: "What is to be notified is kept in memory", zh: "通知未落库，崩溃即丢失" },
    store: (store, runtime) =>
      writingBehind(store, runtime, Number.POSITIVE_INFINITY, ({ collection }) => collection === "outbox"),
  },
  {
    name: "target-unchecked",
    role: "bank",
    requirement: "NOT-11",
    title: { en: "Any target is taken", zh: "不校验通知地址" },
    pack: (source) => withoutGuard(source, "payment.create", "NOTIFY_URL_NOT_ALLOWED"),
  },
  {
    name: "refund-target-unchecked",
    role: "bank",
    requirement: "NOT-11",
    title: { en: "The target of a payment is checked, that of a refund is not", zh: "退款不校验通知地址" },
    pack: (source) => withoutGuard(source, "refund.create", "NOTIFY_URL_NOT_ALLOWED"),
  },
  {
    name: "one-sender",
    role: "bank",
    requirement: "NOT-13",
    title: {
      en: "Notifications are sent one after another, and a dead target holds them all up",
      zh: "通知串行发送，被死链阻塞",
    },
    runtime: (runtime) => {
      let last: Promise<unknown> = Promise.resolve();
      return sending(runtime, (send) => (request, signal) => {
        const sent = last.then(() => send(request, signal));
        last = sent.catch(() => undefined);
        return sent;
      });
    },
  },
  {
    name: "notified-amount-differs",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "The notification tells the amount less the fee", zh: "通知金额扣除了手续费" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "amount"], {
        if: [{ exists: ["$payment.fee"] }, { "money.sub": ["$payment.amount", "$payment.fee"] }, "$payment.amount"],
      }),
  },
  {
    name: "notified-time-of-another-zone",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification tells a local time with another zone's offset", zh: "通知时间的时区偏移错误" },
    pack: (source) =>
      inInterface(source, "notify.payout_result", ["notification", "body", "occurred_at"], {
        "time.rfc3339": [{ "time.add-seconds": ["$now", -28_800] }],
      }),
  },
  {
    name: "notified-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification of a refund does not say when it happened", zh: "退款通知未给出发生时间" },
    pack: (source) => inInterface(source, "notify.refund_result", ["notification", "body", "occurred_at"], undefined),
  },
  {
    name: "one-id-for-binding-changes",
    role: "bank",
    requirement: "NOT-04",
    title: {
      en: "Every notification of a binding change has the same notify_id",
      zh: "绑卡变更通知使用同一 notify_id",
    },
    pack: (source) =>
      inInterface(source, "notify.binding_change", ["notification", "body", "notify_id"], "ntf_binding_change_1"),
  },
  {
    name: "cancelled-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A binding that is cancelled is not told of", zh: "解约未通知" },
    pack: (source) => inTransition(source, "binding.cancel", ["to", 0, "notify"], []),
  },
  {
    name: "return-notified-undated",
    role: "bank",
    requirement: "CON-10",
    title: { en: "A notification of a return does not say when it was returned", zh: "退票通知未给出退回时间" },
    pack: (source) =>
      inInterface(source, "notify.payout_result", ["notification", "body", "payout", "returned_at"], undefined),
  },
  {
    name: "attach-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A notification lacks what the platform attached to its payment", zh: "支付通知缺少附加数据" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "attach"], undefined),
  },
  {
    name: "told-as-succeeded-too-soon",
    role: "bank",
    requirement: "LAW-09",
    title: {
      en: "A payment that is accepted is told as succeeded, and what fails later is told again",
      zh: "支付受理即通知成功，之后失败再行通知",
    },
    pack: (source) => {
      const path = [...transitionPath(source, "payment.create"), "to"];
      const [late, ...others] = at(source, path) as readonly object[];
      const fails = {
        ...late,
        when: { eq: ["$account.settlement", "late-failure"] },
        notify: ["notify.payment_result"],
      };
      const soon = inTransition(source, "payment.create", ["to"], [fails, late, ...others]);
      const told = ["notification", "body", "payment"];
      const saying = inInterface(soon, "notify.payment_result", [...told, "state"], {
        if: [{ eq: ["$payment.state", "PROCESSING"] }, "SUCCEEDED", "$payment.state"],
      });
      return inInterface(saying, "notify.payment_result", [...told, "settled_at"], {
        "time.rfc3339": [{ default: ["$payment.settled_at", "$payment.created_at"] }],
      });
    },
  },
  {
    name: "notified-as-refunded",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A notification of a payment tells it as refunded", zh: "支付通知的已退金额错误" },
    pack: (source) =>
      inInterface(source, "notify.payment_result", ["notification", "body", "payment", "refunded"], "$payment.amount"),
  },
  {
    name: "locked-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "An application that is locked by wrong codes is not told of", zh: "绑卡申请锁定未通知" },
    pack: (source) => inTransition(source, "binding.confirm", ["require", 1, "onRefuse", "notify"], []),
  },
  {
    name: "expired-binding-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "An application that expires is not told of", zh: "绑卡申请过期未通知" },
    pack: (source) => inTransition(source, "binding.expire", ["to", 0, "notify"], []),
  },
  {
    name: "binding-told-under-another-number",
    role: "bank",
    requirement: "NOT-15",
    title: {
      en: "A notification gives the bank's number of a binding for the platform's",
      zh: "绑卡通知以银行编号代替平台单号",
    },
    pack: (source) =>
      inInterface(
        source,
        "notify.binding_change",
        ["notification", "body", "binding", "out_bind_no"],
        "$binding.binding_id",
      ),
  },
  {
    name: "late-refund-not-notified",
    role: "bank",
    requirement: "NOT-15",
    title: { en: "A refund that settles late is not told of", zh: "延迟完成的退款未通知" },
    pack: (source) => inTransition(source, "refund.settle", ["to", 0, "notify"], []),
  },
];
