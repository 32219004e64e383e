"""What states and events of bookings are called, in both languages, and which colour a state has."""

from qilian.text import Text

STATES: dict[str, dict[str, tuple[Text, str]]] = {
    "path": {
        "held": (Text("暂留", "held"), "yellow"),
        "confirmed": (Text("已预约", "booked"), "green"),
        "cancelled": (Text("已取消", "cancelled"), "secondary"),
        "lapsed": (Text("已过期", "lapsed"), "secondary"),
        "done": (Text("已完成", "done"), "blue"),
    },
    "appointment": {
        "held": (Text("暂留", "held"), "yellow"),
        "requested": (Text("待受理", "waits for acceptance"), "yellow"),
        "taken": (Text("已确定", "fixed"), "green"),
        "running": (Text("检测中", "in test"), "azure"),
        "tested": (Text("检测完成", "tested"), "blue"),
        "reported": (Text("已出报告", "reported"), "blue"),
        "declined": (Text("未受理", "declined"), "red"),
        "missed": (Text("样品未到", "sample did not come"), "red"),
        "failed": (Text("未能进行", "could not be done"), "red"),
        "lapsed": (Text("已过期", "lapsed"), "secondary"),
        "cancelled": (Text("已取消", "cancelled"), "secondary"),
        "replaced": (Text("已改期", "replaced"), "secondary"),
    },
    "proposal": {
        "open": (Text("待确认", "open"), "yellow"),
        "accepted": (Text("已接受", "accepted"), "green"),
        "dismissed": (Text("未采用", "dismissed"), "secondary"),
        "outdated": (Text("已失效", "outdated"), "secondary"),
    },
    "sample": {
        "home": (Text("在企业", "at the firm"), "secondary"),
        "travelling": (Text("运输中", "on its way"), "yellow"),
        "received": (Text("已接收", "received"), "green"),
        "in_test": (Text("检测中", "in test"), "azure"),
        "returning": (Text("返还途中", "on its way back"), "yellow"),
        "returned": (Text("已返还", "returned"), "blue"),
        "destroyed": (Text("已销毁", "destroyed"), "secondary"),
        "withdrawn": (Text("已撤回", "withdrawn"), "secondary"),
        "lost": (Text("丢失或损坏", "lost or damaged"), "red"),
    },
}

EVENTS: dict[str, dict[str, Text]] = {
    "path": {
        "hold": Text("暂留", "held"),
        "confirm": Text("确认预约", "confirmed"),
        "cancel": Text("取消", "cancelled"),
        "lapse": Text("暂留过期", "hold lapsed"),
        "change": Text("按新方案改期", "changed as proposed"),
        "finish": Text("全部完成", "all done"),
    },
    "appointment": {
        "hold": Text("暂留", "held"),
        "take": Text("确定", "fixed"),
        "ask": Text("请求受理", "asked for"),
        "accept": Text("受理", "accepted"),
        "decline": Text("不受理", "declined"),
        "move": Text("实验室改期", "moved by the laboratory"),
        "reassign": Text("换用另一件样品", "another sample unit"),
        "replace": Text("改期或改到别处", "replaced"),
        "cancel": Text("取消", "cancelled"),
        "lapse": Text("逾期", "lapsed"),
        "miss": Text("样品未到", "sample did not come"),
        "fail": Text("台位故障", "bench failed"),
        "lose": Text("样品丢失或损坏", "sample lost or damaged"),
        "start": Text("开始检测", "test begun"),
        "finish": Text("检测结束", "test ended"),
        "report": Text("出具报告", "report issued"),
    },
    "proposal": {
        "make": Text("提出新方案", "change proposed"),
        "accept": Text("接受新方案", "proposal accepted"),
        "dismiss": Text("不采用新方案", "proposal dismissed"),
        "outdate": Text("新方案失效", "proposal outdated"),
    },
    "sample": {
        "register": Text("登记样品", "registered"),
        "ship": Text("寄出", "shipped"),
        "receive": Text("接收", "received"),
        "start": Text("进入检测", "in test"),
        "finish": Text("检测结束", "out of test"),
        "forward": Text("转送下一实验室", "moved on"),
        "return": Text("寄回", "sent back"),
        "arrive": Text("收回", "returned"),
        "destroy": Text("销毁", "destroyed"),
        "withdraw": Text("撤回", "withdrawn"),
        "lose": Text("丢失或损坏", "lost or damaged"),
    },
}


def state(machine: str, name: str) -> tuple[Text, str]:
    """Return what a state is called, and its colour."""
    return STATES.get(machine, {}).get(name, (Text(name, name), "secondary"))


def event(machine: str, name: str) -> Text:
    """Return what an event is called."""
    return EVENTS.get(machine, {}).get(name, Text(name, name))
