"""A flow chart in Mermaid's words, drawn as SVG at build: the site loads no program for it.

What is drawn: ``flowchart TD`` whose nodes stand below one another in the order in which they are
named; an arrow to the next node is straight, others go round, forward on the right and back on the
left. Anything else is refused.
"""

from __future__ import annotations

import html
import re

NODE = r"(\w+)(?:\[\"([^\"]*)\"\]|\{\"([^\"]*)\"\})?"
EDGE = re.compile(rf"\s*{NODE}\s*(?:-- ([^->]+) )?-->\s*{NODE}\s*")
WIDTH, LINE, GAP, SIDE = 470, 18, 34, 50


class FlowchartError(ValueError):
    """A line of a flow chart is not understood here."""


def svg(text: str) -> str:
    """Return the drawing of a flow chart."""
    nodes: dict[str, tuple[list[str], bool]] = {}
    edges: list[tuple[str, str, str]] = []
    first, *lines = text.strip().splitlines()
    if first.split() != ["flowchart", "TD"]:
        raise FlowchartError(f"{first!r} is no flow chart from top to bottom")
    for line in lines:
        found = EDGE.fullmatch(line)
        if not found:
            raise FlowchartError(f"{line!r} is no arrow between two nodes")
        start, box, question, label, end, box_2, question_2 = found.groups()
        for name, said, is_question in (
            (start, box or question, question), (end, box_2 or question_2, question_2),
        ):  # fmt: skip
            if said:
                nodes[name] = (said.split("<br>"), bool(is_question))
        edges.append((start, (label or "").strip(), end))
    tops, height = {}, 10
    for name, (said, _) in nodes.items():
        tops[name] = (height, height + LINE * len(said) + 14)
        height = tops[name][1] + GAP
    parts = [_box(*tops[name], *nodes[name]) for name in nodes]
    order = list(nodes)
    for start, label, end in edges:
        steps = order.index(end) - order.index(start)
        parts.append(_arrow(tops[start], tops[end], steps, label))
    size = f"0 0 {WIDTH + 2 * SIDE} {height - GAP + 10}"
    head = (
        '<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker>'
    )
    said = html.escape("; ".join(" ".join(lines) for lines, _ in nodes.values()))
    return (
        f'<svg class="flowchart" viewBox="{size}" role="img" aria-label="Flow chart: {said}">'
        f"<defs>{head}</defs>{''.join(parts)}</svg>\n"
    )


def _box(top: int, bottom: int, said: list[str], question: bool) -> str:
    radius = 16 if question else 3
    lines = "".join(
        f'<text x="{SIDE + WIDTH / 2}" y="{top + 20 + LINE * number}" text-anchor="middle">'
        f"{html.escape(line)}</text>"
        for number, line in enumerate(said)
    )
    return (
        f'<rect x="{SIDE}" y="{top}" width="{WIDTH}" height="{bottom - top}" rx="{radius}"/>{lines}'
    )


def _arrow(start: tuple[int, int], end: tuple[int, int], steps: int, label: str) -> str:
    middle = SIDE + WIDTH / 2
    if steps == 1:
        path, at = f"M{middle} {start[1]}V{end[0]}", (middle + 8, (start[1] + end[0]) / 2 + 4)
    else:
        edge, away = (SIDE + WIDTH, SIDE - 18) if steps > 0 else (SIDE, 18 - SIDE)
        high, low = (sum(start) / 2, end[0] + 10)
        path, at = f"M{edge} {high}h{away}V{low}h{-away}", (edge + 8, high - 6)
    text = f'<text x="{at[0]}" y="{at[1]}">{html.escape(label)}</text>' if label else ""
    return f'<path d="{path}" marker-end="url(#head)"/>{text}'
