import { pick, policies } from "../variation.ts";
import type { Variation } from "../variation.ts";

export const acknowledgement: Variation = {
  name: "another acknowledgement",
  vary: (source, random) => {
    const acknowledgeStatus = pick(random, [[200], [204], [200, 201, 202]]);
    const [status = 204] = acknowledgeStatus;
    const made = policies(source, ({ notification }) => ({ notification: { ...notification, acknowledgeStatus } }));
    return {
      ...made,
      interfaces: made.interfaces.map((one) =>
        one.notification === undefined ? one : { ...one, response: { ...one.response, status } },
      ),
    };
  },
};

/** Notifications that a text acknowledges, as gateways have it. */
export const acknowledgeBody: Variation = {
  name: "a text acknowledges",
  vary: (source, random) => {
    const made = policies(source, ({ notification }) => ({
      notification: {
        ...notification,
        acknowledgeStatus: [200],
        acknowledgeBody: pick(random, ["success", "OK", '{"code":"SUCCESS"}']),
      },
    }));
    return {
      ...made,
      interfaces: made.interfaces.map((one) =>
        one.notification === undefined ? one : { ...one, response: { ...one.response, status: 200 } },
      ),
    };
  },
};
