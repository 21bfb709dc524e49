"""The parts of the official household form (扶贫手册, 信息采集表), each a heading and fields of a year row.

The forms, the pages and the printed card show the fields in these parts and this order.
"""

from __future__ import annotations

Parts = tuple[tuple[str, tuple[str, ...]], ...]

HOUSEHOLD_PARTS: Parts = (
    ("住址与联系", ("group", "hamlet", "address", "phone", "bank", "bank_account")),
    (
        "识别与脱贫",
        (
            "category", "status", "exit_year", "registered_on", "standard", "not_exited_reason", "martyr_family",
            "only_child_family", "two_daughter_family",
        ),
    ),
    ("致贫原因", ("main_cause", "other_causes", "cause_note", "out_of_pocket")),
    (
        "土地",
        ("farmland", "irrigated", "forest", "returned_forest", "orchard", "pasture", "water_area"),
    ),
    ("住房", ("housing", "house_area", "house_structure", "rebuilt_year")),
    (
        "生产生活条件",
        (
            "water_safe", "water_shortage", "production_power", "home_power", "broadcast", "road",
            "road_hardened", "road_distance", "fuel", "toilet", "in_cooperative", "led_by_firm", "led_by_person",
        ),
    ),
    (
        "易地搬迁",
        ("relocated", "relocation", "resettlement", "resettlement_place", "moved_in_on", "relocation_difficulty"),
    ),
    ("其他", ("remark",)),
)  # fmt: skip

MEMBER_PARTS: Parts = (
    ("基本情况", ("relation", "ethnicity", "party", "phone", "id_valid_until", "in_service", "speaks_mandarin")),
    ("教育", ("education", "school", "dropout_reason")),
    ("健康与劳动能力", ("health", "disability_kind", "disability_grade", "labour_skill")),
    (
        "务工与公益岗",
        ("work_place", "work_months", "employer", "employment_channel", "post_kind", "post_months"),
    ),
    (
        "保障",
        ("medical_insurance", "illness_insurance", "commercial_insurance", "pension", "dibao", "tekun"),
    ),
    ("其他", ("remark",)),
)  # fmt: skip


def fields_of(parts: Parts) -> tuple[str, ...]:
    """All fields, in the form's order."""
    return tuple(name for _, names in parts for name in names)


HOUSEHOLD_FIELDS = fields_of(HOUSEHOLD_PARTS)
MEMBER_FIELDS = fields_of(MEMBER_PARTS)
