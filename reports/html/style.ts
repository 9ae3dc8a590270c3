/** The page's style sheet. Colour never carries a meaning alone: each standing has a sign and a word as well. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fcfcfa;--panel:#f3f4f1;--ink:#1c2530;--soft:#55606d;--line:#d9dcd7;--accent:#1f5673;
--pass:#1d6b45;--fail:#a8271c;--warn:#7d4f00;--mute:#5b6470;--c1:#1f5673;--c2:#b4530a;--c3:#3f7d20;--c4:#7a2f8a}
@media (prefers-color-scheme:dark){:root{--paper:#14191f;--panel:#1c232b;--ink:#e4e8ec;--soft:#a3aeb9;--line:#343d47;--accent:#8cc3e0;
--pass:#7fd0a5;--fail:#ff9c8f;--warn:#e9bd6b;--mute:#a9b3bd;--c1:#8cc3e0;--c2:#f0a35e;--c3:#9ed67c;--c4:#d6a0e6}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
.page{max-width:1080px;margin:0 auto;padding:2rem 1.5rem 4rem}
h1,h2,h3,h4{line-height:1.25;margin:0;font-weight:600;text-wrap:balance}
h1{font-size:1.9rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:3rem 0 1rem;padding-top:.9rem;border-top:2px solid var(--ink)}
h3{font-size:1.05rem}h4{font-size:.95rem;margin:1.1rem 0 .35rem}
p{margin:.4rem 0}.zh{color:var(--soft)}h1 .zh,h2 .zh,h3 .zh{font-weight:400}
h2.plain{font-size:1.05rem;margin:0 0 .6rem;padding:0;border:0}
.contents{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:1.4rem 0 2rem;padding:.7rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:.9rem}.contents a{text-decoration:none}.contents a:hover{text-decoration:underline}.contents .zh{font-size:.92em}
.quiet{color:var(--soft);font-size:.86rem;font-weight:400}
.mono,code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace;font-size:.84rem}
body{overflow-wrap:anywhere}td,th{min-width:5.6rem}tbody th.mono{min-width:9.5rem}
a{color:var(--accent);text-underline-offset:.2em}
a:focus-visible,input:focus-visible+label,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.bar-top{display:flex;justify-content:space-between;gap:1rem;align-items:center;flex-wrap:wrap;margin-bottom:1.6rem;color:var(--soft);font-size:.86rem}
.switch{border:1px solid var(--line);border-radius:99px;padding:2px;margin:0;display:flex}
.switch legend,.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.switch input{position:absolute;opacity:0}.switch label{padding:.15rem .8rem;border-radius:99px;cursor:pointer}
.switch input:checked+label{background:var(--ink);color:var(--paper)}
.verdict{margin:1.4rem 0;padding:1.2rem 1.4rem;background:var(--panel);border-left:6px solid var(--tone)}
.verdict .word{font-size:1.5rem;font-weight:650;color:var(--tone)}.verdict .word .zh{color:inherit;font-weight:400}
.verdict p{font-size:1.06rem;max-width:46em}.verdict p .en,.verdict p .zh,.stack>.en,.stack>.zh{display:block}
.reasons{list-style:none;margin:.8rem 0 0;padding:.6rem 0 0;border-top:1px solid var(--line);font-size:.88rem}.reasons li{margin:.2rem 0}
.t-pass{--tone:var(--pass)}.t-fail{--tone:var(--fail)}.t-inconclusive,.t-error,.t-unfinished,.t-warn{--tone:var(--warn)}.t-skipped,.t-untested,.t-mute{--tone:var(--mute)}
.chip{color:var(--tone);border:1px solid currentColor;border-radius:4px;padding:.05rem .45rem;font-size:.8rem;font-weight:600;display:inline-block;max-width:100%}
.chip .zh{color:inherit;font-weight:400}
.two{display:grid;grid-template-columns:minmax(0,1.15fr) minmax(0,1fr);gap:2.4rem;align-items:start}
.limits{padding-left:1.1rem;margin:.5rem 0}.limits li{margin:.45rem 0;font-size:.93rem}.limits .en,.limits .zh{display:block}
.columns{list-style:none;margin:.5rem 0 1.2rem;padding:0;columns:21rem auto;column-gap:2.2rem;font-size:.9rem}.columns li{break-inside:avoid;padding:.28rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.ids{line-height:1.9}.remedy{display:block;margin-top:.35rem}.remedy .en::before,.remedy .zh::before{content:"→ "}
.map{display:grid;grid-template-columns:minmax(0,max-content) minmax(9rem,1fr);gap:.3rem .9rem;align-items:center;margin:.7rem 0}
.map .cells{display:flex;flex-wrap:wrap;gap:3px}
.cell{display:inline-grid;place-items:center;width:1.55rem;height:1.55rem;border-radius:3px;color:var(--tone);border:1.5px solid currentColor;text-decoration:none;font-size:.8rem;font-weight:700;line-height:1}
.cell.t-pass,.cell.t-fail{background:var(--tone);color:var(--paper);border-color:var(--tone)}
.cell.t-untested{border:1.5px dashed var(--line)}
dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1.2rem;margin:.6rem 0;font-size:.93rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0}
h2 .quiet{letter-spacing:0;margin-left:.3rem}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.5rem .8rem .5rem 0;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:500;font-size:.84rem;border-bottom:1px solid var(--ink)}tbody th{font-weight:500}
.n{text-align:right;white-space:nowrap;min-width:2.6rem!important}.scroll{overflow-x:auto}
.area{font-size:.95rem;margin:1.6rem 0 .2rem}
.finding{border:1px solid var(--line);border-left:4px solid var(--tone);padding:1.1rem 1.3rem;margin:1.1rem 0;border-radius:3px}
.finding header{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;margin-bottom:.5rem}
.alike{margin:-.4rem 0 1.6rem 1.3rem}.alike>summary{cursor:pointer;font-size:.92rem;overflow-wrap:anywhere}.verdict .reach{font-size:.95rem}
.finding .said{font-size:1.15rem;margin:.5rem 0 .3rem}.finding .said .en::first-letter{text-transform:uppercase}
blockquote{margin:.5rem 0 .2rem;padding:.1rem 0 .1rem .8rem;border-left:2px solid var(--line);color:var(--soft);font-size:.9rem}cite{font-style:normal;font-size:.82rem}cite::before{content:"— "}
.contrast{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin:.9rem 0}.contrast>div{background:var(--panel);padding:.6rem .9rem;border-top:3px solid var(--tone)}
.contrast p{overflow-wrap:anywhere}
pre{margin:0;padding:.7rem .9rem;background:var(--panel);border:1px solid var(--line);border-radius:3px;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
pre.copy{user-select:all;border-style:dashed}
.wire{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin-top:.5rem}.wire figure{margin:0;min-width:0}figcaption{font-size:.86rem;margin-bottom:.25rem}
.header{color:var(--soft)}.mark{color:var(--accent);font-size:.66em;font-weight:700;letter-spacing:.04em;vertical-align:.12em;margin-left:.25em;user-select:none}.exchange{margin:.35rem 0}.exchange[open]{margin:.8rem 0 1.1rem}summary{cursor:pointer;padding:.15rem 0;overflow-wrap:anywhere}
.long{display:inline-block;max-width:100%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;vertical-align:bottom;color:var(--soft);cursor:zoom-in}.long:focus{white-space:pre-wrap;color:inherit;cursor:text}
svg{display:block;max-width:none}svg text{font-size:9px;fill:var(--soft)}.grid{stroke:var(--line)}.axis{stroke:var(--soft)}.bar{fill:var(--accent);opacity:.55}.p{stroke:var(--ink);stroke-width:1.5}.p1{stroke-dasharray:4 2}.p2{stroke-dasharray:1.5 2}
.chart{margin:1.2rem 0}.chart figcaption{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;align-items:baseline;margin-bottom:.3rem}.chart svg{width:100%;max-width:780px;height:auto;min-width:520px}.vitals{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:0 1.5rem}.vitals .chart svg{min-width:0}
.key{--stroke:var(--c1)}.key::before{content:"";display:inline-block;width:1.6em;margin-right:.4em;vertical-align:.3em;border-top:2.5px solid var(--stroke)}.k2{--stroke:var(--c2)}.k3{--stroke:var(--c3)}.k4{--stroke:var(--c4)}.k2:not(.filled)::before{border-top-style:dashed}.k3:not(.filled)::before{border-top-style:dotted}.filled::before{width:.8em;border-top-width:.8em;vertical-align:-.05em}
.marks{padding-left:1.6rem}.alerts{list-style:none;margin:.3rem 0 0;padding:0;font-size:.86rem}
.latency td{vertical-align:middle}.sign td{height:4.2rem}
@media screen{body:has(#show-en:checked) .zh{display:none}body:has(#show-zh:checked) .en{display:none}body:has(#show-zh:checked) .zh{color:inherit}}
@media (max-width:720px){.page{padding:1.2rem 1rem 3rem}.two,.wire,.contrast{grid-template-columns:minmax(0,1fr)}.two{gap:1rem}h1{font-size:1.5rem}
.cell{width:1.2rem;height:1.2rem;font-size:.66rem}.map .cells{gap:2px}.finding{padding:.9rem .9rem}.verdict{padding:1rem}dl.facts{grid-template-columns:minmax(0,1fr);gap:0}dl.facts dd{margin-bottom:.5rem}
table.fold thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}table.fold tr{display:block;padding:.6rem 0;border-bottom:1px solid var(--line)}table.fold th,table.fold td{display:block;border:0;padding:.1rem 0;text-align:left}}
@media print{:root{color-scheme:light;--paper:#fff;--panel:#f4f4f2;--ink:#000;--soft:#444;--line:#bbb;--accent:#1f5673;--pass:#1d6b45;--fail:#a8271c;--warn:#7d4f00;--mute:#5b6470;--c1:#1f5673;--c2:#b4530a;--c3:#3f7d20;--c4:#7a2f8a}
@page{size:A4;margin:15mm 14mm}html{font-size:11.5px}body{font-size:9.2pt}.page{max-width:none;padding:0}.switch{display:none}h2{margin-top:1.6rem}h2,h3,h4,.area{break-after:avoid}
.finding header,.contrast,tr,.verdict,.sign,.two{break-inside:avoid}summary,figcaption,thead{break-after:avoid}pre,.finding{-webkit-box-decoration-break:clone;box-decoration-break:clone}.contents{display:none}.long{display:inline;white-space:pre-wrap}section{break-inside:auto}a{color:inherit;text-decoration:none}
pre{font-size:7.8pt}.chip{white-space:normal}.mono,code{font-size:8.4pt}.limits li,table,.verdict p{font-size:9pt}.verdict{padding:.8rem 1rem}.finding .said,.finding p{font-size:9.6pt}.columns{columns:2;font-size:8.6pt}.scroll{overflow:visible}svg{width:62mm;height:auto}.chart svg{width:100%;max-width:140mm;min-width:0}.chart{break-inside:avoid}.vitals{grid-template-columns:1fr 1fr}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
