"""The lines of a city before any pin, kept so that an exemption or a lock need not make them again."""

from dataclasses import dataclass, fields

import polars as pl


@dataclass(frozen=True)
class Unpinned:
    """Lines as the law, their physics and their treatment leave them.

    `roster`: of `build_roster`, with what each line is worth (`estimated_loss`). `menu`: of `build_menu`; of pins it
    knows the load cuts that they ask for. `counted`: of `count_lines`. `bounds`: of `bounds_by_law`.
    """

    roster: pl.DataFrame
    menu: pl.DataFrame
    counted: pl.DataFrame
    bounds: pl.DataFrame

    def of(self, lines: pl.Series) -> "Unpinned":
        """Return the rows of some lines."""
        is_one = pl.col("unit_id").is_in(lines.implode())
        return Unpinned(*(getattr(self, field.name).filter(is_one) for field in fields(self)))


ORDER = {"roster": ("unit_id",), "menu": ("unit_id", "k"), "counted": ("unit_id", "level"),
         "bounds": ("unit_id", "level")}  # fmt: skip
"""Columns that the rows of each table are in the order of."""


@dataclass(frozen=True)
class Overlaid:
    """Lines before any pin, some of them made anew and the others as they were; put together on demand.

    `lines`: ids of the lines that changed, new and gone ones included. `few`: those of them that there are, anew.
    """

    under: "Unpinned | Overlaid"
    lines: pl.Series
    few: Unpinned

    def of(self, lines: pl.Series) -> Unpinned:
        """Return the rows of some lines."""
        is_anew = lines.is_in(self.lines.implode())
        if not is_anew.any():
            return self.under.of(lines)
        anew = self.few.of(lines.filter(is_anew))
        if is_anew.all():
            return anew
        old = self.under.of(lines.filter(~is_anew))
        return Unpinned(*(
            pl.concat([getattr(old, name), getattr(anew, name)]).sort(order) for name, order in ORDER.items()
        ))  # fmt: skip
