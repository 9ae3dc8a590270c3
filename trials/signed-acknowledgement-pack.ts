import { derivedPack } from "./derived-pack.ts";

/** A folder with the reference pack, whose acknowledgements have to be signed like answers. */
export const signedAcknowledgementPack = (): string =>
  derivedPack("cooperation", (edit) => {
    edit("pack.json", ({ policies }) => {
      policies.notification.acknowledgeSigned = { style: "answer" };
    });
  });
