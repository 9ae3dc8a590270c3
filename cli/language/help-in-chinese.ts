/** What the help of one verb says. Options are named by their long flag, arguments by their name. */
export interface HelpTexts {
  readonly summary?: string;
  readonly description?: string;
  readonly arguments?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

/** Options that mean the same wherever a verb does not say otherwise. */
export const SHARED_OPTIONS: Readonly<Record<string, string>> = {
  "--state": "运行中的模拟器的状态目录",
  "--admin": "控制面地址，代替 --state",
  "--token": "控制面令牌",
  "--admin-ca": "以 HTTPS 访问 --admin 时信任的 CA",
  "--pack": "接口规范包，名称或目录",
  "--notify-allow": "允许通知发往的 URL 前缀，可重复给出",
  "--lang": "帮助、错误与进度所用的语言：zh 或 en（默认取 LC_ALL、LC_MESSAGES 或 LANG）",
  "--version": "显示版本号",
  "--help": "显示本帮助",
};

/** The help in Chinese, by the words of the verb; "" is the program's own. */
export const HELP_IN_CHINESE: Readonly<Record<string, HelpTexts>> = {
  "": { description: "联调：扮演银行或支付平台的接口模拟器，以及检验真实实现的测试套件。" },
  serve: {
    summary: "扮演银行或平台",
    description:
      "扮演银行或平台，直到按下 Ctrl-C。首次启动时在状态目录中生成密钥与检验声明（sut.json），以后启动沿用。",
    arguments: { "bank|platform": "所扮演的角色" },
    options: {
      "--port": "对端访问的端口；0 表示任取空闲端口",
      "--admin-port": "控制面端口，只在本机回环地址上（默认 8081；--port 为 0 时任取空闲端口）",
      "--notify-port": "`verify` 接收调用与通知所用的端口（银行默认 8090，平台默认 9090；--port 为 0 时任取空闲端口）",
      "--host": "监听地址",
      "--public-url":
        "对端看到的地址，写入声明与对账单下载地址，如 https://gateway.example/bank；其中的路径也会提供服务",
      "--base-path":
        "仅在该路径之下提供服务，如 /bank/v1，签名覆盖该路径（默认：--public-url 的路径，且不带该路径亦可）",
      "--admin-host": "控制面监听地址（默认 127.0.0.1，仅限本机）；其他地址须同时给出 --tls-cert",
      "--tls-cert": "以此证书提供 HTTPS（PEM；签发者证书可放在同一文件中）",
      "--tls-key": "--tls-cert 的私钥（PEM，无口令）",
      "--tls-client": "参与方的客户端证书：该参与方签名的报文只能经出示此证书的连接送达；可重复给出",
      "--tls-ca": "客户端应信任的 CA，写入声明（默认取 --tls-cert 中的）",
      "--tls-client-ca": "只接受由此 CA 签发证书的客户端（双向 TLS）",
      "--tls-client-cert": "写入声明的客户端证书，供 `verify` 与 `call` 出示",
      "--tls-client-key": "--tls-client-cert 的私钥",
      "--call-ca": "调用与通知对端时信任的 CA，代替本机所信任的",
      "--call-cert": "调用与通知对端时出示的证书（双向 TLS）",
      "--call-key": "--call-cert 的私钥",
      "--notify-tls-cert": "`verify` 以 HTTPS 接收调用与通知时所用的证书",
      "--notify-tls-key": "--notify-tls-cert 的私钥",
      "--notify-tls-client-ca": "`verify` 只接受由此 CA 签发证书的连接，即 --call-cert 的签发者",
      "--state": "密钥、声明与账务存储所在的目录（默认 .liantiao/<role>）",
      "--store": "账务存于何处（默认为状态目录中的 store.sqlite）",
      "--algorithm": "声明中各参与方所用的签名算法（默认取规范包中的第一个）；给出两次时，第二个参与方用第二个",
      "--peer": "对端：可向其发送通知；给出其声明时，同时登记其公钥",
      "--fault": "启动时即开启的故障，可重复给出（`liantiao faults list` 列出全部）",
      "--defect": "以某个不合规变体提供服务，用来检验测试套件（见 docs/catalogue/defects.zh-CN.md）",
      "--drills": "提供故障演练的控制钩子；端口之前由此增设一条可制造故障的线路",
      "--max-in-flight": "同时处理的调用数上限，超出者按过载拒绝（默认 2000）",
      "--seed": "随机数种子，使一切随机选择可重复",
      "--no-test-mode": "拒绝签名时不解释原因",
      "--json": "就绪时只输出一行机器可读的 JSON",
      "--log": "将每次报文往来追加到文件，每行一个 JSON，敏感字段已脱敏",
      "--quiet": "不逐条显示报文往来",
    },
  },
  call: {
    summary: "发起一次签名调用，验签并解释应答",
    description:
      "对某个接口发起一次合法的签名调用；未给出的字段按测试套件的方式生成。\n退出码：0 成功，1 被拒绝，2 配置有误，3 无应答。",
    arguments: { interface: "如 payment.create；`liantiao explain` 列出全部" },
    options: {
      "--sut": "被调用系统的检验声明（sut.json）",
      "--data": "要设定的请求字段，JSON 对象；null 表示不带该字段",
      "--scenario": "以此场景的测试数据填写请求，如 customer.frozen",
      "--party": "以声明中的哪个参与方调用（默认第一个）",
      "--raw": "显示线路上的字节与签名原文",
    },
  },
  notify: {
    summary: "向指定地址发送一次签名通知，并说明是否被确认",
    description:
      "以模拟银行的身份向开发者的接收地址发送一次签名通知（也可故意出错），并说明是否被确认；未给出的字段按测试套件的方式生成。\n退出码：0 已确认，1 未确认，2 配置有误，3 无应答。",
    arguments: { interface: "如 notify.payment_result；`liantiao explain` 列出全部" },
    options: {
      "--to": "接收通知的地址",
      "--data": "要设定的字段，JSON 对象或其文件；null 表示不带该字段",
      "--fault": "故意出错，如 wrong-signature 或 notification-duplicate",
      "--state": "模拟银行的状态目录，以其密钥签名（默认 .liantiao/bank）",
      "--sut": "接收通知的平台的检验声明，代替状态目录",
      "--pack": "接口规范（默认为状态目录所用的规范包）",
      "--party": "通知哪个参与方；与 --sut 同用时，指以哪个参与方发送",
      "--raw": "显示线路上的字节与签名原文",
    },
  },
  verify: {
    summary: "检验银行或平台",
    description:
      "对被测系统执行各项检查并生成报告。\n退出码：0 声明范围内的 MUST 全部通过；1 有 MUST 失败；2 配置有误；3 无法判定；99 仅未达到服务水平。",
    arguments: { "bank|platform": "被检验的角色" },
    options: {
      "--sut": "被测系统的检验声明（sut.json）",
      "--only": "只执行编号匹配的检查、用例或要求，如 'IDM-*'、'signature.*'、'*/payment.create'",
      "--modules": "只检验规范包的这些模块及其所依赖的模块，如 payment,payout",
      "--list": "只列出检查，不作判定；与 --sut 同用时列出其声明范围内的检查，以及跳过的项与原因",
      "--seed": "重复某次运行的随机选择",
      "--effort": "检验的力度：smoke、standard 或 exhaustive",
      "--out": "事件日志与报告所在的目录（默认 runs/<角色>-<时间>）",
      "--time-budget": "到此秒数后有序结束，进行中的检查也计算在内",
      "--json": "只输出一份 JSON 摘要",
    },
  },
  load: { summary: "对系统施加负载，检验账务与服务水平" },
  "load bank": {
    summary: "对银行施加负载，检验账务与服务水平",
    description:
      "按负载方案的速率发起业务流程，事后逐笔查清订单，再检验账务与服务水平。\n退出码：0 全部成立；1 账务有误；2 配置有误；3 无法说明问题；99 仅未达到服务水平。",
    options: {
      "--sut": "被测系统的检验声明（sut.json）",
      "--profile": "规范包或声明中的负载方案（默认取该角色的第一个）",
      "--rate": "最高速率，每秒发起的业务流程数（默认取方案所定）",
      "--for": "持续的秒数（默认取方案所定）",
      "--business-days": "期间用控制钩子 clock 让被测系统经历这么多个会计日",
      "--slo": "用于判定的服务水平文件，OpenSLO v1 格式（默认取声明所列，其次取规范包所定）",
      "--segment": "只产生负载的 n 个分段之一，由多个进程共同完成",
      "--resume": "继续某目录中已停止或被强制结束的负载",
      "--engine": "由什么产生负载：embedded 内置；k6 为您自己的程序（K6_BIN 或 PATH）；import 为其他工具",
      "--results": "判定工具已测得的结果文件，可为 .gz（与 import 或 k6 合用）",
      "--prepare": "只写出 k6 所需的文件，不运行（与 k6 合用）",
      "--drill": "负载开始后第几秒对银行进行演练：演练名称或自有文件，可重复给出",
      "--vitals": "每隔若干秒读取一次钩子 vitals，并判定资源不泄漏",
      "--seed": "重复某次负载的到达时刻与请求",
      "--threads": "产生负载的线程数（默认为处理器数减一）",
      "--out": "事件日志、订单与报告所在的目录（默认 runs/load-<时间>）",
      "--json": "只输出一份 JSON 摘要",
    },
  },
  "load platform": {
    summary: "对平台施加负载：结果通知，以及向我方银行下单",
    description:
      "按负载方案的速率向平台发送通知，并让平台向我方银行下单，再检验其查询、结论与服务水平。\n退出码：0 全部成立；1 账务有误；2 配置有误；3 无法说明问题；99 仅未达到服务水平。",
    options: {
      "--sut": "被测系统的检验声明（sut.json）",
      "--profile": "规范包或声明中的负载方案（默认取该角色的第一个）",
      "--rate": "最高速率，每秒发起的业务流程数（默认取方案所定）",
      "--for": "持续的秒数（默认取方案所定）",
      "--slo": "用于判定的服务水平文件，OpenSLO v1 格式（默认取声明所列，其次取规范包所定）",
      "--seed": "重复某次负载的到达时刻与请求",
      "--threads": "产生负载的线程数（默认为处理器数减一）",
      "--out": "事件日志、订单与报告所在的目录（默认 runs/load-<时间>）",
      "--json": "只输出一份 JSON 摘要",
    },
  },
  inspect: {
    summary: "对银行或平台持续巡检，给出可用率",
    description:
      "反复调用只读接口并记录应答，不创建也不改变任何数据。\n停止后可在同一目录续巡；其间的空档单独列出，既不计为可用，也不计为中断。\n退出码：0 巡检期间无中断；1 按规则有接口中断；2 配置有误；3 未能巡检。",
    arguments: { "bank|platform": "被巡检的角色" },
    options: {
      "--sut": "被测系统的检验声明（sut.json）",
      "--every": "两轮之间的时间，如 30s、5m（默认 5m）",
      "--for": "持续多久，如 24h、7d（默认直到 Ctrl-C）",
      "--once": "只巡检一轮，供 cron 调用；--every 说明 cron 的间隔",
      "--rule": "何时判为中断：uk-open-banking、as-agreed",
      "--keep": "保留多少天的记录",
      "--out": "记录与报告所在的目录（默认 runs/inspect-<角色>）",
      "--json": "只输出一份 JSON 摘要",
    },
  },
  "load compare": {
    summary: "判断后一次负载比前一次变好还是变差",
    description:
      "逐时段比较各接口的时延与各项服务水平。Mann-Whitney 检验（p < 0.01）、效应量（Cliff's delta 0.33）与中位数（10 %）\n均显示差异时才算差异。\n退出码：0 没有变差；1 有所变差；2 不可比；3 时段过少，无法比较。",
    arguments: { before: "前一次负载的目录", after: "后一次负载的目录" },
    options: { "--json": "只输出一份 JSON 比较结果" },
  },
  "load merge": {
    summary: "将各分段合并为一次负载，给出同一判定",
    description:
      "合并以 --segment 产生的各分段的统计、订单与判定。给出 --sut 时，会逐笔查清订单并重新读取账务；\n否则只汇总各分段自身的判定，余额不作判定（退出码 3）。",
    arguments: { dirs: "全部分段所在的目录" },
    options: {
      "--sut": "被测系统的检验声明（sut.json）",
      "--out": "合并结果所在的目录（默认 runs/merged-<时间>）",
      "--json": "只输出一份 JSON 摘要",
    },
  },
  report: {
    summary: "由事件日志重新生成报告",
    description: "仅凭一次运行的事件日志生成报告。退出码与该次运行相同。",
    arguments: { "run-dir": "verify 所写的目录" },
    options: { "--format": "html、junit、json、markdown、sarif 中的任意几种，以逗号分隔（默认全部）" },
  },
  enrol: {
    summary: "向运行中的模拟器登记参与方公钥",
    description: "登记公钥或双方共有的密钥：可以是新参与方，也可以是已有参与方的又一把。重启后仍然有效。",
    arguments: { party: "参与方编号，如 P1001", "public-key": "公钥或证书的 PEM 文件" },
    options: {
      "--secret": "共享密钥文件，代替公钥：一行，16 至 512 个字符",
      "--sealing-secret": "加密报文部分内容所用密钥的文件（规范包有此要求时）",
      "--serial":
        "密钥序列号（默认为证书序列号；无证书时为公钥 SHA-256 的前 20 位十六进制数；共享密钥为“参与方编号-1”）",
      "--algorithm": "签名算法（默认 WECHATPAY2-SHA256-RSA2048；与 --secret 同用时为 HMAC-SHA256）",
      "--notify-allow": "允许通知该参与方的 URL 前缀，可重复给出",
      "--notify-url": "请求未指定通知地址时，通知发往此处",
      "--client-cert": "该参与方连接时出示的客户端证书：其签名的报文只能经此类连接送达；可重复给出，取代此前的",
    },
  },
  faults: { summary: "开启或关闭运行中模拟器的故障" },
  "faults list": { summary: "列出全部故障及其参数" },
  "faults on": {
    summary: "开启故障",
    arguments: { name: "见 `faults list`" },
    options: {
      "--interface": "只作用于此接口的调用",
      "--percent": "一次调用遇到它的概率（百分数）",
      "--times": "作用这么多次调用后自动关闭",
      "--set": "故障的参数 name=value，可重复给出",
    },
  },
  "faults off": { summary: "关闭某个或全部故障", arguments: { name: "默认全部" } },
  clock: {
    summary: "查看或调整运行中模拟器的时钟",
    description: "查看或调整运行中模拟器的时钟。调整后从所设时刻继续走。",
    options: {
      "--advance": "向前拨的秒数",
      "--set": "设为某个时刻，如 2026-11-22T23:59:50+08:00",
      "--reset": "恢复为主机时钟",
    },
  },
  reset: {
    summary: "复原运行中模拟器的测试数据、时钟与故障",
    description:
      "将运行中模拟器的测试数据复原为初始状态，时钟恢复为主机时钟，关闭全部故障并清空报文记录。\n订单、分录、对账单与已登记的密钥保留。",
  },
  fixtures: {
    summary: "查看运行中模拟器的测试数据，或构造某个场景",
    description: "按场景列出各参与方的测试数据（已脱敏）。给出场景时构造该场景，并显示其完整数据。",
    arguments: { scenario: "如 customer.funded 或 order.created（见 docs/catalogue/scenarios.zh-CN.md）" },
    options: {
      "--party": "取哪个参与方的数据（默认为最先登记者）",
      "--copy": "同一场景中的另一位客户，从 1 起",
    },
  },
  journal: {
    summary: "查看运行中模拟器的报文往来",
    description: "逐行显示运行中模拟器最近的报文往来，敏感字段已脱敏。",
    options: {
      "--limit": "最多显示最近多少条",
      "--interface": "只看此接口的调用",
      "--full": "同时显示首部与报文体",
      "--json": "只输出一份 JSON",
      "--clear": "改为清空全部记录",
    },
  },
  notifications: {
    summary: "查看待发送与已放弃的通知",
    description:
      "列出运行中模拟器等待确认的通知、已尝试次数与下次时间，以及已放弃的通知。\n已确认的通知属于报文往来，用 `liantiao journal` 查看。",
  },
  operate: {
    summary: "代操作员执行业务状态变更",
    description:
      "执行一项由操作员发起的状态变更，如冻结账户，并显示变更后的记录。\n`liantiao explain 业务对象` 列出其可执行的变更与主键的组成。",
    arguments: {
      resource: "如 account 或 payment",
      transition: "如 freeze",
      key: "记录主键的各部分，按其顺序；新建记录的变更不需要",
    },
    options: { "--input": "变更所需的输入，JSON 对象" },
  },
  keys: {
    summary: "生成联调测试所用的密钥与证书",
    description:
      "生成自有签发机构，并由其签发服务端证书，以及各参与方的客户端证书与签名密钥。文件仅属主可读；除非明确要求，不会覆盖任何已有文件。",
  },
  "keys init": {
    summary: "生成签发机构及其签发的全部证书",
    options: {
      "--party": "参与方，可重复给出（默认：BANK01、P1001、P1002）",
      "--force": "覆盖已有密钥",
      "--dir": "密钥目录",
      "--host": "服务端的域名或 IPv4 地址，localhost 与 127.0.0.1 之外另加，可重复给出",
      "--days": "证书有效天数",
      "--json": "以 JSON 输出",
      "--signing": "报文签名密钥的类型：rsa、ec、sm2、ed25519",
      "--tls": "TLS 密钥的类型：ec、rsa",
    },
  },
  "keys rotate": {
    summary: "更换一个密钥，旧密钥保留在旁",
    arguments: { name: "server、机构.client 或 机构.sign" },
    options: {
      "--dir": "密钥目录",
      "--host": "服务端的域名或 IPv4 地址，localhost 与 127.0.0.1 之外另加，可重复给出",
      "--days": "证书有效天数",
      "--json": "以 JSON 输出",
    },
  },
  "keys show": {
    summary: "列出密钥的序列号、类型、有效期与指纹，绝不显示私钥",
    options: { "--dir": "密钥目录", "--json": "以 JSON 输出" },
  },
  pack: { summary: "新建、检查规范包，或导出为 OpenAPI、OpenSLO" },
  "pack new": {
    summary: "新建规范包：最小示例，或由文档生成骨架",
    description:
      "不给文档时写出可立即启动与检验的最小规范包；给出文档时写出其接口的骨架，文档未说明的内容列入 open-questions.json，\n答复之前 `pack check` 会逐一列出。",
    arguments: { name: "短横线连接的小写名称，亦为新目录名" },
    options: {
      "--from-openapi": "OpenAPI 3.0 或 3.1 文档，JSON 或 YAML",
      "--from-har": "抓包记录（HAR 1.2），仅反映所见报文",
      "--only": "只取路径、operationId 或规范包内编号匹配的接口（默认全部）",
      "--out": "在此目录下创建规范包目录",
    },
  },
  "pack check": { summary: "检查规范包中的全部错误", arguments: { pack: "名称或目录" } },
  "pack slo": { summary: "将规范包的服务水平导出为 OpenSLO v1 文档", arguments: { pack: "名称或目录" } },
  "pack openapi": { summary: "将规范包导出为 OpenAPI 3.1", arguments: { pack: "名称或目录" } },
  explain: {
    summary: "说明接口、业务对象、错误码或要求的含义",
    description:
      "说明接口及其字段与示例，或业务对象、错误码、规范包中的要求；不给名称时列出全部接口、业务对象与错误码。",
    arguments: { name: "如 payment.create、payment、INSUFFICIENT_FUNDS 或 IDM-03" },
  },
  "explain signature": {
    summary: "说明所捕获请求或应答的验签失败原因",
    description:
      "对所捕获的请求或应答验签，给出所验的字节、实际签名的字节与原因。文件可为原始 HTTP 报文、HTTP 归档（HAR）中的一条记录或 curl 命令；声明包含双方的密钥。\n退出码：0 签名正确，1 签名有误，2 配置有误。",
    options: {
      "--request": "所捕获的报文；- 表示标准输入",
      "--answer": "对 HAR 记录，说明其应答而非请求",
      "--sut": "含各参与方密钥的检验声明（默认取状态目录中的声明）",
      "--key": "以单个密钥代替声明：公钥或证书的 PEM，或共享密钥的文本",
      "--role": "请求发往的角色：bank 或 platform（默认按发送方判断）",
      "--json": "输出一个 JSON 文档",
    },
  },
  demo: {
    summary: "演示：一家银行通过，另一家的并发缺陷被发现",
    description:
      "启动一家合规的银行并经 HTTP 检验，再检验一家预置并发缺陷的银行，并展示所发现的缺陷。\n退出码：两者结果均如预期时为 0，否则为 1。\n约需两分钟；密钥与报告保存在 .liantiao/demo 与 runs 中。",
    options: {
      "--whole": "合规的银行按规范包的全部模块检验，而不只是支付相关模块",
      "--quick": "合规的银行只检验一项检查，耗时约为四分之一",
    },
  },
};
