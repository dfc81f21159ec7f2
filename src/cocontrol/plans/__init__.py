"""Plans made computable: from prose to tasks, responsibilities, targets and rule instances with offsets."""

from cocontrol.plans.model import Clause, Gap, Modality, Notice, Plan, Responsibility, Role, Target, TargetKind, Task
from cocontrol.plans.parse import parse

__all__ = [
    "Clause",
    "Gap",
    "Modality",
    "Notice",
    "Plan",
    "Responsibility",
    "Role",
    "Target",
    "TargetKind",
    "Task",
    "parse",
]
