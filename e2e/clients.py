"""Real clients against the built program: pyodk and georeport as they are on PyPI, requests as ODK Collect sends them, ODK Validate.

usage: clients.py PROGRAM
"""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
import xml.etree.ElementTree as ElementTree

import openpyxl
import pyxform
import requests
from georeport import GeoReport
from pyodk.client import Client

import central
from trial import Baraza, equal, eventually, run, test

PROGRAM = sys.argv[1]
HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp(prefix="baraza-clients-"))
EMAIL, PASSWORD = "clients@example.org", "correct horse battery staple"
OPENROSA = {"X-OpenRosa-Version": "1.0", "Date": "Sat, 21 Nov 2026 16:00:00 GMT"}
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
VALIDATE = pathlib.Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"


class World:
    """A server with one project, one form and one administrator."""

    def __init__(self):
        self.baraza = Baraza(PROGRAM, WORK / "data")
        self.api_key = self.baraza.add_user(EMAIL, PASSWORD, name="Clients")
        printed = self.baraza.run("form", "publish", str(HERE / "fixtures/visit.md"), "--project", "Clients")
        self.project = int(re.search(r"\d+", printed)[0])
        self.baraza.run("place", "import", str(HERE / "fixtures/villages.csv"))
        self.baraza.run("request", "profile", "load", "lapor")
        self.baraza.run("request", "service", "load", str(HERE / "fixtures/services.toml"))
        self.url = self.baraza.serve()
        config = WORK / "pyodk.toml"
        config.write_text(
            f'[central]\nbase_url = "{self.url}"\nusername = "{EMAIL}"\npassword = "{PASSWORD}"\n'
            f"default_project_id = {self.project}\n"
        )
        self.pyodk = Client(config_path=config, cache_path=WORK / "cache.toml").open()
        self.first = f"uuid:{uuid.uuid4()}"


def instance(identifier, members=2, extra="", deprecated=""):
    """One filled `visit`."""
    people = "".join(f"<member><name>Person {i}</name><sex>female</sex><age>{30 + i}</age></member>" for i in range(members))
    old = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    return (
        '<?xml version="1.0"?><data id="visit" version="1"><start>2026-03-02T08:00:00.000+07:00</start>'
        f"<dwelling><street>Jalan Mawar 3</street><water>well</water><minutes>10</minutes><location>-7.15 111.88 20 5</location>{extra}</dwelling>"
        f"{people}<meta><instanceID>{identifier}</instanceID>{old}</meta></data>"
    )


def validate(name, xform):
    """Lets ODK Validate (JavaRosa) judge an XForm."""
    path = WORK / f"{name}.xml"
    path.write_bytes(xform if isinstance(xform, bytes) else xform.encode())
    done = subprocess.run(["java", "-jar", str(VALIDATE), str(path)], capture_output=True, text=True, timeout=120)
    if done.returncode or "Xform is valid" not in done.stdout + done.stderr:
        raise AssertionError(f"{name}: {done.stdout}{done.stderr}")


@test
def pyodk_signs_in_and_sees_the_project_and_the_form(world):
    equal([project.name for project in world.pyodk.projects.list()], ["Clients"], "projects")
    equal(world.pyodk.projects.get().id, world.project, "project")
    equal([form.xmlFormId for form in world.pyodk.forms.list()], ["visit"], "forms")
    form = world.pyodk.forms.get("visit")
    equal((form.version, form.name), ("1", "Visit"), "form")


@test
def pyodk_files_a_submission_and_reads_it_back(world):
    filed = world.pyodk.submissions.create(xml=instance(world.first), form_id="visit")
    equal(filed.instanceId, world.first, "instance id")
    equal([one.instanceId for one in world.pyodk.submissions.list(form_id="visit")], [world.first], "submissions")
    equal(world.pyodk.submissions.get(world.first, form_id="visit").instanceId, world.first, "submission")


@test
def pyodk_corrects_a_submission_and_it_stays_one(world):
    corrected = f"uuid:{uuid.uuid4()}"
    world.pyodk.submissions.edit(world.first, form_id="visit", xml=instance(corrected, members=3, deprecated=world.first))
    equal([one.instanceId for one in world.pyodk.submissions.list(form_id="visit")], [world.first], "submissions after the edit")
    path = f"projects/{world.project}/forms/visit/submissions/{world.first}.xml"
    equal(world.pyodk.get(path).text.count("<member>"), 3, "members in the corrected version")


@test
def pyodk_publishes_a_workbook_and_validate_accepts_what_we_serve(world):
    workbook = WORK / "well.xlsx"
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in [("type", "name", "label", "relevant"), ("text", "village", "Village", None),
                ("integer", "depth", "Depth in metres", None), ("note", "deep", "That is deep", "${depth} > 40")]:
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version"))
    settings.append(("Well", "well", "2026030201"))
    book.save(workbook)
    form = world.pyodk.forms.create(definition=str(workbook), form_id="well")
    equal((form.xmlFormId, form.version), ("well", "2026030201"), "form")
    validate("well", world.pyodk.forms.get_xml("well"))


@test
def pyodk_gives_a_device_its_own_key(world):
    user = world.pyodk.projects.create_app_users(display_names=["Phone 7"], forms=["visit"])[0]
    world.key = user.token
    answer = requests.get(f"{world.url}/v1/key/{world.key}/projects/{world.project}/formList", headers=OPENROSA)
    equal(answer.status_code, 200, "form list with the key of the device")
    equal(requests.get(f"{world.url}/v1/key/{'x' * 64}/projects/{world.project}/formList", headers=OPENROSA).status_code in (401, 403), True, "a wrong key is refused")


@test
def collect_lists_downloads_and_checks_the_form(world):
    base = f"{world.url}/v1/key/{world.key}/projects/{world.project}"
    answer = requests.get(f"{base}/formList?deviceID=collect:1", headers=OPENROSA)
    equal("text/xml" in answer.headers["Content-Type"], True, "content type of the form list")
    equal(answer.headers.get("X-OpenRosa-Version"), "1.0", "protocol version")
    forms = {form.findtext(f"{LIST}formID"): form for form in ElementTree.fromstring(answer.content).iter(f"{LIST}xform")}
    form = requests.get(forms["visit"].findtext(f"{LIST}downloadUrl"), headers=OPENROSA)
    # Collect hashes the bytes it was served.
    equal(forms["visit"].findtext(f"{LIST}hash"), "md5:" + hashlib.md5(form.content).hexdigest(), "hash of the form")
    validate("visit", form.content)
    manifest = forms["visit"].findtext(f"{LIST}manifestUrl")
    if manifest:
        listed = requests.get(manifest, headers=OPENROSA)
        equal(ElementTree.fromstring(listed.content).tag, f"{MANIFEST}manifest", "root of the manifest")


@test
def collect_sends_a_form_with_a_photograph_twice_and_it_counts_once(world):
    base = f"{world.url}/v1/key/{world.key}/projects/{world.project}"
    asked = requests.head(f"{base}/submission?deviceID=collect:1", headers=OPENROSA, allow_redirects=False)
    equal(asked.status_code, 204, "HEAD before sending")
    identifier = f"uuid:{uuid.uuid4()}"
    photo = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40 + b"\xff\xd9"
    for _ in range(2):
        answer = requests.post(f"{base}/submission?deviceID=collect:1", headers=OPENROSA, files={
            "xml_submission_file": ("visit.xml", instance(identifier, extra="<photo>door.jpg</photo>"), "text/xml"),
            "door.jpg": ("door.jpg", photo, "image/jpeg"),
        })
        equal(answer.status_code, 201, "answer to the submission")
    listed = [one.instanceId for one in world.pyodk.submissions.list(form_id="visit")]
    equal(listed.count(identifier), 1, "times it is listed")
    path = f"projects/{world.project}/forms/visit/submissions/{identifier}/attachments"
    equal([(one["name"], one["exists"]) for one in world.pyodk.get(path).json()], [("door.jpg", True)], "attachments")
    equal(world.pyodk.get(f"{path}/door.jpg").content, photo, "bytes of the photograph")


@test
def collect_is_told_in_its_own_words_when_a_form_is_unknown(world):
    base = f"{world.url}/v1/key/{world.key}/projects/{world.project}"
    body = instance(f"uuid:{uuid.uuid4()}").replace('id="visit"', 'id="never-published"')
    answer = requests.post(f"{base}/submission", headers=OPENROSA, files={"xml_submission_file": ("x.xml", body, "text/xml")})
    equal(400 <= answer.status_code < 500, True, f"refused ({answer.status_code})")
    equal(ElementTree.fromstring(answer.content).tag, "{http://openrosa.org/http/response}OpenRosaResponse", "root of the answer")


central.tests(test, equal, eventually, OPENROSA, WORK)


@test
def georeport_reads_services_and_what_a_program_filed_in_both_formats(world):
    base = f"{world.url}/open311/v2"
    filed = {}
    for output_format in ("json", "xml"):
        answer = requests.post(f"{base}/requests.json", headers={"Idempotency-Key": output_format}, data={
            "api_key": world.api_key, "jurisdiction_id": "clients.example.org", "service_code": "road", "address_id": "35.22.01.2001",
            "description": f"Pothole <{output_format}> & puddle", "phone": "0812-3456-7890", "attribute[damage]": "pothole",
        })
        equal(answer.status_code, 201, f"answer to the request: {answer.text}")
        filed[output_format] = answer.json()[0]["service_request_id"]
    for output_format, own in filed.items():
        client = GeoReport(base, jurisdiction="clients.example.org", output_format=output_format)
        services = {service["service_code"]: service for service in client.get_service_list()}
        equal(services["road"]["service_name"], "Damaged road", "name of the service")
        definition = client.get_service_definition("road")
        attributes = definition["attributes"] if output_format == "json" else definition["attributes"]["attribute"]
        first = attributes[0] if isinstance(attributes, list) else attributes
        equal((first["code"], first["datatype"]), ("damage", "singlevaluelist"), "first attribute")
        listed = client.get_service_requests(status="open", service_code="road")
        equal({one["service_request_id"] for one in listed}, set(filed.values()), "open requests about roads")
        today = client.get_service_requests(start_date="2020-01-01T00:00:00Z", end_date="2020-02-01T00:00:00Z") if output_format == "json" else []
        equal(today, [], "requests of another year")
        one = client.get_service_request(own)
        equal(one["description"], f"Pothole <{output_format}> & puddle", "description")
        equal((one["status"], one["address_id"]), ("open", "35.22.01.2001"), "status and place")
        equal("0812" in str(listed), False, "nothing personal is listed")


@test
def a_program_that_sends_twice_files_once_and_one_without_a_key_files_nothing(world):
    base = f"{world.url}/open311/v2"
    body = {"service_code": "road", "address_id": "35.22.01.2001", "description": "Once", "attribute[damage]": "pothole"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    ids = [requests.post(f"{base}/requests.json", headers=key, data={**body, "api_key": world.api_key}).json()[0]["service_request_id"] for _ in range(2)]
    equal(ids[0], ids[1], "id of the second delivery")
    refused = requests.post(f"{base}/requests.xml", data=body)
    equal((refused.status_code, ElementTree.fromstring(refused.content).tag), (403, "errors"), "answer without a key")
    once = [one for one in GeoReport(base).get_service_requests() if one["description"] == "Once"]
    equal(len(once), 1, "times it is listed")


@test
def every_workbook_that_converts_is_valid_for_validate(world):
    for source in sorted((HERE / "fixtures").glob("*.md")):
        validate(source.stem, world.baraza.run("form", "convert", str(source)))


def main():
    world = World()
    failed = run(world)
    world.baraza.stop()
    shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(failed)


main()
