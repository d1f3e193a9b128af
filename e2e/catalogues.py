"""What programs of others make of our catalogues: RDFLib, pySHACL, JSON Schema, frictionless, feedparser.

usage: catalogues.py PORTAL   (the example `portal` of the crate of formats)

"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.robotparser
import xml.etree.ElementTree as ElementTree

import feedparser
import frictionless
import pyshacl
import rdflib
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.namespace import DCAT, DCTERMS, RDF, SDO

from rules import schema_of_dcat_us, shapes_of_dcat_ap, told
from trial import equal, run, test

PORTAL = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-catalogues-"))
SYNTAXES = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}


def graph(name, suffix):
    """The statements of a document, as RDFLib reads them."""
    return rdflib.Graph().parse(WORK / f"{name}.{suffix}", format=SYNTAXES[suffix])


@test
def the_three_syntaxes_say_the_same():
    for name in ("catalogue", "dataset", "series"):
        turtle = to_isomorphic(graph(name, "ttl"))
        for suffix in ("jsonld", "rdf"):
            # The addresses of the pages of a catalogue name their syntax.
            text = (WORK / f"{name}.{suffix}").read_text().replace(f"catalog.{suffix}?", "catalog.ttl?")
            other = to_isomorphic(rdflib.Graph().parse(data=text, format=SYNTAXES[suffix]))
            if turtle != other:
                _, ours, theirs = graph_diff(turtle, other)
                raise AssertionError(f"{name}.{suffix} differs:\n{ours.serialize()}\n{theirs.serialize()}")


@test
def every_odd_text_comes_back_from_every_syntax():
    wanted = sorted(json.loads((WORK / "odd.json").read_text()))
    for suffix in SYNTAXES:
        found = graph("catalogue", suffix)
        odd = next(one for one in found.subjects(RDF.type, DCAT.Dataset) if "%20" in one)
        equal(sorted(str(text) for text in found.objects(odd, DCAT.keyword)), wanted, f"keywords in {suffix}")


@test
def what_rdflib_writes_is_read_again():
    turtle = graph("catalogue", "ttl")
    wanted = None
    for suffix, name in SYNTAXES.items():
        text = turtle.serialize(format=name, encoding="utf-8")
        done = subprocess.run([PORTAL, "--read", suffix], input=text, capture_output=True, check=True)
        found = json.loads(done.stdout)
        found["datasets"] = sorted(found["datasets"], key=lambda one: one["iri"])
        for one in found["datasets"]:
            one["title"].sort()
            one["keywords"].sort()
        equal(len(found["datasets"]), 3, "datasets")
        equal((found["next"], found["total"]), ("https://data.example/catalog.ttl?page=2", 102), "paging")
        wanted = wanted or found
        equal(found, wanted, f"RDFLib's {name} as read here")


@test
def catalogue_dataset_and_series_are_valid_by_the_shapes_of_dcat_ap_3():
    rules = shapes_of_dcat_ap()
    for name in ("catalogue", "dataset", "series"):
        conforms, _, report = pyshacl.validate(graph(name, "ttl"), shacl_graph=rules, advanced=False)
        if not conforms:
            raise AssertionError(f"{name}: {report}")


@test
def the_shapes_notice_a_dataset_without_a_description():
    rules, broken = shapes_of_dcat_ap(), graph("dataset", "ttl")
    broken.remove((rdflib.URIRef("https://data.example/dataset/desa"), DCTERMS.description, None))
    conforms, results, _ = pyshacl.validate(broken, shacl_graph=rules, advanced=False)
    equal(conforms, False, "conforms")
    equal(len(set(results.subjects(RDF.type, rdflib.SH.ValidationResult))), 1, "results")


@test
def data_json_is_valid_by_the_schema_of_dcat_us():
    checker = schema_of_dcat_us()
    document = json.loads((WORK / "data.json").read_text())
    equal([told(error) for error in checker.iter_errors(document)], [], "errors")
    equal(len(document["dataset"]), 3, "datasets")
    del document["dataset"][0]["publisher"]
    equal(len(list(checker.iter_errors(document))), 1, "errors without a publisher")


@test
def schema_org_uses_only_words_that_schema_org_has():
    def walk(value, at):
        if isinstance(value, list):
            for one in value:
                walk(one, at)
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "@type":
                    SDO[inner]
                elif not key.startswith("@"):
                    SDO[key]
                walk(inner, f"{at}/{key}")

    for name in ("dataset", "catalogue"):
        document = json.loads((WORK / f"{name}.schemaorg.json").read_text())
        walk(document, name)
        equal(document["@context"], "https://schema.org/", "context")
    dataset = json.loads((WORK / "dataset.schemaorg.json").read_text())
    for demanded in ("name", "description", "license", "creator", "distribution", "temporalCoverage", "spatialCoverage", "variableMeasured"):
        equal(bool(dataset.get(demanded)), True, demanded)
    equal(50 <= len(dataset["description"]) <= 5000, True, "length of the description")


@test
def frictionless_accepts_the_package_and_reads_its_rows():
    path = WORK / "package/datapackage.json"
    described = json.loads(path.read_text())
    equal(described["$schema"], "https://datapackage.org/profiles/2.0/datapackage.json", "profile")
    equal([str(error) for error in frictionless.Package.metadata_validate(described)], [], "errors of the description")
    report = frictionless.validate(str(path))
    equal(report.flatten(["rowNumber", "fieldName", "type", "note"]), [], "errors of the data")
    equal((report.valid, report.tasks[0].stats["rows"], report.warnings), (True, 2, []), "report")
    rows = frictionless.Package(str(path)).get_resource("desa").read_rows()
    first, second = (row.to_dict() for row in rows)
    equal((str(first["luas_km2"]), first["penduduk"], str(first["berdiri"])), ("12.50", 4321, "1945-08-17"), "first row")
    equal(([float(degrees) for degrees in first["titik"]], first["induk"]), ([111.8, -7.25], None), "first row")
    equal((second["nama"], second["luas_km2"], second["penduduk"]), ('Sumber; "Jati"', None, None), "second row")


@test
def frictionless_finds_what_breaks_the_rules_of_the_schema():
    folder = WORK / "broken"
    folder.mkdir()
    (folder / "datapackage.json").write_text((WORK / "package/datapackage.json").read_text())
    (folder / "desa.csv").write_text(
        "kode;nama;induk;luas_km2;penduduk;berdiri;titik\n"
        "3522012001;Margomulyo;9999999999;12,50;4321;17/08/1945;\n"
        "3522012001;;;-1;x;1945-08-17;\n"
    )
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = {(row, field, kind) for row, field, kind in report.flatten(["rowNumber", "fieldName", "type"]) if row}
    wanted = {
        (2, None, "foreign-key"), (3, "nama", "constraint-error"), (3, "penduduk", "type-error"),
        (3, "berdiri", "type-error"), (3, "luas_km2", "constraint-error"), (3, None, "primary-key"),
    }
    equal(wanted - found, set(), f"missed, of {found}")


@test
def a_feed_reader_sees_the_change():
    feed = feedparser.parse((WORK / "feed.atom").read_bytes(), sanitize_html=False)
    equal((feed.bozo, feed.version, len(feed.entries)), (False, "atom10", 1), "feed")
    entry = feed.entries[0]
    equal((entry.id, entry.author, entry.tags[0].label), ("https://data.example/dataset/desa/versions/3", "Dinas PMD", "Pemerintahan & desa"), "entry")


@test
def robots_and_sitemap_lead_to_the_dataset():
    robots = urllib.robotparser.RobotFileParser()
    robots.parse((WORK / "robots.txt").read_text().splitlines())
    equal(robots.can_fetch("Googlebot", "https://data.example/data/desa"), True, "a dataset may be visited")
    equal(robots.can_fetch("Googlebot", "https://data.example/desk/x"), False, "the desk may be visited")
    equal(robots.site_maps(), ["https://data.example/sitemap.xml"], "sitemap")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    index = ElementTree.parse(WORK / "sitemap.xml").findtext("s:sitemap/s:loc", namespaces=names)
    equal(index, "https://data.example/sitemap-1.xml", "file of the sitemap")
    page = ElementTree.parse(WORK / "sitemap-1.xml").findtext("s:url/s:loc", namespaces=names)
    equal(page, "https://data.example/data/desa", "page")


def main():
    subprocess.run([PORTAL, str(WORK)], check=True)
    failed = run()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(failed)


main()
