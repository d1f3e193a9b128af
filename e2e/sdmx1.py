"""Every number of the sample regency read as SDMX by sdmx1, in both versions of the standard, against the built program.

usage: sdmx1.py PROGRAM

It is not called sdmx.py, because that is what sdmx1 is imported as.
"""

import csv
import io
import pathlib
import shutil
import sys
import tempfile

import requests
import sdmx

# Read before any data of 2.1 that are specific to their structure: sdmx1 2.28 cannot load it afterwards.
import sdmx.reader.xml.v30  # noqa: F401

from trial import Baraza, equal, run, test

PROGRAM = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-sdmx-"))
ALL = "DF_ALL"
# Numbers for people and programs beside the measure, which sdmx1 keeps as attributes.
FIGURES = ("OBS_STATUS", "STANDING", "LOWER_BOUND", "UPPER_BOUND", "N", "DENOMINATOR")


class World:
    """A server with the sample regency, and a client of each version."""

    def __init__(self):
        self.baraza = Baraza(PROGRAM, WORK / "data")
        self.baraza.run("demo", "--households", "60", "--seed", "7")
        self.url = self.baraza.serve()
        self.old, self.new = self.client("2.1"), self.client("3.0.0")

    def client(self, version):
        """sdmx1 as people use it for a source that it does not know yet."""
        name = f"BARAZA{version[0]}"
        sdmx.add_source(
            {"id": name, "name": "Baraza", "url": f"{self.url}/sdmx/{version[:3]}", "versions": [version], "supports": {"preview": True, "availableconstraint": True}}
        )
        return sdmx.Client(name)

    def text(self, path, accept):
        answer = requests.get(f"{self.url}/sdmx/{path}", headers={"Accept": accept}, timeout=60)
        equal(answer.status_code, 200, f"status of {path}: {answer.text[:500]}")
        equal(answer.headers["Content-Type"].split(";")[0], accept.split(";")[0], f"content type of {path}")
        return answer.content

    def rows(self, flow, version="2.1"):
        """The rows of a dataflow in CSV."""
        path = f"2.1/data/{flow}" if version == "2.1" else f"3.0/data/dataflow/BARAZA/{flow}/+/*"
        accept = "application/vnd.sdmx.data+csv"
        if requests.get(f"{self.url}/sdmx/{path}", headers={"Accept": accept}, timeout=60).status_code == 404:
            return []  # An indicator that nobody has numbers for yet.
        return list(csv.DictReader(io.StringIO(self.text(path, accept).decode())))


def cells(message, dimensions):
    """What sdmx1 read: key with period → value and attributes, as CSV writes them."""
    found = {}
    for dataset in message.data:
        for observation in dataset.obs:
            key = tuple(observation.key[dimension].value for dimension in dimensions)
            equal(key in found, False, f"{key} stands there a second time")
            said = observation.attrib
            attributes = tuple(str(said[name].value) if name in said else "" for name in FIGURES)
            value = "" if observation.value in (None, "") else str(float(observation.value))
            found[key] = (value, attributes)
    return found


def wanted(rows, dimensions):
    """The same of rows of CSV."""
    number = lambda text: str(float(text)) if text else ""
    return {tuple(row[name] for name in dimensions): (number(row["OBS_VALUE"]), tuple(row[name] for name in FIGURES)) for row in rows}


def dimensions_of(structure):
    return [component.id for component in structure.dimensions.components]


@test
def every_dataflow_leads_to_its_structure_codes_and_data_in_2_1(world):
    flows = world.old.dataflow("all", agency_id="BARAZA").dataflow
    published = {one["code"] for one in requests.get(f"{world.url}/indicators.json", timeout=30).json()["indicators"]}
    equal(len(flows), len(published) + 2, "dataflows")
    n = 0
    for id in flows:
        message = world.old.dataflow(id, agency_id="BARAZA")
        structure = message.dataflow[id].structure
        equal(structure.is_external_reference, False, f"the structure of {id} is there")
        dimensions = dimensions_of(structure)
        codes = {component.id: set(component.local_representation.enumerated.items) for component in structure.dimensions.components if component.local_representation.enumerated is not None}
        equal(len(codes), 15, "dimensions with codes")
        rows = world.rows(id)
        if not rows:
            continue
        read = cells(world.old.data(id), dimensions)
        equal(read, wanted(rows, dimensions), f"numbers of {id}")
        for key in read:
            strangers = [(name, value) for name, value in zip(dimensions, key) if name in codes and value not in codes[name]]
            equal(strangers, [], f"codes of {id} that no list has")
        n += len(read)
    equal(n > 1000, True, "observations")
    print(f"        {len(flows)} dataflows, {n} observations")


@test
def every_dataflow_leads_to_its_structure_codes_and_data_in_3_0(world):
    flows = world.new.dataflow(agency_id="BARAZA", resource_id="*").dataflow
    equal(sorted(flows), sorted(world.old.dataflow("all", agency_id="BARAZA").dataflow), "dataflows of both versions")
    for id in flows:
        message = world.new.get("dataflow", id, agency_id="BARAZA", params={"references": "all"})
        structure = message.dataflow[id].structure
        dimensions = dimensions_of(structure)
        if not world.rows(id, "3.0"):
            continue
        answer = world.text(f"3.0/data/dataflow/BARAZA/{id}/+/*", "application/vnd.sdmx.data+xml")
        read = cells(sdmx.read_sdmx(io.BytesIO(answer), structure=structure), dimensions)
        equal(read, wanted(world.rows(id, "3.0"), dimensions), f"numbers of {id}")
        equal(read, wanted(world.rows(id), dimensions), f"numbers of {id} in both versions")


@test
def sdmx1_asks_for_data_of_3_0_itself(world):
    structure = world.new.get("datastructure", "INDICATORS", agency_id="BARAZA", params={"references": "all"}).structure["INDICATORS"]
    message = world.new.data(ALL, key="*", agency_id="BARAZA")
    equal(sum(len(one.obs) for one in message.data), len(world.rows(ALL)), "observations")
    equal(len(structure.attributes), 17, "attributes")


@test
def a_key_of_codes_is_checked_and_answered(world):
    code = max(row["SEX"] for row in world.rows(ALL) if row["SEX"] != "_T")
    rows = [row for row in world.rows(ALL) if row["SEX"] == code]
    structure = world.old.datastructure("INDICATORS", agency_id="BARAZA").structure["INDICATORS"]
    message = world.old.data(ALL, key={"SEX": code}, dsd=structure)
    equal(sum(len(one.obs) for one in message.data), len(rows), "observations of one sex")
    last = max(row["TIME_PERIOD"] for row in rows)
    message = world.old.data(ALL, key={"SEX": code}, dsd=structure, params={"startPeriod": last})
    equal(sum(len(one.obs) for one in message.data), sum(row["TIME_PERIOD"] == last for row in rows), f"observations since {last}")


@test
def structure_specific_data_say_the_same(world):
    structure = world.old.datastructure("INDICATORS", agency_id="BARAZA").structure["INDICATORS"]
    dimensions = dimensions_of(structure)
    answer = world.text(f"2.1/data/{ALL}", "application/vnd.sdmx.structurespecificdata+xml;version=2.1")
    read = cells(sdmx.read_sdmx(io.BytesIO(answer), structure=structure), dimensions)
    equal(read, wanted(world.rows(ALL), dimensions), "numbers")


@test
def csv_2_is_read_by_its_structure(world):
    flow = world.new.get("dataflow", ALL, agency_id="BARAZA", params={"references": "all"}).dataflow[ALL]
    dimensions = dimensions_of(flow.structure)
    answer = world.text(f"3.0/data/dataflow/BARAZA/{ALL}/+/*", "application/vnd.sdmx.data+csv;version=2.0.0")
    file = WORK / "all.csv"
    file.write_bytes(answer)
    read = cells(sdmx.read_sdmx(file, structure=flow), dimensions)
    equal(read, wanted(world.rows(ALL), dimensions), "numbers")


@test
def json_is_read_and_has_every_observation(world):
    own = [id for id in world.old.dataflow("all", agency_id="BARAZA").dataflow if id not in (ALL, "DF_SDG")]
    id, rows = next((id, rows) for id in own if (rows := world.rows(id)))
    dimensions = list(rows[0])[1:17]
    answer = world.text(f"2.1/data/{id}", "application/vnd.sdmx.data+json;version=1.0.0")
    read = cells(sdmx.read_sdmx(io.BytesIO(answer)), dimensions)
    equal(read, wanted(rows, dimensions), "numbers")


@test
def series_without_numbers_are_listed(world):
    keys = world.old.preview_data(ALL)
    rows = world.rows(ALL)
    series = {tuple(row[name] for name in list(row)[1:16]) for row in rows}
    equal(len(keys), len(series), "series")


@test
def what_is_available_is_what_there_is(world):
    rows = world.rows(ALL)
    for client, version in ((world.old, "2.1"), (world.new, "3.0")):
        path = f"2.1/availableconstraint/{ALL}/all" if version == "2.1" else f"3.0/availability/dataflow/BARAZA/{ALL}/+/*"
        message = sdmx.read_sdmx(io.BytesIO(world.text(path, "application/vnd.sdmx.structure+xml")))
        (constraint,) = message.constraint.values()
        (region,) = constraint.data_content_region
        available = {component.id: {getattr(value, "value", value) for value in selection.values} for component, selection in region.member.items()}
        equal(len(available), 16, "components")
        for name, values in available.items():
            equal({str(value) for value in values}, {row[name] for row in rows}, f"{name} in {version}")


@test
def what_is_withheld_has_a_status_and_no_value(world):
    rows = world.rows(ALL)
    withheld = [row for row in rows if row["OBS_STATUS"] == "Q"]
    equal(bool(withheld), True, "something is withheld in a small regency")
    equal({row[name] for row in withheld for name in ("OBS_VALUE", "NUMERATOR", "DENOMINATOR", "N", "STANDARD_ERROR")}, {""}, "figures that are withheld")


@test
def mistakes_are_told_in_the_standards_words(world):
    for path, status, code in (
        ("2.1/data/DF_NOTHING", 404, "100"),
        ("2.1/data/DF_ALL/A.N", 400, "140"),
        ("3.0/structure/hierarchy/*/*/*", 501, "501"),
    ):
        answer = requests.get(f"{world.url}/sdmx/{path}", timeout=30)
        equal((answer.status_code, f'<mes:ErrorMessage code="{code}">' in answer.text), (status, True), path)
    try:
        world.old.get("categoryscheme", agency_id="BARAZA")
    except NotImplementedError:
        pass
    else:
        raise AssertionError("sdmx1 was given categories")


def main():
    world = World()
    failed = run(world)
    world.baraza.stop()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(failed)


main()
