"""Evidence from stack monitors: hours in, named states, verdicts and masses out."""

from grading.monitoring.agreement import agree, baselines, load_source_rules
from grading.monitoring.anomalies import anomalies
from grading.monitoring.channels import channels_of
from grading.monitoring.compliance import compliance
from grading.monitoring.credit import credit_disagreements, read_credit
from grading.monitoring.evidence import MonitoringEvidence, hours_behind, monitoring_evidence
from grading.monitoring.findings import Findings, reason
from grading.monitoring.folder import MonitoringInput, read_monitoring
from grading.monitoring.hourly import ReadingOptions
from grading.monitoring.law import MonitoringRules, load_rules
from grading.monitoring.mass import hour_mass
from grading.monitoring.monitor import Asked, Monitored, left_out, monitor
from grading.monitoring.period import Period
from grading.monitoring.quantities import from_monitoring, from_units
from grading.monitoring.rollup import day_mass, roll_up
from grading.monitoring.screening import Screening, load_screening
from grading.monitoring.statements import read_statements
from grading.monitoring.states import day_states, hour_states, state_table
from grading.monitoring.unique import one_per_hour
from grading.monitoring.validity import capture, valid_days, valid_months
from grading.monitoring.values import monitored_values

__all__ = [
    "Asked",
    "Findings",
    "Monitored",
    "MonitoringEvidence",
    "MonitoringInput",
    "MonitoringRules",
    "Period",
    "ReadingOptions",
    "Screening",
    "agree",
    "anomalies",
    "baselines",
    "capture",
    "channels_of",
    "compliance",
    "credit_disagreements",
    "day_mass",
    "day_states",
    "from_monitoring",
    "from_units",
    "hour_mass",
    "hour_states",
    "hours_behind",
    "left_out",
    "load_rules",
    "load_screening",
    "load_source_rules",
    "monitor",
    "monitored_values",
    "monitoring_evidence",
    "one_per_hour",
    "read_credit",
    "read_monitoring",
    "read_statements",
    "reason",
    "roll_up",
    "state_table",
    "valid_days",
    "valid_months",
]
