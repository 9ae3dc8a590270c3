/** What k6 has of the Web Crypto API since v1.0; `@types/k6` has none of it. */
declare const crypto: {
  getRandomValues<T extends Uint8Array>(array: T): T;
  readonly subtle: {
    importKey(
      format: "raw" | "pkcs8",
      key: ArrayBuffer,
      algorithm: { readonly name: string; readonly hash: { readonly name: string } },
      extractable: boolean,
      usages: readonly string[],
    ): Promise<unknown>;
    sign(algorithm: { readonly name: string }, key: unknown, bytes: ArrayBuffer): Promise<ArrayBuffer>;
  };
};
