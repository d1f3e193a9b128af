"""The real portal of Buenos Aires brought in and taken out again by ckanapi, and read as RDF, against the built program.

usage: portal.py PROGRAM

The 383 datasets lie with the real data.
"""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import ckanapi
import frictionless
import pyshacl
import rdflib
import requests

from rules import schema_of_dcat_us, shapes_of_dcat_ap, told
from trial import Baraza, equal, eventually, real_data, run, test

PROGRAM = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-portal-"))
CKANAPI = str(pathlib.Path(sys.executable).parent / "ckanapi")
# Those that every portal begins with.
FIRST_THEMES = {"demography", "government", "economy", "education", "culture", "health", "infrastructure"}
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")


def buenos_aires():
    """Every dataset of the portal as it was archived on 2021-04-30."""
    with gzip.open(real_data("09-portal/ckan_packages_buenos_aires.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class World:
    """A server with an administrator and a producer, and what speaks with it."""

    def __init__(self):
        self.baraza = Baraza(PROGRAM, WORK / "data")
        self.token = self.baraza.add_user("portal@example.org", "correct horse battery staple", name="Portal")
        self.url = self.baraza.serve()
        self.admin = ckanapi.RemoteCKAN(self.url, apikey=self.token)
        self.stranger = ckanapi.RemoteCKAN(self.url)

    def ckanapi(self, *arguments, lines=None):
        """Runs ckanapi as people run it, and gives the lines it prints."""
        given = None if lines is None else "".join(json.dumps(line) + "\n" for line in lines)
        # It starts workers of itself by its name.
        beside = {**os.environ, "PATH": f"{pathlib.Path(CKANAPI).parent}:{os.environ['PATH']}"}
        call = [CKANAPI, *arguments, "-r", self.url, "-a", self.token]
        done = subprocess.run(call, input=given, capture_output=True, text=True, timeout=600, env=beside)
        if done.returncode:
            raise AssertionError(f"ckanapi {' '.join(arguments)}: {done.returncode}\n{done.stderr[-3000:]}")
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "["))]


def unlike(given, found):
    """What of a dataset did not come back, but for what the catalogue says of its own."""
    # Who made it there, revisions that no CKAN has had since 2.9, and licences that are theirs alone.
    own = {"creator_user_id", "revision_id", "license_title", "license_url", "isopen", "organization", "groups", "tags", "resources"}
    differing = [key for key in given if key not in own and found.get(key) != given[key]]
    for key, of in (("tags", "name"), ("groups", "name"), ("resources", "id")):
        wanted, there = ([one[of] for one in dataset[key]] for dataset in (given, found))
        if (sorted(wanted) if key != "resources" else wanted) != (sorted(there) if key != "resources" else there):
            differing.append(key)
    for resource, there in zip(given["resources"], found["resources"]):
        # One format has one name: CSV, not csv.
        differing += [
            f"{resource['id']}: {key}: {resource[key]!r} {there.get(key)!r}" for key in resource
            if key not in {"format", "revision_id", "state"} and there.get(key) != resource[key]
        ]
    return differing


@test
def ckanapi_loads_organisations_groups_and_every_dataset(world):
    datasets = buenos_aires()
    organisations = {one["organization"]["id"]: one["organization"] for one in datasets if one["organization"]}
    groups = {group["id"]: group for one in datasets for group in one["groups"]}
    world.ckanapi("load", "organizations", lines=organisations.values())
    world.ckanapi("load", "groups", lines=groups.values())
    began = time.monotonic()
    world.ckanapi("load", "datasets", lines=datasets)
    print(f"        {len(datasets)} datasets in {time.monotonic() - began:.1f} s")
    equal(len(world.stranger.action.package_list()), 383, "datasets")
    equal(sorted(world.stranger.action.organization_list()), sorted({one["name"] for one in organisations.values()}), "organisations")
    sent = {one["name"] for one in groups.values()}
    equal(sorted(set(world.stranger.action.group_list()) - FIRST_THEMES), sorted(sent - FIRST_THEMES), "groups")


@test
def every_dataset_comes_back_equal_by_ckanapi_dump(world):
    given = {one["id"]: one for one in buenos_aires()}
    found = {one["id"]: one for one in world.ckanapi("dump", "datasets", "--all")}
    equal(len(found), 383, "datasets")
    equal(sum(len(one["resources"]) for one in found.values()), 2459, "resources")
    differing = {one["name"]: unlike(one, found[id]) for id, one in given.items() if unlike(one, found[id])}
    equal(differing, {}, "what did not come back")


@test
def loaded_a_second_time_nothing_changes(world):
    before = {one["id"]: one["metadata_modified"] for one in world.ckanapi("dump", "datasets", "--all")}
    world.ckanapi("load", "datasets", lines=world.ckanapi("dump", "datasets", "--all"))
    after = {one["id"]: one["metadata_modified"] for one in world.ckanapi("dump", "datasets", "--all")}
    equal(after, before, "when datasets changed")


@test
def ckanapi_searches_with_facets_and_filters(world):
    datasets = buenos_aires()
    found = world.stranger.action.package_search(q="salud", rows=5, **{"facet.field": ["organization", "groups", "res_format"]})
    if not 5 <= found["count"] <= 383 or len(found["results"]) != 5:
        raise AssertionError(found["count"])
    wanted = [one["name"] for one in datasets if any(group["name"] == "salud" for group in one["groups"])]
    by_group = world.stranger.action.package_search(fq="groups:salud", rows=1000)
    equal(sorted(one["name"] for one in by_group["results"]), sorted(wanted), "datasets of a group")
    lines = world.ckanapi("search", "datasets", "q=salud")
    equal(len(lines), found["count"], "ckanapi search datasets")


@test
def a_harvester_walks_all_pages_by_when_datasets_changed(world):
    seen, start = [], 0
    while page := world.stranger.action.package_search(sort="metadata_modified asc", rows=100, start=start)["results"]:
        seen += [one["name"] for one in page]
        start += 100
    equal(len(set(seen)), 383, "datasets on all pages")


@test
def files_are_uploaded_and_got_back(world):
    world.admin.action.organization_create(name="statistik", title="Statistik")
    made = world.admin.action.package_create(name="wells", owner_org="statistik")
    file = WORK / "wells.csv"
    file.write_text("well,depth\nSukorejo,12\n")
    resource = world.admin.action.resource_create(package_id=made["id"], name="Wells", upload=file.open("rb"))
    equal(resource["url"], f"{world.url}/dataset/{made['id']}/resource/{resource['id']}/download/wells.csv", "address")
    equal(requests.get(resource["url"], timeout=30).text, file.read_text(), "the file")
    table = f"{world.url}/data/wells/wells.csv"
    eventually("the table is there", lambda: "Sukorejo" in requests.get(table, timeout=30).text)


def readings(n):
    """Rows as a meter sends them."""
    return [
        {"code": f"W{i:05}", "village": f"Desa {i % 37}", "depth": i / 4, "safe": i % 3 == 0, "read": f"2026-{i % 12 + 1:02}-01T06:00:00", "note": None if i % 5 else "Sumur Café"}
        for i in range(n)
    ]


@test
def ckanapi_makes_a_table_and_fills_it_in_chunks(world):
    world.admin.action.organization_create(name="air", title="Air")
    world.admin.action.package_create(name="readings", owner_org="air")
    kinds = {"code": "text", "village": "text", "depth": "numeric", "safe": "bool", "read": "timestamp", "note": "text"}
    made = world.admin.action.datastore_create(
        resource={"package_id": "readings", "name": "Readings"},
        fields=[{"id": name, "type": kind, "info": {"label": name.title()}} for name, kind in kinds.items()],
        primary_key="code", aliases=["bacaan"],
    )
    world.table = made["resource_id"]
    rows, began = readings(10_000), time.monotonic()
    for start in range(0, len(rows), 250):
        world.admin.action.datastore_upsert(resource_id=world.table, records=rows[start:start + 250])
    print(f"        {len(rows)} rows in 40 chunks in {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    for n in range(40):
        world.admin.action.datastore_upsert(resource_id=world.table, records=[{"code": f"W{n * 251:05}", "depth": 0.5}])
        rows[n * 251]["depth"] = 0.5
    print(f"        40 changes of one row in {time.monotonic() - began:.1f} s")
    world.rows = rows
    found, start = [], 0
    while page := world.stranger.action.datastore_search(resource_id=world.table, limit=3000, offset=start)["records"]:
        found += page
        start += 3000
    equal([row.pop("_id") for row in found], list(range(1, 10_001)), "numbers of rows")
    equal(found, rows, "rows")


@test
def datastore_search_filters_sorts_and_counts_what_was_sent(world):
    search = lambda **asked: world.stranger.action.datastore_search(resource_id="bacaan", **asked)
    chosen = [row for row in world.rows if row["village"] in ("Desa 3", "Desa 5") and row["safe"]]
    found = search(filters={"village": ["Desa 3", "Desa 5"], "safe": True}, sort="depth desc, code", limit=10)
    equal(found["total"], len(chosen), "total")
    wanted = sorted(chosen, key=lambda row: (-row["depth"], row["code"]))[:10]
    equal([row["code"] for row in found["records"]], [row["code"] for row in wanted], "sorted rows")
    equal(search(q="cafe")["total"], sum(row["note"] is not None for row in world.rows), "rows with a word")
    kinds = search(distinct=True, fields=["village"], sort="village", limit=100, records_format="lists")
    equal([one for one, in kinds["records"]], sorted({row["village"] for row in world.rows}), "villages")
    fields = {one["id"]: one["type"] for one in search(limit=0)["fields"]}
    equal(fields, {"_id": "int", "code": "text", "village": "text", "depth": "numeric", "safe": "bool", "read": "timestamp", "note": "text"}, "types")


@test
def datastore_search_sql_groups_what_was_sent_and_dump_is_all_of_it(world):
    sql = f'SELECT village, count(*) AS n, avg(depth) AS depth FROM "{world.table}" GROUP BY village ORDER BY village'
    found = world.stranger.action.datastore_search_sql(sql=sql)["records"]
    by_village = {}
    for row in world.rows:
        by_village.setdefault(row["village"], []).append(row["depth"])
    wanted = [{"village": name, "n": len(depths), "depth": sum(depths) / len(depths)} for name, depths in sorted(by_village.items())]
    equal([(one["village"], one["n"], round(one["depth"], 6)) for one in found], [(one["village"], one["n"], round(one["depth"], 6)) for one in wanted], "groups")
    dump = requests.get(f"{world.url}/datastore/dump/{world.table}?format=json", timeout=60).json()
    names = [one["id"] for one in dump["fields"]][1:]
    equal([dict(zip(names, row[1:])) for row in dump["records"]], world.rows, "the dump")
    lines = requests.get(f"{world.url}/datastore/dump/{world.table}?bom=true", timeout=60).content.decode("utf-8-sig").splitlines()
    equal((len(lines), lines[0]), (10_001, "_id,code,village,depth,safe,read,note"), "the dump as CSV")
    for sql in (f'DELETE FROM "{world.table}"', f'SELECT 1; DROP TABLE "{world.table}"', "SELECT pg_sleep(9)"):
        try:
            world.stranger.action.datastore_search_sql(sql=sql)
        except ckanapi.ValidationError:
            continue
        raise AssertionError(f"{sql} was answered")
    try:
        world.stranger.action.datastore_upsert(resource_id=world.table, records=[{"code": "X"}])
    except ckanapi.NotAuthorized:
        pass
    else:
        raise AssertionError("a stranger wrote rows")
    world.admin.action.datastore_delete(resource_id=world.table, filters={"village": "Desa 3"}, force=True)
    left = sum(row["village"] != "Desa 3" for row in world.rows)
    equal(world.stranger.action.datastore_search(resource_id=world.table, limit=0)["total"], left, "rows that stay")


@test
def mistakes_are_the_errors_that_ckanapi_knows(world):
    for error, act in (
        (ckanapi.NotFound, lambda: world.stranger.action.package_show(id="nothing")),
        (ckanapi.NotAuthorized, lambda: world.stranger.action.package_create(name="mine")),
        (ckanapi.ValidationError, lambda: world.admin.action.package_create(name="No Name", owner_org="statistik")),
        (ckanapi.SearchQueryError, lambda: world.stranger.action.package_search(wrong="1")),
    ):
        try:
            act()
        except error:
            continue
        raise AssertionError(f"no {error.__name__}")


@test
def everybody_sees_pages_of_what_was_loaded(world):
    page = requests.get(f"{world.url}/data/147-covid", timeout=30)
    equal(page.status_code, 200, "status")
    for part in ("Llamados 147 COVID", "cdn.buenosaires.gob.ar", "mailto:datosabiertos@buenosaires.gob.ar"):
        if part not in page.text:
            raise AssertionError(f"{part} is not on the page")
    equal(requests.get(f"{world.url}/data", timeout=30).status_code, 200, "the catalogue")


def pages_of(world, address):
    """Every page of a catalogue in Turtle, one after another, as a harvester follows their links."""
    while address:
        answer = requests.get(address, timeout=60)
        equal(answer.headers["Content-Type"], "text/turtle; charset=utf-8", "content type")
        page = rdflib.Graph().parse(data=answer.content, format="turtle")
        yield page
        following = list(page.objects(None, HYDRA.next))
        address = str(following[0]) if following else None
        if address:
            equal(address.startswith(world.url), True, f"{address} is here")


def datasets_of(page):
    """The datasets that a document is about."""
    return set(page.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset))


@test
def a_harvester_of_rdf_walks_the_pages_to_the_end(world):
    world.pages = list(pages_of(world, f"{world.url}/catalog.ttl"))
    datasets = set().union(*map(datasets_of, world.pages))
    equal((len(world.pages), len(datasets)), (4, 385), "pages and datasets")


@test
def a_harvester_asks_for_what_it_wants_and_gets_no_other(world):
    datasets = buenos_aires()
    asked = lambda **parameters: pages_of(world, requests.Request("GET", f"{world.url}/catalog.n3", params=parameters).prepare().url)
    found = set().union(*map(datasets_of, asked(fq="groups:salud", profiles="euro_dcat_ap_3")))
    wanted = {f"{world.url}/dataset/{one['id']}" for one in datasets if any(group["name"] == "salud" for group in one["groups"])}
    equal({str(one) for one in found}, wanted, "datasets of a group")
    # Those that were loaded are as old as they were there; the two that were made here are of today.
    changed = sorted(one["metadata_modified"] for one in datasets)
    for since in (changed[100], changed[280]):
        pages = list(asked(modified_since=since))
        found = {str(one) for page in pages for one in datasets_of(page)}
        wanted = {f"{world.url}/dataset/{one['id']}" for one in datasets if one["metadata_modified"] >= since}
        equal(wanted - found, set(), f"what changed since {since} and is missing")
        equal(len(found - wanted), 2, f"what changed since {since} and was not loaded")
        equal(len(pages), -(-len(found) // 100), "pages")
    for wrong in ({"modified_since": "yesterday"}, {"profiles": "schemaorg"}, {"fq": "name:("}):
        equal(requests.get(f"{world.url}/catalog.ttl", params=wrong, timeout=30).status_code, 400, f"status of {wrong}")


@test
def every_page_of_the_catalogue_is_valid_by_the_shapes_of_dcat_ap_3(world):
    shapes = shapes_of_dcat_ap()
    for number, page in enumerate(world.pages, 1):
        valid, _, text = pyshacl.validate(page, shacl_graph=shapes, inference="none")
        if not valid:
            raise AssertionError(f"page {number}: {text[:3000]}")


@test
def datasets_with_their_versions_are_valid_by_the_shapes_of_dcat_ap_3(world):
    shapes = shapes_of_dcat_ap()
    typed = {"language": "id, en", "relation": "https://example.org/other", "contributor": "Dinas A; Dinas B", "collection": "Door to door"}
    saved = requests.post(
        f"{world.url}/desk/data/readings/metadata", data=typed, headers={"Authorization": f"Bearer {world.token}"},
        allow_redirects=False, timeout=30,
    )
    equal(saved.status_code, 303, "status of saving what was typed")
    show = world.stranger.action.package_show
    ids = [show(id=name)["id"] for name in ("readings", "wells")] + [one["id"] for one in buenos_aires()[::80]]
    for id in ids:
        for suffix, syntax in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
            answer = requests.get(f"{world.url}/dataset/{id}.{suffix}", timeout=60)
            graph = rdflib.Graph().parse(data=answer.content, format=syntax)
            valid, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
            if not valid:
                raise AssertionError(f"{id}.{suffix}: {text[:3000]}")
    readings = rdflib.Graph().parse(data=requests.get(f"{world.url}/dataset/{ids[0]}.ttl", timeout=60).content, format="turtle")
    about = rdflib.URIRef(f"{world.url}/dataset/{ids[0]}")
    formats = sorted(str(one).rsplit("/", 1)[-1] for one in readings.objects(None, rdflib.DCTERMS.format) if isinstance(one, rdflib.URIRef))
    equal(formats, ["CSV", "JSON", "PARQUET", "XLSX"], "formats of a table, beside JSON lines")
    equal(len(set(readings.objects(about, rdflib.DCAT.hasVersion))) > 40, True, "each change of its rows is a version")
    equal(len(set(readings.objects(about, rdflib.DCTERMS.contributor))), 2, "contributors")


@test
def data_json_is_valid_by_the_schema_of_dcat_us(world):
    document = requests.get(f"{world.url}/catalog/data.json", timeout=60).json()
    errors = [told(error) for error in schema_of_dcat_us().iter_errors(document)]
    equal((errors[:20], len(document["dataset"])), ([], 385), "errors and datasets")


@test
def frictionless_reads_the_rows_by_the_package(world):
    package = frictionless.Package(f"{world.url}/data/wells/datapackage.json")
    equal(package.resources[0].read_rows(), [{"well": "Sukorejo", "depth": 12}], "rows")


@test
def the_log_holds_no_token(world):
    if any(world.token in line for line in world.baraza.log):
        raise AssertionError("the token stands in the log")


def main():
    world = World()
    failed = run(world)
    world.baraza.stop()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(failed)


main()
