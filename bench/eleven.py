#!/usr/bin/env python3
"""eleven.py PERSONS.parquet SQL [REPS=5]: the eleven questions as one statement of DuckDB on two threads.
Prints first_s median_s min_s max_s peak_RSS_MB, the groups, and the sums over all of them in the order of `bench eleven`."""
import resource
import statistics
import sys
import time

import duckdb

path, sql = sys.argv[1], sys.argv[2]
repetitions = int(sys.argv[3]) if len(sys.argv) > 3 else 5
connection = duckdb.connect()
connection.execute("SET threads=2")
connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{path}')")
seconds = []
for _ in range(repetitions):
    began = time.perf_counter()
    table = connection.sql(sql).to_arrow_table()
    seconds.append(time.perf_counter() - began)
totals = [sum(table.column(at).to_pylist()) for at in range(4, table.num_columns)]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"duckdb {duckdb.__version__} eleven first_s {seconds[0]:.3f} median_s {statistics.median(seconds):.3f} min_s {min(seconds):.3f} "
      f"max_s {max(seconds):.3f} peak_RSS_MB {memory} groups={table.num_rows} totals={totals}")
