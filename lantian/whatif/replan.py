"""The one place where a what-if asks for a plan."""

from lantian.whatif.supposed import Planned
from optimizer import plan_city
from optimizer.result import City, Plan


def replan(city: City, parent: Planned | None) -> Plan:
    """Return the verified plan of a city; `parent` is a planned city close to it, or None."""
    if parent is not None and city is parent.city:
        return parent.plan
    return plan_city(city, base=None if parent is None else parent.plan)
