import type { Check } from "../../check.ts";
import { eachInterface, interfaceOf } from "../../check.ts";
import { isClosed } from "../../generators/closed.ts";
import { expectEachRefused } from "../corpus.ts";
import type { WrongForm } from "../corpus.ts";
import { DISGUISED } from "../../corpora/repeated-members.ts";
import type { Session } from "../../session.ts";
import type { Draft } from "../../wire/draft.ts";
import { written } from "../parsing/written.ts";

export const disguisedKey: Check = {
  id: "canonical.disguised-key",
  requirement: "CAN-02",
  title: { en: "A duplicate key spelt with escapes is refused", zh: "变形的重复键被拒绝" },
  effort: "standard",
  isolated: true,
  each: eachInterface(
    (one) => one.request.body !== undefined && ["json", ...Object.keys(DISGUISED)].includes(one.request.representation),
  ),
  async run(session, instance) {
    const draft = await session.request(interfaceOf(instance));
    const forms = draft.interface.request.representation === "json" ? inJson(session, draft) : inOthers(session, draft);
    if (forms.length === 0)
      session.skip(
        "names in this form of XML have one spelling: it has no namespace",
        "该 XML 写法没有命名空间，名称只有一种写法",
        "not-demanded",
      );
    await expectEachRefused(session, {
      draft,
      forms,
      what: { en: "a body with a key twice in disguise", zh: "以变体写法重复键的报文体" },
      likelyCause: {
        en: "Duplicates are searched for before escapes are decoded, or not at all.",
        zh: "在还原转义之前查找重复键，或根本未查找。",
      },
    });
  },
};

/** Each member of a form or of XML again, under a name that reads alike. */
function inOthers(session: Session, draft: Draft): readonly WrongForm[] {
  const disguising = DISGUISED[draft.interface.request.representation];
  const valid = written(session, draft);
  return Object.entries(draft.body ?? {}).flatMap(([name, value]) =>
    (disguising?.({ valid, name, value }, session.pack.policies.xml) ?? []).map(({ name: what, text, asList }) => ({
      name: what,
      codes: [session.code("decode"), ...(asList === true ? [session.code("schema")] : [])],
      tamper: { body: () => new TextEncoder().encode(text) },
    })),
  );
}

function inJson(session: Session, draft: Draft): readonly WrongForm[] {
  const codes = [session.code("decode"), session.code("schema")];
  const first = (what: string, member: string): WrongForm => ({
    name: what,
    codes,
    tamper: { body: (bytes) => new TextEncoder().encode(`{${member},${new TextDecoder().decode(bytes).slice(1)}`) },
  });
  const last = (what: string, member: string): WrongForm => ({
    name: what,
    codes,
    tamper: {
      body: (bytes) => new TextEncoder().encode(`${new TextDecoder().decode(bytes).slice(0, -1)},${member}}`),
    },
  });
  return Object.entries(draft.body ?? {}).flatMap(([name, value]) => {
    const escaped = `"${name.slice(0, -1)}\\u${name
      .charCodeAt(name.length - 1)
      .toString(16)
      .padStart(4, "0")}"`;
    const text = JSON.stringify(value);
    return [
      first(`"${name}" again ahead, one letter of it escaped`, `${escaped}:${text}`),
      last(`"${name}" again behind, one letter of it escaped`, `${escaped}:${text}`),
      // Where unknown keys are allowed, the disguised key may count as one, which cannot be told from outside.
      ...(isClosed(draft.interface.request.body, session.pack.schemas)
        ? [last(`"${name}" again behind with a NUL at its end`, `"${name}\\u0000":${text}`)]
        : []),
      last(`"${name}" again behind with half a surrogate pair at its end`, `"${name}\\ud800":${text}`),
    ];
  });
}
