/**
 * How a pack signs messages whose signature stands in headers. What is signed is a list of words (`BASE_COMPONENTS`);
 * each is followed by one line feed, the last one too. Modelled on WeChat Pay APIv3.
 */
export interface AuthorizationHeaderPolicy {
  readonly style: "authorization-header";
  readonly requestBase: readonly string[];
  readonly responseBase: readonly string[];
  /** Token in the Authorization header, such as `WECHATPAY2-SHA256-RSA2048`, to the name of a signature scheme. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** `header` is the header's name; the rest are parameter names within it. */
  readonly authorization: {
    readonly header: string;
    readonly party: string;
    readonly nonce: string;
    readonly timestamp: string;
    /** Absent: requests name no key, and any of the party may have signed. */
    readonly serial?: string;
    readonly signature: string;
    /**
     * `quoted` (default): `name="value"` in any order. `bare`: `name=value` with commas between, the signature last, as
     * Alipay's OpenAPI v3 writes them.
     */
    readonly parameters?: "quoted" | "bare";
  };
  /** Header names of a signed answer or notification. */
  readonly response: {
    readonly timestamp: string;
    readonly nonce: string;
    readonly signature: string;
    /** Absent: answers name no key. */
    readonly serial?: string;
    /** Absent: answers name no algorithm. */
    readonly algorithm?: string;
    /** Header of a request that names the key with which the answer is to be signed; absent: the provider chooses. */
    readonly askedSerial?: string;
  };
}
