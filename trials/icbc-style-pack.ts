import { derivedPack } from "./derived-pack.ts";

/**
 * A folder with the pack alipay-v2, its signatures in the style of ICBC's open platform (unofficial, from public
 * fragments): the path stands ahead of the sorted parameters, answers wrap `response_biz_content`, and a notification is
 * acknowledged by JSON whose signature covers `"response_biz_content":{…},"sign_type":"RSA2"`.
 */
export const icbcStylePack = (): string =>
  derivedPack("alipay-v2", (edit) => {
    edit("pack.json", ({ policies }) => {
      policies.envelope.path = true;
      policies.envelope.answer.member = "response_biz_content";
      const { acknowledgeBody: _text, ...notification } = policies.notification;
      policies.notification = {
        ...notification,
        acknowledgeSigned: {
          style: "wrapped",
          member: "response_biz_content",
          signature: "sign",
          algorithm: "sign_type",
        },
      };
    });
    edit("interfaces/notify.trade.json", (notify) => {
      notify.response = {
        status: 200,
        representation: "json",
        body: {
          type: "object",
          title: "Acknowledgement / 确认",
          properties: {
            code: { type: "string", "x-title": { en: "Code", zh: "返回码" } },
            msg: { type: "string", "x-title": { en: "Text", zh: "返回信息" } },
          },
        },
        answer: { code: "10000", msg: "Success" },
      };
    });
  });
