"""Looks at a table as Superset does, with the SQLAlchemy that Superset has, and prints what it found.

usage: superset.py ADDRESS
"""

import sys

import sqlalchemy as sa

engine = sa.create_engine(sys.argv[1])
inspector = sa.inspect(engine)
print("version", sa.__version__.split(".")[0])
print("schemas", *sorted(inspector.get_schema_names()))
print("tables", *sorted(inspector.get_table_names(schema="public")))
print("views", *sorted(inspector.get_view_names(schema="public")))
for column in inspector.get_columns("wells", schema="public"):
    print("column", column["name"], type(column["type"]).__name__)
print("key", *inspector.get_pk_constraint("wells", schema="public")["constrained_columns"])
print("others", len(inspector.get_foreign_keys("wells", schema="public")), len(inspector.get_indexes("wells", schema="public")))
with engine.connect() as connection:
    # The shape of Superset's charts: a table within a question, a bucket of time, a limit.
    asked = "SELECT DATE_TRUNC('month', dug) AS month, kind, AVG(depth) AS depth FROM (SELECT * FROM public.wells) AS virtual_table"
    asked += " WHERE dug >= TO_TIMESTAMP('2024-01-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS') GROUP BY DATE_TRUNC('month', dug), kind ORDER BY depth DESC LIMIT 1000"
    asked = asked.replace("TO_TIMESTAMP('2024-01-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS')", "TO_DATE('2024-01-01', 'YYYY-MM-DD')")
    print("months", len(connection.execute(sa.text(asked)).fetchall()))
