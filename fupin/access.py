"""Who may do what: one table, role x action, drives routes, buttons and tests.

A right is had *somewhere*: a role is assigned with a region, and covers that region's subtree. Outside the
scope a row does not exist (404); inside it, a missing right is refused (403).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.db.models import TextChoices


class Role(TextChoices):
    """The users of a county's portal (docs/roles.md shows the table in Chinese)."""

    CLERK = "clerk", "村级信息员"
    TEAM = "team", "驻村工作队"
    HELPER = "helper", "帮扶责任人"
    TOWNSHIP = "township", "乡镇干部"
    DEPARTMENT = "department", "行业部门"
    COUNTY = "county", "县级办公室"
    LEADER = "leader", "领导"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "系统管理员"


class Action(TextChoices):
    """What can be done; each route and each button names one of these."""

    VIEW = "view", "查看"
    EDIT = "edit", "录入修改"
    ATTACH = "attach", "上传附件"
    IMPORT = "import", "导入"
    EXPORT = "export", "导出"
    REPORT = "report", "查看汇总"
    HISTORY = "history", "查看修改记录"
    REVEAL = "reveal", "查看完整号码"
    REVEALS = "reveals", "查看号码记录"
    PAIR = "pair", "安排帮扶"
    SUBMIT = "submit", "提交年度"
    REVIEW = "review", "审核上报"
    ACCEPT = "accept", "审核通过"
    CORRECT = "correct", "申请更正"
    CHECK = "check", "审核项目"
    ASSESS = "assess", "论证项目"
    DECIDE = "decide", "审定项目"
    BUILD = "build", "登记项目进展"
    FUND = "fund", "管理指标和安排"
    PAY = "pay", "登记支付"
    YEARS = "years", "年度管理"
    DRAFT = "draft", "编写报告"
    APPROVE = "approve", "批准报告"
    SEAL = "seal", "封存报告"
    WORDING = "wording", "编辑措辞"
    USERS = "users", "用户与角色"
    REGIONS = "regions", "行政区划"


A = Action
MAY: dict[Role, frozenset[Action]] = {
    Role.CLERK: frozenset(
        {
            A.VIEW,
            A.EDIT,
            A.ATTACH,
            A.IMPORT,
            A.EXPORT,
            A.REPORT,
            A.HISTORY,
            A.REVEAL,
            A.SUBMIT,
            A.CORRECT,
            A.DRAFT,
        }
    ),
    Role.TEAM: frozenset({A.VIEW, A.EDIT, A.ATTACH, A.EXPORT, A.REPORT, A.HISTORY}),
    Role.HELPER: frozenset({A.VIEW, A.ATTACH}),
    Role.TOWNSHIP: frozenset(
        {
            A.VIEW,
            A.EDIT,
            A.ATTACH,
            A.IMPORT,
            A.EXPORT,
            A.REPORT,
            A.HISTORY,
            A.REVEAL,
            A.PAIR,
            A.SUBMIT,
            A.REVIEW,
            A.CORRECT,
            A.CHECK,
            A.BUILD,
            A.FUND,
            A.PAY,
            A.DRAFT,
            A.APPROVE,
        }
    ),
    Role.DEPARTMENT: frozenset({A.VIEW, A.EXPORT, A.REPORT, A.ASSESS}),
    Role.COUNTY: frozenset(
        {
            A.VIEW,
            A.IMPORT,
            A.EXPORT,
            A.REPORT,
            A.HISTORY,
            A.REVEAL,
            A.REVEALS,
            A.PAIR,
            A.ACCEPT,
            A.YEARS,
            A.DRAFT,
            A.APPROVE,
            A.SEAL,
            A.WORDING,
            A.DECIDE,
            A.FUND,
            A.PAY,
        }
    ),
    Role.LEADER: frozenset({A.VIEW, A.REPORT}),
    Role.AUDITOR: frozenset({A.VIEW, A.EXPORT, A.REPORT, A.HISTORY, A.REVEALS}),
    # Separation of powers: whoever hands out rights sees no household.
    Role.ADMINISTRATOR: frozenset({A.USERS, A.REGIONS}),
}

#: Roles that see, within their region, only the households assigned to them.
NARROWED = frozenset({Role.HELPER})


class Actor(Protocol):
    """Whoever acts: a logged-in user, or the system behind a command."""

    @property
    def is_system(self) -> bool:
        """Whether this is the system acting for a command without --user."""

    def prefixes(self, *actions: Action, narrowed: bool = False) -> tuple[str, ...]:
        """Region prefixes where the actor may do any of the actions."""


class System:
    """The actor of a command that names no user: may do all, everywhere."""

    is_system = True

    def prefixes(self, *actions: Action, narrowed: bool = False) -> tuple[str, ...]:
        """Everything for whole scope, nothing more through assigned households."""
        return () if narrowed else ("",)

    def __str__(self) -> str:
        return "系统"


SYSTEM = System()


def outermost(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Drop every prefix that lies inside another one: ("42", "4211") -> ("42",)."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not kept or not prefix.startswith(kept[-1]):
            kept.append(prefix)
    return tuple(kept)


def may(actor: Actor, action: Action, region: str = "") -> bool:
    """Whether the actor may do the action in the region of this code; without a code, anywhere at all.

    A right held through assigned households counts: which rows it reaches is the scope's business.
    """
    prefixes = actor.prefixes(action) + actor.prefixes(action, narrowed=True)
    return any(region.startswith(prefix) for prefix in prefixes) if region else bool(prefixes)
