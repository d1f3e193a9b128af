"""Runs a command; says on standard error how long it took and how much memory it held at its peak."""
import os
import sys
import time

began = time.perf_counter()
pid = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(pid, 0)
print(f"peak {time.perf_counter() - began:.3f} s {used.ru_maxrss // 1024} MB", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
