import type { Bilingual } from "../run/verdict.ts";

/** An error that people read: `message` is its English. */
export class SaidError extends Error {
  readonly said: Bilingual;

  constructor(said: Bilingual, cause?: unknown) {
    super(said.en, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.said = said;
  }
}

/** What the codes of the operating system and of Node mean. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  EACCES: "没有权限",
  EADDRNOTAVAIL: "本机没有该地址",
  EAI_AGAIN: "域名暂时无法解析",
  ECONNREFUSED: "连接被拒绝",
  ECONNRESET: "连接被重置",
  EDQUOT: "超出磁盘配额",
  EEXIST: "同名文件已存在",
  EIO: "读写出错",
  EISDIR: "是目录，不是文件",
  ELOOP: "符号链接过多",
  EMFILE: "打开的文件过多",
  ENAMETOOLONG: "文件名过长",
  ENOENT: "文件不存在",
  ENOSPC: "磁盘空间不足",
  ENOTDIR: "路径中有一段不是目录",
  ENOTFOUND: "域名无法解析",
  EPERM: "不允许此操作",
  EROFS: "文件系统只读",
  ETIMEDOUT: "连接超时",
  ERR_MODULE_NOT_FOUND: "找不到模块",
  UND_ERR_SOCKET: "连接中断",
};

/** Why something failed: what an error of ours says, or what foreign code says, quoted where its code is not known. */
export function reasonOf(cause: unknown): Bilingual {
  if (cause instanceof SaidError) return cause.said;
  if (!(cause instanceof Error)) return { en: String(cause), zh: String(cause) };
  const { code, message } = cause as NodeJS.ErrnoException;
  const chinese = code === undefined ? undefined : IN_CHINESE[code];
  return { en: message, zh: code === undefined || chinese === undefined ? message : `${chinese}（${code}）` };
}
