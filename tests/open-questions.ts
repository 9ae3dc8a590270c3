/*
 * What implementers asked who had the documents alone, and where the answer stands. `at`: a JSON Pointer in a file of a
 * pack, the id of a requirement, or the heading of a document. Each word of `says` stands there; a document has its Chinese
 * neighbour, which is looked at as well.
 */

/** A place, and what it says in both languages. */
export interface Answer {
  readonly file: string;
  readonly at: string;
  readonly says: readonly string[];
  readonly zh: readonly string[];
  /** The heading in the Chinese document. */
  readonly atZh?: string;
}

export interface OpenQuestion {
  readonly question: string;
  readonly answers: readonly Answer[];
}

const REQUIREMENTS = "specs/cooperation/requirements";
const PAYMENT = "specs/cooperation/payment";
const PROVIDER = "docs/recipes/provider.md";
const CLIENT = "docs/recipes/client.md";

const requirement = (file: string, id: string, says: readonly string[], zh: readonly string[]): Answer => ({
  file,
  at: id,
  says,
  zh,
});

const section = (
  file: string,
  [at, atZh]: readonly [string, string],
  says: readonly string[],
  zh: readonly string[],
): Answer => ({ file, at, atZh, says, zh });

const STAGES = ["One call, stage by stage", "一次调用的各个阶段"] as const;
const TAKEN = ["Take a notification", "接收通知"] as const;
const HEADER = ["Read the Authorization header", "解析 Authorization 请求头"] as const;
const BILL = ["Write the bill", "编写账单"] as const;
const COPIES = ["`fixtures`: fresh situations and copies", "`fixtures`：全新场景与客户副本"] as const;
const HOOKS = ["The hooks", "钩子一览"] as const;
const RESET = ["`reset`: what comes back", "`reset`：复原的内容"] as const;
const AFTERWARDS = ["Do what the answer says", "按应答行事"] as const;

/** Questions of those who built a bank. */
const OF_BANKS: readonly OpenQuestion[] = [
  {
    question: "What are the first and the last line of a bill, and what does a right file look like?",
    answers: [
      section(
        PROVIDER,
        BILL,
        ["first line has the names of the columns", "without titles"],
        ["首行为列名", "不带标题"],
      ),
      {
        file: "specs/cooperation/reconciliation/interfaces/bill.download.json",
        at: "/description",
        says: ["The first line has the names of the columns"],
        zh: ["首行为列名"],
      },
    ],
  },
  {
    question: "Does the order of members matter, in money or anywhere?",
    answers: [
      requirement(`${REQUIREMENTS}/contract.json`, "CON-02", ["order of members means nothing"], ["成员顺序不具含义"]),
    ],
  },
  {
    question: "May fields that the schema leaves open differ from call to call?",
    answers: [
      requirement(`${REQUIREMENTS}/contract.json`, "CON-02", ["differ from call to call"], ["其值可随调用而变"]),
      section(PROVIDER, ["Sign the answer", "对应答签名"], ["an id of the request"], ["如请求编号"]),
    ],
  },
  {
    question: "Which codes may a late failure have?",
    answers: [
      requirement(`${PAYMENT}/requirements/lifecycle.json`, "LIF-03", ["the bank's to say"], ["由银行自定"]),
      {
        file: `${PAYMENT}/messages/payment.json`,
        at: "/$defs/view/properties/fail_code/description",
        says: ["no list of them is fixed"],
        zh: ["不限定取值"],
      },
    ],
  },
  {
    question: "What stands in the middle of a masked number?",
    answers: [
      {
        file: "specs/cooperation/messages/common.json",
        at: "/$defs/masked/description",
        says: ["* between", "as many as the bank likes"],
        zh: ["中间以 * 代替", "个数由银行决定"],
      },
    ],
  },
  {
    question: "Which targets must a bank register for a run?",
    answers: [
      section(
        "docs/statement.md",
        ["The statement: `sut.json`", "声明：`sut.json`"],
        ["registers the prefix `{publicUrl}/notify`", "the target where a request names none"],
        ["登记前缀 `{publicUrl}/notify`", "未指定时的默认地址"],
      ),
    ],
  },
  {
    question: "Does a clock that the hook set tick on, and does it survive restart and reset?",
    answers: [
      section(
        "docs/hooks.md",
        HOOKS,
        ["runs on from there, over a `restart` too; `null` and `reset` give it back"],
        ["继续走时，`restart` 之后亦然；`null` 与 `reset` 恢复"],
      ),
    ],
  },
  {
    question: "What does the hook reset keep?",
    answers: [
      section(
        "docs/hooks.md",
        RESET,
        ["so do the copies", "nonces, enrolled keys, and the business date"],
        ["包括已给出的副本", "随机串、已登记的密钥，以及只进不退的会计日期"],
      ),
    ],
  },
  {
    question: "What is a bank asked for by the hook fixtures, for whom, and for which scenarios?",
    answers: [
      section(
        "docs/hooks.md",
        COPIES,
        [
          '{"scenario": "customer.funded", "party_id": "P1001", "copy": 1}',
          "each scenario of the statement that names a",
        ],
        ['{"scenario": "customer.funded", "party_id": "P1001", "copy": 1}', "每个含客户的场景"],
      ),
    ],
  },
  {
    question:
      "Which code has a nonce of a wrong form, a header twice, too much depth, a body of GET, a query, a packed body?",
    answers: [
      section(
        PROVIDER,
        STAGES,
        [
          "a nonce of another form | `SIGN_ERROR`",
          "Content-Type twice | `UNSUPPORTED_MEDIA_TYPE`",
          "no Authorization, or two | `SIGN_ERROR`",
          "more than 1,000 members and items in all | `MALFORMED_BODY`",
          "as with GET | `MALFORMED_BODY`",
          "or an unknown parameter | `PARAM_ERROR`",
          "Content-Encoding packs | `MALFORMED_BODY`",
        ],
        [
          "随机串格式不符 | `SIGN_ERROR`",
          "合计超过 1,000 个 | `MALFORMED_BODY`",
          "（如 GET）却带有报文体 | `MALFORMED_BODY`",
        ],
      ),
    ],
  },
  {
    question: "Is a fraction bad JSON or a wrong field?",
    answers: [
      requirement(
        `${REQUIREMENTS}/contract.json`,
        "CON-03",
        ["MALFORMED_BODY or PARAM_ERROR"],
        ["MALFORMED_BODY 或 PARAM_ERROR"],
      ),
    ],
  },
  {
    question: "How is an SM2 signature coded, and what is the grammar of Authorization?",
    answers: [
      section(
        PROVIDER,
        HEADER,
        ["minimal DER", "order is free", "upper and lower case"],
        ["最短 DER", "次序不限", "区分大小写"],
      ),
      section(CLIENT, ["Sign a request", "对请求签名"], ["the signature in DER"], ["签名为 DER"]),
    ],
  },
  {
    question: "How many attempts does a schedule make, and from when is a spacing counted?",
    answers: [
      requirement(
        `${REQUIREMENTS}/notification.json`,
        "NOT-02",
        ["counted from the attempt before", "the first one besides"],
        ["自上一次发送起算", "首次加规范所列间隔的个数"],
      ),
      section(PROVIDER, ["Send a notification", "发送通知"], ["beginning or its end"], ["自其开始还是结束"]),
    ],
  },
  {
    question: "When is `otherwise` of a lifecycle met where the same number gets the first answer again?",
    answers: [section(PROVIDER, ["Numbers", "单号"], ["no answer of yours is kept for it"], ["没有保存其应答"])],
  },
  {
    question:
      "What is pending, and what is answered to an unknown cursor, a range backwards, and a range without entries?",
    answers: [
      {
        file: "specs/cooperation/messages/account.json",
        at: "/$defs/balance/properties/pending/description",
        says: ["available is posted less pending"],
        zh: ["available 等于 posted 减 pending"],
      },
      requirement(
        `${REQUIREMENTS}/reconciliation.json`,
        "REC-13",
        ["later than its last", "a cursor that no page gave", "an empty list and no next_cursor"],
        ["起始日晚于截止日", "游标并非此前分页所返回", "返回空列表，且不含 next_cursor"],
      ),
    ],
  },
  {
    question: "Which code has a forged message with a wrong route?",
    answers: [
      requirement(
        `${REQUIREMENTS}/error.json`,
        "ERR-02",
        ["Path, method, size and media type alone are looked at before"],
        ["仅路径、方法、大小与媒体类型在验签之前判断"],
      ),
    ],
  },
  {
    question: "When does a day end for the books?",
    answers: [
      requirement(
        "specs/cooperation/reconciliation/requirements/reconciliation.json",
        "REC-05",
        ["Asking for a bill ends its day"],
        ["账单一经请求，该会计日即告结束"],
      ),
    ],
  },
];

/** Questions of those who built a platform. */
const OF_PLATFORMS: readonly OpenQuestion[] = [
  {
    question: "Is party_id always there where the hook fixtures is called?",
    answers: [section("docs/hooks.md", COPIES, ["`party_id` is always there"], ["`party_id` 必定给出"])],
  },
  {
    question: "Which statuses acknowledge, and must the acknowledgement be signed?",
    answers: [
      section(CLIENT, TAKEN, ["204 (or 200)"], ["204（或 200）"]),
      requirement(
        `${REQUIREMENTS}/signature.json`,
        "SIG-25",
        ["counts by its status, signed or not"],
        ["是否签名均可"],
      ),
      requirement(`${REQUIREMENTS}/signature.json`, "SIG-20", ["acknowledged by status alone"], ["仅以状态码确认"]),
    ],
  },
  {
    question: "Are unknown fields of notifications refused?",
    answers: [
      requirement(
        `${REQUIREMENTS}/parser.json`,
        "PAR-15",
        ["receivers in notifications"],
        ["接收方须容忍通知新增字段"],
      ),
      requirement(`${REQUIREMENTS}/data.json`, "DAT-05", ["in a notification they are what is told"], ["所通知的内容"]),
    ],
  },
  {
    question: "Whose party_id does a notification have, and what of one that names another platform?",
    answers: [
      requirement(
        `${REQUIREMENTS}/contract.json`,
        "CON-05",
        ["names the platform that it is for"],
        ["指明所发往的平台"],
      ),
      {
        file: `${PAYMENT}/interfaces/notify.payment_result.json`,
        at: "/request/receiver",
        says: ["$request.payment.party_id"],
        zh: [],
      },
    ],
  },
  {
    question: "By when does order.query show what was acknowledged?",
    answers: [
      requirement(`${REQUIREMENTS}/notification.json`, "NOT-08", ["within the settling time"], ["settleWithinSeconds"]),
    ],
  },
  {
    question: "Is a time of the right pattern that is no time a time?",
    answers: [
      {
        file: "specs/cooperation/messages/common.json",
        at: "/$defs/time/description",
        says: ["RFC 3339"],
        zh: ["RFC 3339"],
      },
      { file: "specs/cooperation/messages/common.json", at: "/$defs/time/format", says: ["date-time"], zh: [] },
    ],
  },
  {
    question: "What is refused of a refund or payout that is known, and of a failed refund larger than what is left?",
    answers: [
      requirement(
        `${REQUIREMENTS}/notification.json`,
        "NOT-07",
        ["another amount, order or id of the bank", "takes nothing from what is left"],
        ["金额、订单、银行编号", "不占用剩余金额"],
      ),
      section(PROVIDER, TAKEN, ["in every state", "held against the whole order"], ["任何状态下", "仅与订单总额比对"]),
    ],
  },
  {
    question: "Which transaction paid an order that a statement binds as paid?",
    answers: [section(PROVIDER, TAKEN, ["No notification tells of it"], ["没有通知涉及它们"])],
  },
  {
    question: "What does a caller do on its second attempt?",
    answers: [
      section(
        CLIENT,
        AFTERWARDS,
        ["`final-fail`", "`fix-and-resend`", "`retry-same`", "`query-first`", "`afterSeconds`"],
        ["`final-fail`", "`fix-and-resend`", "`retry-same`", "`query-first`", "`afterSeconds`"],
      ),
    ],
  },
  {
    question: "How does a caller know that an answer is for its request?",
    answers: [
      requirement(
        `${REQUIREMENTS}/signature.json`,
        "SIG-21",
        ["an answer names no request"],
        ["应答不指明所对应的请求"],
      ),
      section(CLIENT, ["Verify an answer", "对应答验签"], ["Compare what it repeats"], ["与所发请求比对"]),
    ],
  },
  {
    question: "Does the end of a key hold for answers too?",
    answers: [
      requirement(
        `${REQUIREMENTS}/signature.json`,
        "SIG-23",
        ["requests, answers and notifications"],
        ["请求、应答与通知"],
      ),
    ],
  },
  {
    question: "How does a provider sign its answers, and which code does it answer at which stage?",
    answers: [
      section(PROVIDER, STAGES, ["earlier stage is answered"], ["按较早阶段应答"]),
      section(PROVIDER, ["Sign the answer", "对应答签名"], ["signed over three lines"], ["对三行内容签名"]),
    ],
  },
];

export const OPEN_QUESTIONS: readonly OpenQuestion[] = [...OF_BANKS, ...OF_PLATFORMS];
