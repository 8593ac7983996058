"""A guest of QEMU's, seen through its console."""

import ctypes
import mmap
import os
import re
import shutil
import subprocess
import time

PROBE_S = 5  # within which a guest of a KVM that works has said its first word
MEMORY_MIB = 1024


def tsc_khz():
    """How fast this machine's time stamp counter goes. Without being told, a guest that QEMU emulates measures it against
    its timer chip, fails where the host is busy, and stands still for good."""
    code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3")  # rdtsc; shl rdx, 32; or rax, rdx; ret
    read = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    time_1, ticks_1 = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), read()
    time.sleep(0.1)
    time_2, ticks_2 = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW), read()
    return (ticks_2 - ticks_1) * 1_000_000 // (time_2 - time_1)


class Guest:
    def __init__(self, image, accelerator, words=""):
        self.console = image.place / f"console-{os.getpid()}-{accelerator}"
        cpu = "host" if accelerator == "kvm" else "max"
        line = ("console=ttyS0 quiet reboot=t panic=-1 cryptomgr.notests tsc=reliable apparmor=1 security=apparmor "
                f"systemd.unified_cgroup_hierarchy=1 tsc_early_khz={tsc_khz()} {words}")
        self.command = [
            "qemu-system-x86_64", "-M", "microvm,acpi=on,x-option-roms=off,pit=off,pic=off,rtc=on,isa-serial=on",
            "-accel", accelerator, "-cpu", cpu, "-smp", "2", "-m", str(MEMORY_MIB), "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-serial", f"file:{self.console}", "-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", line,
            "-global", "virtio-mmio.force-legacy=false",
            # Written to, and as it was afterwards.
            "-drive", f"file={image.disk},if=none,id=disk,format=raw,snapshot=on", "-device", "virtio-blk-device,drive=disk"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
        self.console.unlink(missing_ok=True)

    def text(self):
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", self.console.read_text(errors="replace")) if self.console.exists() else ""

    def wait(self, pattern, seconds):
        """Until the console says so; None where it does not, or the guest ends without."""
        until = time.monotonic() + seconds
        while True:
            ended = self.process.poll() is not None
            if found := re.search(pattern, self.text()):
                return found
            if ended or time.monotonic() > until:
                return None
            time.sleep(0.1)


def accelerator(image):
    """kvm where a guest really comes up with it: a /dev/kvm that opens proves nothing."""
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        with Guest(image, "kvm") as guest:
            if guest.wait("guest: up", PROBE_S):
                return "kvm"
    return "tcg"


def missing():
    if os.uname().machine != "x86_64":
        return "the guest is for x86_64 alone"
    for program in ("qemu-system-x86_64", "apt-get", "dpkg", "mke2fs"):
        if not shutil.which(program):
            return f"needs {program}"
    return None
