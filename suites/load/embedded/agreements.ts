import { oneTimeCode } from "../../checks/agreement-steps.ts";
import type { Given } from "../../data/request-builder.ts";
import { AGREEMENT } from "../../resources/kinds.ts";
import type { Resource } from "../../resources/resource.ts";
import { shownIn } from "../../resources/shown.ts";
import type { Session } from "../../session.ts";
import type { Walk } from "./walk.ts";

/**
 * The customer with whom journeys make agreements, such as a binding. A customer has one agreement at a time, so one
 * journey at a time has the customer; meanwhile the steps of agreements are left out of others.
 */
export class Agreements {
  readonly #session: Session;
  #free: boolean;

  /** `owned`: whether this generator has the statement's customer; one of all generators has. */
  constructor(session: Session, owned: boolean) {
    this.#session = session;
    this.#free = owned;
  }

  /** The steps of a journey that begins now, and what is to be done when it has ended. */
  begin(steps: readonly string[]): { readonly steps: readonly string[]; readonly end: (walk: Walk) => void } {
    const own = steps.filter((id) => this.#about(id) !== undefined);
    if (own.length === 0) return { steps, end: () => {} };
    if (!this.#free) return { steps: steps.filter((id) => !own.includes(id)), end: () => {} };
    this.#free = false;
    return {
      steps,
      // One that was put in force and not ended stands in the way of the next.
      end: (walk) => (this.#free = !own.some((id) => this.#inForce(id, walk))),
    };
  }

  /** The one-time code that a step asks for, by the hook `sms-code`; nothing where the statement's fixture has it. */
  async given(id: string, walk: Walk): Promise<Given> {
    const { pack } = this.#session;
    const resource = this.#about(id);
    const creates = resource?.creates;
    const made = creates === undefined ? undefined : walk.priors[creates.id];
    if (resource?.confirms?.id !== id || creates === undefined || made === undefined) return {};
    if (!this.#session.offers("sms-code")) return {};
    return { code: await oneTimeCode(this.#session, resource, shownIn(pack, creates, made)) };
  }

  #inForce(id: string, { priors }: Walk): boolean {
    const { confirms, ends } = this.#about(id) ?? {};
    return confirms?.id === id && priors[id] !== undefined && (ends === undefined || priors[ends.id] === undefined);
  }

  #about(id: string): Resource | undefined {
    const { pack } = this.#session;
    const resource = pack.resources.about(pack.interface(id))?.resource;
    return resource !== undefined && AGREEMENT.holds(resource, pack) ? resource : undefined;
  }
}
