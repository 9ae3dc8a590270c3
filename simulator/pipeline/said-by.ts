import { formats } from "../../core/codec/codecs.ts";
import { headerValues } from "../../core/envelope/headers.ts";
import type { Pack } from "../../core/pack/compile.ts";
import { saidInBody, selectedHeader } from "../../core/pack/selection.ts";
import type { SelectReader } from "../../core/pack/selection.ts";
import type { Json } from "../../core/unit/unit.ts";
import type { RawRequest } from "../http/raw.ts";

/**
 * What a request says at the places by which interfaces of one path are told apart. It is read before anything of it is
 * verified, so it is bounded as every body is, decides on nothing but the route, and is read again afterwards. Two
 * values at one place are none.
 */
export function saidBy(pack: Pack, request: RawRequest): SelectReader {
  let body: Json | undefined;
  let decoded = false;
  const bodyOnce = (): Json | undefined => {
    if (!decoded) [body, decoded] = [decodedBody(pack, request), true];
    return body;
  };
  return (place) => {
    const header = selectedHeader(place);
    if (header !== undefined) return only(headerValues(request.headers, header.toLowerCase()));
    const inBody = bodyOnce();
    const told = inBody === undefined ? undefined : saidInBody(inBody, place);
    return only([...(place.startsWith("/") ? [] : inQuery(request, place)), ...(told === undefined ? [] : [told])]);
  };
}

const only = (values: readonly string[]): string | undefined => (values.length === 1 ? values[0] : undefined);

function inQuery({ target }: RawRequest, name: string): readonly string[] {
  const mark = target.indexOf("?");
  return mark < 0 ? [] : new URLSearchParams(target.slice(mark + 1)).getAll(name);
}

function decodedBody(pack: Pack, { headers, body }: RawRequest): Json | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  const { bodyBytes, depth, members } = pack.source.manifest.policies.limits;
  const [type = ""] = headerValues(headers, "content-type");
  const decoded = formats()
    .map(({ name }) => pack.codecOf(name))
    .find((codec) => codec?.accepts(type) === true)
    ?.decode(body, { bytes: bodyBytes, depth, members });
  return decoded?.ok === true ? decoded.value : undefined;
}
