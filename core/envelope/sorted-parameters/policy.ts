/**
 * How a pack signs messages whose signature is one of the body's parameters. What is signed are all other parameters
 * that have a value, sorted by name, as `name=value` with `&` between, the values as they read and not as they are
 * escaped. The form gateways of cards and wallets sign so.
 */
export interface SortedParametersPolicy {
  readonly style: "sorted-parameters";
  /** Value of the algorithm's parameter to the name of a signature scheme; the first is meant where no parameter names one. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of the parameters that the envelope adds to the business ones; an optional one is not carried where it is absent. */
  readonly parameters: {
    readonly party: string;
    readonly serial?: string;
    readonly algorithm?: string;
    readonly timestamp?: string;
    readonly nonce?: string;
    readonly signature: string;
  };
  /** How the signature is spelled; hexadecimal in lower case. */
  readonly encoding: "hex" | "base64";
}
