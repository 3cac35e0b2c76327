"""Figures as a table: ours, the reference, the ratio and what was asked for."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line. `ratio` is ours over the reference where larger is better; None where only a limit was asked."""

    what: str
    ours: str
    reference: str
    ratio: float | None
    asked: str
    met: bool


def show(figures: list[Figure]) -> bool:
    """Print the table; True if everything asked for was met."""
    table = Table(title="Both sides measured in this run")
    for heading in ("what", "ours", "reference", "ratio", "asked", ""):
        table.add_column(heading, overflow="fold")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        table.add_row(
            figure.what, figure.ours, figure.reference, ratio, figure.asked, "met" if figure.met else "MISSED"
        )
    Console().print(table)
    return all(figure.met for figure in figures)
