import type { Covered } from "../../core/run/coverage.ts";
import type { RunJudgement } from "../../core/run/judgement.ts";
import { COVERABLE_WORDS } from "../wording.ts";
import { both, label } from "./bilingual.ts";
import { markup } from "./markup.ts";
import type { Content } from "./markup.ts";

const KINDS = ["called", "told", "codes", "moves"] as const;

/** How much of each module was seen to work, and below it what was not. */
export function moduleTable({ modules }: RunJudgement): Content {
  if (modules.length === 0) return "";
  return markup`<table class="fold"><thead><tr><th scope="col">${label("Module", "模块")}</th>${KINDS.map((kind) => markup`<th scope="col" class="n">${both(COVERABLE_WORDS[kind])}</th>`)}</tr></thead><tbody>${modules.map((one) => markup`<tr><th scope="row">${both(one.title)}</th>${KINDS.map((kind) => markup`<td class="n">${share(one[kind])}</td>`)}</tr>`)}</tbody></table>${KINDS.map(
    (kind) => {
      const missing = modules.flatMap((one) => one[kind].missing);
      return missing.length === 0
        ? ""
        : markup`<h3 class="area">${label("Not seen: ", "未出现：")}${both(COVERABLE_WORDS[kind])} <span class="quiet">${missing.length}</span></h3><ul class="columns">${missing.map((name) => markup`<li class="mono">${name}</li>`)}</ul>`;
    },
  )}`;
}

function share({ covered, of }: Covered): Content {
  if (of === 0) return "–";
  return covered === of ? `${covered}/${of}` : markup`<span class="chip t-warn">${covered}/${of}</span>`;
}
