"""Guarantees one look for every document: legible from a 320-pixel screen to A4, by day and by night, with no font,
image or script fetched from anywhere.

The reader's language is the fragment of the address (`#en`); a browser that cannot style by it shows both.
"""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{--paper:#fbfaf6;--sheet:#fff;--ink:#1f2a2e;--soft:#546067;--line:#d9d6cb;--faint:#f3f1ea;--mark:#1b5c57;
--warn:#7a4a00;--warnbg:#fdf3df;--warnline:#e3c27c;
--serif:ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,Georgia,"Times New Roman",serif;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14191b;--sheet:#1a2124;--ink:#e3e6e2;--soft:#a5b0b2;
--line:#364145;--faint:#20292c;--mark:#8ccfc6;--warn:#f2cd8a;--warnbg:#2d2616;--warnline:#6d5626}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 var(--sans);overflow-wrap:break-word}
main{display:block;margin:0 auto;padding:1.25rem 1rem 4rem;max-width:50rem}
.wide main{max-width:74rem}
header{border-bottom:3px double var(--line);margin-bottom:1.75rem;padding-bottom:1.25rem}
h1,h2,h3{font-family:var(--serif);line-height:1.2;text-wrap:balance;font-weight:600}
h1{font-size:clamp(1.75rem,1.3rem + 2.4vw,2.75rem);margin:.25rem 0 0;letter-spacing:-.01em}
h2{font-size:1.4rem;margin:2.75rem 0 .6rem}
h3{font-size:1.1rem;margin:1.6rem 0 .3rem}
p{margin:.5rem 0;max-width:42rem;text-wrap:pretty}
p.lead{font:1.2rem/1.5 var(--serif);margin:0 0 1.25rem}
.above{color:var(--soft);font-size:.95rem;margin:.75rem 0 0}
.soft,.meta{color:var(--soft);font-size:.925rem}
.meta{margin:.1rem 0 .5rem}
a{color:var(--mark);text-decoration-thickness:1px;text-underline-offset:.18em}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px;border-radius:2px}
.switch{display:flex;gap:.5rem;justify-content:flex-end}
.switch a,.pager a{display:inline-block;padding:.3rem .8rem;min-height:2rem;border:1px solid var(--line);
border-radius:2rem;text-decoration:none;background:var(--sheet)}
.switch a:hover,.pager a:hover{border-color:var(--mark)}
.pager{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}
.pager span,.pager a{font-size:.95rem}
.contents ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:1rem 0}
ul.plain{margin:.4rem 0;padding-left:1.2rem;max-width:42rem}
code,pre{font-family:var(--mono);font-size:.86em;unicode-bidi:isolate;overflow-wrap:anywhere}
code{background:var(--faint);padding:.08em .32em;border-radius:3px}
pre{white-space:pre-wrap;background:var(--faint);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;
margin:.75rem 0;line-height:1.5}
pre code{background:none;padding:0;font-size:inherit}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-size:.95rem;line-height:1.45;
background:var(--sheet);border:1px solid var(--line)}
caption{text-align:left;color:var(--soft);font-size:.9rem;padding:.2rem 0 .45rem}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0;
white-space:nowrap}
th,td{text-align:left;vertical-align:top;padding:.55rem .8rem;border-top:1px solid var(--line);font-weight:400}
thead th{border-top:0;background:var(--faint);font-weight:600;font-size:.875rem;vertical-align:bottom}
thead th code,.record th code{display:block;width:max-content;max-width:100%;font-weight:400;color:var(--soft);
background:none;padding:0}
.n{text-align:right;font-variant-numeric:tabular-nums}
.f{min-width:9.5rem}
.cells td{white-space:pre-wrap;overflow-wrap:break-word;min-width:6rem;max-width:32rem}
.record th{width:15rem;background:var(--faint);font-weight:600;font-size:.875rem}
.record td{max-width:none;vertical-align:middle}
.scroll{overflow-x:auto;max-width:100%}
.none,.note{color:var(--soft)}
.note{font-size:.9em}
.facts{margin:.75rem 0;display:grid;gap:0;border-top:1px solid var(--line)}
.facts div{display:grid;grid-template-columns:16rem 1fr;gap:.1rem 1rem;padding:.45rem 0;
border-bottom:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.sums{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;background:var(--line);
border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:1.25rem 0}
.sums div{background:var(--sheet);padding:.8rem 1rem;display:flex;flex-direction:column-reverse;
justify-content:flex-end}
.sums dt{font-size:.9rem}
.sums dd{font:600 1.7rem/1.2 var(--serif);font-variant-numeric:lining-nums;color:var(--mark)}
.open{background:var(--warnbg);border:1px solid var(--warnline);border-radius:8px;padding:.9rem 1.1rem;
margin:1.25rem 0}
.open h2{margin:0 0 .3rem;font-size:1.15rem;color:var(--warn)}
.open ul{margin:.3rem 0 0;padding-left:1.2rem}
.block{border-left:3px solid var(--line);padding-left:1rem;margin:1.25rem 0 1.75rem}
.block h3{margin-top:0}
details{border:1px solid var(--line);border-radius:8px;background:var(--sheet);padding:.2rem 1rem;margin:1rem 0}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
.foot{border-top:3px double var(--line);margin-top:3rem;padding-top:1rem;color:var(--soft);font-size:.925rem}
.letter main{max-width:44rem}
.letter header{border-bottom:0;margin-bottom:.5rem}
.letter h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2rem)}
.letter h2{font-size:1.15rem;margin:1.5rem 0 .3rem}
.sender{text-align:right}
.to{font-style:normal;white-space:pre-line;margin:1rem 0}
.letter .facts{border-top:0}.letter .facts div{border-bottom:0;padding:.05rem 0;grid-template-columns:12rem 1fr}
.said{white-space:pre-line;border-left:3px solid var(--line);padding-left:1rem}
.button{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:var(--mark);color:var(--paper);
text-decoration:none;font-weight:600}
.letter .address{color:var(--soft);font-size:.85rem;overflow-wrap:anywhere;margin-top:0}
.farewell{white-space:pre-line;color:var(--ink)}
.da>h2:first-child,.en>h2:first-child{margin-top:0}
@supports selector(:has(*)){
body:has(#en:target,.en:target,.en :target) .da,body:not(:has(#en:target,.en:target,.en :target)) .en{display:none}
body:has(#en:target,.en:target,.en :target) .switch a[lang=en],
body:not(:has(#en:target,.en:target,.en :target)) .switch a[lang=da]{background:var(--mark);color:var(--paper);
border-color:var(--mark)}}
@media screen and (max-width:44rem){
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack,.stack tbody,.stack tr,.stack th,.stack td,.stack caption:not(.quiet){display:block;width:auto;max-width:none}
.stack{border:0;background:none}
.stack tr{border:1px solid var(--line);border-radius:6px;background:var(--sheet);margin:0 0 .75rem;overflow:hidden}
.stack td,.stack tbody th{border:0;padding:.35rem .8rem;text-align:left;min-width:0;overflow-wrap:anywhere}
.stack tbody th{background:var(--faint);font-weight:600;padding:.5rem .8rem}
.stack [data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:.82rem;
font-weight:400}
body:has(#en:target,.en:target,.en :target) .stack [data-en]::before{content:attr(data-en)}
.record,.record tbody,.record tr,.record th,.record td{display:block;width:auto}
.record tr{padding:.1rem 0}.record tr+tr{border-top:1px solid var(--line)}
.record th{background:none;border:0;padding:.4rem .8rem 0}.record td{border:0;padding:0 .8rem .4rem}
.facts div{grid-template-columns:1fr}
.block{padding-left:.75rem}}
@media print{@page{size:A4;margin:18mm 16mm}
:root{--paper:#fff;--faint:#f6f5f1}
body{font-size:10.5pt}h1{font-size:22pt}.letter h1{font-size:16pt}.letter .to{margin:15mm 0 12mm 4mm}
main,.wide main{max-width:none;padding:0}
.switch,.contents,.pager{display:none}h2,h3{break-after:avoid}tr,.sums,.open{break-inside:avoid}
thead{display:table-header-group}.scroll{overflow:visible}
details::details-content{content-visibility:visible;block-size:auto}}
""".strip()
