import type { Fresh } from "../../data/fresh.ts";
import { Session } from "../../session.ts";
import type { RunScope } from "../../run/scope.ts";
import { fieldsOf } from "../../wire/draft.ts";
import type { Draft, Fields } from "../../wire/draft.ts";
import { amountOf } from "../order-amounts.ts";
import { LoadError } from "../plan.ts";

/** What stands in a request for a field of an answer that is not there yet. */
const ANSWER = /LTANSWERS(\d+)F(\d+)E/;

/** Makes the requests of whole journeys before any of them is sent. */
export class JourneyDrafts {
  readonly #session: Session;
  readonly #scope: RunScope;
  /** Fields of answers that requests build on. */
  readonly #fields: string[] = [];

  constructor(scope: RunScope, fresh: Fresh = scope.fresh) {
    this.#scope = { ...scope, fresh };
    this.#session = new Session(this.#scope, "load", new AbortController().signal);
  }

  get session(): Session {
    return this.#session;
  }

  /** The requests of a journey; what an answer would give is a mark in them. @throws LoadError */
  async of(journey: string, steps: readonly string[]): Promise<readonly Draft[]> {
    const drafts: Draft[] = [];
    const made = new Map<string, Fields>();
    const priors = new Proxy<Record<string, Fields>>(
      {},
      {
        get: (_target, id) => {
          if (typeof id !== "string") return undefined;
          const found = made.get(id);
          if (found !== undefined) return found;
          throw new LoadError(
            {
              en: `the journey ${journey} builds on ${id}, which it does not call before`,
              zh: `业务流程 ${journey} 依赖 ${id}，而此前未调用该接口`,
            },
            { where: `/journeys/${journey}` },
          );
        },
      },
    );
    for (const [index, step] of steps.entries()) {
      const given = amountOf(this.#session.pack, step, this.#session.random);
      const draft = await this.#session.request(step, {}, { priors, given });
      drafts.push(draft);
      made.set(step, this.#priorOf(draft, index));
    }
    return drafts;
  }

  /** The first mark in a text, with what is ahead of it and behind it. */
  markIn(text: string): Mark | undefined {
    const match = ANSWER.exec(text);
    if (match === null) return undefined;
    const [mark, step, field] = match;
    return {
      before: text.slice(0, match.index),
      step: Number(step),
      field: this.#fields[Number(field)] ?? "",
      after: text.slice(match.index + mark.length),
    };
  }

  /** What later requests find of this one: what it says itself, and a mark for whatever else its answer has. */
  #priorOf(draft: Draft, step: number): Fields {
    const own = fieldsOf(draft);
    return new Proxy<Record<string, string>>(
      {},
      {
        get: (_target, field) => {
          // A value that is awaited is asked for this name.
          if (typeof field !== "string" || field === "then") return undefined;
          if (own[field] !== undefined) return own[field];
          const known = this.#fields.indexOf(field);
          const index = known < 0 ? this.#fields.push(field) - 1 : known;
          return `LTANSWERS${step}F${index}E`;
        },
      },
    );
  }
}

/** A mark in a text: the step whose answer has the field. */
export interface Mark {
  readonly before: string;
  readonly step: number;
  readonly field: string;
  readonly after: string;
}
