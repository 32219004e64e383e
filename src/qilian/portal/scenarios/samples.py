"""The demo's offers and needs, all invented: whose they are, what they say, and what they state or ask for."""

from typing import Any

OFFERS: dict[str, tuple[str, str, str, list[dict[str, Any]]]] = {
    "gripper": (
        "supplier",
        "低温自适应夹爪（示例）",
        "两指自适应夹爪，润滑与密封按低温设计。示例数据，均为虚构。",
        [
            {"parameter": "payload.rated", "value": "6 kg"},
            {"parameter": "environment.temperature_min", "value": "-20 °C"},
            {"parameter": "technology.cycle_time", "value": "2.4 s"},
            {"parameter": "technology.price", "value": "18000 元"},
            {"parameter": "technology.readiness", "value": 7},
            {"own": "符合 ISO/TS 15066 限力要求", "kind": "boolean", "value": True},
        ],
    ),
    "light": (
        "supplier",
        "轻载快速夹爪（示例）",
        "适合三千克以下的工件，节拍快。示例数据，均为虚构。",
        [
            {"parameter": "payload.rated", "value": "3 kg"},
            {"parameter": "environment.temperature_min", "value": "0 °C"},
            {"parameter": "technology.cycle_time", "value": "1.1 s"},
            {"parameter": "technology.price", "value": "9000 元"},
        ],
    ),
    "sensor": (
        "laboratory",
        "关节力矩传感器（示例）",
        "应变式关节力矩传感器，带温度补偿。示例数据，均为虚构。",
        [
            {"own": "力矩量程", "unit": "N·m", "from": 0, "to": 200},
            {"parameter": "technology.accuracy", "value": "0.3 %"},
            {"parameter": "environment.temperature_min", "value": "-30 °C"},
            {"parameter": "technology.price", "value": "2600 元"},
            {"parameter": "technology.readiness", "value": 6},
        ],
    ),
    "vision": (
        "expert",
        "透明工件抓取定位算法（示例）",
        "结构光与偏振融合，定位透明和反光工件。示例数据，均为虚构。",
        [
            {"own": "定位误差", "unit": "mm", "value": 0.4},
            {"parameter": "technology.cycle_time", "value": "0.8 s"},
            {"parameter": "technology.readiness", "value": 5},
        ],
    ),
}
NEEDS: dict[str, tuple[str, str, str, list[dict[str, Any]]]] = {
    "cold": (
        "firm",
        "冷库内抓取五千克包装件（示例）",
        "零下十摄氏度冷库，人机同区作业，三班连续。示例数据，均为虚构。",
        [
            {"parameter": "payload.rated", "at_least": "5 kg"},
            {"parameter": "environment.temperature_min", "at_most": "-10 °C"},
            {"parameter": "technology.cycle_time", "at_most": "3 s"},
            {"own": "符合 ISO/TS 15066 限力要求", "kind": "boolean", "is": True},
            {"parameter": "technology.price", "at_most": "20000 元", "wish": True},
        ],
    ),
    "joint": (
        "firm",
        "协作机器人关节力矩检测（示例）",
        "用于碰撞检测，要求低温下零漂小。示例数据，均为虚构。",
        [
            {"own": "力矩量程", "unit": "N·m", "covers": ["10 N·m", "150 N·m"]},
            {"parameter": "technology.accuracy", "at_most": "0.5 %"},
            {"parameter": "technology.price", "at_most": "3000 元"},
        ],
    ),
    "glass": (
        "supplier",
        "柔轮毛坯无夹具上料（示例）",
        "反光毛坯随机摆放，定位后由机械臂上料。示例数据，均为虚构。",
        [
            {"own": "定位误差", "unit": "µm", "at_most": 500},
            {"parameter": "technology.cycle_time", "at_most": "5 s"},
            {"parameter": "technology.readiness", "at_least": 6, "wish": True},
        ],
    ),
    "bins": (
        "firm",
        "来料箱透明件拣选（示例）",
        "透明注塑件散放在料箱内，逐件拣出。示例数据，均为虚构。",
        [
            {"own": "定位误差", "unit": "mm", "at_most": 1},
            {"parameter": "technology.price", "at_most": "60000 元"},
        ],
    ),
    "torque": (
        "supplier",
        "减速器加载试验台力矩测量（示例）",
        "试验台改造，需要连续量程。示例数据，均为虚构。",
        [
            {"own": "力矩量程", "unit": "N·m", "covers": ["0 N·m", "180 N·m"]},
            {"parameter": "technology.accuracy", "at_most": "0.5 %"},
        ],
    ),
}
TRIALS: tuple[tuple[str, str, str], ...] = (
    ("cold", "gripper", "validation"),
    ("joint", "sensor", "converted"),
    ("glass", "vision", "research"),
    ("torque", "sensor", "conversion"),
    ("bins", "vision", "asked"),
)
"""Need, offer, and the state that the trial is brought to."""
FIGURES: dict[str, list[dict[str, Any]]] = {
    "cold": [{"parameter": "payload.rated", "value": "5.6 kg"}, {"parameter": "technology.cycle_time", "value": 2.7}],
    "joint": [
        {"own": "力矩量程", "unit": "N·m", "from": 5, "to": 180},
        {"parameter": "technology.accuracy", "value": 0.42},
        {"parameter": "technology.price", "value": 2600},
    ],
    "torque": [
        {"own": "力矩量程", "unit": "N·m", "from": 0, "to": 195},
        {"parameter": "technology.accuracy", "value": 0.35},
    ],
}
"""What is measured in the scenario, by need."""
