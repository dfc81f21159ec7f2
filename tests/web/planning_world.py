"""A plan of our own for the planning tests: short, fictitious, with one of everything."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

TEXT = """云港市减污降碳协同增效实施方案

一、工作目标

到2025年，全市单位地区生产总值二氧化碳排放比2020年下降19%，空气质量明显改善。

二、主要任务

1. 严格准入管理。禁止新建企业自备燃煤机组。鼓励园区建设绿色微电网。（市生态环境局牵头，市发展改革委配合）

2. 清理小型锅炉。2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。（市生态环境局、市市场监管局按职责分工负责）

3. 发展绿色建筑。到2025年，城镇新建建筑中绿色建筑占比达到80%。（市住房城乡建设局负责）

三、保障措施

（一）强化调度。建立月调度、年评估制度。
"""

NOVEL = (
    "那天傍晚，他独自走过石桥，河水很静，桥下的船已经散了。她没有回头，只把灯放在窗台上，像往常一样等着天黑下来。" * 40
)

HEAT = """云港市供热整合行动方案

一、主要任务

1. 整合供热资源。支持30万千瓦及以上热电联产机组供热合理半径范围内的燃煤锅炉关停整合。（市发展改革委牵头）

2. 清理小型锅炉。2024年底前，35蒸吨/小时以下燃煤锅炉全部淘汰。（市生态环境局负责）
"""
"""A plan with a word that has no value."""

RADIUS = "heat_radius_consolidation.radius_km"

VALUE = {
    "parameter_id": RADIUS,
    "value": "15",
    "unit": "km",
    "effective_from": "2020-01-01",
    "effective_to": "2030-12-31",
    "jurisdiction": "410000",
    "source": "示例文件甲",
    "clause": "第3条",
    "status": "verified",
}
"""A value for the radius, as the form sends it."""

BOILERS = (
    "subject_id,fuel,capacity_tph,status,nearest_chp_mw,chp_distance_km\n"
    "B1,coal,34.9,operating,300,14.9\nB2,coal,35.0,operating,300,19.9\nB3,coal,80,operating,300,30.1\n"
)


def boilers(text: str = BOILERS, name: str = "boilers.csv") -> SimpleUploadedFile:
    """A register of boilers as a browser sends it."""
    return SimpleUploadedFile(name, text.encode())
