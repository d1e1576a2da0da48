"""The codes of the field and their names: what a plan, a bill and a page may say."""

from __future__ import annotations

from typing import Final, NamedTuple


class Spoken(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


CARES: Final[dict[str, Spoken]] = {
    "outpatient": Spoken("门诊", "Outpatient visit"),
    "emergency": Spoken("急诊", "Emergency visit"),
    "inpatient": Spoken("住院", "Inpatient stay"),
    "day-surgery": Spoken("日间手术", "Day surgery"),
    "special-outpatient": Spoken("特殊门诊", "Special outpatient care"),
}
# Several bills of one day are one visit only for these (reading A4), and only these are counted.
COUNTED_CARES: Final = frozenset({"outpatient", "emergency"})

CHANNELS: Final[dict[str, Spoken]] = {
    "direct": Spoken("直赔直付", "Direct billing"),
    "claim": Spoken("事后理赔", "Pay first, claim after"),
}
SITE_CLASSES: Final[dict[str, Spoken]] = {
    "private": Spoken("私立医院", "Private hospital"),
    "public": Spoken("公立医院", "Public hospital"),
}
# 收费类别: the national charge categories (domain 2.1).
CATEGORIES: Final[dict[str, Spoken]] = {
    "01": Spoken("床位", "Bed"),
    "02": Spoken("诊察", "Consultation"),
    "03": Spoken("检查", "Examination"),
    "04": Spoken("化验", "Laboratory"),
    "05": Spoken("治疗", "Treatment"),
    "06": Spoken("手术", "Surgery"),
    "07": Spoken("护理", "Nursing"),
    "08": Spoken("卫生材料", "Supplies"),
    "09": Spoken("西药", "Western medicine"),
    "10": Spoken("中药饮片", "Chinese herbal pieces"),
    "11": Spoken("中成药", "Chinese patent medicine"),
    "12": Spoken("一般诊疗", "General care"),
    "13": Spoken("挂号", "Registration"),
    "14": Spoken("其他", "Other"),
}
NATURES: Final[dict[str, Spoken]] = {
    "pre-existing": Spoken("既往症", "Pre-existing condition"),
    "vaccine": Spoken("疫苗", "Vaccine"),
    "tcm": Spoken("中医", "Traditional Chinese medicine"),
    "dental": Spoken("齿科", "Dental"),
    "vision": Spoken("视力", "Vision"),
    "mental": Spoken("精神心理", "Mental health"),
    "allergy-test": Spoken("过敏原检测", "Allergy test"),
    "growth-hormone": Spoken("生长激素", "Growth hormone"),
    "well-child": Spoken("儿童保健", "Well-child care"),
    "outpatient-surgery": Spoken("门诊手术", "Outpatient surgery"),
}
DOCTOR_GRADES: Final[dict[str, Spoken]] = {
    "resident": Spoken("住院医师", "Resident"),
    "attending": Spoken("主治医师", "Attending physician"),
    "associate-chief": Spoken("副主任医师", "Associate chief physician"),
    "chief": Spoken("主任医师", "Chief physician"),
}
SURGERIES: Final[dict[str, Spoken]] = {
    "tonsils": Spoken("扁桃体手术", "Tonsil surgery"),
    "adenoids": Spoken("腺样体手术", "Adenoid surgery"),
    "otitis-media": Spoken("中耳炎手术", "Middle-ear surgery"),
    "hernia": Spoken("疝气手术", "Hernia surgery"),
    "other": Spoken("其他手术", "Other surgery"),
}
CARVE_OUTS: Final[dict[str, Spoken]] = {
    "chief-physician-fee": Spoken("主任及主任级别以上费用", "Fees of chief physicians and above"),
}
LEVELS: Final = (1, 2, 3)
