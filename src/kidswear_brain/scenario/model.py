"""The scenario: every parameter of a run, frozen, closed to unknown keys.

Defaults are those of ``scenarios/provenance.yaml``, where each carries its unit, tag, source and
prior; a test holds the two together.
"""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from kidswear_brain.scenario.checks import (
    across,
    after_first_day,
    arranged,
    in_almanac,
    increasing,
)
from kidswear_brain.scenario.digital import Digital
from kidswear_brain.scenario.district import CATEGORIES, REGIONS
from kidswear_brain.scenario.values import (
    FirmCount,
    Model,
    Name,
    NonNegative,
    Period,
    Positive,
    Range,
    Share,
    ShareRange,
    Table,
    Text,
    Whole,
    WholeRange,
)

if TYPE_CHECKING:
    from kidswear_brain.tables import OwnTables


class Calendar(Model):
    """When time is measured and when firms work."""

    start: Annotated[dt.date, AfterValidator(in_almanac)] = dt.date(2021, 1, 1)
    days: Annotated[int, Field(ge=1, le=3660)] = 365
    warmup_days: Annotated[int, Field(ge=0, le=3660)] = 184
    followup_days: Annotated[int, Field(ge=0, le=3660)] = 60
    hours_per_day: Annotated[float, Field(gt=0, le=24)] = 10
    rest_weekday: Annotated[int, Field(ge=1, le=7)] | None = 7
    festival_days: Annotated[int, Field(ge=0, le=60)] = 22
    festival_lead_days: Annotated[int, Field(ge=0, le=60)] = 11
    harvest_months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = (6, 10)


class Cluster(Model):
    """How many firms, brands and suppliers there are, how firms differ, and own tables."""

    firms: FirmCount = 1200
    skills: Table | None = None
    orders: Table | None = None
    lanes: Table | None = None
    relations: Table | None = None
    committed: Table | None = None
    brands: Annotated[int, Field(ge=1, le=200_000)] = 2400
    suppliers: Annotated[int, Field(ge=1, le=10_000)] = 40
    workers_median: Positive = 17
    workers_sigma: NonNegative = 0.85
    workers_range: WholeRange = (5, 300)
    workers_per_line: Positive = 20
    efficiency_mean: Annotated[float, Field(gt=0, le=1)] = 0.50
    efficiency_sd: NonNegative = 0.08
    efficiency_range: ShareRange = (0.35, 0.65)
    skilled_categories: WholeRange = (1, 3)
    off_skill_probability: Share = 0.25
    off_skill_efficiency: Annotated[float, Field(gt=0, le=1)] = 0.75
    piece_rate_cny_per_min: Range = (0.45, 0.60)
    wage_cny_per_min: NonNegative = 0.50
    wage_factor: Range = (0.9, 1.1)
    brand_weight_sigma: NonNegative = 1.0
    brand_categories: Whole = 2


class Region(Model):
    """One region: its lane to the hub and its share of the firms."""

    share: NonNegative
    road_km: NonNegative
    lead_days: NonNegative
    freight_cny_per_piece: NonNegative
    freight_ad_hoc_cny_per_piece: NonNegative


class Category(Model):
    """One garment category."""

    smv_min: Positive
    share: NonNegative
    fabric_m_per_piece: NonNegative
    price_cny: NonNegative
    month_factors: Annotated[tuple[NonNegative, ...], Field(min_length=12, max_length=12)] = (
        1.0,
    ) * 12


class Demand(Model):
    """What brands order, when, and for when."""

    load: NonNegative = 0.80
    month_index: Annotated[tuple[NonNegative, ...], Field(min_length=12, max_length=12)] = (
        0.55, 0.40, 1.10, 1.15, 1.15, 0.75, 0.60, 1.05, 1.40, 1.40, 1.35, 1.10,
    )  # fmt: skip
    pieces_distribution: Literal["lognormal", "exponential", "constant"] = "lognormal"
    order_pieces_median: Positive = 700
    order_pieces_sigma: NonNegative = 0.9
    order_pieces_range: WholeRange = (100, 20_000)
    smv_sd: NonNegative = 0.2
    burstiness_cv: NonNegative = 1.1
    burst_persistence_per_week: Annotated[float, Field(ge=0, lt=1)] = 0.8
    replenishment_share: Share = 0.60
    replenishment_due_days: Range = (7, 14)
    preorder_due_days: Range = (25, 45)
    size_due_correlation: Annotated[float, Field(ge=-0.99, le=0.99)] = 0.6
    pieces_per_colour: Positive = 250
    colours_max: Annotated[int, Field(ge=1, le=20)] = 4
    style_families: Annotated[int, Field(ge=1, le=1000)] = 4
    sampling_days: NonNegative = 4


class Line(Model):
    """How a sewing line starts, learns and errs."""

    learning_loss_share: Annotated[float, Field(ge=0, lt=1)] = 0.30
    learning_days: Positive = 2.0
    changeover_days: NonNegative = 0.5
    carryover_share: Share = 0.7
    same_family_changeover_share: Share = 0.3
    rework_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.04
    reject_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.01
    new_brand_rework_share: Annotated[float, Field(ge=0, lt=0.4)] = 0.015
    min_lot_days: NonNegative = 0.5
    overtime_hours_per_day: Annotated[float, Field(ge=0, le=3)] = 3
    overtime_hours_per_month: Annotated[float, Field(ge=0, le=36)] = 36
    overtime_backlog_days: NonNegative = 3


class Market(Model):
    """Who is asked, and what is answered."""

    known_firms: NonNegative = 4
    known_firms_exponent: Annotated[float, Field(ge=0, le=1)] = 0.5
    known_lead_scale_days: Positive = 1.0
    patience_days: Range = (1, 7)
    slip_days: NonNegative = 0
    quote_error_sd: NonNegative = 0.2
    split_max: Annotated[int, Field(ge=1, le=8)] = 3


class Labor(Model):
    """Who is at the line."""

    absence_share: Annotated[float, Field(ge=0, lt=1)] = 0.05
    harvest_absence_share: Annotated[float, Field(ge=0, lt=1)] = 0.08
    turnover_share_per_month: Share = 0.04
    fill_days: NonNegative = 12
    festival_gap_share: Annotated[float, Field(ge=0, lt=1)] = 0.12
    festival_gap_decay_days: Positive = 64


class Finance(Model):
    """What working capital carries."""

    own_capital_days: NonNegative = 120
    own_capital_sigma: NonNegative = 0.5
    credit_days: NonNegative = 60
    credit_access_share: Share = 0.35
    loan_rate_per_year: NonNegative = 0.10
    receivable_days: NonNegative = 60
    unlimited_credit: bool = False


class Materials(Model):
    """Fabric and trims."""

    skus: Annotated[int, Field(ge=1, le=100_000)] = 200
    zipf_exponent: Annotated[float, Field(ge=0, le=5)] = 1.0
    freight_share: NonNegative = 0.02
    freight_exponent: NonNegative = 0.47
    cost_share: Share = 0.62
    lead_days: NonNegative = 2
    break_metres: tuple[Positive, ...] = (200, 1000, 3000, 10_000, 50_000)
    break_factors: tuple[NonNegative, ...] = (1.08, 1.0, 0.97, 0.94, 0.91, 0.89)
    spot_factor: NonNegative = 1.08
    supplier_classes: WholeRange = (1, 3)
    supplier_price_sd: NonNegative = 0.02
    supplier_capacity_factor: Positive = 5.0
    supplier_stock_days: Positive = 7
    min_order_m: Range = (50, 300)


class Service(Model):
    """What every service has: a switch by place and date, and the share that takes part."""

    enabled: bool = True
    participation_share: Share = 1.0
    regions: tuple[Name, ...] | None = None
    dates: Period = (None, None)


class Manufacturing(Service):
    """Manufacturing collaboration: open orders meet reported free capacity."""

    epoch_days: Annotated[float, Field(gt=0, le=28)] = 1
    periods_days: Annotated[
        tuple[Positive, ...], Field(min_length=1, max_length=60), AfterValidator(increasing)
    ] = (3, 7, 14, 28)
    matchable_share: Share = 0.70
    planning: Literal["first_come", "myopic", "rolling", "foresight"] = "rolling"
    report_lag_days: NonNegative = 1
    report_error_sd: NonNegative = 0.1
    decline_probability: Share = 0.10
    lots_per_order: Annotated[int, Field(ge=1, le=8)] = 3
    run_length_cny_per_min: NonNegative = 0.5
    waiting_cny_per_min_day: NonNegative = 0.005
    unmet_cost_factor: Positive = 2.0


class Procurement(Service):
    """Collective procurement: demand is pooled before it is bought."""

    window_days: NonNegative = 2
    pooled_share: Share = 0.75
    fee_share: Share = 0.01
    sharing: Literal["proportional", "equal_per_metre", "standalone"] = "standalone"


class Design(Service):
    """Design collaboration: shorter sampling, shared style families."""

    saved_days: NonNegative = 1.5
    style_families: Annotated[int, Field(ge=1, le=1000)] = 10


class Recruitment(Service):
    """Recruitment: vacancies are filled sooner."""

    time_factor: Annotated[float, Field(ge=0, le=1)] = 0.7


class SupplyChainFinance(Service):
    """Supply-chain finance: more credit, earlier money, cheaper loans."""

    credit_access_share: Share = 0.60
    receivable_days: NonNegative = 30
    loan_rate_per_year: NonNegative = 0.057


class Services(Model):
    """The five services of the brain."""

    manufacturing: Manufacturing = Manufacturing()
    procurement: Procurement = Procurement()
    design: Design = Design()
    recruitment: Recruitment = Recruitment()
    finance: SupplyChainFinance = SupplyChainFinance()


class Adoption(Model):
    """When firms and brands join the brain: before the first day, or on a logistic path."""

    midpoint: dt.date | None = None
    span_days: Positive = 130


class Shock(Model):
    """Something that happens to regions between two dates (the last day included)."""

    name: Annotated[Text, Field(description="What it is called in reports.")]
    first_day: Annotated[dt.date, Field(description="First day it acts.")]
    last_day: Annotated[dt.date, Field(description="Last day it acts.")]
    regions: Annotated[
        tuple[Name, ...] | None, Field(description="Regions it hits, null for all.")
    ] = None
    capacity_lost_share: Annotated[
        Share, Field(description="Share of the firms' working time lost meanwhile.")
    ] = 0.0
    demand_factor: Annotated[
        NonNegative, Field(description="Factor on the orders of those days.")
    ] = 1.0
    material_price_factor: Annotated[
        NonNegative, Field(description="Factor on the price of material bought on those days.")
    ] = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> "Shock":
        after_first_day(self)
        return self


class Experiment(Model):
    """How often, from which seed, and which values are no assumption of their own."""

    replications: Annotated[int, Field(ge=1, le=100_000)] = 4
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    fitted: tuple[Text, ...] = ()


def _regions() -> dict[str, Region]:
    return {
        key: Region(
            share=share,
            road_km=km,
            lead_days=lead,
            freight_cny_per_piece=freight,
            freight_ad_hoc_cny_per_piece=ad_hoc,
        )
        for key, (share, km, lead, freight, ad_hoc) in REGIONS.items()
    }


def _categories() -> dict[str, Category]:
    return {
        key: Category(
            smv_min=smv,
            share=share,
            fabric_m_per_piece=metres,
            price_cny=price,
            month_factors=factors,
        )
        for key, (smv, share, metres, price, factors) in CATEGORIES.items()
    }


Regions = Annotated[dict[Name, Region], Field(min_length=1), AfterValidator(arranged(REGIONS))]
Categories = Annotated[
    dict[Name, Category], Field(min_length=1), AfterValidator(arranged(CATEGORIES))
]


class Scenario(Model):
    """Everything a run depends on besides its seed."""

    title: Text = "Wuxing, the default district"
    calendar: Calendar = Calendar()
    cluster: Cluster = Cluster()
    regions: Regions = Field(default_factory=_regions)
    categories: Categories = Field(default_factory=_categories)
    demand: Demand = Demand()
    line: Line = Line()
    digital: Digital = Digital()
    market: Market = Market()
    labor: Labor = Labor()
    finance: Finance = Finance()
    materials: Materials = Materials()
    services: Services = Services()
    adoption: Adoption = Adoption()
    shocks: tuple[Shock, ...] = ()
    experiment: Experiment = Experiment()
    _own_tables: "OwnTables | None" = PrivateAttr(None)

    @property
    def own_tables(self) -> "OwnTables | None":
        """The tables that replace drawn firms, orders and so on; None where there are none."""
        return self._own_tables

    def model_post_init(self, context: Any, /) -> None:
        """Take the tables that the loader read."""
        self._own_tables = (context or {}).get("own_tables")

    @model_validator(mode="after")
    def _holds_together(self, info: ValidationInfo) -> "Scenario":
        across(self, (info.context or {}).get("broken", ()))
        return self
