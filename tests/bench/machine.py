"""What the figures were measured on."""
import os
import platform
import subprocess

import apache
import git


def describe():
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1])
    return {"cpu": processor(), "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory / 1024 ** 2),
            "system": system(), "kernel": platform.release(), "git": f"git {git.version()}",
            "server": server()}


def processor():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "Linux"


def server():
    told = subprocess.run([apache.find_program(), "-v"], capture_output=True, text=True).stdout
    return told.partition("Apache/")[1] + told.partition("Apache/")[2].split(" ")[0]
