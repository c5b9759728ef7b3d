"""Definitions of measures in Chinese; those in English stand in the registry of measures."""

from kidswear_brain.results.measures import MEASURES

_CHINESE = {
    "utilization": "测量日内完成的合格标准分钟 ÷ 可持续产能：各产线日产能 × 窗口内排班日数之和，"
    "不扣除冲击",
    "utilization_unweighted": "各企业利用率的简单平均；把工作移到小企业即可使其上升",
    "utilization_plateau": "合格标准分钟 ÷ 假设满员且始终处于熟练水平时的标准分钟",
    "utilization_busy": "换款、生产、返工、非擅长与爬坡的分钟 ÷ 除停工与非班外的全部分钟（含加班）",
    "utilization_participants": "截至最后测量日已加入制造协同平台的企业的利用率，"
    "两种情形为同一批企业",
    "utilization_region_REGION": "某区域企业的利用率",
    "utilization_tier_TIER": "某数字化层级企业的利用率，产能按其自身效率与换款计；无此类企业则为空",
    "utilization_month_MONTH": "某日历月内测量日的利用率，如 2021-03；该月无工作日则为空",
    "member_firms_MONTH": "当月最后测量日已加入大脑且参与当时开通的某项服务的加工企业数；"
    "无大脑时为 0",
    "member_brands_MONTH": "同上，品牌数",
    "utilization_firm_PERCENTILE": "企业利用率（不加权）的第 10、50、90 百分位",
    "firm_share_CLASS": "利用率落在宽 0.1 的某区间（以下限命名）的企业占比，最后一个区间无上限",
    "gini_utilization": "企业利用率（不加权）的基尼系数：0 表示完全相同",
    "orders": "下单日在测量窗口内的订单数，两种情形相同；各订单指标均就这些订单而言",
    "load": "这些订单（含流失）的标准分钟 ÷ 窗口内可持续产能",
    "fill_rate": "交期前交付的件数 ÷ 下单件数",
    "fill_rate_region_REGION": "某区域企业按期交付的件数 ÷ 全部下单件数，一单多批按件数分摊；"
    "各区域之和为按期满足率",
    "on_time_share": "交期前交付的件数 ÷ 已交付件数",
    "on_time_share_region_REGION": "某区域企业所缝制件数的准时交付占比",
    "lost_share": "始终无企业接受的件数 ÷ 下单件数",
    "lost_share_CAUSE": "同上，按最后一次拒绝的原因；合计为流失件数占比",
    "lead_time_days": "从下单到最后一批到达的天数，已完成订单，按交付件数加权",
    "tardiness_days": "延误天数（按时为 0），已完成订单，按交付件数加权",
    "t_shirt_cycle_days": "从裁片离开集散地（开缝前一个运输时间）到最后一批成衣返回的天数的中位数："
    "皖西南 2,000 至 4,500 件、至少三条产线的 T 恤订单；没有则为空",
    "pieces_per_worker_day": "测量日内缝制完成的件数（含不合格）÷ 出勤人日",
    "pieces_per_worker_day_best_month": "同一指标最高的一个月（整月在窗口内且至少 10 个工作日）",
    "best_month_over_february": "7 至 12 月中最高月产出 ÷ 二月产出，仅计整月",
    "firms_per_order": "有批次的订单平均涉及的企业数",
    "rounding_cost_share": "（整批成本 − 线性规划成本）÷ 线性规划成本，窗口内各优化时点合计",
    "rounding_shed_share": "（线性规划安排的标准分钟 − 整批安排的标准分钟）÷ 前者",
    "procurement_cost_index": "各 SKU 的 w ×（测量日所付（含运费与平台费）"
    "÷ 所购米数的目录价值）之和；"
    "w 为该 SKU 在窗口内全部订单目录价值中的占比，两种情形相同；未购买的 SKU 取该情形均值",
    "procurement_cost_index_PART": "同一指标中价格、运费、平台费各自的部分；三项之和为该指数",
    "procurement_cost_index_shared_orders": "两种情形均已购料的窗口内订单的账单"
    "（含运费与平台费）÷ 其所需米数的目录价值",
    "procurement_tier_TIER": "测量日所购米数在各价格档（0 档最贵）或现货市场的占比；合计为 1",
    "procurement_pooled_share": "测量日经平台购买的米数占比",
    "procurement_member_saving": "1 − 集采成员的账单 ÷ 各自单独购买的成本"
    "（最便宜的供应商、自身价格档与运费、无平台费）",
    "procurement_outside_share": "集采中账单高于单独购买成本的订单颜色占比，按情景的分摊规则",
    "procurement_gap_max": "各窗口采购方案（成本 − 下界）÷ 成本的最大值",
    "unit_cost": "测量日所付材料、运费、平台费、利息与当日工资之和 ÷ 当日到达的合格件数",
    "wages": "测量日工资：出勤分钟 × 工资率，加班 1.5 倍",
    "interest": "测量日支付的贷款利息与应收账款提前兑付的费用",
    "freight": "测量日支付的材料、裁片与成衣运费",
    "owners_contribution": "现金与授信用尽后，业主在测量日投入的资金",
    "firm_margin": "1 −（工资 + 利息）÷ 到达件的加工价款，全部企业，测量日",
    "firm_margin_PERCENTILE": "有收入企业的同一指标的第 10、50、90 百分位",
    "firms_at_loss_share": "工资与利息高于加工价款的企业占比",
    "ledger_CAUSE": "某原因的分钟 ÷ 全部产线在测量日的全部分钟；14 项之和为 1",
    "ledger_scheduled_CAUSE": "某原因的分钟 ÷ 除停工与非班外的全部分钟；12 项之和为 1",
}


def definition(measure: str, language: str) -> str:
    """Define an entry of the registry; in English where a language has no text for it.

    Raises
    ------
    KeyError
        If the registry has no such entry.
    """
    english = {entry.name: f"{entry.definition} ({entry.unit})" for entry in MEASURES}[measure]
    return _CHINESE.get(measure, english) if language == "zh" else english
