"""How the report page looks: one sheet, light and dark, from a phone's width to a desk's, no font but the system's."""

from typing import Final

_LIGHT: Final = """
  --paper: #fbfbf9; --card: #ffffff; --ink: #1d2126; --quiet: #5a626b; --hair: #dfe2e5; --few: #f1f2ee;
  --s0: #7a828a; --s1: #1f5fb4; --s2: #b4530a; --s3: #0a7560; --s4: #8a3fa0; --s5: #1d2126;
"""
_DARK: Final = """
  --paper: #14171a; --card: #1b1f23; --ink: #e7e9ea; --quiet: #a3abb3; --hair: #33393f; --few: #22272b;
  --s0: #8d969e; --s1: #7db4ff; --s2: #ffae66; --s3: #5bd0b0; --s4: #d9a0ec; --s5: #e7e9ea;
"""
_SERIES: Final = "\n".join(
    f".mark.s{n} {{ fill: var(--s{n}); }} .stroke.s{n}, .span.s{n}, .s{n} .span {{ stroke: var(--s{n}); }}"
    for n in range(6)
)
STYLE: Final = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }}
body {{
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif;
}}
.page {{ max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }}
h1 {{ font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }}
h2 {{ font-size: 20px; line-height: 1.3; margin: 0 0 8px; }}
h3 {{ font-size: 16px; margin: 20px 0 4px; }}
p {{ margin: 0 0 12px; max-width: 74ch; }}
a {{ color: var(--s1); }}
.when, .small {{ color: var(--quiet); font-size: 14px; }}
nav ul {{
  display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 16px 0 0; padding: 0; font-size: 14px;
}}
section {{
  background: var(--card); border: 1px solid var(--hair); border-radius: 10px; padding: 24px; margin-top: 20px;
  scroll-margin-top: 16px;
}}
.few {{ background: var(--few); border-radius: 6px; padding: 10px 14px; margin-bottom: 0; }}
section > :last-child, section > .scroll:last-child {{ margin-bottom: 0; }}
.tiles {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0; }}
.tiles div {{ border: 1px solid var(--hair); border-radius: 8px; padding: 12px 14px; }}
dt {{ font-size: 14px; color: var(--quiet); }}
dd {{ margin: 0; }}
dd.value {{ font-size: 26px; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }}
dd.of {{ font-size: 13px; color: var(--quiet); }}
.pair {{ display: grid; grid-template-columns: minmax(0, 410px) minmax(0, 1fr); gap: 28px; align-items: start; }}
.halves {{ display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 8px 36px; align-items: start; }}
figure {{ margin: 8px 0 0; max-width: 480px; }}
figcaption {{ color: var(--quiet); font-size: 13px; margin-bottom: 6px; }}
.scroll {{ overflow-x: auto; margin: 8px 0 12px; border-radius: 4px; }}
.scroll:focus-visible, a:focus-visible {{ outline: 2px solid var(--s1); outline-offset: 2px; }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.4; }}
caption {{ text-align: left; color: var(--quiet); padding: 0 0 6px; font-size: 13px; }}
caption span {{ display: block; max-width: min(100%, calc(100vw - 56px)); }}
th, td {{ padding: 5px 10px 5px 0; border-bottom: 1px solid var(--hair); vertical-align: top; text-align: right; }}
td {{ white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; }}
th:last-child, td:last-child {{ padding-right: 2px; }}
thead th {{ font-weight: 600; color: var(--quiet); vertical-align: bottom; overflow-wrap: normal; }}
th:first-child {{ text-align: left; font-weight: 500; min-width: 7em; }}
.words {{ text-align: left; }}
td.words {{ white-space: normal; overflow-wrap: break-word; min-width: 7em; }}
td.long {{ overflow-wrap: anywhere; min-width: 17em; }}
svg {{ display: block; width: 100%; height: auto; overflow: visible; }}
svg text {{ font-size: 12px; fill: var(--ink); }}
svg .tick, svg .axis, svg .note {{ fill: var(--quiet); }}
svg .axis {{ font-size: 12px; }}
svg .note {{ font-size: 11px; }}
svg .value {{ font-variant-numeric: tabular-nums; }}
svg .end {{ text-anchor: end; }}
svg .middle {{ text-anchor: middle; }}
svg .note {{ paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }}
.grid {{ stroke: var(--hair); stroke-width: 1; }}
.foot {{ stroke: var(--quiet); stroke-width: 1; }}
.rule {{ stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 3; }}
.stroke {{ fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }}
.stroke.s0 {{ stroke-width: 1.5; stroke-dasharray: 5 4; }}
.stroke.s2 {{ stroke-dasharray: 8 4; }}
.stroke.s3 {{ stroke-dasharray: 2 4; }}
.stroke.s4 {{ stroke-dasharray: 8 3 2 3; }}
.span {{ stroke-width: 2; opacity: 0.55; stroke-linecap: round; }}
.mark {{ stroke: var(--card); stroke-width: 1.5; }}
{_SERIES}
footer {{ color: var(--quiet); font-size: 13px; margin-top: 24px; }}
@media (max-width: 960px) {{
  .page {{ padding: 20px 12px 40px; }}
  section {{ padding: 16px 14px; }}
  .pair, .halves {{ grid-template-columns: minmax(0, 1fr); gap: 12px; }}
  h1 {{ font-size: 24px; }}
  table {{ font-size: 13px; }}
  td {{ white-space: normal; }}
  th, td {{ padding-right: 8px; }}
  th:first-child {{ min-width: 6.5em; }}
  dd.value {{ font-size: 22px; }}
}}
@media print {{ section {{ break-inside: avoid; border: 0; padding: 0; }} nav {{ display: none; }} }}
"""
"""The sheet; it holds no sign that XML would take for markup."""
