"""A plan is published only when its cases pass, and a published version never changes."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from haixing.audit.models import Event
from haixing.policies import commands
from haixing.policies.models import PlanVersion
from tests import cast

pytestmark = pytest.mark.django_db
CODE = "growth-2021-national"


def reword(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_plan_is_published_with_its_text_and_cases(folder: Path) -> None:
    version = commands.publish_plan(folder=folder, now=cast.NOW)

    assert (version.code, version.version, version.published_at) == (CODE, 1, cast.NOW)
    assert version.name == "成长优享全国版（2021）成长计划"
    assert version.text == (folder / "plan.yaml").read_text(encoding="utf-8")
    assert version.cases == (folder / "cases.yaml").read_text(encoding="utf-8")
    assert [event.action for event in Event.objects.all()] == ["plan.published"]


def test_the_same_text_again_is_the_same_version(folder: Path) -> None:
    first = commands.publish_plan(folder=folder, now=cast.NOW)
    again = commands.publish_plan(folder=folder, now=cast.NOW)

    assert again == first
    assert PlanVersion.objects.count() == 1
    assert Event.objects.count() == 1


def test_another_text_is_the_next_version_and_the_old_one_stays(folder: Path) -> None:
    first = commands.publish_plan(folder=folder, now=cast.NOW)
    reword(folder / "plan.yaml", "Growth, national edition 2021", "Growth, national 2021")

    second = commands.publish_plan(folder=folder, now=cast.NOW)

    assert (second.version, second.name_en) == (2, "Growth, national 2021")
    first.refresh_from_db()
    assert (first.version, first.name_en) == (1, "Growth, national edition 2021")


def test_a_plan_that_cannot_be_read_is_not_published(folder: Path) -> None:
    reword(folder / "plan.yaml", "period: 1 year", "period: 1 yaer\nlimitt: 3")

    with pytest.raises(commands.PlanNotPublishable) as refusal:
        commands.publish_plan(folder=folder, now=cast.NOW)

    assert {problem.split(":")[0] for problem in refusal.value.problems} == {f"{CODE}/plan.yaml"}
    assert len(refusal.value.problems) >= 2
    assert PlanVersion.objects.count() == 0


def test_a_plan_whose_case_fails_is_not_published(folder: Path) -> None:
    reword(folder / "cases.yaml", "plan: 800, family: 0", "plan: 400, family: 400")

    with pytest.raises(commands.PlanNotPublishable) as refusal:
        commands.publish_plan(folder=folder, now=cast.NOW)

    assert {problem.split(":")[0] for problem in refusal.value.problems} == {f"{CODE}/cases.yaml"}
    assert PlanVersion.objects.count() == 0


def test_a_plan_with_an_empty_list_of_cases_is_not_published(folder: Path) -> None:
    text = (folder / "cases.yaml").read_text(encoding="utf-8")
    (folder / "cases.yaml").write_text(text.split("cases:")[0] + "cases: []\n", encoding="utf-8")

    with pytest.raises(commands.PlanNotPublishable):
        commands.publish_plan(folder=folder, now=cast.NOW)


@pytest.mark.parametrize("name", ["plan.yaml", "cases.yaml"])
def test_a_plan_without_text_or_cases_is_not_published(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(commands.PlanNotPublishable) as refusal:
        commands.publish_plan(folder=folder, now=cast.NOW)

    assert refusal.value.problems == (f"读不到 {CODE}/{name}：每个计划文件夹都要有 UTF-8 的 plan.yaml 和 cases.yaml。",)


def test_a_folder_bears_its_plans_name(folder: Path) -> None:
    elsewhere = folder.rename(folder.parent / "growth")

    with pytest.raises(commands.PlanNotPublishable, match="与文件夹不同名"):
        commands.publish_plan(folder=elsewhere, now=cast.NOW)


def test_one_bad_plan_does_not_hold_back_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = Path(shutil.copytree(folder, folder.parent / "growth-2021"))
    (broken / "cases.yaml").unlink()

    with pytest.raises(CommandError):
        call_command("publish_plans", folder.parent)

    assert [version.code for version in PlanVersion.objects.all()] == [CODE]
    assert capsys.readouterr().out == "新增 1，更新 0，未变 0，有误未收 1\n"


def test_a_folder_without_plans_is_said(tmp_path: Path) -> None:
    loaded = commands.publish_plans(folder=tmp_path, now=cast.NOW)

    assert [str(problem).split(": ", 1)[1] for problem in loaded.problems] == [
        "这里没有计划：每个计划一个文件夹，里面放 plan.yaml 和 cases.yaml。"
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policies_planversion SET text = 'limit: none'",
        "UPDATE policies_planversion SET published_at = published_at",
        "DELETE FROM policies_planversion",
    ],
)
def test_the_database_refuses_to_change_a_published_version(statement: str) -> None:
    version = cast.plan_version()

    with (
        pytest.raises(IntegrityError, match="policies_planversion only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert PlanVersion.objects.get() == version
    assert PlanVersion.objects.get().text == version.text
