# SPDX-License-Identifier: BSD-2-Clause
"""For gdb: rings, queues and devices in words. firmware/run --gdb loads it; elsewhere:

    gdb-multiarch -x firmware/gdb.py IMAGE.elf

print VARIABLE           a struct vq, vio_queue, vio_device or trace_event in one line
picovirtio devices       each device, its state, its queues
picovirtio trace         the last events of the console image, as its command `trace` prints them
"""

import gdb
import gdb.printing


def enum_name(value, prefix):
    """VIO_LIVE is "live"."""
    return str(value).removeprefix(prefix).lower().replace("_", " ")


class Ring:
    """struct vq"""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        v = self.value
        if int(v["format"]) == 0:
            return "not open"
        kind = "packed" if "packed" in str(v["format"]) else "split"
        common = v["ring"]["common"]
        broken = ", broken" if common["broken"] else ""
        ring = v["ring"][kind]
        if kind == "split":
            where = f"next available {int(ring['avail_next']) & 0xffff}, next used {int(ring['used_idx']) & 0xffff}"
        else:
            where = f"next available {ring['next']}, next used {ring['used']}"
        return f"{kind} ring, {common['free']} of {v['size']} descriptors free, {where}{broken}"


class Queue:
    """struct vio_queue"""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        v = self.value
        flight = (int(v["requests"]) - int(v["completions"])) & 0xffffffff
        return (f"queue {v['index']}: {flight} in flight of {v['requests']} requests, "
                f"{v['kicks']} notifications, {Ring(v['vq']).to_string()}")


class Device:
    """struct vio_device"""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        v = self.value
        name = v["driver"]["name"].string() if int(v["driver"]) else "no driver"
        problem = enum_name(v["problem"]["cause"], "VIO_C_")
        text = f"{name}, {enum_name(v['state'], 'VIO_')}, features {int(v['features']):#x}"
        return text if int(v["problem"]["cause"]) == 0 else f"{text}, cause: {problem}"


class Event:
    """struct trace_event"""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        v = self.value
        times = f"  {v['count']} times" if int(v["count"]) > 1 else ""
        return f"{int(v['first']) / 1e9:13.6f}  {enum_name(v['kind'], 'TRACE_')} {int(v['what']):#x}{times}"


PRINTERS = gdb.printing.RegexpCollectionPrettyPrinter("picovirtio")
for tag, printer in (("vq", Ring), ("vio_queue", Queue), ("vio_device", Device), ("trace_event", Event)):
    PRINTERS.add_printer(tag, f"^{tag}$", printer)
gdb.printing.register_pretty_printer(None, PRINTERS, replace=True)


def listed(first, limit=1000):
    """The elements of a list that is linked by `next`; memory that lies has an end, too."""
    while int(first) and limit:
        yield first.dereference()
        first, limit = first["next"], limit - 1


def app():
    """What firmware/main.c keeps."""
    try:
        return gdb.parse_and_eval("'main.c'::app")
    except gdb.error as e:
        raise gdb.GdbError("this image is not the console image: it has no app of main.c") from e


class Picovirtio(gdb.Command):
    """picovirtio devices | picovirtio trace"""

    def __init__(self):
        super().__init__("picovirtio", gdb.COMMAND_DATA)

    def complete(self, text, _word):
        return [w for w in ("devices", "trace") if w.startswith(text)]

    def invoke(self, argument, _from_tty):
        work = {"devices": self.devices, "trace": self.trace}.get(argument.strip())
        if not work:
            raise gdb.GdbError("picovirtio devices, or picovirtio trace")
        work(app())

    def devices(self, a):
        for slot in listed(a["probe"]["slots"]):
            label = slot["label"].string()
            if not int(slot["device"]):
                print(f"{label}: no driver")
                continue
            device = slot["device"].dereference()
            print(f"{label}: {Device(device).to_string()}")
            for q in listed(device["queues"]):
                print(f"  {Queue(q).to_string()}")

    def trace(self, a):
        ring, count = a["trace"]["ring"], int(a["trace"]["next"])
        size = ring.type.range()[1] + 1
        for i in range(max(0, count - size), count):
            print(Event(ring[i % size]).to_string())


Picovirtio()
