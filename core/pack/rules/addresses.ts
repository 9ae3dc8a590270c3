import { sensitiveFields } from "../../redaction/sensitive-fields.ts";
import { interfaceFile } from "../file.ts";
import { problem } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { interfaceFields } from "./schemas.ts";

/** Addresses are written down by every proxy and server on the way, whatever both sides mask. */
export const sensitiveAddress: Rule = {
  id: "request.sensitive",
  check: (source) => {
    const sensitive = sensitiveFields(source);
    return source.interfaces.flatMap((one) =>
      (["path", "query"] as const).flatMap((part) =>
        interfaceFields(source, one, part)
          .filter((name) => sensitive.has(name))
          .map((name) =>
            problem(
              "request.sensitive",
              interfaceFile(one),
              `/request/${part}`,
              [`${name}, which is sensitive, would stand in an address.`, `敏感字段 ${name} 会出现在地址中。`],
              [
                "Take it in the body, or name the resource by an id that tells nothing.",
                "请放入报文体，或改用不含敏感信息的编号指明资源。",
              ],
            ),
          ),
      ),
    );
  },
};
