"""Words that carry no content of a demand: what is left when they are taken away is what nobody has read yet."""

import re

_ENGLISH = """
a about acc according after against all also an and any are as asap at be been before by can certificate
certification check client company could customer deadline deliver do does done each export exported exporting
find firm first following for from get have has had he help here hi hello how i if in incl including into is
it its kindly later like look make makes manufacture market markets may month must my need needed needs new
next now of off on one only or order other our out over per piece pieces please plus possible produce product
products quote request require required requires report reports result results robot robots sample samples
sell selling send she should sold some such take test tested testing tests than thank thanks that the their
them then there these they this those three to two type under unit units up us use used uses using value want
wanted wants was we were what when where which who will with within work would yes yet you your looking
"""
_CHINESE = """
我们公司 我公司 本公司 我们的 我们 我司 我厂 公司 企业 有一台 有一款 一台 两台 一款 一种 一个 一批 台 款 种 个
批 产品 样机 样品 机器人 设备 整机 想要 想做 想测 希望 打算 准备 计划 需要做 需要 要做 要测 请问 请 麻烦 帮忙
帮我 帮 检测 测试 试验 检验 评估 认证 测量 报告 出报告 出具 送检 送样 完成 项目 要求 标准 依据 按照 按 根据
出口到 出口 销往 销售 市场 销 卖到 卖 做 测 测一下 看看 一下 就行 即可 还要 还 也要 也 都要 都 只做 只要 就做
只 就 单独 生产 制造 使用 用于 用 以及 和 与 及 或 或者 并 且 并且 的 了 是 在 为 到 去 给 把 里 内 上 中 等
约 大约 左右 最 可 可以 能 带 有 要 想 各 一项 三项 两项 全套 整套 吗 呢 吧 谢谢 您好 你好 它 这 那 该 此 本
会 先 再 暂时 另外 其他 其它
"""
ENGLISH = frozenset(_ENGLISH.split())
"""Also never read as a misspelling of a word of the pack."""
CHINESE = re.compile("|".join(sorted(_CHINESE.split(), key=len, reverse=True)))
