import { statusAt } from "../../core/pack/error-code.ts";
import type { Engine } from "../../core/lifecycle/engine.ts";
import type { Pack } from "../../core/pack/compile.ts";
import type { Expression, Interface } from "../../core/pack/types.ts";
import { maskAccountNumbers } from "../../core/redaction/mask.ts";
import type { Runtime } from "../../core/runtime/runtime.ts";
import { bodyAnswer, refusalAnswer } from "./answer.ts";
import type { Unsigned } from "./answer.ts";
import type { Refusal } from "./refusal.ts";

type Headers = readonly (readonly [name: string, value: Expression])[];

/** What is known of a call when its answer is written. */
export interface Known {
  readonly party?: unknown;
  readonly request?: unknown;
}

/** The form that a pack gives to answers beyond their bodies: headers, and how refusals are written. */
export class AnswerForm {
  readonly #pack: Pack;
  readonly #engine: Pick<Engine, "evaluate">;
  readonly #runtime: Runtime;
  readonly #onInternalError: (error: unknown) => void;
  readonly #ofAll: Headers;
  readonly #ofInterface = new Map<string, Headers>();

  constructor(parts: {
    readonly pack: Pack;
    readonly engine: Pick<Engine, "evaluate">;
    readonly runtime: Runtime;
    readonly onInternalError: (error: unknown) => void;
  }) {
    this.#pack = parts.pack;
    this.#engine = parts.engine;
    this.#runtime = parts.runtime;
    this.#onInternalError = parts.onInternalError;
    const { manifest, interfaces } = parts.pack.source;
    this.#ofAll = Object.entries(manifest.policies.headers ?? {});
    for (const { id, response } of interfaces)
      if (response.headers !== undefined) {
        const own = Object.entries(response.headers);
        const named = new Set(own.map(([name]) => name.toLowerCase()));
        this.#ofInterface.set(id, [...own, ...this.#ofAll.filter(([name]) => !named.has(name.toLowerCase()))]);
      }
  }

  /** A good answer with the headers that the interface and the policies give it. */
  good(called: Interface, answer: Unsigned, known: () => Known): Unsigned {
    const headers = this.#ofInterface.get(called.id) ?? this.#ofAll;
    return headers.length === 0 ? answer : withHeaders(answer, this.#headers(headers, known()));
  }

  /** A refusal in the form that the policies give it. */
  refusal(refusal: Refusal, known: () => Known): Unsigned {
    const plain = refusalAnswer(this.#pack, refusal);
    const { refusal: form } = this.#pack.source.manifest.policies;
    if (form === undefined && this.#ofAll.length === 0) return plain;
    const roots = known();
    let answer = plain;
    if (form !== undefined) {
      // A template that fails must not take the refusal away: then it is written in the ordinary form.
      const status = form.status ?? plain.status;
      answer = this.#written(form.body, { ...roots, ...this.#about(refusal) }, status, plain) ?? { ...plain, status };
    }
    return this.#ofAll.length === 0 ? answer : withHeaders(answer, this.#headers(this.#ofAll, roots));
  }

  /** A refusal as its template has it; undefined where that cannot be written, which is told. */
  #written(
    template: Expression,
    roots: Readonly<Record<string, unknown>>,
    status: number,
    plain: Unsigned,
  ): Unsigned | undefined {
    const body = this.#evaluated(template, roots);
    if (body === undefined) return undefined;
    try {
      return { ...plain, ...bodyAnswer(this.#pack.envelope.codec, status, body) };
    } catch (error) {
      this.#onInternalError(error);
      return undefined;
    }
  }

  #about({ code, stage, detail, hint }: Refusal): Readonly<Record<string, unknown>> {
    const { status: _own, class: what, stage: own, title, remedy, ...error } = this.#pack.error(code);
    return {
      error: {
        code: error.code,
        status: statusAt(this.#pack.error(code), stage),
        class: what,
        stage: stage ?? own,
        title,
        remedy,
      },
      ...(detail === undefined ? {} : { detail: { ...detail, field: maskAccountNumbers(detail.field) } }),
      ...(hint === undefined ? {} : { hint }),
    };
  }

  #headers(headers: Headers, known: Known): readonly (readonly [string, string])[] {
    const roots = { ...known };
    return headers.flatMap(([name, expression]) => {
      const value = this.#evaluated(expression, roots);
      if (value === undefined) return [];
      if (typeof value === "string" && /^[\t\x20-\x7e]*$/.test(value)) return [[name, value] as const];
      this.#onInternalError(
        new TypeError(
          `the header ${name} would be ${JSON.stringify(value)}; give it a text of visible ASCII characters`,
        ),
      );
      return [];
    });
  }

  /** Undefined for what is missing, and for what fails, which is told. */
  #evaluated(expression: Expression, roots: Readonly<Record<string, unknown>>): unknown {
    try {
      return this.#engine.evaluate(expression, roots, {
        now: this.#runtime.now(),
        entropy: this.#runtime.random("answer-form").bytes(16),
      });
    } catch (error) {
      this.#onInternalError(error);
      return undefined;
    }
  }
}

/** Added ones stand in place of those of the same name. */
function withHeaders(answer: Unsigned, added: readonly (readonly [string, string])[]): Unsigned {
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return {
    ...answer,
    contentType: names.has("content-type") ? undefined : answer.contentType,
    headers: [...(answer.headers ?? []).filter(([name]) => !names.has(name.toLowerCase())), ...added],
  };
}
