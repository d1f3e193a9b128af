"""PostgreSQL's clients against the built program: psql, SQLAlchemy, Superset's SQLAlchemy, JDBC as Metabase uses it; and SQL that means harm.

usage: wire.py PROGRAM SUPERSET (the folder with Superset's SQLAlchemy)
"""

import csv
import io
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2
import requests
import sqlalchemy as sa

from trial import Baraza, Skipped, equal, eventually, run, test

PROGRAM, SUPERSET = sys.argv[1:]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-wire-"))
HERE = pathlib.Path(__file__).resolve().parent
JDBC = pathlib.Path("/usr/share/java/postgresql.jar")
N_WELLS = 2_345


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class World:
    """A server with an open table and a closed one, an administrator's token and a citizen's."""

    def __init__(self):
        self.baraza = Baraza(PROGRAM, WORK / "data")
        wells = WORK / "wells.csv"
        with wells.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["number", "kind", "depth", "dug", "is_safe"])
            for n in range(N_WELLS):
                rows.writerow([n, "motor" if n % 3 else "hand", f"{5 + n % 20}.5", f"2024-{n % 12 + 1:02}-15", "true" if n % 2 else "false"])
        closed = WORK / "complaints.csv"
        closed.write_text("number,words\n1,nobody else may read this\n", encoding="utf-8")
        self.baraza.run("dataset", "import", str(wells), "--slug", "wells", "--title", "Wells", "--open")
        self.baraza.run("dataset", "import", str(closed), "--slug", "complaints", "--title", "Complaints")
        self.admin = self.baraza.add_user("admin@example.org", "correct horse battery staple", name="Admin")
        self.citizen = self.baraza.add_user("citizen@example.org", "correct horse battery staple", name="Citizen", role="citizen")
        self.port = free_port()
        certificate, key = WORK / "certificate.pem", WORK / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
        self.url = self.baraza.serve("--pg-listen", f"127.0.0.1:{self.port}", "--pg-certificate", str(certificate), "--pg-key", str(key))
        self.classes = WORK / "classes"

    def address(self, token, driver="postgresql+psycopg2"):
        return f"{driver}://anybody:{token}@127.0.0.1:{self.port}/baraza"

    def connect(self, token=None, **options):
        given = {"host": "127.0.0.1", "port": self.port, "user": "anybody", "password": token or self.admin, "dbname": "baraza", **options}
        connection = psycopg2.connect(**given)
        connection.autocommit = True
        return connection

    def ask(self, sql, token=None):
        connection = self.connect(token)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def refused(self, sql, token=None):
        """The sentence and the code with which a statement is refused."""
        try:
            found = self.ask(sql, token)
        except psycopg2.Error as error:
            return str(error).strip(), error.pgcode
        raise AssertionError(f"{sql} was answered: {found[:3]}")

    def psql(self, *commands, token=None):
        """Runs psql as a person does and gives what it prints."""
        call = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "anybody", "-d", "baraza"]
        for command in commands:
            call += ["-c", command]
        done = subprocess.run(call, capture_output=True, text=True, timeout=120, env={**os.environ, "PGPASSWORD": token or self.admin})
        if done.returncode:
            raise AssertionError(f"psql {commands}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


@test
def psql_lists_tables_and_describes_one(world):
    shown = world.psql(r"\d")
    assert "wells" in shown and "complaints" in shown, shown
    shown = world.psql(r"\dt public.*")
    assert "wells" in shown, shown
    shown = world.psql(r"\d wells")
    for part in ["number", "bigint", "depth", "double precision", "dug", "date", "is_safe", "boolean", "text"]:
        assert part in shown, f"no {part} in\n{shown}"
    for command in [r"\d+ wells", r"\dt+", r"\l+", r"\db", r"\l", r"\dn", r"\du", r"\dv", r"\di", r"\z", r"\conninfo"]:
        world.psql(command)


@test
def psql_lists_schemas_and_functions(world):
    shown = world.psql(r"\dn")
    assert "public" in shown, shown
    # Nobody makes functions here, and PostgreSQL's own are none of the engine's.
    for command in [r"\df", r"\df+", r"\df sum"]:
        shown = world.psql(command)
        assert "List of functions" in shown and "(0 rows)" in shown, f"{command}: {shown}"


@test
def psql_copies_questions_and_tables_to_files(world):
    file = WORK / "hand.csv"
    asked = "SELECT number, kind FROM wells WHERE kind = 'hand' ORDER BY number LIMIT 3"
    shown = world.psql(rf"\copy ({asked}) to '{file}' with (format csv, header)")
    equal(shown.strip(), "COPY 3", "what psql says")
    equal(file.read_text(encoding="utf-8"), "number,kind\n0,hand\n3,hand\n6,hand\n", "the file")
    world.psql(rf"\copy wells to '{file}' csv header")
    with file.open(newline="", encoding="utf-8") as lines:
        dug = {row["number"]: row["dug"] for row in csv.DictReader(lines)}
    equal((len(dug), dug["3"]), (N_WELLS, "2024-04-15"), "all wells")
    shown = world.psql("COPY (SELECT kind, count(*) FROM wells GROUP BY kind ORDER BY kind) TO STDOUT")
    equal(shown, "hand\t782\nmotor\t1563\n", "as text")
    connection, text = world.connect(world.citizen), io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT number FROM wells ORDER BY number LIMIT 2) TO STDOUT", text)
        equal((text.getvalue(), cursor.rowcount), ("0\n1\n", 2), "by a driver")
        cursor.execute("SELECT 1")
        equal(cursor.fetchone(), (1,), "the next question")
    connection.close()


@test
def what_is_copied_in_or_to_a_file_of_the_server_is_refused(world):
    for sql, wanted in [
        ("COPY wells FROM STDIN", "25006"), ("COPY wells FROM '/etc/passwd'", "42501"), ("COPY wells TO '/tmp/wells.csv'", "42501"),
        ("COPY wells TO PROGRAM 'sh'", "42501"), ("COPY wells TO STDOUT (FORMAT binary)", "0A000"), ("SELECT 1; COPY wells TO STDOUT", "0A000"),
    ]:
        words, code = world.refused(sql)
        equal(code, wanted, f"{sql}: {words}")
    _, code = world.refused("COPY complaints TO STDOUT", world.citizen)
    equal(code, "42P01", "a closed table")
    assert not pathlib.Path("/tmp/wells.csv").exists()


@test
def an_older_version_is_asked_for_by_a_day(world):
    equal(world.ask('SELECT count(*) FROM "wells@2099-12-31"'), [(N_WELLS,)], "the newest")
    words, _ = world.refused('SELECT count(*) FROM "wells@2000-01-01"')
    assert "published by 2000-01-01" in words and "External" not in words, words


@test
def two_sums_of_one_column_are_answered_both(world):
    total = N_WELLS * (N_WELLS - 1) // 2
    equal(world.ask("SELECT sum(number), sum(CAST(number AS bigint)) FROM wells"), [(total, total)], "sums")


@test
def psql_asks_and_gets_rows(world):
    shown = world.psql("SELECT kind, count(*) AS n FROM wells GROUP BY kind ORDER BY kind", "SELECT version()")
    for part in ["hand", "782", "motor", "1563", "PostgreSQL 16"]:
        assert part in shown, f"no {part} in\n{shown}"


@test
def a_citizen_sees_open_tables_only(world):
    equal(world.ask("SELECT count(*) FROM wells", world.citizen), [(N_WELLS,)], "wells")
    words, code = world.refused("SELECT * FROM complaints", world.citizen)
    equal(code, "42P01", words)
    for catalogue in ["SELECT relname FROM pg_catalog.pg_class", "SELECT table_name FROM information_schema.tables"]:
        names = {row[0] for row in world.ask(catalogue, world.citizen)}
        assert "wells" in names and "complaints" not in names, names
    columns = world.ask("SELECT attname FROM pg_catalog.pg_attribute", world.citizen)
    assert ("words",) not in columns, columns
    equal(world.ask("SELECT count(*) FROM complaints"), [(1,)], "the administrator's")


@test
def values_come_in_their_types(world):
    rows = world.ask("SELECT number, kind, depth, dug, is_safe FROM wells WHERE number = 3")
    import datetime

    equal(rows, [(3, "hand", 8.5, datetime.date(2024, 4, 15), True)], "the row")


@test
def parameters_are_bound_by_the_driver_and_by_the_server(world):
    connection = world.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wells WHERE kind = %s AND depth > %s", ("hand", 10.5))
        (n,) = cursor.fetchone()
    connection.close()
    wanted = sum(1 for n in range(N_WELLS) if n % 3 == 0 and 5.5 + n % 20 > 10.5)
    equal(n, wanted, "wells")


@test
def sqlalchemy_inspects_and_reads(world):
    engine = sa.create_engine(world.address(world.admin))
    inspector = sa.inspect(engine)
    equal(sorted(inspector.get_table_names()), ["complaints", "wells"], "tables")
    columns = {column["name"]: type(column["type"]).__name__ for column in inspector.get_columns("wells")}
    equal(columns, {"number": "BIGINT", "kind": "TEXT", "depth": "DOUBLE_PRECISION", "dug": "DATE", "is_safe": "BOOLEAN"}, "columns")
    inspector.get_pk_constraint("wells"), inspector.get_foreign_keys("wells"), inspector.get_indexes("wells")
    inspector.get_unique_constraints("wells"), inspector.get_check_constraints("wells"), inspector.get_table_comment("wells")
    wells = sa.table("wells", *(sa.column(column["name"], column["type"]) for column in inspector.get_columns("wells")))
    with engine.connect() as connection:
        asked = sa.select(wells.c.kind, sa.func.count()).where(wells.c.depth > 10).group_by(wells.c.kind).order_by(wells.c.kind)
        found = connection.execute(asked).fetchall()
    equal(len(found), 2, "kinds")


# What Metabase asks before a table is shown, in the shape of its own questions: tables, rights, columns, keys, lists of words, the time zone.
METABASE = [
    ("""SELECT n.nspname AS "schema", c.relname AS "name", CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'v' THEN 'VIEW' END AS "type",
        d.description AS "description", s.n_live_tup AS "rows"
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
        LEFT JOIN pg_catalog.pg_description AS d ON c.oid = d.objoid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
        LEFT JOIN pg_stat_user_tables AS s ON n.nspname = s.schemaname AND c.relname = s.relname
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'f', 'm') AND n.nspname IN ('public')
        ORDER BY "type", "schema", "name" """,
     lambda rows: [row[:3] for row in rows][-1] == ("public", "wells", "TABLE")),
    ("""WITH rights AS (SELECT t.schemaname AS "schema", t.objectname AS "table",
        pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"."' || replace(t.objectname, '"', '""') || '"', 'update') AS "update",
        pg_catalog.has_any_column_privilege(current_user, '"' || replace(t.schemaname, '"', '""') || '"."' || replace(t.objectname, '"', '""') || '"', 'select') AS "select"
        FROM (SELECT schemaname, tablename AS objectname FROM pg_catalog.pg_tables UNION SELECT schemaname, viewname FROM pg_catalog.pg_views
              UNION SELECT schemaname, matviewname FROM pg_catalog.pg_matviews) AS t
        WHERE t.schemaname !~ '^pg_' AND t.schemaname <> 'information_schema' AND pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage'))
        SELECT r.* FROM rights AS r""",
     lambda rows: ("public", "wells", False, True) in rows),
    ("""SELECT c.column_name AS "name",
        CASE WHEN c.udt_schema IN ('public', 'pg_catalog') THEN format('%s', c.udt_name) ELSE format('"%s"."%s"', c.udt_schema, c.udt_name) END AS "kind",
        c.ordinal_position - 1 AS "place", c.table_name AS "table-name", pk.column_name IS NOT NULL AS "key?",
        col_description(CAST(CAST(format('%I.%I', CAST(c.table_schema AS text), CAST(c.table_name AS text)) AS regclass) AS oid), c.ordinal_position) AS "words",
        (column_default IS NULL OR lower(column_default) = 'null') AND is_nullable = 'NO' AS "needed",
        (column_default IS NOT NULL AND column_default LIKE '%nextval(%') OR is_identity <> 'NO' AS "counted"
        FROM information_schema.columns AS c
        LEFT JOIN (SELECT t.table_schema, t.table_name, k.column_name FROM information_schema.table_constraints AS t
            JOIN information_schema.key_column_usage AS k ON t.constraint_name = k.constraint_name AND t.table_schema = k.table_schema AND t.table_name = k.table_name
            WHERE t.constraint_type = 'PRIMARY KEY') AS pk
        ON c.table_schema = pk.table_schema AND c.table_name = pk.table_name AND c.column_name = pk.column_name
        WHERE c.table_schema !~ '^information_schema|catalog_history|pg_' AND c.table_name IN ('wells')
        UNION ALL
        SELECT a.attname, CASE WHEN tn.nspname IN ('public', 'pg_catalog') THEN format('%s', t.typname) ELSE format('"%s"."%s"', tn.nspname, t.typname) END,
        a.attnum - 1, c.relname, FALSE, NULL, FALSE, FALSE
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
        WHERE c.relkind = 'm' AND a.attnum >= 1
        ORDER BY "table-name", "place" """,
     lambda rows: [(row[0], row[1], row[4]) for row in rows]
     == [("number", "int8", False), ("kind", "text", False), ("depth", "float8", False), ("dug", "date", False), ("is_safe", "bool", False)]),
    ("""SELECT fc.relname AS "from", fa.attname AS "column" FROM pg_constraint AS c JOIN pg_class AS fc ON c.conrelid = fc.oid
        JOIN pg_attribute AS fa ON c.conrelid = fa.attrelid WHERE c.contype = 'f'::char AND fa.attnum = ANY(c.conkey)""", lambda rows: rows == []),
    ("""SELECT nspname, typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.oid IN (SELECT DISTINCT enumtypid FROM pg_enum e)""", lambda rows: rows == []),
    ("show timezone;", lambda rows: rows == [("UTC",)]),
    ("SELECT EXISTS (SELECT 1 FROM wells WHERE kind = 'hand')", lambda rows: rows == [(True,)]),
    ("SELECT TRUE AS \"_\" FROM \"public\".\"wells\" WHERE 1 <> 1 LIMIT 0", lambda rows: rows == []),
    ("SELECT current_setting('server_version_num')", lambda rows: rows == [("160006",)]),
    ("SELECT column_name, data_type, udt_name FROM information_schema.columns WHERE table_name = 'wells' ORDER BY ordinal_position LIMIT 1",
     lambda rows: rows == [("number", "bigint", "int8")]),
]


@test
def what_metabase_asks_of_its_own_is_answered(world):
    for sql, is_right in METABASE:
        rows = world.ask(sql)
        assert is_right(rows), f"{sql}\n{rows}"


@test
def what_has_no_name_is_called_as_in_postgresql(world):
    connection = world.connect()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(depth), 1, CAST(max(number) AS text) FROM wells")
        equal([column.name for column in cursor.description], ["count", "max", "?column?", "max_2"], "names")
        cursor.execute("SHOW server_version")
        assert cursor.fetchone()[0].startswith("16.6 "), "the version"
    connection.close()


@test
def superset_inspects_and_draws(world):
    done = subprocess.run([sys.executable, str(HERE / "wire/superset.py"), world.address(world.admin)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": SUPERSET})
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr[-3000:])
    lines = done.stdout.splitlines()
    for line in ["version 1", "tables complaints wells", "column number BIGINT", "column dug DATE", "column kind TEXT", "months 12"]:
        assert line in lines, f"no {line} in\n{done.stdout}"


@test
def metabase_s_driver_introspects_and_pages(world):
    if not JDBC.is_file() or not shutil.which("javac"):
        raise Skipped("no JDBC driver; scripts/install.sh test installs it")
    world.classes.mkdir(exist_ok=True)
    subprocess.run(["javac", "-d", str(world.classes), str(HERE / "wire/Introspect.java")], check=True)
    call = ["java", "-cp", f"{JDBC}:{world.classes}", "Introspect", f"jdbc:postgresql://127.0.0.1:{world.port}/baraza", world.admin]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    lines = done.stdout.splitlines()
    wanted = ["schema public", "table wells TABLE", "column number int8", "column depth float8", "column dug date", "column is_safe bool", "keys 0",
              "type int8 -5", "type float8 8", "type date 91", "type _text 2003", "functions 0", f"rows {N_WELLS}", f"prepared {sum(1 for n in range(N_WELLS) if n % 3 == 0 and 5.5 + n % 20 > 10.5)}"]
    missing = [line for line in wanted if line not in lines]
    if done.returncode or missing:
        raise AssertionError(f"missing {missing}\n{done.stdout}\n{done.stderr[-3000:]}")


@test
def nothing_is_changed_and_no_file_is_read(world):
    for sql in [
        "DELETE FROM wells", "UPDATE wells SET depth = 0", "INSERT INTO wells VALUES (1, 'a', 1, '2024-01-01', true)", "DROP TABLE wells",
        "TRUNCATE wells", "CREATE TABLE mine (a int)", "CREATE TABLE mine AS SELECT * FROM wells", "CREATE VIEW mine AS SELECT * FROM complaints",
        "CREATE SCHEMA mine", "CREATE DATABASE mine",
        "CREATE EXTERNAL TABLE passwd STORED AS CSV LOCATION '/etc/passwd'", "COPY wells TO '/tmp/wells.csv'", "COPY wells FROM '/etc/passwd'",
        "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE c", "DO $$ BEGIN END $$", "VACUUM", "SET datafusion.execution.target_partitions = 1000",
        "EXPLAIN ANALYZE DELETE FROM wells", "WITH gone AS (DELETE FROM wells RETURNING *) SELECT * FROM gone",
        "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_csv('/etc/passwd')", "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_ls_dir('/')", "SELECT lo_import('/etc/passwd')", "SELECT * FROM 'http://127.0.0.1/'",
    ]:
        words, code = world.refused(sql)
        assert code and "root:" not in words, f"{sql}: {words}"
    equal(world.ask("SELECT count(*) FROM wells"), [(N_WELLS,)], "wells")
    world.ask("SELECT 1; SELECT 2")
    words, _ = world.refused("SELECT 1; DROP TABLE wells")
    assert "questions" in words, words


@test
def bombs_are_stopped_and_the_server_goes_on(world):
    bombs = [
        "SELECT repeat('a', 1000000000) FROM wells",
        "SELECT array_repeat(1, 1000000000)",
        "SELECT list_repeat(1, 1000000000)",
        "SELECT generate_series(1, 1000000000)",
        "SELECT array_agg(a.number) FROM wells a, wells b, wells c",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
        "SELECT " + "(" * 5000 + "1" + ")" * 5000,
        "SELECT " + " + ".join(["1"] * 5000),
        "SELECT * FROM wells WHERE " + "NOT " * 3000 + "true",
    ]
    for sql in bombs:
        words, code = world.refused(sql)
        assert code, words
    equal(requests.get(f"{world.url}/healthz", timeout=10).status_code, 200, "the server")
    equal(world.ask("SELECT count(*) FROM wells"), [(N_WELLS,)], "wells")


@test
def a_long_question_is_cancelled_by_its_client(world):
    connection = world.connect()
    threading.Timer(1.0, connection.cancel).start()
    began = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM wells a, wells b, wells c WHERE a.depth + b.depth * c.depth < 0")
    except psycopg2.Error as error:
        equal(error.pgcode, "57014", "the code")
    else:
        raise AssertionError("it was answered")
    assert time.monotonic() - began < 20, "cancelling took long"
    equal(world.ask("SELECT 1"), [(1,)], "the next question")


@test
def connections_are_encrypted_where_the_client_wants_it(world):
    for mode, is_encrypted in [("require", True), ("disable", False)]:
        connection = world.connect(sslmode=mode)
        equal(bool(connection.info.ssl_in_use), is_encrypted, mode)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM wells")
            equal(cursor.fetchone(), (N_WELLS,), mode)
        connection.close()


@test
def a_connection_that_is_left_in_the_middle_of_rows_harms_nobody(world):
    for _ in range(20):
        connection = world.connect()
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        cursor.execute("DECLARE c CURSOR FOR SELECT a.number FROM wells a, wells b")
        cursor.execute("FETCH 10 FROM c")
        equal(len(cursor.fetchall()), 10, "rows of a cursor")
        connection.close()
    equal(world.ask("SELECT count(*) FROM wells"), [(N_WELLS,)], "wells")


@test
def who_has_no_token_is_not_let_in(world):
    for token in ["", "wrong", "correct horse battery staple", "' OR 1=1 --", "x" * 100_000]:
        try:
            world.connect(token or " ").close()
        except psycopg2.OperationalError as error:
            assert "complaints" not in str(error), error
        else:
            raise AssertionError(f"{token[:20]} was let in")
    # What is no client at all.
    for noise in [b"GET / HTTP/1.0\r\n\r\n", b"\x00" * 64, b"\xff" * 64, b"\x00\x00\x00\x08\x04\xd2\x16\x2f" * 3]:
        with socket.create_connection(("127.0.0.1", world.port), timeout=5) as raw:
            raw.sendall(noise)
    equal(world.ask("SELECT 1"), [(1,)], "the next question")


@test
def a_token_that_was_withdrawn_opens_nothing_any_more(world):
    token = world.baraza.add_user("short@example.org", "correct horse battery staple", name="Short", role="citizen")
    connection = world.connect(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wells")
        equal(cursor.fetchone(), (N_WELLS,), "wells")
        world.baraza.run("user", "close", "--email", "short@example.org", "--why", "left")

        def is_out():
            try:
                cursor.execute("SELECT count(*) FROM wells")
            except psycopg2.Error:
                return True
            return False

        eventually("the closed account is out", is_out, patience=90)


@test
def a_table_published_now_is_there_without_a_new_connection(world):
    connection = world.connect(world.citizen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wells")
        more = WORK / "schools.csv"
        more.write_text("code,name\n1,One\n2,Two\n", encoding="utf-8")
        world.baraza.run("dataset", "import", str(more), "--slug", "schools", "--title", "Schools", "--open")

        def is_there():
            try:
                cursor.execute("SELECT count(*) FROM schools")
            except psycopg2.Error:
                return False
            return cursor.fetchone() == (2,)

        eventually("the new table", is_there)


@test
def a_connection_that_has_ended_leaves_nothing_in_memory(world):
    def resident():
        status = pathlib.Path(f"/proc/{world.baraza.server.pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmRSS:")[1].split()[0]) // 1024

    def connections(n):
        for _ in range(n):
            world.ask("SELECT count(*) FROM wells")
        return resident()

    before = connections(20)
    after = connections(60)
    assert after - before < 60, f"60 connections left {after - before} MB"


@test
def the_log_holds_no_token_and_no_question(world):
    log = "".join(world.baraza.log)
    for secret in [world.admin, world.citizen, "nobody else may read this", "correct horse"]:
        assert secret not in log, f"{secret[:12]} is in the log"
    assert "panicked" not in log, log[-3000:]


if __name__ == "__main__":
    world = World()
    code = run(world)
    world.baraza.stop()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(code)
