"""The real portal of Buenos Aires brought in and taken out again by ckanapi, and read as RDF, against the built program.

usage: portal.py PROGRAM

The 383 datasets lie with the real data, in the folder that BARAZA_REAL_DATA names or in the nearest `shared/data` above the project.
"""

import atexit
import gzip
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import traceback

import ckanapi
import frictionless
import pyshacl
import rdflib
import requests

PROGRAM = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-portal-"))
DATA = WORK / "data"
EMAIL, PASSWORD = "portal@example.org", "correct horse battery staple"
CKANAPI = str(pathlib.Path(sys.executable).parent / "ckanapi")
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
SHAPES = "ckanext/dcat/tests/shacl/dcat-ap_3_shacl_shapes.ttl"
TESTS = []


class Skipped(Exception):
    """What a test needs is not here; the text says what."""


def test(body):
    """Adds a test; its name is a sentence."""
    TESTS.append(body)
    return body


def equal(found, wanted, what):
    """Fails with both values."""
    if found != wanted:
        raise AssertionError(f"{what}: {str(found)[:2000]} instead of {str(wanted)[:2000]}")


def command(*arguments, given=""):
    """Runs one command of the program and gives what it printed."""
    done = subprocess.run([PROGRAM, *arguments, "--data", str(DATA)], input=given, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"baraza {' '.join(arguments)}: {done.returncode}\n{done.stderr or done.stdout}")
    return done.stdout.strip()


def real_data():
    """The folder of the real data, where there is one."""
    if "BARAZA_REAL_DATA" in os.environ:
        return pathlib.Path(os.environ["BARAZA_REAL_DATA"])
    folders = [folder / "shared/data" for folder in pathlib.Path(__file__).resolve().parents]
    return next((folder for folder in folders if folder.is_dir()), folders[0])


def buenos_aires():
    """Every dataset of the portal as it was archived on 2021-04-30."""
    file = real_data() / "09-portal/ckan_packages_buenos_aires.jsonl.gz"
    if not file.is_file():
        if os.environ.get("CI") == "true":
            raise AssertionError(f"{file} is missing, and CI needs it")
        raise Skipped(f"no datasets at {file}; set BARAZA_REAL_DATA")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class World:
    """A server with an administrator and a producer, and what speaks with it."""

    def __init__(self):
        command("user", "add", "--email", EMAIL, "--name", "Portal", "--role", "admin", "--password-stdin", given=PASSWORD + "\n")
        self.token = command("token", "create", "--email", EMAIL)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(DATA), "--listen", f"127.0.0.1:{port}", "--rate-limit", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        atexit.register(self.server.kill)
        self.log = []
        for line in self.server.stdout:
            if found := re.search(r"listening on (http://[^\s\"]+)", line):
                self.url = found[1].rstrip("/")
                break
        else:
            raise RuntimeError("baraza serve ended before it listened")
        # The log is read on, or the pipe would fill and the server wait.
        threading.Thread(target=lambda: self.log.extend(self.server.stdout), daemon=True).start()
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
    equal(sorted(world.stranger.action.group_list()), sorted({one["name"] for one in groups.values()}), "groups")


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
    end = time.monotonic() + 30
    while "Sukorejo" not in requests.get(f"{world.url}/data/wells/wells.csv", timeout=30).text:
        if time.monotonic() > end:
            raise AssertionError("the table is not there after 30 s")
        time.sleep(0.2)


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


@test
def a_harvester_of_rdf_walks_the_pages_to_the_end(world):
    address, datasets, pages = f"{world.url}/catalog.ttl", set(), 0
    while address:
        answer = requests.get(address, timeout=60)
        equal(answer.headers["Content-Type"], "text/turtle; charset=utf-8", "content type")
        page = rdflib.Graph().parse(data=answer.content, format="turtle")
        datasets |= set(page.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset))
        following = list(page.objects(None, HYDRA.next))
        pages, address = pages + 1, str(following[0]) if following else None
        if address:
            equal(address.startswith(world.url), True, f"{address} is here")
    equal((pages, len(datasets)), (4, 384), "pages and datasets")


@test
def what_was_loaded_is_valid_by_the_shapes_of_dcat_ap_3(world):
    archive = real_data() / "09-portal/ckanext-dcat-examples.tar.gz"
    if not archive.is_file():
        if os.environ.get("CI") == "true":
            raise AssertionError(f"{archive} is missing, and CI needs it")
        raise Skipped(f"no shapes at {archive}; set BARAZA_REAL_DATA")
    with tarfile.open(archive) as tar:
        shapes = rdflib.Graph().parse(tar.extractfile(f"./{SHAPES}"), format="turtle")
    page = rdflib.Graph().parse(data=requests.get(f"{world.url}/catalog.jsonld", timeout=60).content, format="json-ld")
    valid, _, text = pyshacl.validate(page, shacl_graph=shapes, inference="none")
    if not valid:
        raise AssertionError(text[:3000])


@test
def frictionless_reads_the_rows_by_the_package(world):
    package = frictionless.Package(f"{world.url}/data/wells/datapackage.json")
    equal(package.resources[0].read_rows(), [{"well": "Sukorejo", "depth": 12}], "rows")


@test
def the_log_holds_no_token(world):
    if any(world.token in line for line in world.log):
        raise AssertionError("the token stands in the log")


def main():
    world = World()
    passed = failed = skipped = 0
    for body in TESTS:
        name, began = body.__name__.replace("_", " "), time.monotonic()
        try:
            body(world)
        except Skipped as why:
            skipped += 1
            print(f"skipped {name}: {why}")
        except Exception:  # a failed test must not keep the others from running
            failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}")
        else:
            passed += 1
            print(f"ok      {name} ({(time.monotonic() - began) * 1000:.0f} ms)")
    world.server.terminate()
    world.server.wait(timeout=30)
    shutil.rmtree(WORK, ignore_errors=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed else 0)


main()
