"""Bars, drawn as SVG by hand: no library is needed, and what changes between two runs is numbers in a text file."""

import dataclasses
from html import escape

LABEL_WIDTH, BAR_WIDTH, VALUE_WIDTH = 205, 410, 130
BAR_HEIGHT, BAR_GAP, GROUP_GAP, HEAD_HEIGHT, MARGIN = 16, 4, 14, 22, 12

# Readable on a light page and on a dark one: the page's own colours are not known to a picture.
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.head { font-weight: 600 }
.page { fill: #ffffff }
.ours { fill: #1a7f64 }
.base { fill: #8c959f }
.other { fill: #c4a35a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .page { fill: #0d1117 }
}
"""


@dataclasses.dataclass
class Bar:
    """`kind` is "ours", "base" (what no program can beat) or "other"; `text` is what stands beside the bar."""

    label: str
    value: float
    text: str
    kind: str


@dataclasses.dataclass
class Group:
    """Bars of one unit: the longest fills the width."""

    head: str
    bars: list[Bar]


def bars(title, groups):
    """The whole picture, as text."""
    parts, y = [], MARGIN + 16
    parts.append(text(MARGIN, y, title, "title"))
    y += GROUP_GAP
    for group in groups:
        y += HEAD_HEIGHT
        parts.append(text(MARGIN, y - 6, group.head, "head"))
        most = max((bar.value for bar in group.bars), default=0) or 1
        for bar in group.bars:
            middle = y + BAR_HEIGHT - 4
            length = max(BAR_WIDTH * bar.value / most, 1)
            start = MARGIN + LABEL_WIDTH
            parts.append(text(start - 6, middle, bar.label, anchor="end"))
            parts.append(f'<rect class="{bar.kind}" x="{start}" y="{y}" width="{length:.1f}" height="{BAR_HEIGHT}"/>')
            parts.append(text(start + length + 6, middle, bar.text))
            y += BAR_HEIGHT + BAR_GAP
        y += GROUP_GAP
    width = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH + 2 * MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" viewBox="0 0 {width} {y}" role="img">'
    page = f'<rect class="page" width="{width}" height="{y}"/>'
    lines = [head, f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", page, *parts, "</svg>"]
    return "\n".join(lines) + "\n"


def text(x, y, content, kind=None, anchor="start"):
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}"{named}>{escape(content)}</text>'
