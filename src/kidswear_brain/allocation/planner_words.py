"""Why an order is unmet or late, in words: English and Chinese, in pairs."""

_SENTENCES: dict[str, tuple[str, str]] = {
    "promised": ("promised to {firm}: ", "已承诺给 {firm}："),
    "no_skill": (
        'no firm can make category "{category}"; add a skills row for it',
        "没有工厂能做品类“{category}”；请在技能表中增加一行",
    ),
    "no_way": (
        'no way from region "{region}" to a firm that can make it and back; '
        'add lanes both ways, for example to "{example}"',
        "从“{region}”到能做的工厂没有往返运输；请在运输表中增加往返，例如到“{example}”",
    ),
    "too_small": (
        "no firm in reach takes a lot of {pieces:,.10g} pieces; the smallest it would take is "
        "{least:,.10g}, at {firm}; lower min_lot_pieces or order more",
        "可达的工厂都不接 {pieces:,.10g} 件的小单；最低起订量为 {least:,.10g} 件（{firm}）；"
        "请降低最小批量或增加件数",
    ),
    "parts_late": (
        "its parts reach no able firm before day {last:.4g} (earliest: day {earliest:.4g}); "
        "release it earlier or give later --periods",
        "裁片在第 {last:.4g} 天前到不了任何能做的工厂（最早第 {earliest:.4g} 天）；"
        "请提前投产或延长 --periods",
    ),
    "too_late": (
        "too late: the earliest return is day {back:.4g}, the due day {due:.4g}; move due_days to "
        "{back:.4g} or give a late_cost_per_piece_day",
        "来不及：最早第 {back:.4g} 天返回，交期为第 {due:.4g} 天；请把交期改为 {back:.4g}，"
        "或填写延期成本",
    ),
    "promises": (
        "full of other promises; add operator-minutes there or drop a promise",
        "被其他承诺占满；请在那里增加工时或取消一项承诺",
    ),
    "whole_unmet": (
        "left over where lots are whole; --fractional would place it",
        "整批取整后剩余；--fractional 可排入",
    ),
    "dear": (
        "dearer to sew ({cost:.4g} a piece) than to leave ({worth:.4g}); raise "
        "unmet_cost_per_piece above {cost:.4g}",
        "加工（每件 {cost:.4g}）比不做（{worth:.4g}）更贵；请把未排成本提高到 {cost:.4g} 以上",
    ),
    "full": (
        "full: {able} able firm(s) in reach and in time have better work; first add "
        "{needed:,.0f} operator-minutes at {name} between day {begin:.4g} and {end:.4g}, each "
        "saves {price:.3g}, or move due_days",
        "产能已满：{able} 家可达且赶得上的工厂有更合算的活；请先在 {name} 第 {begin:.4g} 至 "
        "{end:.4g} 天增加 {needed:,.0f} 工人分钟，每分钟节省 {price:.3g}，或推迟交期",
    ),
    "named_late": (
        "its promised period ends too late; promise an earlier one",
        "所承诺的时段结束得太晚；请承诺更早的时段",
    ),
    "no_time": (
        "no period brings it back in time: the earliest return is day {back:.4g}, the due day "
        "{due:.4g}; move due_days to {back:.4g} or release it earlier",
        "没有时段赶得上：最早第 {back:.4g} 天返回，交期为第 {due:.4g} 天；"
        "请把交期改为 {back:.4g} 或提前投产",
    ),
    "late_cheaper": (
        "sewn in time it would cost {more:.4g} a piece more, at {name}; raise "
        "late_cost_per_piece_day to have it in time",
        "按期加工每件多花 {more:.4g}（{name}）；要按期请提高延期成本",
    ),
    "whole_late": (
        "late where lots are whole; --fractional would have it in time",
        "整批取整后延期；--fractional 可按期",
    ),
    "shared": (
        "; {orders:,} orders wait for minutes there, {needed:,.0f} in all",
        "；共有 {orders:,} 个订单等待该处工时，合计 {needed:,.0f} 分钟",
    ),
}


def say(language: str, key: str, **values: object) -> str:
    """Say one of the sentences in English (``"en"``) or Chinese (``"zh"``)."""
    return _SENTENCES[key][language == "zh"].format(**values)
