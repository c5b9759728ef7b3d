"""What the page says besides numbers: English and Chinese, in pairs."""

from kidswear_brain.results.labels import LANGUAGES

_WORDS: dict[str, tuple[str, str]] = {
    "page": ("What the industry brain does", "产业大脑的作用"),
    "skip": ("Skip to the results", "跳到结果"),
    "contents": ("Contents", "目录"),
    "facts": (
        "{firms} firms, {brands} brands, {regions} regions; {days} days from {start}; "
        "{n} replications, seed {seed}.",
        "{firms} 家企业，{brands} 个品牌，{regions} 个区域；自 {start} 起 {days} 天；"
        "重复 {n} 次，种子 {seed}。",
    ),
    # arms and headings of columns
    "baseline": ("without the brain", "无大脑"),
    "brain": ("with the brain", "有大脑"),
    "measure": ("measure", "指标"),
    "relative": ("relative change", "相对变化"),
    "points": ("difference", "差值"),
    "pp": ("\N{NO-BREAK SPACE}pp", "\N{NO-BREAK SPACE}pp"),
    "interval": ("95\N{NO-BREAK SPACE}% interval", "95% 置信区间"),
    "to": ("to", "至"),
    "one": ("one replication, no interval", "仅一次重复，无区间"),
    "note": (
        "± is half the 95 % interval over {n} replications (Student's t); changes are paired by "
        "replication, so that both arms meet the same random world. pp: percentage points.",
        "±：{n} 次重复的 95% 置信区间半宽（t 分布）；变化按重复配对，"
        "两种情形面对同一随机环境。pp：百分点。",
    ),
    "note_one": (
        "One replication: one random world, no interval. Run more before relying on a figure.",
        "仅一次重复，即一个随机环境，无置信区间；请增加重复次数后再作判断。",
    ),
    # headline
    "headline": ("Headline", "主要结果"),
    "sentence": (
        "Capacity utilization is {baseline} without the brain and {brain} with it: {relative} "
        "relative, {points} in points.",
        "产能利用率：无大脑 {baseline}，有大脑 {brain}；相对变化 {relative}，差值 {points}。",
    ),
    "claim": (
        "The claim under study is “more than 32 %”, published without baseline, window or "
        "definition. Read as relative it {relative}; read as points it {points}.",
        "所研究的说法是“提升 32% 以上”，未公布基数、时段与定义。按相对变化理解：{relative}；"
        "按百分点理解：{points}。",
    ),
    "claim_above": (
        "is met here, by the whole interval",
        "本次结果达到：整个区间达到",
    ),
    "claim_below": (
        "is not met here: the whole interval falls short",
        "本次结果未达到：整个区间不及",
    ),
    "claim_open": (
        "lies inside the interval: the figures neither reach nor refute it",
        "落在区间之内：既未达到，也未被否定",
    ),
    "claim_single": ("cannot be judged from one replication", "仅一次重复，无法判断"),
    "claim_cost": (
        "Procurement cost changes by {change}; the claim of −6 % {verdict}.",
        "采购成本变化 {change}；“下降 6%”的说法：{verdict}。",
    ),
    "fitted": (
        "These values were fitted to the claim beforehand: {keys}. That it is met is no evidence "
        "for it (docs/validation.md).",
        "以下参数此前已按该说法校准：{keys}；因此达到该说法并不构成佐证（见 docs/validation.md）。",
    ),
    "cost_caveat": (
        "At the default wage and piece rate no firm covers its wages, and owners pay in: read the "
        "level of this cost with care (docs/materials-and-money.md).",
        "在默认工资与工价下，没有企业能覆盖工资，由业主垫资；此成本的绝对水平须谨慎解读"
        "（见 docs/materials-and-money.md）。",
    ),
    "measures": ("Both arms compared", "两种情形对比"),
    "compared": ("Means over the replications, and what the brain changes", "重复均值与变化"),
    "money": ("Procurement and costs", "采购与成本"),
    "money_table": ("Costs, and what collective buying changes", "成本与集采的作用"),
    "tiers": ("Metres bought at each price break", "各价格档所购米数"),
    "tier": ("price break, 0 the dearest", "价格档（0 最贵）"),
    # lost
    "lost": ("Why pieces are lost", "流失原因"),
    "lost_note": (
        "Pieces no firm accepted, as a share of pieces ordered, by the last reason of refusal.",
        "没有任何企业接受的件数占下单件数的比例，按最后一次拒绝的原因划分。",
    ),
    "lost_share": ("Lost pieces by cause, share of pieces ordered", "各原因流失件数占下单件数"),
    "lost_none": ("No piece was lost in either arm.", "两种情形均无流失。"),
    "cause": ("cause", "原因"),
    # ledger
    "ledger": ("Where line time goes", "产线时间去向"),
    "ledger_note": (
        "Every scheduled minute of every line has one cause; overtime counts as scheduled. A "
        "minute of every line counts alike here, and absence, vacancy and rework stand apart from "
        "producing, while utilization weighs by standard minutes of sustainable capacity; so the "
        "two need not move alike.",
        "每条产线的每一排班分钟（含加班）都只归于一个原因。此处每条产线的每分钟权重相同，"
        "且缺勤、缺员与返工不计入有效生产；产能利用率则按可持续产能的标准分钟加权，"
        "因此二者的变化未必一致。",
    ),
    "ledger_bars": ("Share of scheduled minutes by cause", "排班时间按原因的占比"),
    # waterfall
    "waterfall": ("From utilization without the brain to that with it", "利用率变化的分解"),
    "waterfall_note": (
        "A scheduled minute is worth posts x plateau efficiency standard minutes; what a cause "
        "gives up becomes good minutes or goes to another. In points of utilization: all steps sum "
        "to its change, groups of firms to all firms. This is accounting, not cause and effect: "
        "what a service causes shows when it is switched off (kidswear attribute).",
        "每一排班分钟按岗位数×熟练效率折算为标准分钟；某原因让出的分钟转为合格产出或归于其他原因。"
        "单位为利用率的百分点：各步之和即利用率的变化，各组企业之和即全部企业。"
        "这只是核算，并非因果；某项服务的作用要关闭它才能看出（kidswear attribute）。",
    ),
    "waterfall_table": ("The steps, all firms and groups of firms, points", "各步的百分点（分组）"),
    "waterfall_points": ("points of utilization", "利用率百分点"),
    "step": ("step", "步骤"),
    "for_cash": ("cash", "等资金"),
    "for_material": ("material", "等料"),
    "other_steps": ("other", "其他"),
    "all_firms": ("all firms", "全部企业"),
    "size_under_20": ("under 20 workers", "20 人以下"),
    "size_20_to_49": ("20 to 49 workers", "20–49 人"),
    "size_50_and_more": ("50 workers and more", "50 人及以上"),
    "joined": ("on the platform", "参与平台"),
    "outside_platform": ("outside the platform", "未参与平台"),
    # winners and losers
    "winners": ("Who gains, who loses", "谁受益，谁受损"),
    "winners_note": (
        "Each firm beside itself without the brain, in the same random world. Less and more used: "
        "firms whose utilization changes by over a point. Poorer: less cash and claims at the end, "
        "net of loans and of what owners put in.",
        "每家企业与同一随机环境中无大脑时的自己比较。利用率升降以一个百分点以上计。"
        "资金减少：期末现金与应收，扣除贷款与业主投入后减少。",
    ),
    "firms_note": (
        "Before, after: utilization without, with the brain; points: its change x 100, ± half the "
        "95 % interval over replications; less used, more used, poorer: % of firms.",
        "前、后：无大脑与有大脑的利用率；百分点：其变化×100，±为重复的 95% 置信区间半宽；"
        "利用率下降、利用率上升、资金减少：企业占比（%）。",
    ),
    "winners_table": ("Firms with and without the brain", "企业的变化"),
    "winners_gini": (
        "Gini coefficient of firms' utilization: {baseline} without the brain, {brain} with it.",
        "企业利用率的基尼系数：无大脑 {baseline}，有大脑 {brain}。",
    ),
    "firms_of": ("firms", "企业"),
    "number": ("number", "家数"),
    "before": ("before", "前"),
    "after": ("after", "后"),
    "in_points": ("points", "百分点"),
    "less": ("less used", "利用率下降"),
    "more": ("more used", "利用率上升"),
    "poorer": ("poorer", "资金减少"),
    # the frontier of guaranteed shares
    "frontier": ("What a guaranteed share of the work costs", "保证份额的代价"),
    "frontier_across": ("guaranteed share of what is sewn", "所保证的加工量份额"),
    "frontier_up": ("rise of the plan's cost", "方案成本的上升"),
    "frontier_of": (
        "{title}, what the brain planned on day {days}",
        "{title}：大脑在第 {days} 天的方案",
    ),
    "beyond": ("outside {region}", "{region}以外"),
    "guaranteed": ("guaranteed", "保证份额"),
    "they_sew": ("they sew", "实际份额"),
    "of_capacity": ("of capacity", "占产能"),
    "cost": ("cost", "成本"),
    "served": ("served", "满足"),
    "minute_price": ("CNY/min", "元/分钟"),
    "frontier_note": (
        "Cost: rise of the plans' cost, unmet work priced in; served: share of the work asked; "
        "CNY/min: what one more standard minute for these firms costs, mean over days.",
        "成本：方案成本的上升，含未排订单的成本；满足：占所求加工量的份额；"
        "元/分钟：这些企业每多一标准分钟的代价，各天平均。",
    ),
    # regions, firms, months
    "regions": ("Regions", "各区域"),
    "region": ("region of the firms", "企业所在区域"),
    "utilization": ("Capacity utilization", "产能利用率"),
    "fill": ("Part of the fill rate", "对按期满足率的贡献"),
    "on_time": ("On time, share of pieces delivered", "准时交付占比"),
    "region_note": (
        "The fill rate is split by who sewed: pieces delivered in time from a region's firms over "
        "all pieces ordered anywhere. The parts add up to the fill rate.",
        "按期满足率按加工地拆分：某区域企业按期交付的件数除以全部下单件数，"
        "各区域之和即按期满足率。",
    ),
    "firms": ("How firms' utilization is spread", "企业利用率的分布"),
    "firm_class": ("utilization of the firm", "企业利用率"),
    "firm_axis": ("utilization of the firm, %: begin of the class", "企业利用率（%，区间下限）"),
    "firm_share": ("Share of firms in each class of utilization", "各利用率区间的企业占比"),
    "and_more": ("and more", "及以上"),
    "spread": ("Percentiles over firms, not weighted", "企业利用率的百分位（不加权）"),
    "p10": ("lowest tenth of firms below", "最低十分之一企业低于"),
    "p50": ("half of the firms below", "半数企业低于"),
    "p90": ("highest tenth of firms above", "最高十分之一企业高于"),
    "gini": ("Gini coefficient over firms", "企业间基尼系数"),
    "months": ("Month by month", "逐月"),
    "month": ("month", "月份"),
    "month_chart": ("Capacity utilization by calendar month", "各月产能利用率"),
    "numbers": ("The numbers of this figure", "图中数字"),
    # assumptions
    "assumptions": ("Assumptions", "假设"),
    "changed": (
        "Values of this scenario that differ from the defaults",
        "本情景中与默认值不同的取值",
    ),
    "changed_none": (
        "No value of this scenario differs from the defaults.",
        "本情景的取值与默认值完全相同。",
    ),
    "key": ("key", "键"),
    "default": ("default", "默认值"),
    "here": ("here", "本情景"),
    "tags": (
        "Of {total} parameters {a} ({share}) are assumed, no source found; {d} are derived from "
        "sourced figures, {s} sourced. A result rests on all of them.",
        "{total} 个参数中，{a} 个（{share}）为假设，未找到来源；{d} 个由有来源的数字推算，"
        "{s} 个有来源。结果依赖于全部参数。",
    ),
    "assumed": ("The assumed parameters and their priors", "假设的参数及其先验范围"),
    "assumed_language": ("", "（含义与先验以英文给出）"),
    "value": ("value", "取值"),
    "unit": ("unit", "单位"),
    "meaning": ("meaning", "含义"),
    "prior": ("prior", "先验"),
    "warnings": ("Warnings", "警告"),
    "warnings_none": (
        "No warning; every value lies within its prior.",
        "无警告；所有取值均在先验范围内。",
    ),
    "outside": ("outside its prior: ", "超出先验范围："),
    # definitions and identity
    "definitions": ("How each measure is defined", "指标定义"),
    "names": (
        "Names as in the tables and in Python; capitals stand for a region, month, class or cause",
        "名称与数据表及 Python 中一致；大写部分代表区域、月份、区间或原因",
    ),
    "identity": (
        "The same scenario, seeds and code give the same numbers",
        "同一情景、种子与代码结果相同",
    ),
    "definition": ("definition", "定义"),
    "what_ran": ("What was run", "运行信息"),
    "scenario_hash": ("hash of the scenario", "情景哈希"),
    "code_hash": ("hash of the code", "代码哈希"),
    "version": ("version of kidswear-brain", "kidswear-brain 版本"),
    "seeds": ("seeds of the replications", "各次重复的种子"),
    "libraries": ("libraries", "依赖库"),
    "files": (
        "The tables of this run stand beside this page as Parquet files; manifest.json and "
        "scenario.resolved.yaml say how to repeat it.",
        "本次运行的数据表（Parquet）与本页在同一目录；manifest.json 与 "
        "scenario.resolved.yaml 说明如何重现。",
    ),
    # regions of the default district
    "region_zhili": ("Zhili, rest of Zhejiang", "织里及浙江"),
    "region_anhui_southeast": ("Anhui south-east", "皖东南"),
    "region_anhui_southwest": ("Anhui south-west", "皖西南"),
    "region_jiangsu_north": ("Jiangsu north", "苏北"),
    "region_jiangxi": ("Jiangxi", "江西"),
    "region_henan": ("Henan", "河南"),
    "region_hubei": ("Hubei", "湖北"),
    "region_guangdong": ("Guangdong and others", "广东及其他"),
}


class Words:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._place = LANGUAGES.index(language)

    def __call__(self, key: str, **values: object) -> str:
        """Give the words for a key, with values put in."""
        text = _WORDS[key][self._place]
        return text.format(**values) if values else text

    def region(self, key: str) -> str:
        """Call a region by its name; one a planner made up, by its key."""
        return self(f"region_{key}") if f"region_{key}" in _WORDS else key


def paired_words() -> dict[str, tuple[str, ...]]:
    """All words by key, one text a language, for a test that none is missing."""
    return dict(_WORDS)
