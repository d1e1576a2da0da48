"""A plan in a parent's words: each kind of rule has its sentence, in both languages, with its clause."""

from pathlib import Path

import pytest

from benefits.terms import Plan, read_plan
from benefits.terms.explain import exclusions, explain, first_tier, sentences
from benefits.terms.plan import Benefit
from benefits.terms.vocabulary import NATURES

PLANS = Path(__file__).resolve().parents[3] / "plans"
CODES = ["growth-2021", "growth-2021-national", "growth-beijing", "premier-2021"]


def plan(code: str) -> Plan:
    return read_plan((PLANS / code / "plan.yaml").read_text(encoding="utf-8"), file="plan.yaml")


def benefit(plan_code: str, code: str) -> Benefit:
    return next(benefit for benefit in plan(plan_code).benefits if benefit.code == code)


def said(plan_code: str, code: str) -> dict[str, str]:
    """Return English sentence → clause."""
    found = plan(plan_code)
    return {text.en: clause for text, clause in sentences(found, benefit(plan_code, code))}


OUTPATIENT = "growth-2021-national", "outpatient"
INPATIENT = "growth-2021-national", "inpatient"


@pytest.mark.parametrize(
    ("where", "sentence", "clause"),
    [
        (OUTPATIENT, "The plan pays at most 100,000 yuan in a policy year.", "门急诊 初始: 100000 元"),
        (
            OUTPATIENT,
            "You can go to private network hospitals: show the card, and the hospital bills the plan directly.",
            "适用网络内私立医院就诊为直赔直付",
        ),
        (
            OUTPATIENT,
            "From visit 6 on, except at 和睦家 (United Family): you pay 50% of what is covered.",
            "其后就诊每次自付账单总金额50%",
        ),
        (
            OUTPATIENT,
            (
                "Visits 1 to 5 at 和睦家 (United Family) in Shanghai: "
                "you pay nothing for an outpatient visit and 400 yuan for an emergency visit."
            ),
            "如前往“上海和睦家”,前5次就诊,门诊就诊无自付,急诊每次自付400元",
        ),
        (OUTPATIENT, "No waiting period for outpatient visits and emergency visits.", "门诊无等待期"),
        (
            OUTPATIENT,
            (
                "和睦家 (United Family) in any other city: the terms do not say what you pay, "
                "please call the hotline before you go."
            ),
            "",
        ),
        (
            INPATIENT,
            (
                "Inpatient stays and day surgery: a waiting period of 30 days from the first day of cover, "
                "paid from day 31 on; continuous cover does not wait again."
            ),
            "所有疾病住院就诊等待期为30天",
        ),
        (
            INPATIENT,
            "In a policy year you bear the first 10,000 yuan of what is covered; the plan pays beyond that.",
            "成长计划住院医疗保险金年度累计免赔额1万元，包含住院和6种重疾特殊门诊",
        ),
        (
            INPATIENT,
            (
                "Before inpatient stays and day surgery, please call the hotline and ask for authorisation; "
                "without it you pay 40% more of what is covered."
            ),
            "治疗前未获得事先授权，客户有责任承担额外 40%的医疗费用",
        ),
        (INPATIENT, "The terms print no yearly limit, so none is applied here.", ""),
        (
            ("premier-2021", "outpatient"),
            (
                "Each visit at 和睦家 (United Family) in Guangzhou: "
                "you pay 300 yuan for an outpatient visit and 800 yuan for an emergency visit."
            ),
            "如前往“广州和睦家就诊”，门诊就诊每次自付300元，急诊每次自付800元",
        ),
        (
            ("premier-2021", "outpatient"),
            "From visit 11 on, except at 和睦家 (United Family): you pay 200 yuan a visit.",
            "其后就诊每次自付200元",
        ),
        (("premier-2021", "inpatient"), "No deductible.", "住院医疗保险无免赔额，包含住院和6种重疾特殊门诊"),
    ],
)
def test_a_rule_has_its_sentence_and_its_clause(where: tuple[str, str], sentence: str, clause: str) -> None:
    assert said(*where).get(sentence, "not said") == clause


def test_a_benefit_without_terms_sends_the_family_to_the_hotline() -> None:
    assert said("growth-beijing", "outpatient") == {
        "Outpatient visits and emergency visits: the terms are not printed. Nothing is paid or refused "
        "before a person has looked: please call the hotline before you go.": ""
    }


@pytest.mark.parametrize("code", CODES)
def test_every_clause_of_a_benefit_is_quoted(code: str) -> None:
    found = plan(code)
    for part in found.benefits:
        tiers = [tier.clause for place in part.share for tier in place.tiers]
        printed = {*tiers, *(rule.clause for rule in part.sites), *(wait.clause for wait in part.waits)} - {""}

        assert printed <= {clause for _, clause in sentences(found, part)}


def test_exclusions_are_named_as_the_plan_prints_them() -> None:
    named = exclusions(plan("premier-2021"))

    assert [text.en for text in named[:-1]] == [name.en for name in NATURES.values()]
    assert named[3].zh == "齿科治疗及其相关费用"
    assert named[-1].en == "At some hospitals: fees of chief physicians and above (consultation and registration)"


def test_a_plan_without_printed_terms_names_no_exclusion() -> None:
    assert exclusions(plan("growth-beijing")) == ()


@pytest.mark.parametrize(
    ("plan_code", "code", "expected"),
    [
        ("growth-2021", "outpatient", 5),
        ("premier-2021", "outpatient", 10),
        ("premier-2021", "inpatient", None),
        ("growth-beijing", "outpatient", None),
    ],
)
def test_the_first_tier_is_the_n_of_visit_n_of_n(plan_code: str, code: str, expected: int | None) -> None:
    assert first_tier(benefit(plan_code, code)) == expected


def test_the_page_has_its_sections_in_the_order_in_which_a_parent_asks() -> None:
    page = explain(plan("growth-2021-national"), "en")

    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "# Growth, national edition 2021",
        "## What is covered, and where",
        "## What you pay at each visit",
        "## At 和睦家 (United Family)",
        "## Waiting periods",
        "## Deductible",
        "## Asking first",
        "## What is not covered",
        "## What the terms leave open: ask before you go",
    ]


def test_both_languages_say_the_same_number_of_things() -> None:
    pages = [explain(plan(code), language) for code in CODES for language in ("zh", "en")]

    assert [page.count("\n- ") for page in pages[::2]] == [page.count("\n- ") for page in pages[1::2]]
