"""Tables of what-ifs and rankings into their out folder."""

from collections.abc import Sequence

import polars as pl

from grading.safecsv import write_csv
from grading.words import mark, say
from lantian.manifest import canonical_json, manifest_of, output_hashes
from lantian.publish import published
from lantian.run import Options
from lantian.whatif.answering import Room
from lantian.whatif.ranked import Ranked
from lantian.whatif.sweep import Axis
from reports.whatif.axes import axis_text
from reports.whatif.sweep import Sweep, render_sweep


def publish_sweep(room: Room, rows: pl.DataFrame, axes: Sequence[Axis], options: Options) -> None:
    """Write `sweep.parquet`, `sweep.csv`, `sweep.html` and a manifest."""
    names = [axis_text(axis.name, options.language) for axis in axes] or [say(options.language, mark("scenario"))]
    city = room.case.named.settings.city
    question = say(options.language, mark("Every row is a plan of its own, compared with its parent."))
    page = Sweep(city.name, city.season, names[0], names[1] if len(names) > 1 else "", question, rows)
    with published(options.out) as fresh:
        rows.write_parquet(fresh / "sweep.parquet")
        write_csv(rows, fresh / "sweep.csv")
        (fresh / "sweep.html").write_text(render_sweep(page, options.language), encoding="utf-8")
        case = room.case
        manifest = manifest_of(case.named, case.law, case.graded, None, options.on_record())
        sealed = {**manifest, "axes": {axis.name: axis.values for axis in axes}, "outputs": output_hashes(fresh)}
        (fresh / "manifest.json").write_text(canonical_json(sealed), encoding="utf-8")
        (fresh / "run.log").write_text(options.journal.text(), encoding="utf-8")


def publish_rank(found: Ranked, options: Options) -> None:
    """Write `rank.csv`, `rank.parquet`, the sentences, the scenarios that came of it, and a manifest."""
    with published(options.out) as fresh:
        found.rows.write_parquet(fresh / "rank.parquet")
        write_csv(found.rows, fresh / "rank.csv")
        (fresh / "rank.txt").write_text("\n".join(found.lines) + "\n", encoding="utf-8")
        for written in found.scenarios:
            (fresh / f"{written.name}.toml").write_text(written.text, encoding="utf-8")
        sealed = {"question": found.question, "outputs": output_hashes(fresh)}
        (fresh / "manifest.json").write_text(canonical_json(sealed), encoding="utf-8")
