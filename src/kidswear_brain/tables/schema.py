"""What a planner's tables hold: names, Chinese headers, kinds and allowed values of each column.

The one place where columns are described; the documentation lists the same headers, and a test
compares the two.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

LARGEST = 1e9
"""No quantity of a district reaches this; a larger one is a slip, a date or an identifier."""

LONGEST_TEXT = 100
"""Characters an identifier may have."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which header names it and which values it may hold.

    Parameters
    ----------
    name : str
        The English header, and the field of the typed columns.
    chinese : tuple of str
        Chinese headers taken for the same column.
    kind : {"text", "whole", "number"}
        A whole number must have no fraction.
    required : bool
        Whether the column must be there and every cell filled.
    low, high : float
        Least and largest allowed number, both included.
    above : bool
        Whether `low` itself is refused.
    advice : str
        What to do about a wrong value, where the allowed range does not say it.
    """

    name: str
    chinese: tuple[str, ...]
    kind: Literal["text", "whole", "number"] = "text"
    required: bool = True
    low: float = 0.0
    high: float = LARGEST
    above: bool = False
    advice: str = "correct the cell"

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        if self.kind == "text":
            return f"a name of 1 to {LONGEST_TEXT} characters"
        word = "a whole number" if self.kind == "whole" else "a number"
        return f"{word} {'above' if self.above else 'from'} {self.low:.10g} to {self.high:.10g}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and the columns that together may not repeat.

    Parameters
    ----------
    name : str
        The English name; a sheet of that name is read before the first sheet.
    chinese : str
        The Chinese name of such a sheet.
    columns : tuple of Column
        Required and optional columns.
    key : tuple of str
        Columns that identify a row; a repeated identification is a problem.
    """

    name: str
    chinese: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


def _text(name: str, *chinese: str, required: bool = True) -> Column:
    return Column(name, chinese, required=required)


_ORDER_ID = _text("order_id", "订单号", "订单编号", "单号")
_FIRM_ID = _text("firm_id", "工厂号", "工厂编号", "企业编号", "加工厂")
_CATEGORY = _text("category", "品类", "类别", "款类")
_REGION = _text("region", "地区", "区域", "所在地区")
_PIECES = ("件数", "数量", "数量(件)")

ORDERS = Table(
    "orders",
    "订单",
    (
        _ORDER_ID,
        _CATEGORY,
        Column("pieces", _PIECES, "whole", low=1),
        Column(
            "smv_min",
            ("标准工时", "标准工时(分)", "标准工时(分钟)", "单件标准工时"),
            "number",
            above=True,
            high=10_000,
            advice="give the standard minutes of one piece",
        ),
        _REGION,
        Column(
            "due_days",
            ("交期(天)", "交期", "交货天数"),
            "number",
            low=-100_000,
            high=100_000,
            advice="give days from today, not a date",
        ),
        _text("brand_id", "品牌", "品牌号", "品牌编号", required=False),
        Column(
            "release_days",
            ("可投产(天)", "投产(天)", "开工(天)"),
            "number",
            required=False,
            low=-100_000,
            high=100_000,
            advice="give days from today, not a date",
        ),
        _text("style_family", "款式系列", "款系", required=False),
        _text("material", "面料", "材料", required=False),
        Column("unmet_cost_per_piece", ("未排成本(元/件)", "缺货成本(元/件)"), "number", False),
        Column(
            "late_cost_per_piece_day", ("延期成本(元/件/天)", "迟交成本(元/件/天)"), "number", False
        ),
    ),
    ("order_id",),
)

FIRMS = Table(
    "firms",
    "工厂",
    (
        _FIRM_ID,
        _REGION,
        Column("workers", ("工人数", "人数", "员工数"), "number"),
        Column(
            "hours_per_day",
            ("每日工时", "每天工时(小时)", "日工作小时"),
            "number",
            high=24,
            advice="give hours, not minutes",
        ),
        Column(
            "capacity_min_per_day",
            ("日产能(分)", "日产能(分钟)", "每日产能(分钟)"),
            "number",
            False,
        ),
        Column("own_capital_cny", ("自有资金(元)", "自有资金"), "number", False, high=1e12),
        Column("quality", ("质量", "质量评分"), "number", False),
        Column("min_lot_pieces", ("最小批量(件)", "最小批量", "起订量"), "whole", False),
    ),
    ("firm_id",),
)

SKILLS = Table(
    "skills",
    "技能",
    (
        _FIRM_ID,
        _CATEGORY,
        Column(
            "line_efficiency",
            ("产线效率", "生产效率", "效率"),
            "number",
            above=True,
            high=2,
            advice="give a share such as 0.52, not per cent",
        ),
        Column(
            "cost_per_smv",
            ("工价(元/分)", "工价(元/分钟)", "每标准分钟成本(元)"),
            "number",
            advice="give money per standard minute",
        ),
    ),
    ("firm_id", "category"),
)

LANES = Table(
    "lanes",
    "运输",
    (
        _text("from_region", "出发地区", "始发地", "起点"),
        _text("to_region", "到达地区", "目的地", "终点"),
        Column("lead_days", ("在途(天)", "在途天数", "运输天数"), "number", high=10_000),
        Column("cost_per_piece", ("运费(元/件)", "单件运费"), "number"),
    ),
    ("from_region", "to_region"),
)

KEEP = Table(
    "keep",
    "已承诺",
    (
        _ORDER_ID,
        _FIRM_ID,
        Column("period", ("时段", "期次", "周期"), "whole", False),
        Column("pieces", _PIECES, "number", False, above=True),
        Column("standard_min", ("标准分钟",), "number", False),
    ),
    ("order_id", "firm_id", "period"),
)

RELATIONS = Table(
    "relations",
    "合作关系",
    (
        _text("brand_id", "品牌", "品牌号", "品牌编号"),
        _FIRM_ID,
        Column("rank", ("顺位", "优先级", "排名"), "whole", low=1, advice="1 is asked first"),
    ),
    ("brand_id", "firm_id"),
)


def _day(name: str, *chinese: str) -> Column:
    advice = "give whole days from calendar.start"
    return Column(name, chinese, "whole", low=-100_000, high=100_000, advice=advice)


COMMITTED = Table(
    "committed",
    "已排产",
    (
        _FIRM_ID,
        _day("from_day", "开始(天)", "起始(天)", "开始"),
        _day("to_day", "结束(天)", "截止(天)", "结束"),
        Column("operator_min", ("占用工时(分)", "占用工时(分钟)", "占用工时"), "number"),
    ),
    ("firm_id", "from_day", "to_day"),
)

TABLES = (ORDERS, FIRMS, SKILLS, LANES, KEEP)
"""What one allocation reads."""

OWN_TABLES = (FIRMS, SKILLS, ORDERS, LANES, RELATIONS, COMMITTED)
"""What a scenario may name."""


def header_key(header: str) -> str:
    """A header without what planners write differently: width, case, blanks."""
    return "".join(unicodedata.normalize("NFKC", header).casefold().split())
