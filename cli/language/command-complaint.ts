type Translated = readonly [english: RegExp, chinese: string];

/** What commander says of a command line, with the parts that it quotes. Its suggestion follows on a line of its own. */
const COMPLAINTS: readonly Translated[] = [
  [/^unknown option '(.+?)'/, "没有选项“$1”"],
  [/^unknown command '(.+?)'/, "没有命令“$1”"],
  [/^missing required argument '(.+?)'/, "缺少参数“$1”"],
  [/^option '(.+?)' argument missing/, "选项“$1”缺少取值"],
  [/^required option '(.+?)' not specified/, "必须给出选项“$1”"],
  [/^option '(.+?)' argument '(.*?)' is invalid\. ?/, "选项“$1”的取值“$2”无效。"],
  [/^command-argument value '(.*?)' is invalid for argument '(.+?)'\. ?/, "参数“$2”的取值“$1”无效。"],
  [/^too many arguments(?: for '.+?')?\. Expected (\d+) arguments? but got (\d+)/, "参数过多，应为 $1 个，实为 $2 个"],
  [/\(Did you mean (?:one of )?(.+?)\?\)/, "（是否要写 $1？）"],
  [/Give a whole number from (\d+) to (\d+)\./, "请给出 $1 至 $2 的整数。"],
  [/Give a part and how many there are, such as (\S+)\./, "请给出第几段与总段数，如 $1。"],
  [/Give a moment with its offset, such as (\S+)\./, "请给出带时区的时刻，如 $1。"],
];

/** What commander complains of, in Chinese. A complaint that the table lacks stays English. */
export function complaintInChinese(english: string): string {
  return COMPLAINTS.reduce((text, [pattern, chinese]) => text.replace(pattern, chinese), english);
}
