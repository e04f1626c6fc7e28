"""Settling a group by few transfers: which, how few, and how sure that is."""

from domain.plan.problem import Effort, Plan, PlanMode, Problem, Wishes
from domain.plan.solve import solve

__all__ = ["Effort", "Plan", "PlanMode", "Problem", "Wishes", "solve"]
