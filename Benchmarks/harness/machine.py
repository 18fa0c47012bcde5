"""What the machine is, and whether it is quiet enough to measure on."""

import os
import pathlib
import platform
import subprocess
import time

# Processors that others may keep busy in an idle second before a round, and during a share.
BUSY_MAX = 0.10
FOREIGN_MAX = 0.15
# Bytes that others may write in such a second.
IDLE_WRITES_MAX = 1 << 20
MEMORY_FILE_SYSTEMS = {"tmpfs", "ramfs", "devtmpfs"}


def mount_of(folder):
    """The device and the type of the file system that a folder lies on."""
    folder = os.path.realpath(folder)
    best = ("", "?", "?", "")
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        device, place, kind, options = line.split()[:4]
        if (folder + "/").startswith(place.rstrip("/") + "/") and len(place) >= len(best[0]):
            best = (place, device, kind, options)
    return best[1:]


class Disk:
    """The counters of the block device below a folder."""

    def __init__(self, folder):
        number = os.stat(folder).st_dev
        place = pathlib.Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
        self.stat = place / "stat" if (place / "stat").exists() else None
        self.name = os.path.basename(os.path.realpath(place)) if self.stat else "?"

    def bytes_written(self):
        """Bytes written since the machine started; None where the kernel does not tell."""
        return int(self.stat.read_text().split()[6]) * 512 if self.stat else None

    def describe(self):
        if not self.stat:
            return "a device without counters"
        block = pathlib.Path(os.path.realpath(self.stat)).parent
        block = block if (block / "queue").exists() else block.parent
        read = lambda name: (block / "queue" / name).read_text().strip() if (block / "queue" / name).exists() else "?"
        rotates = {"0": "says it does not rotate", "1": "says it rotates"}.get(read("rotational"), "?")
        kind = "virtio" if self.name.startswith("vd") else self.name.rstrip("0123456789p")
        return f"{kind}, {rotates}, {read('write_cache')}, FUA {'yes' if read('fua') == '1' else 'no'}"


def describe(folder):
    """The machine in rows of two words each; no names of hosts, users or folders."""
    processors = pathlib.Path("/proc/cpuinfo").read_text()
    fields = dict(line.split(":", 1) for line in processors.splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    flags = set(fields.get("flags", "").split())
    device, kind, options = mount_of(folder)
    if kind.startswith("ext") and not any(
            os.path.basename(device) in place.name for place in pathlib.Path("/proc/fs/jbd2").glob("*")):
        options += "; no journal"
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) >> 20
    governor = pathlib.Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    virtual = "hypervisor" in flags
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "?")
    return [
        ("Processor", f"{fields.get('model name', '?')}, {os.cpu_count()} processors seen"
                      + (", SHA-NI" if "sha_ni" in flags else ", no SHA-NI")),
        ("Virtualised", "yes" if virtual else "no"),
        ("Frequency", governor.read_text().strip() if governor.exists() else "not told"),
        ("Memory", f"{memory} GiB"),
        ("System", f"{release}, kernel {platform.release()}"),
        ("File system", f"{kind} ({options})"),
        ("Disk", Disk(folder).describe()),
    ]


def versions():
    """What was built with."""
    def first(*command):
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().splitlines()[0]
    return [("Swift", first("swift", "--version")), ("C compiler", first("cc", "--version"))]


# ---- quiet ----

def processor_times():
    """Seconds that all processors were busy, and that were stolen by the host."""
    words = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, irq, soft, steal = (int(word) / os.sysconf("SC_CLK_TCK") for word in words[:8])
    return user + nice + system + irq + soft, steal


def process_times():
    """Each process that is no thread of the kernel: its parent, and the seconds it was busy."""
    times = {}
    for place in pathlib.Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            words = (place / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parent, spent = int(words[1]), (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
        if parent != 2 and place.name != "2":
            times[int(place.name)] = (parent, spent)
    return times


class Foreign:
    """How busy processes that are not ours keep the machine, between two moments."""

    def __init__(self):
        self.before, self.begin = process_times(), time.monotonic()

    def busy(self):
        """Processors kept busy since then."""
        after, seconds = process_times(), time.monotonic() - self.begin
        own = {os.getpid()}
        grew = True
        while grew:
            more = {process for process, (parent, _) in after.items() if parent in own} - own
            own |= more
            grew = bool(more)
        spent = sum(used - self.before.get(process, (0, 0.0))[1] for process, (_, used) in after.items()
                    if process not in own)
        return max(0.0, spent) / seconds if seconds > 0 else 0.0


class Gate:
    """Lets a round begin only when nobody else works."""

    def __init__(self, folder, patience, force):
        self.disk, self.patience, self.force = Disk(folder), patience, force
        self.refusals = []

    def look(self):
        """One idle second: why it was not idle, or None."""
        os.sync()
        (busy, steal), written = processor_times(), self.disk.bytes_written()
        time.sleep(1)
        (busy_after, steal_after), written_after = processor_times(), self.disk.bytes_written()
        busy, steal = busy_after - busy, steal_after - steal
        if busy > BUSY_MAX:
            return f"others kept {busy:.2f} processors busy in an idle second (at most {BUSY_MAX:.2f})"
        if steal > BUSY_MAX:
            return f"the host took {steal:.2f} processors away in an idle second (at most {BUSY_MAX:.2f})"
        if written is not None and written_after - written > IDLE_WRITES_MAX:
            return f"others wrote {(written_after - written) >> 10} KiB in an idle second"
        return None

    def wait(self):
        """Returns the load average; notes a refusal if it does not become quiet in time."""
        begin = time.monotonic()
        while (reason := self.look()) and not self.force and time.monotonic() - begin < self.patience:
            pass
        if reason:
            self.refuse(reason)
        return os.getloadavg()[0]

    def refuse(self, reason):
        self.refusals.append(reason)
        if not self.force:
            raise TooBusy(reason)


class TooBusy(Exception):
    """The machine is not quiet enough for figures that anyone should believe."""
