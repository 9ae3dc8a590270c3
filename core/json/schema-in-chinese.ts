/** The complaint of a JSON Schema validator, as far as its words need it. */
interface SchemaError {
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Types of JSON Schema in Chinese, as documents call them. */
export const TYPES_IN_CHINESE: Readonly<Record<string, string>> = {
  object: "对象",
  array: "列表",
  string: "文本",
  integer: "整数",
  number: "数字",
  boolean: " true 或 false",
  null: " null",
};

const LIMITS: Readonly<Record<string, string>> = {
  minimum: "不得小于",
  maximum: "不得大于",
  exclusiveMinimum: "须大于",
  exclusiveMaximum: "须小于",
  minLength: "长度不得小于",
  maxLength: "长度不得大于",
  minItems: "项数不得少于",
  maxItems: "项数不得多于",
  minProperties: "字段数不得少于",
  maxProperties: "字段数不得多于",
  minContains: "符合的项数不得少于",
  maxContains: "符合的项数不得多于",
};

/** What a schema demands of a value, in Chinese; of a keyword without words here, its name. */
export function demandInChinese({ keyword, params }: SchemaError): string {
  const limit = LIMITS[keyword];
  if (limit !== undefined) return `${limit} ${String(params["limit"])}`;
  switch (keyword) {
    case "required":
      return `缺少“${String(params["missingProperty"])}”`;
    case "dependentRequired":
      return `有“${String(params["property"])}”时须有“${String(params["missingProperty"])}”`;
    case "type":
      return `应为${[params["type"]]
        .flat()
        .map((type) => TYPES_IN_CHINESE[String(type)] ?? String(type))
        .join("或")}`;
    case "pattern":
      return `须匹配 ${String(params["pattern"])}`;
    case "format":
      return `须合 ${String(params["format"])} 格式`;
    case "uniqueItems":
      return `第 ${Number(params["j"]) + 1} 项与第 ${Number(params["i"]) + 1} 项重复`;
    case "propertyNames":
      return `名称“${String(params["propertyName"])}”不合规则`;
    case "const":
      return `须为 ${JSON.stringify(params["allowedValue"])}`;
    case "additionalProperties":
      return `不允许“${String(params["additionalProperty"])}”`;
    case "unevaluatedProperties":
      return `不允许“${String(params["unevaluatedProperty"])}”`;
    case "x-as":
      return "不合 x-as 规定的写法";
    case "enum":
      return `须取其一：${JSON.stringify(params["allowedValues"])}`;
    default:
      return `不满足 ${keyword}`;
  }
}
