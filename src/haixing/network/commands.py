"""Keeping groups, sites and contracts as their file tells them."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from haixing.accounts import commands as accounts
from haixing.accounts import queries as people
from haixing.audit import commands as audit
from haixing.lib import rows
from haixing.lib.errors import Refused
from haixing.lib.rows import Change, Loaded
from haixing.network import facts, queries
from haixing.network.facts import ContractRecord, GroupRecord, SiteRecord, StaffRecord
from haixing.network.models import Contract, HospitalGroup, Site


class UnknownGroup(Refused):
    """A site names a group that is not kept."""

    code = "unknown-group"


class UnknownSite(Refused):
    """A person is to work at a site that is not kept."""

    code = "unknown-site"


class ContractsOverlap(Refused):
    """A new contract begins while an older one of the same site and plan still runs."""

    code = "contracts-overlap"


def load_sites(*, path: Path, now: datetime.datetime) -> Loaded:
    """Keep every good site of a network file (YAML, sections ``groups`` and ``sites``), and name the bad ones.

    A site or contract that the file leaves out stays as it is: to end a contract, give it its last day.
    """

    def keep(row: rows.Row) -> Change:
        return keep_site(record=facts.read_site(row.values, now=now), now=now)

    groups = _load_groups(path=path)
    loaded = rows.load_each(rows.yaml_rows(path, section="sites"), keep, key="code")
    loaded.problems = groups.problems + [problem for problem in loaded.problems if problem not in groups.problems]
    return loaded


def load_staff(*, path: Path, now: datetime.datetime) -> Loaded:
    """Give the people of a YAML file (section ``staff``) an account at their site."""

    def keep(row: rows.Row) -> Change:
        return keep_staff(record=facts.read_staff(row.values), now=now)

    return rows.load_each(rows.yaml_rows(path, section="staff"), keep, key="username")


@transaction.atomic
def keep_staff(*, record: StaffRecord, now: datetime.datetime) -> Change:
    """Hire a person unless they work at the site already; a kept account keeps its password.

    Raises UnknownSite, and what ``accounts.commands.hire`` raises.
    """
    site = queries.site_by_code(record.site)
    if site is None:
        text = _("没有代码为“%(code)s”的医院：请先导入医院，或检查代码。")
        raise UnknownSite(text % {"code": record.site})
    if people.staff_at(site.pk).filter(username=record.username).exists():
        return Change.SAME
    accounts.hire(username=record.username, name=record.name, password=record.password, site_id=site.pk, now=now)
    return Change.NEW


@transaction.atomic
def keep_site(*, record: SiteRecord, now: datetime.datetime) -> Change:
    """Keep a site, found by its code, and its contracts, found by plan and first day.

    Raises UnknownGroup, ContractsOverlap.
    """
    group = _group_of(record)
    site = Site.objects.select_for_update(of=("self",)).filter(code=record.code).first()

    fields = _site_fields(record) | {"group_id": group.pk if group else None}
    is_new = site is None
    if site is None:
        site = Site.objects.create(code=record.code, **fields)
        changed = []
    elif changed := rows.assign(site, fields):
        site.save(update_fields=changed)
    changed += _keep_contracts(site, record.contracts)

    if not (is_new or changed):
        return Change.SAME
    action = "site.added" if is_new else "site.changed"
    detail = {"fields": changed}
    audit.record(actor="system", action=action, subject=f"site:{site.code}", site_id=site.pk, detail=detail, now=now)
    return Change.NEW if is_new else Change.CHANGED


@transaction.atomic
def keep_group(*, record: GroupRecord) -> Change:
    """Keep a hospital group, found by its name."""
    group, is_new = HospitalGroup.objects.get_or_create(name=record.name, defaults={"name_en": record.name_en})
    if is_new:
        return Change.NEW
    if group.name_en == record.name_en:
        return Change.SAME
    group.name_en = record.name_en
    group.save(update_fields=["name_en"])
    return Change.CHANGED


def _load_groups(*, path: Path) -> Loaded:
    def keep(row: rows.Row) -> Change:
        return keep_group(record=facts.read_group(row.values))

    return rows.load_each(rows.yaml_rows(path, section="groups"), keep, key="name")


def _group_of(record: SiteRecord) -> HospitalGroup | None:
    if record.group is None:
        return None
    group = HospitalGroup.objects.filter(name=record.group).first()
    if group is None:
        text = _("没有名为“%(group)s”的集团：请先写在 groups 一节，或去掉 group。")
        raise UnknownGroup(text % {"group": record.group})
    return group


def _site_fields(record: SiteRecord) -> dict[str, Any]:
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    for name in ("code", "group", "contracts"):
        del fields[name]
    return fields | {"departments": list(record.departments), "search_text": facts.search_text(record)}


def _keep_contracts(site: Site, records: tuple[ContractRecord, ...]) -> list[str]:
    """Keep the contracts of a site; return which changed. Raises ContractsOverlap, which undoes them."""
    kept = {(contract.plan, contract.starts): contract for contract in site.contracts.all()}
    changed = []
    for record in records:
        fields = _contract_fields(record)
        contract = kept.get((record.plan, record.starts))
        if contract is None:
            contract = Contract(site=site, plan=record.plan, starts=record.starts, **fields)
            kept[record.plan, record.starts] = contract
        elif not rows.assign(contract, fields):
            continue
        contract.save()
        changed.append(f"contract:{record.plan}:{record.starts.isoformat()}")
    # All contracts are looked at, those of the file and older ones.
    if problems := facts.contracts_that_overlap(kept.values()):
        raise ContractsOverlap(" ".join(problems))
    return changed


def _contract_fields(record: ContractRecord) -> dict[str, Any]:
    return {
        "ends": record.ends,
        "care": list(record.care),
        "inpatient": record.inpatient,
        "excludes": list(record.excludes),
        "note": record.note,
        "suspended_because": record.suspended_because,
    }
