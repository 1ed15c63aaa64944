"""Charts: each prepares its data in a tested function and draws it in a thin one."""

from grading.words import Language
from reports.charts.attain import attain_chart
from reports.charts.bullet import bullet_chart
from reports.charts.chart import Chart
from reports.charts.comparison import comparison_chart
from reports.charts.county import county_chart
from reports.charts.curve import curve_chart
from reports.charts.grademix import grade_mix_chart
from reports.charts.hours import hours_chart
from reports.charts.placemap import map_chart
from reports.charts.waterfall import waterfall_chart
from reports.context import ReportContext

PLACES = {
    "hold": (bullet_chart, attain_chart),
    "cost": (waterfall_chart, comparison_chart, county_chart),
    "grade": (grade_mix_chart,),
    "monitors": (hours_chart,),
    "cut": (map_chart,),
    "sensitive": (curve_chart,),
}


def charts_of(context: ReportContext, language: Language) -> dict[str, tuple[Chart, ...]]:
    """Return the charts of each section; a chart without data is left out."""
    return {
        section: tuple(chart for make in makers if (chart := make(context, language)) is not None)
        for section, makers in PLACES.items()
    }
