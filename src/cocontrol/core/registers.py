"""Declarations of the registers that a workspace brings: facilities, statistics, air quality, targets, boundaries.

A register says what is there, as published; nothing in it is calculated. Method tables (activity,
energy balance …) are declared beside their methods.
"""

from __future__ import annotations

from cocontrol.core.common_columns import ADCODE, ADCODE_PATTERN
from cocontrol.core.tables import TABLES, Column, Kind, Table
from cocontrol.core.text import Text, same

LOCATION_BASES = {
    "coordinates": Text("由坐标落入行政区界得到", "from the coordinates, by point in polygon"),
    "published_place": Text("由原表所写地名得到", "from the place named in the source"),
    "matched": Text(
        "取自另一来源中匹配到的同一设施的坐标", "coordinates of the same facility, matched in another source"
    ),
}

FACILITY_KINDS = {
    "power_plant": Text("发电厂", "power plant"),
    "coal_unit": Text("燃煤发电机组", "coal-fired power unit"),
    "steel_plant": Text("钢铁企业", "iron and steel plant"),
    "cement_plant": Text("水泥企业", "cement plant"),
    "other": Text("其他", "other"),
}

FACILITY_FUELS = {
    "coal": Text("煤", "coal"),
    "natural_gas": Text("天然气", "natural gas"),
    "coal_mine_methane": Text("煤层气（煤矿瓦斯）", "coal mine methane"),
    "landfill_gas": Text("填埋气", "landfill gas"),
    "oil": Text("油品", "oil"),
    "biomass": Text("生物质", "biomass"),
    "waste": Text("垃圾", "waste"),
    "nuclear": Text("核能", "nuclear"),
    "hydro": Text("水能", "hydro"),
    "wind": Text("风能", "wind"),
    "solar": Text("太阳能", "solar"),
    "geothermal": Text("地热", "geothermal"),
    "mixed": Text("多种燃料", "several fuels"),
}

FACILITY_STATUSES = {
    "operating": Text("运行", "operating"),
    "construction": Text("在建", "under construction"),
    "permitted": Text("已核准", "permitted"),
    "pre_permit": Text("核准前", "before permit"),
    "mothballed": Text("停用封存", "mothballed"),
    "retired": Text("已退役", "retired"),
    "cancelled": Text("已取消", "cancelled"),
}

CAPACITY_SUBJECTS = {
    "electric_power": Text("发电装机", "electric power"),
    "crude_steel": Text("粗钢年产能", "crude steel per year"),
    "pig_iron": Text("生铁年产能", "pig iron per year"),
    "clinker": Text("熟料年产能", "clinker per year"),
}

FACILITY = TABLES.declare(
    Table(
        name="facility",
        label=Text("设施", "facility"),
        description=Text(
            "设施登记：在哪里、是什么、多大、何种状态。各来源分文件保存，同一设施可在多个来源中出现，未经匹配不得相加。",
            "Facilities: where, what, how large, in what state. Each source keeps its own file; one plant may stand "
            "in several sources, so capacities are not added across sources before matching.",
        ),
        key=("facility_id",),
        columns=(
            Column(
                "facility_id",
                Kind.TEXT,
                Text("设施编号", "facility id"),
                Text("来源前缀加来源内编号", "prefix of the source and the number within it"),
                required=True,
            ),
            Column(
                "name_zh",
                Kind.TEXT,
                Text("中文名称", "Chinese name"),
                Text("来源所载；可缺", "as published; may be missing"),
            ),
            Column(
                "name_en",
                Kind.TEXT,
                Text("英文名称", "English name"),
                Text("来源所载；可缺", "as published; may be missing"),
            ),
            Column(
                "adcode",
                Kind.TEXT,
                Text("县级行政区划代码", "county adcode"),
                Text("GB/T 2260；无坐标时为所知的最窄一级", "GB/T 2260; without coordinates the narrowest level known"),
                required=True,
                code_list="region",
                pattern=ADCODE_PATTERN,
                aliases=("行政区划代码",),
            ),
            Column(
                "city_adcode",
                Kind.TEXT,
                Text("市级行政区划代码", "city adcode"),
                Text("GB/T 2260；只知省份时为空", "GB/T 2260; empty where only the province is known"),
                code_list="region",
                pattern=ADCODE_PATTERN,
            ),
            Column(
                "province_adcode",
                Kind.TEXT,
                Text("省级行政区划代码", "province adcode"),
                same("GB/T 2260"),
                required=True,
                code_list="region",
                pattern=ADCODE_PATTERN,
            ),
            Column(
                "location_basis",
                Kind.TEXT,
                Text("定位依据", "location basis"),
                Text("行政区代码如何得到", "how the adcodes were found"),
                required=True,
                allowed=LOCATION_BASES,
            ),
            Column(
                "published_place",
                Kind.TEXT,
                Text("原表地名", "published place"),
                Text("来源所写的地点，与坐标可能矛盾", "the place as published; it may contradict the coordinates"),
            ),
            Column(
                "longitude",
                Kind.NUMBER,
                Text("经度", "longitude"),
                Text("CGCS2000（同 WGS84）", "CGCS2000 (as WGS84)"),
                unit="degree",
                minimum=-180,
                maximum=180,
            ),
            Column(
                "latitude",
                Kind.NUMBER,
                Text("纬度", "latitude"),
                Text("CGCS2000（同 WGS84）", "CGCS2000 (as WGS84)"),
                unit="degree",
                minimum=-90,
                maximum=90,
            ),
            Column(
                "kind",
                Kind.TEXT,
                Text("设施类型", "kind"),
                Text("设施类型", "what it is"),
                required=True,
                allowed=FACILITY_KINDS,
            ),
            Column(
                "fuel",
                Kind.TEXT,
                Text("主要燃料", "fuel"),
                Text("主要燃料或能源", "main fuel or source of energy"),
                allowed=FACILITY_FUELS,
            ),
            Column(
                "capacity",
                Kind.NUMBER,
                Text("能力", "capacity"),
                Text("见能力单位与能力对象", "see its unit and subject"),
                minimum=0,
            ),
            Column(
                "capacity_unit",
                Kind.TEXT,
                Text("能力单位", "capacity unit"),
                Text("能力的单位", "unit of the capacity"),
                allowed={"MW": Text("兆瓦", "MW"), "kt/year": Text("千吨/年", "kt/year")},
            ),
            Column(
                "capacity_of",
                Kind.TEXT,
                Text("能力对象", "capacity of"),
                Text("能力说的是什么", "what the capacity counts"),
                allowed=CAPACITY_SUBJECTS,
            ),
            Column(
                "status",
                Kind.TEXT,
                Text("状态", "status"),
                Text("来源未写则为空", "empty where the source says nothing"),
                allowed=FACILITY_STATUSES,
            ),
            Column(
                "commissioned_year",
                Kind.INTEGER,
                Text("投运年份", "commissioned year"),
                Text("投运年份", "year of commissioning"),
                minimum=1880,
                maximum=2100,
            ),
            Column("owner", Kind.TEXT, Text("业主", "owner"), Text("来源所载", "as published")),
            Column(
                "source",
                Kind.TEXT,
                Text("来源", "source"),
                Text("数据集名称与版本", "data set and edition"),
                required=True,
            ),
            Column(
                "source_row",
                Kind.INTEGER,
                Text("原文件行号", "row of the source"),
                Text("原始文件中的行号，首行为标题", "row in the original file, the heading being row 1"),
                minimum=2,
            ),
            Column(
                "location_facility_id",
                Kind.TEXT,
                Text("坐标所取设施", "facility of the coordinates"),
                Text("匹配得到的坐标取自哪个设施", "for matched coordinates: the facility they are taken from"),
            ),
            Column(
                "location_probability",
                Kind.NUMBER,
                Text("匹配概率", "probability of the match"),
                Text("两条记录为同一设施的概率", "that the two records are one facility"),
                unit="1",
                minimum=0,
                maximum=1,
            ),
            Column(
                "location_note",
                Kind.TEXT,
                Text("定位说明", "note on the location"),
                Text("匹配的证据；未采用时的原因", "evidence for the match; the reason where none was taken"),
            ),
        ),
    )
)

STATISTICS_INDICATORS = {
    "gdp": Text("地区生产总值", "gross regional product"),
    "gdp_index": Text("地区生产总值指数（上年=100）", "GDP index (previous year = 100)"),
    "population": Text("常住人口", "resident population"),
    "private_cars": Text("私人汽车拥有量", "private cars"),
    "secondary_share": Text("第二产业占比", "share of secondary industry in GDP"),
    "urbanisation": Text("常住人口城镇化率", "share of urban residents"),
}

PRICE_BASES = {
    "current": Text("当年价", "current prices"),
    "constant": Text("不变价", "constant prices"),
}

PROVINCIAL_STATISTICS = TABLES.declare(
    Table(
        name="provincial_statistics",
        label=Text("地区统计", "regional statistics"),
        description=Text(
            "公开统计指标，长表。同一指标可有多个版次（如经济普查前后的生产总值），以 vintage 区分，不得混用。",
            "Public statistics in long form. One indicator may have several vintages (GDP before and after an "
            "economic census), told apart by vintage and never mixed.",
        ),
        key=("adcode", "year", "indicator", "price_basis", "vintage"),
        columns=(
            ADCODE,
            Column("region", Kind.TEXT, Text("地区", "region"), Text("来源所写的名称", "the name as published")),
            Column(
                "year",
                Kind.INTEGER,
                Text("年份", "year"),
                Text("统计年份", "statistical year"),
                required=True,
                minimum=1949,
                maximum=2100,
            ),
            Column(
                "indicator",
                Kind.TEXT,
                Text("指标", "indicator"),
                Text("指标代码", "code of the indicator"),
                required=True,
                allowed=STATISTICS_INDICATORS,
            ),
            Column(
                "value",
                Kind.NUMBER,
                Text("数值", "value"),
                Text("以所列单位计", "in the unit given"),
                accepts_notation=True,
            ),
            Column(
                "unit", Kind.TEXT, Text("单位", "unit"), Text("可换算的单位", "a unit that converts"), required=True
            ),
            Column(
                "price_basis",
                Kind.TEXT,
                Text("价格基准", "price basis"),
                Text("货币指标必填；其他填 none", "for money; none for other indicators"),
                required=True,
                allowed={**PRICE_BASES, "none": Text("不适用", "not applicable")},
            ),
            Column(
                "vintage",
                Kind.TEXT,
                Text("版次", "vintage"),
                Text(
                    "同一指标的不同发布版次；只有一版时填 single", "edition of the figure; single where only one exists"
                ),
                required=True,
                pattern=r"[a-z0-9_]+",
            ),
            Column(
                "source", Kind.TEXT, Text("来源", "source"), Text("数据来源", "where it was published"), required=True
            ),
        ),
    )
)


def _concentration(name: str, symbol: str, unit: str, what: Text) -> Column:
    return Column(name, Kind.NUMBER, same(symbol), what, unit=unit, minimum=0)


AIR_QUALITY_HOURLY = TABLES.declare(
    Table(
        name="air_quality_hourly",
        label=Text("站点小时空气质量", "hourly air quality by station"),
        description=Text(
            "国控站点小时值，按来源原样保存：重复行、缺测和过期时间戳均未清理，因此不声明主键。",
            "Hourly values of national stations as published: repeated rows, gaps and stale time stamps are left in, "
            "so no key is declared.",
        ),
        key=(),
        columns=(
            Column(
                "adcode",
                Kind.TEXT,
                Text("市级行政区划代码", "city adcode"),
                same("GB/T 2260"),
                required=True,
                code_list="region",
                pattern=ADCODE_PATTERN,
            ),
            Column(
                "city", Kind.TEXT, Text("城市", "city"), Text("来源所写的名称", "the name as published"), required=True
            ),
            Column(
                "station",
                Kind.TEXT,
                Text("站点", "station"),
                Text("来源所写的名称", "the name as published"),
                required=True,
            ),
            Column(
                "time",
                Kind.TEXT,
                Text("时间", "time"),
                Text("北京时间，整点，ISO 8601", "Beijing time, on the hour, ISO 8601"),
                required=True,
                pattern=r"\d{4}-\d{2}-\d{2}T\d{2}:00:00",
            ),
            Column(
                "aqi",
                Kind.NUMBER,
                same("AQI"),
                Text("空气质量指数（来源计算）", "air quality index as computed by the source"),
                minimum=0,
            ),
            _concentration("PM25", "PM2.5", "ug/m3", Text("细颗粒物", "fine particulate matter")),
            _concentration("PM10", "PM10", "ug/m3", Text("可吸入颗粒物", "particulate matter ≤ 10 µm")),
            _concentration("SO2", "SO2", "ug/m3", Text("二氧化硫", "sulphur dioxide")),
            _concentration("NO2", "NO2", "ug/m3", Text("二氧化氮", "nitrogen dioxide")),
            _concentration("CO", "CO", "mg/m3", Text("一氧化碳", "carbon monoxide")),
            _concentration("O3_1h", "O3 1h", "ug/m3", Text("臭氧 1 小时", "ozone, 1 hour")),
            _concentration("O3_8h", "O3 8h", "ug/m3", Text("臭氧 8 小时滑动", "ozone, 8-hour running mean")),
        ),
    )
)

TARGET_KINDS = {
    "quantitative_target": Text("定量目标", "quantitative target"),
    "threshold": Text("限值", "threshold"),
    "zero_rule": Text("清零要求", "zero rule"),
    "count": Text("数量要求", "count"),
    "stage_grade": Text("阶段或等级要求", "stage or grade"),
    "directional_goal": Text("方向性目标", "directional goal"),
    "external_value_goal": Text("外部给定值的目标", "goal whose value is set elsewhere"),
    "relative_goal": Text("相对目标", "relative goal"),
}

TARGET_OPERATORS = {
    "==": Text("等于", "equals"),
    ">=": Text("不低于", "at least"),
    ">": Text("高于", "more than"),
    "<=": Text("不高于", "at most"),
    "<": Text("低于", "less than"),
    "change_pct": Text("较基准年变化百分比（下降为负）", "change from the base year in percent (a fall is negative)"),
    "increasing": Text("上升", "increasing"),
    "decreasing": Text("下降", "decreasing"),
    "improving": Text("改善", "improving"),
}

TARGET = TABLES.declare(
    Table(
        name="target",
        label=Text("目标", "target"),
        description=Text(
            "方案中的目标和限值。start、end 为目标语句的字符位置（从 0 起，右端不含）；不附原文的文件此二列为空。",
            "Targets and thresholds of plans. start and end are character offsets of the words in the document "
            "(from 0, end excluded); empty where the document is not enclosed.",
        ),
        key=("target_id",),
        columns=(
            Column("target_id", Kind.TEXT, Text("目标编号", "target id"), Text("唯一编号", "unique id"), required=True),
            Column(
                "task_id",
                Kind.TEXT,
                Text("任务编号", "task id"),
                Text("所属任务或条款", "the task or clause it stands in"),
            ),
            Column(
                "adcode",
                Kind.TEXT,
                Text("行政区划代码", "adcode"),
                Text("目标所约束的地区；虚构地区为空", "region bound by the target; empty for a fictitious one"),
                code_list="region",
                pattern=ADCODE_PATTERN,
            ),
            Column(
                "kind",
                Kind.TEXT,
                Text("目标类型", "kind"),
                Text("目标类型", "kind of target"),
                required=True,
                allowed=TARGET_KINDS,
            ),
            Column("metric", Kind.TEXT, Text("指标", "metric"), Text("指标代码", "code of the metric"), required=True),
            Column(
                "subject",
                Kind.TEXT,
                Text("对象", "subject"),
                Text("目标说的是谁或什么", "whom or what the target is about"),
                required=True,
            ),
            Column(
                "operator",
                Kind.TEXT,
                Text("关系", "operator"),
                Text("指标与目标值的关系", "how metric and value relate"),
                allowed=TARGET_OPERATORS,
            ),
            Column(
                "value",
                Kind.NUMBER,
                Text("目标值", "value"),
                Text("未写数值则为空", "empty where no number is written"),
            ),
            Column("unit", Kind.TEXT, Text("单位", "unit"), Text("目标值的单位", "unit of the value")),
            Column(
                "base_year",
                Kind.INTEGER,
                Text("基准年", "base year"),
                Text("未写则为空", "empty where none is written"),
                minimum=1949,
                maximum=2100,
            ),
            Column(
                "target_year",
                Kind.INTEGER,
                Text("目标年", "target year"),
                Text("未写则为空", "empty where none is written"),
                minimum=1949,
                maximum=2100,
            ),
            Column(
                "qualifier",
                Kind.TEXT,
                Text("限定词", "qualifier"),
                Text("左右、力争、以上、及以下、原则上 等", "words such as 左右, 力争, 以上, 及以下, 原则上"),
            ),
            Column("start", Kind.INTEGER, Text("起始字符", "start"), Text("从 0 起", "from 0"), minimum=0),
            Column("end", Kind.INTEGER, Text("结束字符", "end"), Text("不含", "excluded"), minimum=0),
            Column(
                "document",
                Kind.TEXT,
                Text("文件", "document"),
                Text("工作区内路径或文件名称", "path in the workspace, or title"),
                required=True,
            ),
        ),
    )
)

BOUNDARY = TABLES.declare(
    Table(
        name="boundary",
        label=Text("行政区界", "boundary"),
        description=Text(
            "GeoJSON 要素的属性；坐标系 CGCS2000（同 WGS84）。界线数据署名「天地图」。",
            "Properties of the GeoJSON features; CGCS2000 (as WGS84). Attribution: 天地图.",
        ),
        key=("adcode",),
        columns=(
            Column(
                "adcode",
                Kind.TEXT,
                Text("行政区划代码", "adcode"),
                same("GB/T 2260"),
                required=True,
                pattern=ADCODE_PATTERN,
            ),
            Column("name", Kind.TEXT, Text("名称", "name"), Text("中文名称", "Chinese name"), required=True),
            Column(
                "level",
                Kind.TEXT,
                Text("级别", "level"),
                Text("行政级别", "administrative level"),
                required=True,
                allowed={
                    "province": Text("省", "province"),
                    "city": Text("市", "city"),
                    "county": Text("县", "county"),
                },
            ),
            Column("parent", Kind.TEXT, Text("上级代码", "parent adcode"), same("GB/T 2260"), pattern=ADCODE_PATTERN),
            Column(
                "cx",
                Kind.NUMBER,
                Text("标注点经度", "label longitude"),
                Text("区内一点", "a point inside"),
                unit="degree",
            ),
            Column(
                "cy",
                Kind.NUMBER,
                Text("标注点纬度", "label latitude"),
                Text("区内一点", "a point inside"),
                unit="degree",
            ),
        ),
    )
)
