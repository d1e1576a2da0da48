"""Publishing plans, and keeping insurers and policies as the insurers issue them."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from benefits.errors import PlanUnreadable
from benefits.exchange.cases import run_cases
from benefits.terms import Plan, read_plan
from haixing.audit import commands as audit
from haixing.lib import rows
from haixing.lib.errors import Refused
from haixing.lib.rows import Change, Loaded
from haixing.policies import facts, queries
from haixing.policies.facts import InsurerRecord, PolicyRecord
from haixing.policies.models import Child, Insurer, PlanVersion, Policy


class PlanNotPublishable(Refused):
    """A plan's text or its cases have problems. ``problems`` are all of them, as ``file:line: text``."""

    code = "plan-not-publishable"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class UnknownInsurer(Refused):
    """A policy names an insurer that is not kept."""

    code = "unknown-insurer"


class UnknownPlan(Refused):
    """A policy names a plan of which no version is published."""

    code = "unknown-plan"


class PlanCannotChange(Refused):
    """A policy that was written on one plan came again on another."""

    code = "plan-cannot-change"


class Published(NamedTuple):
    """A plan version, and whether publishing made it."""

    version: PlanVersion
    change: Change


class Kept(NamedTuple):
    """A policy, and what keeping the record did."""

    policy: Policy
    change: Change


def publish_plan(*, folder: Path, now: datetime.datetime) -> PlanVersion:
    """Publish the plan in ``folder`` (plan.yaml, cases.yaml) as a new immutable version.

    The same text again is the same version. Raises PlanNotPublishable when the
    text cannot be read, when a case fails, or when there is no case at all.
    """
    return _publish(folder=folder, now=now).version


def publish_plans(*, folder: Path, now: datetime.datetime) -> Loaded:
    """Publish every plan folder inside ``folder``; a plan with problems does not hold back the others."""
    loaded = Loaded()
    for plan_file in sorted(folder.glob("*/plan.yaml")):
        try:
            loaded.changes[_publish(folder=plan_file.parent, now=now).change] += 1
        except PlanNotPublishable as error:
            loaded.problems += error.problems
    if not loaded.changes and not loaded.problems:
        text = _("这里没有计划：每个计划一个文件夹，里面放 plan.yaml 和 cases.yaml。")
        loaded.problems.append(rows.Problem(file=folder.name, line=1, text=text))
    return loaded


def load_insurers(*, path: Path, now: datetime.datetime) -> Loaded:
    """Keep every insurer of a YAML file (section ``insurers``)."""

    def keep(row: rows.Row) -> Change:
        return keep_insurer(record=facts.read_insurer(row.values, now=now), now=now)

    return rows.load_each(rows.yaml_rows(path, section="insurers"), keep, key="code")


def load_policies(*, path: Path, now: datetime.datetime) -> Loaded:
    """Keep every good row of a policies file (CSV), one transaction a row, and name the bad ones."""
    remarks: list[rows.Problem] = []

    def keep(row: rows.Row) -> Change:
        record = facts.read_policy(row.values, now=now)
        change = keep_policy(record=record, now=now).change
        remarks.extend(row.problem(text) for text in facts.remarks_on(record))
        return change

    file = rows.csv_rows(path, required=facts.POLICY_COLUMNS, optional=facts.POLICY_EXTRAS)
    loaded = rows.load_each(file, keep, key="member_number")
    loaded.remarks += remarks
    return loaded


def enrol(*, record: PolicyRecord, now: datetime.datetime) -> Policy:
    """Keep a policy as issued: new, corrected, or already so. Raises as ``keep_policy``."""
    return keep_policy(record=record, now=now).policy


@transaction.atomic
def keep_insurer(*, record: InsurerRecord, now: datetime.datetime) -> Change:
    """Keep an insurer, found by its code."""
    fields = dataclasses.asdict(record)
    code = fields.pop("code")
    insurer = Insurer.objects.select_for_update().filter(code=code).first()
    if insurer is None:
        Insurer.objects.create(code=code, **fields)
        audit.record(actor="system", action="insurer.added", subject=f"insurer:{code}", now=now)
        return Change.NEW
    if not (changed := rows.assign(insurer, fields)):
        return Change.SAME
    insurer.save(update_fields=changed)
    detail = {"fields": changed}
    audit.record(actor="system", action="insurer.changed", subject=f"insurer:{code}", detail=detail, now=now)
    return Change.CHANGED


@transaction.atomic
def keep_policy(*, record: PolicyRecord, now: datetime.datetime) -> Kept:
    """Keep a policy, found by its member number.

    A policy stays on the plan version on which it was written, whatever is
    published later. Raises UnknownInsurer, UnknownPlan, PlanCannotChange.
    """
    # The insurer's row is the lock: two loads of one insurer's file take turns, so nothing is entered twice.
    insurer = Insurer.objects.select_for_update(no_key=True).filter(code=record.insurer).first()
    if insurer is None:
        raise UnknownInsurer(_("没有代码为“%(code)s”的保险公司：请先导入保险公司。") % {"code": record.insurer})
    kept = queries.policies().filter(member_number=record.member_number).first()

    if kept is None:
        policy = _write_new(record, insurer)
        _note(policy, "policy.entered", [], now)
        return Kept(policy, Change.NEW)

    if kept.plan_version.code != record.plan:
        text = _("这张保单已在计划“%(plan)s”上，不能改换计划：请终止它，再用新的会员号导入新保单。")
        raise PlanCannotChange(text % {"plan": kept.plan_version.code})
    changed = _correct(kept, record, insurer)
    if changed:
        _note(kept, "policy.corrected", changed, now)
    return Kept(kept, Change.CHANGED if changed else Change.SAME)


def _publish(*, folder: Path, now: datetime.datetime) -> Published:
    text, cases = (_text_of(folder / name) for name in ("plan.yaml", "cases.yaml"))
    plan = _plan_that_works(text, cases, folder)

    try:
        return _keep_version(plan, text, cases, now=now)
    except IntegrityError:
        # Another load published at the same moment: now its version is there to be compared with.
        return _keep_version(plan, text, cases, now=now)


@transaction.atomic
def _keep_version(plan: Plan, text: str, cases: str, *, now: datetime.datetime) -> Published:
    newest = PlanVersion.objects.select_for_update().filter(code=plan.code).order_by("-version").first()
    if same := PlanVersion.objects.filter(code=plan.code, sha256=plan.sha256).first():
        return Published(same, Change.SAME)
    version = PlanVersion.objects.create(
        code=plan.code,
        version=newest.version + 1 if newest else 1,
        name=plan.name.zh,
        name_en=plan.name.en,
        text=text,
        cases=cases,
        sha256=plan.sha256,
        published_at=now,
    )
    audit.record(
        actor="system",
        action="plan.published",
        subject=f"plan:{version}",
        detail={"sha256": plan.sha256},
        now=now,
    )
    return Published(version, Change.NEW)


def _plan_that_works(text: str, cases: str, folder: Path) -> Plan:
    """Read a plan and run its cases. Raises PlanNotPublishable."""
    try:
        plan = read_plan(text, file=f"{folder.name}/plan.yaml")
        failures = run_cases(plan, cases, file=f"{folder.name}/cases.yaml")
    except PlanUnreadable as error:
        raise PlanNotPublishable([str(problem) for problem in error.problems]) from error
    if failures:
        raise PlanNotPublishable([str(failure) for failure in failures])
    if plan.code != folder.name:
        text = _("%(folder)s/plan.yaml: 计划代码是“%(code)s”，与文件夹不同名：请让两者一致。")
        raise PlanNotPublishable([text % {"code": plan.code, "folder": folder.name}])
    return plan


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        text = _("读不到 %(file)s：每个计划文件夹都要有 UTF-8 的 plan.yaml 和 cases.yaml。")
        raise PlanNotPublishable([text % {"file": f"{path.parent.name}/{path.name}"}]) from error


def _write_new(record: PolicyRecord, insurer: Insurer) -> Policy:
    version = queries.latest_version(record.plan)
    if version is None:
        text = _("计划“%(plan)s”还没有发布：请先发布计划，或检查计划代码。")
        raise UnknownPlan(text % {"plan": record.plan})
    return Policy.objects.create(
        member_number=record.member_number,
        plan_version=version,
        child=_child_on_phone(record) or _new_child(record),
        **_fields_of(record, insurer),
        **_dates_of(record),
    )


def _correct(policy: Policy, record: PolicyRecord, insurer: Insurer) -> list[str]:
    """Bring a kept policy to what the insurer says now; return the names of the fields that changed."""
    fields = _fields_of(record, insurer)
    if not record.dates_are_relative:
        fields |= _dates_of(record)
    changed = rows.assign(policy, fields)
    if changed:
        policy.save(update_fields=changed)
    return changed + _correct_child(policy, record)


def _correct_child(policy: Policy, record: PolicyRecord) -> list[str]:
    child = policy.child
    fields = _child_fields(record)
    if all(getattr(child, key) == value for key, value in fields.items()):
        return []
    if is_other_child := child.policies.exclude(pk=policy.pk).exists():
        # The row is shared with another card: only a new spelling of the same child may reach that card.
        is_other_child = _identity(record) != (child.name_index, child.gender, child.born)
    if is_other_child:
        policy.child = _child_on_phone(record) or _new_child(record)
        policy.save(update_fields=["child"])
        return ["child"]
    changed = rows.assign(child, fields)
    child.save(update_fields=changed)
    return [f"child.{name}" for name in changed]


def _child_on_phone(record: PolicyRecord) -> Child | None:
    """Return the same child's row from another policy of the same family: one child may hold two cards."""
    name_index, gender, born = _identity(record)
    family = Child.objects.filter(policies__phone_index=queries.phone_index(record.phone))
    return family.filter(name_index=name_index, gender=gender, born=born).order_by("id").first()


def _new_child(record: PolicyRecord) -> Child:
    return Child.objects.create(**_child_fields(record))


def _child_fields(record: PolicyRecord) -> dict[str, Any]:
    name_index, gender, born = _identity(record)
    return {"name": record.child_name, "name_index": name_index, "gender": gender, "born": born}


def _identity(record: PolicyRecord) -> tuple[str, str, datetime.date]:
    return queries.name_index(record.child_name), record.gender, record.born


def _fields_of(record: PolicyRecord, insurer: Insurer) -> dict[str, Any]:
    return {
        "insurer": insurer,
        "printed_plan_name": record.printed_plan_name,
        "phone": record.phone,
        "phone_index": queries.phone_index(record.phone),
    }


def _dates_of(record: PolicyRecord) -> dict[str, Any]:
    names = ("paid_at", "effective", "expires", "first_effective", "ended_on")
    return {name: getattr(record, name) for name in names}


def _note(policy: Policy, action: str, changed: list[str], now: datetime.datetime) -> None:
    # The names of the fields alone: what they held is personal.
    detail = {"fields": changed} if changed else None
    audit.record(
        actor="system", action=action, subject=f"policy:{policy.ref}", policy_id=policy.pk, detail=detail, now=now
    )
