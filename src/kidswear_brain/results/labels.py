"""What measures, causes and headings are called on screen and in reports: English, Chinese."""

LANGUAGES = ("en", "zh")

_LABELS: dict[str, tuple[str, str]] = {
    # measures
    "load": ("demand / capacity", "需求/产能"),
    "utilization": ("utilization", "产能利用率"),
    "utilization_unweighted": ("  mean over firms", "  企业平均（不加权）"),
    "utilization_participants": ("  participants", "  参与企业"),
    "utilization_busy": ("  busy line time", "  产线占用率"),
    "fill_rate": ("fill rate", "按期满足率"),
    "on_time_share": ("on time, delivered", "准时交付占比"),
    "lost_share": ("lost pieces", "流失件数占比"),
    "pieces_per_worker_day": ("pieces/worker-day", "人日件数"),
    "lead_time_days": ("lead time, days", "交货周期（天）"),
    "tardiness_days": ("tardiness, days", "延误（天）"),
    "firms_per_order": ("firms per order", "每单企业数"),
    "procurement_cost_index": ("procurement cost", "采购成本指数"),
    "procurement_cost_index_price": ("  price", "  价格"),
    "procurement_cost_index_freight": ("  freight", "  运费"),
    "procurement_cost_index_fee": ("  platform fee", "  平台费"),
    "procurement_cost_index_shared_orders": ("  orders of both arms", "  两种情形共有订单"),
    "procurement_pooled_share": ("metres bought together", "集采米数占比"),
    "procurement_member_saving": ("saving of pool members", "集采成员节省"),
    "procurement_outside_share": ("members better off alone", "单独购买更省的成员占比"),
    "unit_cost": ("cost per piece, CNY", "单件成本（元）"),
    "firm_margin": ("margin of the firms", "企业毛利率"),
    "firms_at_loss_share": ("firms at a loss", "亏损企业占比"),
    # causes of loss
    "lost_share_skill": ("  skill", "  工艺不符"),
    "lost_share_capacity": ("  capacity", "  产能不足"),
    "lost_share_material": ("  material", "  缺料"),
    "lost_share_cash": ("  cash", "  资金不足"),
    "lost_share_declined": ("  declined", "  价格或信任"),
    "lost_share_late": ("  too late", "  已过交期"),
    "lost_share_unasked": ("  nobody to ask", "  无企业可询"),
    # causes of the line-minute ledger
    "ledger_scheduled_shut_down": ("shut-down", "春节停工"),
    "ledger_scheduled_off_shift": ("off shift", "非班时间"),
    "ledger_scheduled_shock": ("shock", "冲击"),
    "ledger_scheduled_vacancy": ("vacancy", "缺员"),
    "ledger_scheduled_absence": ("absence", "缺勤"),
    "ledger_scheduled_change_over": ("change-over", "换款"),
    "ledger_scheduled_producing": ("producing", "有效生产"),
    "ledger_scheduled_rework": ("rework", "返工"),
    "ledger_scheduled_off_skill": ("off skill", "非擅长品类"),
    "ledger_scheduled_learning": ("learning", "熟练爬坡"),
    "ledger_scheduled_waiting_material": ("waiting: material", "等料"),
    "ledger_scheduled_waiting_cash": ("waiting: cash", "等资金"),
    "ledger_scheduled_refused": ("refused", "报价被拒"),
    "ledger_scheduled_no_order": ("no order", "无订单"),
    # terms of the waterfall that are no causes
    "waterfall_scheduled": ("overtime and schedule", "加班与排班"),
    "waterfall_rejected": ("rejects, rounding", "不合格与取整"),
    # attribution
    "service_manufacturing": ("manufacturing", "制造协同"),
    "service_procurement": ("procurement", "集约采购"),
    "service_design": ("design", "设计协同"),
    "service_recruitment": ("recruitment", "人才招聘"),
    "service_finance": ("finance", "供应链金融"),
    "gini_utilization": ("Gini of utilization", "利用率基尼系数"),
    "share_in": ("share in", "贡献"),
    "alone_last": ("  alone / last", "  单独/最后"),
    "total": ("total", "合计"),
    "pairs": ("pairs, points of utilization", "两两交互（百分点）"),
    "sets": ("sets of services", "种服务组合"),
    "attribution_note": (
        "Shapley shares ± half the 95 % interval over replications; they sum to the\n"
        "total. Below them what a service adds as the only one / as the last one.\n"
        "Pairs: what two add together beyond each by itself; negative: they do the same\n"
        "work. Utilization, fill rate, lost: points; %: relative to the baseline.",
        "Shapley 贡献 ±95% 置信区间半宽（按重复），各项之和为合计；\n"
        "其下为单独启用/最后启用时的作用。\n"
        "两两交互：共同作用超出各自作用之和的部分，负值表示相互替代。\n"
        "利用率、按期满足率、流失为百分点；%：相对无大脑。",
    ),
    "written_to": ("Written to", "已写入"),
    # headings and lines
    "measure": ("measure", "指标"),
    "baseline": ("baseline", "无大脑"),
    "brain": ("brain", "有大脑"),
    "gain": ("gain", "相对变化"),
    "difference": ("difference", "差值"),
    "ledger": ("share of scheduled minutes", "排班时间占比"),
    "month": ("utilization by month", "按月利用率"),
    "member_firms": ("member firms", "成员企业"),
    "member_brands": ("member brands", "成员品牌"),
    "firms": ("firms", "家企业"),
    "days": ("days", "天"),
    "replications": ("replications", "重复次数"),
    "seed": ("seed", "种子"),
    "interval_note": (
        "± half-width of the 95 % interval over replications; changes are paired,\n"
        "gain is the mean of the replications' ratios (- where a ratio says nothing);\n"
        "pp = points of a share x 100.",
        "±：重复试验95%置信区间的半宽；变化按重复配对，\n"
        "相对变化为各次重复比值的均值（- 表示比值无意义）；pp：百分点。",
    ),
    "single_note": (
        "One replication: no interval; pp = points of a share x 100.",
        "仅一次重复，无置信区间；pp：百分点。",
    ),
    "fitted_note": (
        "Fitted to the claim beforehand: {keys}. That it is met is no evidence for it.",
        "以下参数此前已按该说法校准：{keys}；因此达到该说法并不构成佐证。",
    ),
    "run_directory": ("Run directory", "运行目录"),
    "shown_again": ("finished before; shown again", "此前已完成，直接显示"),
    # what `allocate` shows: names of figures, and the figures
    "a_orders": ("orders", "订单"),
    "a_orders_is": ("{orders:,} of {pieces:,} pieces", "{orders:,} 个，共 {pieces:,} 件"),
    "a_planned": ("planned", "已排"),
    "a_planned_is": ("{planned:,.10g} pieces ({share:.1%})", "{planned:,.10g} 件（{share:.1%}）"),
    "a_firms": ("firms an order", "每单工厂数"),
    "a_unmet": ("unmet", "未排"),
    "a_unmet_is": (
        "{unmet:,.10g} pieces of {orders:,} orders",
        "{unmet:,.10g} 件，{orders:,} 个订单",
    ),
    "a_late": ("late", "延期"),
    "a_late_is": ("{late:,.10g} pieces at a late cost", "{late:,.10g} 件，计延期成本"),
    "a_cost": ("cost", "成本"),
    "a_bound": ("bound", "下界"),
    "a_bound_is": (
        "{bound:,.2f}, {share:.2%} below the cost",
        "{bound:,.2f}，低于成本 {share:.2%}",
    ),
    "a_unmet_cost": ("unmet cost", "未排成本"),
    "a_unmet_cost_is": ("{low:,.2f} to {high:,.2f} a piece", "每件 {low:,.2f} 至 {high:,.2f}"),
    "a_default": ("by default", "取默认值"),
    "a_default_is": ("{orders:,} orders: {rule}", "{orders:,} 个订单：{rule}"),
    "a_solver": ("solver", "求解器"),
    "a_solver_is": (
        "{solver}, {seconds:.2f} s, to {gap:.0e}",
        "{solver}，{seconds:.2f} 秒，误差 {gap:.0e}",
    ),
    "a_note": ("note", "说明"),
    "a_held": ("promises held", "履行承诺"),
    "a_held_is": ("{kept:,.10g} of {promised:,.10g} pieces", "{kept:,.10g} / {promised:,.10g} 件"),
    "a_free": ("all free", "全部放开"),
    "a_free_is": ("would save {saved:,.2f}; see moves.csv", "可节省 {saved:,.2f}；见 moves.csv"),
    "a_prices": (
        "one more operator-minute would save, by region and end of period:",
        "每增加一工人分钟可节省，按地区与时段末：",
    ),
    "a_region": ("region", "地区"),
    "a_day": ("day {day:g}", "第 {day:g} 天"),
    "a_wait": (
        "{orders:,} order(s) wait for {minutes:,.0f} operator-minutes at {firm} ({region}) until "
        "day {day:g}, each saves {price:.3g}",
        "{orders:,} 个订单等待 {firm}（{region}）第 {day:g} 天前的 {minutes:,.0f} 工人分钟，"
        "每分钟节省 {price:.3g}",
    ),
    "a_one_unmet": (
        "unmet {order}, pieces {pieces:,.10g}: {reason}",
        "未排 {order}，{pieces:,.10g} 件：{reason}",
    ),
    "a_one_late": (
        "late {order}, pieces {pieces:,.10g}, days {days:.3g}: {reason}",
        "延期 {order}，{pieces:,.10g} 件，{days:.3g} 天：{reason}",
    ),
    "a_more": ("... and {more:,} more in {file}", "…… 另有 {more:,} 条见 {file}"),
    "a_written": ("written to {path}", "已写入 {path}"),
    "a_again": (" (shown again)", "（再次显示）"),
}


def label(key: str, language: str) -> str:
    """Call a measure, cause or heading by its name in a language of `LANGUAGES`.

    Measures that are rarely shown have no name but their own.
    """
    return _LABELS[key][LANGUAGES.index(language)] if key in _LABELS else key
