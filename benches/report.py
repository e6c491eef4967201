"""Tables and plots, as a terminal shows them and as docs/performance.md does."""

import time

from tables import Plot, Table

BEGIN = "<!-- measured: everything down to the end mark is written by benches/run.py -->"
END = "<!-- end of what was measured -->"


def targets(verdicts):
    words = {True: "reached", False: "missed", None: "not measured"}
    rows = [[verdict.what, verdict.target, verdict.measured, words[verdict.reached]] for verdict in verdicts]
    return Table("Targets", ["", "target", "measured", ""], rows)


def as_text(table):
    if isinstance(table, Plot):
        return f"\n{table.title}: {table.file}"
    lines = [table.head, *table.rows]
    places = max(len(line) for line in lines)
    lines = [line + [""] * (places - len(line)) for line in lines]
    widths = [max(len(line[place]) for line in lines) for place in range(places)]
    text = ["", table.title]
    for line in lines:
        text.append(("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))).rstrip())
    return "\n".join([*text, *(f"  {remark}" for remark in table.remarks)])


def as_markdown(table):
    if isinstance(table, Plot):
        return f"![{table.title}]({table.file})"
    places = len(table.head)
    lines = [f"### {table.title}", "", row_of(table.head), "|" + "---|" * places]
    lines += [row_of(row + [""] * (places - len(row))) for row in table.rows]
    for remark in table.remarks:
        lines += ["", remark]
    return "\n".join(lines)


def row_of(cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def preface(machine, versions, missing, options):
    lines = [
        f"Measured on {time.strftime('%Y-%m-%d')}: {machine}; {', '.join(versions) or 'no peers'}. "
        f"{options.rounds} rounds of {options.seconds:g} s each; medians, with the least and the most in brackets."
    ]
    lines += [f"Not measured: {one}." for one in missing]
    return "\n\n".join(lines)


def into_document(document, preface_text, tables):
    text = document.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{document.name} has no place for the tables: the marks '{BEGIN}' and '{END}'")
    for table in tables:
        if isinstance(table, Plot):
            (document.parent / table.file).write_text(table.svg)
    measured = "\n\n".join([preface_text, *(as_markdown(table) for table in tables)])
    document.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}")
