"""The guest's disk and first file system, made from Debian's packages and this machine's programs.

Nothing is installed: packages are fetched with `apt-get download`, unpacked into the build tree and kept there. The disk
is written anew when something that is on it has changed.
"""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

from harness.images import busybox_tar
from harness.paths import SLIPWAY, SOURCE

HERE = Path(__file__).resolve().parent
# Of this machine, with the libraries that they name.
PROGRAMS = ["/usr/bin/crun", "/usr/sbin/nft", "/usr/sbin/ip", "/bin/busybox", "/bin/true", "/bin/false"]
PACKAGES = ["kmod", "libkmod2", "apparmor"]
# What the guest must have to find its disk; all else is loaded when it is asked for, as on any machine.
FIRST_MODULES = ["virtio_mmio", "virtio_blk", "quota_v2"]  # the last for project quotas on it
MODULES = ["kernel/" + folder for folder in ("fs", "lib", "net", "crypto", "arch", "drivers/virtio", "drivers/block", "drivers/net")]
DISK_MIB = 1024


class Unavailable(Exception):
    """What this machine cannot give, in words for whoever reads why the test was skipped."""


def output(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(map(str, command[:3]))}: {done.stderr.strip()[-300:] or done.returncode}")
    return done.stdout


def newest_kernel():
    """The package that Debian's own kernel for virtual machines is today."""
    found = re.search(r"Depends: (linux-image-\S+)", output("apt-cache", "depends", "linux-image-cloud-amd64"))
    if not found:
        raise Unavailable("apt knows no linux-image-cloud-amd64 (apt-get update)")
    return found.group(1)


def unpacked(package, into):
    """The package's files; fetched once for each version."""
    found = re.search(r"Candidate: (\S+)", output("apt-cache", "policy", package))
    if not found:
        raise Unavailable(f"apt knows no {package} (apt-get update)")
    place = into / f"{package}_{found.group(1).replace(':', '_')}"
    if not place.exists():
        fetched = into / "fetched"
        shutil.rmtree(fetched, ignore_errors=True)
        fetched.mkdir(parents=True)
        output("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", package, cwd=fetched)
        output("dpkg", "-x", str(next(fetched.glob("*.deb"))), str(fetched / "tree"))
        (fetched / "tree").rename(place)
    return place


def libraries(program):
    text = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return [match for match in re.findall(r"(/\S+) \(0x", text)]


def depends(module):
    """What a module must come after: modinfo(8), without modinfo."""
    found = re.search(rb"\0depends=([^\0]*)", module.read_bytes())
    return [name for name in found.group(1).decode().split(",") if name] if found else []


def in_order(names, modules):
    done = []

    def add(name):
        name = name.replace("-", "_")
        if name in modules and modules[name] not in done:
            for other in depends(modules[name]):
                add(other)
            done.append(modules[name])

    for name in names:
        add(name)
    return done


class Image:
    def __init__(self, place, runtime_test):
        self.place, self.runtime_test = place, runtime_test
        place.mkdir(parents=True, exist_ok=True)
        self.initrd, self.disk = place / "initrd", place / "disk"

    def make(self):
        kernel = newest_kernel()
        self.kernel_tree = unpacked(kernel, self.place)
        self.trees = [unpacked(package, self.place) for package in PACKAGES]
        self.release = kernel.removeprefix("linux-image-")
        self.kernel = self.kernel_tree / "boot" / f"vmlinuz-{self.release}"
        ours = [SLIPWAY, str(self.runtime_test)]
        scripts = [str(HERE / name) for name in ("init.sh", "first.sh", "checks.sh")]
        inputs = [*PROGRAMS, *ours, *scripts, __file__, str(SOURCE / "tools/busybox_image.py"), *map(str, self.trees), str(self.kernel)]
        for program in PROGRAMS:
            if not Path(program).exists():
                raise Unavailable(f"needs {program}")
        state = json.dumps([(name, Path(name).stat().st_mtime_ns, Path(name).stat().st_size) for name in inputs])
        stamp, digest = self.place / "stamp", hashlib.sha256(state.encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == digest and self.disk.exists():
            return self
        stamp.unlink(missing_ok=True)
        self.make_initrd()
        self.make_disk(PROGRAMS, ours)
        stamp.write_text(digest)
        return self

    def modules_root(self):
        root = self.kernel_tree / "lib/modules" / self.release
        return root if root.exists() else self.kernel_tree / "usr/lib/modules" / self.release

    def make_initrd(self):
        root = self.place / "first"
        shutil.rmtree(root, ignore_errors=True)
        for folder in ("bin", "dev", "proc", "sys", "root", "modules"):
            (root / folder).mkdir(parents=True)
        shutil.copy("/bin/busybox", root / "bin/busybox")
        shutil.copy(HERE / "first.sh", root / "init")
        (root / "init").chmod(0o755)
        modules = {path.stem.replace("-", "_"): path for path in self.modules_root().rglob("*.ko")}
        for at, module in enumerate(in_order(FIRST_MODULES, modules)):
            shutil.copy(module, root / "modules" / f"{at:02}-{module.name}")
        names = "\n".join(sorted(str(path.relative_to(root)) for path in root.rglob("*")))
        with open(self.initrd, "wb") as out:
            subprocess.run(["/bin/busybox", "cpio", "-o", "-H", "newc"], cwd=root, input=names.encode(), stdout=out,
                           stderr=subprocess.DEVNULL, check=True)

    def make_disk(self, programs, ours):
        root = self.place / "root"
        shutil.rmtree(root, ignore_errors=True)
        for folder in ("dev", "proc", "sys", "run", "tmp", "root", "usr/bin", "usr/sbin", "usr/lib", "var", "slipway"):
            (root / folder).mkdir(parents=True)
        # Debian's own shape; the loader's path is part of every program.
        for link in ("bin", "sbin", "lib"):
            (root / link).symlink_to(f"usr/{link}")
        (root / "usr/lib64").mkdir()
        (root / "lib64").symlink_to("usr/lib64")
        for tree in self.trees:
            for source in tree.rglob("*"):
                relative = str(source.relative_to(tree))
                if re.match(r"(usr/)?s?bin/|(usr/)?lib/x86_64|etc/apparmor|usr/share/apparmor-features", relative) and not source.is_dir():
                    target = root / (relative if relative.startswith(("usr/", "etc/")) else f"usr/{relative}")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, target, follow_symlinks=False)
        carried = [*programs, *ours, str(root / "usr/bin/kmod"), str(root / "usr/sbin/apparmor_parser")]
        for name in {library for program in carried for library in libraries(program)} | set(programs):
            target = root / ("usr" + name if name.startswith(("/lib", "/bin", "/sbin")) else name[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(name, target)
        for name in ours:
            shutil.copy(name, root / "slipway")
        for name in ("init.sh", "checks.sh"):
            shutil.copy(HERE / name, root / "slipway")
        for applet in output("/bin/busybox", "--list").split():
            if not (root / "usr/bin" / applet).exists() and not (root / "usr/sbin" / applet).exists():
                (root / "usr/bin" / applet).symlink_to("busybox")
        for name in ("modprobe", "insmod", "depmod"):
            (root / "usr/sbin" / name).unlink(missing_ok=True)
            (root / "usr/sbin" / name).symlink_to("/usr/bin/kmod")
        (root / "etc").mkdir(exist_ok=True)
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (root / "etc/resolv.conf").write_text("nameserver 192.0.2.53\n")
        shutil.copy(SOURCE / "examples/hello/task-definition.json", root / "slipway/hello.json")
        busybox_tar(root / "slipway/hello.tar")
        modules = root / "usr/lib/modules" / self.release
        for folder in MODULES:
            if (self.modules_root() / folder).exists():
                shutil.copytree(self.modules_root() / folder, modules / folder)
        for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            if (self.modules_root() / name).exists():
                shutil.copy(self.modules_root() / name, modules / name)
        kmod = next(iter(self.place.glob("kmod_*/**/bin/kmod")))
        libkmod = next(iter(self.place.glob("libkmod2_*/**/libkmod.so.2")))
        # One program of several names.
        depmod = self.place / "depmod"
        depmod.unlink(missing_ok=True)
        depmod.symlink_to(kmod)
        output(str(depmod), "-b", str(root / "usr"), self.release, env={"LD_LIBRARY_PATH": str(libkmod.parent)})
        self.disk.unlink(missing_ok=True)
        with open(self.disk, "wb") as file:
            file.truncate(DISK_MIB << 20)
        # Project quotas, as a host has them that wants ephemeral storage held to its size.
        output("mke2fs", "-q", "-t", "ext4", "-O", "quota,project", "-E", "quotatype=prjquota", "-d", str(root), str(self.disk))
        shutil.rmtree(root)
