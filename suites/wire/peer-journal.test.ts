import { describe, expect, test } from "vitest";
import type { Json } from "../../core/unit/unit.ts";
import type { PeerExchange } from "./peer-exchange.ts";
import { peerJournal } from "./peer-journal.ts";
import { PeerPlaces } from "./peer-places.ts";

/** The most exchanges in one answer. */
const MOST = 100;

/** A control plane over a list of targets that were called, numbered from 1, and what it was asked. */
function peer() {
  const called: string[] = [];
  const asked: { readonly after: number; readonly target: string | null; readonly waitMs: number }[] = [];
  const places = new PeerPlaces();
  let now = 0;
  let arrive: (() => void) | undefined;
  const call = async (_method: string, path: string, _body: undefined, waitMs: number): Promise<Json> => {
    const query = new URL(path, "http://x").searchParams;
    const after = Number(query.get("after"));
    const target = query.get("target");
    asked.push({ after, target, waitMs });
    const found = () =>
      called
        .map((one, index) => ({ number: index + 1, target: one }))
        .filter((one) => one.number > after && (target === null || one.target === target));
    if (found().length === 0 && waitMs > 0) {
      await new Promise<void>((resolve) => (arrive = resolve));
      if (found().length === 0) now += waitMs;
    }
    const given = found().slice(0, MOST);
    return {
      next: given.length < found().length ? (given.at(-1)?.number ?? after) : called.length,
      requests: given.map((one) => ({ number: one.number, request: { target: one.target } })),
    };
  };
  const decoded: number[] = [];
  const read = peerJournal(call, { now: () => now }, places).reading((exchange: PeerExchange) => {
    const { number } = exchange as unknown as { readonly number: number };
    decoded.push(number);
    return number;
  });
  return {
    asked,
    decoded,
    places,
    read,
    called: (...targets: readonly string[]) => {
      called.push(...targets);
      arrive?.();
    },
    /** Lets a question that waits run out of its time. */
    late: () => arrive?.(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("the counterparty's journal", () => {
  test("a wait reads each exchange once, and ends when enough have come", async () => {
    const { called, decoded, places, read } = peer();
    called("/a", "/b");
    await read({});
    places.made("/mine");
    decoded.length = 0;
    let seen: readonly number[] | undefined;
    const waiting = read({ target: "/mine" }, { awaited: ({ length }) => length >= 3, withinMs: 60_000 }).then(
      (all) => (seen = all),
    );
    for (const target of ["/mine", "/other", "/mine", "/mine"]) {
      expect(seen).toBeUndefined();
      called(target);
      await turn();
    }
    await waiting;
    expect(seen).toEqual([3, 5, 6]);
    expect(decoded).toEqual([3, 5, 6]);
  });

  test("a target is looked for from where the journal was when it was made", async () => {
    const { asked, called, places, read } = peer();
    called("/a", "/b", "/c");
    await read({});
    places.made("/mine");
    called("/mine");
    await read({});
    expect(await read({ target: "/mine" })).toEqual([4]);
    expect(asked.at(-1)).toEqual({ after: 3, target: "/mine", waitMs: 0 });
  });

  test("a wait gives what there is when its time is over", async () => {
    const { asked, called, late, read } = peer();
    called("/a");
    const waiting = read({}, { awaited: ({ length }) => length > 1, withinMs: 7_000 });
    for (let count = 0; count < 3; count += 1) {
      await turn();
      late();
    }
    expect(await waiting).toEqual([1]);
    expect(asked.map(({ after, waitMs }) => [after, waitMs])).toEqual([
      [0, 5_000],
      [1, 5_000],
      [1, 2_000],
    ]);
  });

  test("more than one answer holds is read in several", async () => {
    const { asked, called, read } = peer();
    called(...Array.from({ length: 250 }, () => "/a"));
    expect(await read({})).toHaveLength(250);
    expect(asked.map(({ after }) => after)).toEqual([0, 100, 200]);
  });

  test("a question without a wait is answered at once", async () => {
    const { asked, read } = peer();
    expect(await read({ since: { ms: 9, after: 4 } })).toEqual([]);
    expect(asked).toEqual([{ after: 4, target: null, waitMs: 0 }]);
  });
});
