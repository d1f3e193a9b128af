"""pyodk's whole surface, and what ODK Collect does with a draft, against the built program."""

import pathlib
import uuid
import xml.etree.ElementTree as ElementTree

import openpyxl
import requests
from pyodk.errors import PyODKError

LIST = "{http://openrosa.org/xforms/xformsList}"
SERVICES = ("projects", "forms", "submissions", "entities", "entity_lists")


def record_calls(client):
    """Notes which public methods of pyodk's services are called; returns all of them and the set that fills."""
    every, called = set(), set()
    for service in SERVICES:
        target = getattr(client, service)
        for name in dir(target):
            if name.startswith(("_", "default_")) or not callable(getattr(target, name)) or name in ("session", "urls"):
                continue
            every.add(f"{service}.{name}")
            owner = type(target)
            method = getattr(owner, name, None)
            if callable(method) and not getattr(method, "is_recorded", False):
                setattr(owner, name, recorded(method, f"{service}.{name}", called))
            elif service == "entity_lists" and name == "add_property":
                target.add_property = recorded(target.add_property, f"{service}.{name}", called)
    return every, called


def recorded(method, name, called):
    def call(*args, **kwargs):
        called.add(name)
        return method(*args, **kwargs)

    call.is_recorded = True
    return call


def workbook(path, version, question="Depth in metres", choices=False):
    """Writes a small workbook; returns its path."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    rows = [("type", "name", "label"), ("text", "village", "Village"), ("integer", "depth", question), ("image", "photo", "Photograph")]
    if choices:
        rows.append(("select_one_from_file kinds.csv", "kind", "Kind"))
    for row in rows:
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version"))
    settings.append(("Borehole", "borehole", version))
    book.save(path)
    return path


def borehole(identifier, depth, version="1", photo="", deprecated=""):
    old = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    return (
        f'<data id="borehole" version="{version}"><village>Sumberejo</village><depth>{depth}</depth><photo>{photo}</photo>'
        f"<meta><instanceID>{identifier}</instanceID>{old}</meta></data>"
    )


def refused(call, status, code):
    """Fails unless a call is refused with a status and Central's number; returns the problem."""
    try:
        call()
    except PyODKError as error:
        answer = error.args[1]
        body = answer.json()
        if (answer.status_code, body["code"]) != (status, code):
            raise AssertionError(f"refused with {answer.status_code} {body} instead of {status} {code}") from error
        return body
    raise AssertionError(f"not refused with {status} {code}")


def tests(test, equal, eventually, openrosa, work):
    """Adds the tests."""
    work = pathlib.Path(work)

    @test
    def every_call_of_pyodk_is_watched_from_here_on(world):
        world.every_call, world.called = record_calls(world.pyodk)
        equal(len(world.every_call) > 20, True, f"methods found: {sorted(world.every_call)}")

    @test
    def pyodk_creates_a_form_with_files_and_updates_it_in_every_way(world):
        forms = world.pyodk.forms
        kinds = work / "kinds.csv"
        kinds.write_text("name,label\nbored,Bored\ndug,Dug\n")
        form = forms.create(definition=workbook(work / "borehole.xlsx", "1", choices=True), attachments=[kinds])
        equal((form.xmlFormId, form.version, form.state), ("borehole", "1", "open"), "form")
        forms.update("borehole", definition=workbook(work / "borehole2.xlsx", "2", "Depth, in metres", choices=True))
        equal(forms.get("borehole").version, "2", "version after another workbook")
        kinds.write_text("name,label\nbored,Bored\n")
        forms.update("borehole", attachments=[kinds], version_updater=lambda version: f"{version}.1")
        equal(forms.get("borehole").version, "2.1", "version after another file")
        forms.update("borehole", attachments=[kinds])
        equal(forms.get("borehole").version[:2], "20", "a version made of the time")
        forms.update("borehole", definition=forms.get_xml("borehole").replace("Depth, in metres", "How deep").replace(f'version="{forms.get("borehole").version}"', 'version="3"'))
        equal(forms.get("borehole").version, "3", "version after an XForm")
        equal(isinstance(forms.get_xml("borehole", encoding=None), bytes), True, "bytes of the XForm")
        base = f"projects/{world.project}/forms/borehole"
        equal([one["version"] for one in world.pyodk.get(f"{base}/versions").json()][::-1][:2], ["1", "2"], "versions")
        equal(world.pyodk.get(f"{base}/versions/1.xlsx").content[:2], b"PK", "workbook of the first version")
        equal("How deep" in world.pyodk.get(f"{base}/versions/3.xml").text, True, "definition of a version")
        equal(world.pyodk.get(f"{base}/attachments/kinds.csv").text, "name,label\nbored,Bored\n", "file in force")
        equal(world.pyodk.get(f"{base}/versions/1/attachments/kinds.csv").text, "name,label\nbored,Bored\ndug,Dug\n", "file of the first version")
        fields = {one["path"]: one for one in world.pyodk.get(f"{base}/fields?odata=true").json()}
        equal((fields["/depth"]["type"], fields["/photo"].get("binary")), ("int", True), "fields")
        refused(lambda: forms.create(definition=work / "borehole.xlsx"), 409, 409.3)

    @test
    def pyodk_publishes_a_draft_and_its_own_services_speak_with_us(world):
        from pyodk._endpoints.form_assignments import FormAssignmentService
        from pyodk._endpoints.form_draft_attachments import FormDraftAttachmentService
        from pyodk._endpoints.form_drafts import FormDraftService
        from pyodk._endpoints.project_app_users import ProjectAppUserService

        where = {"session": world.pyodk.session, "default_project_id": world.project}
        of_form = {**where, "default_form_id": "borehole"}
        drafts = FormDraftService(**of_form)
        equal(drafts.create(), True, "a draft of the version in force")
        kinds = work / "kinds.csv"
        equal(FormDraftAttachmentService(**of_form).upload(kinds), True, "a file of the draft")
        equal(drafts.publish(version="4"), True, "published")
        equal(world.pyodk.forms.get("borehole").version, "4", "version in force")
        users = ProjectAppUserService(**where)
        user = users.create(display_name="Phone 8")
        equal(user.displayName in [one.displayName for one in users.list()], True, "app users")
        equal(FormAssignmentService(**of_form).assign(role_id=2, user_id=user.id), True, "assigned")
        refused(lambda: drafts.publish(), 404, 404.1)

    @test
    def pyodk_files_with_files_edits_reviews_and_comments(world):
        submissions = world.pyodk.submissions
        photo = work / "hole.jpg"
        photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 300 + b"\xff\xd9")
        world.hole, world.deeper = f"uuid:{uuid.uuid4()}", f"uuid:{uuid.uuid4()}"
        filed = submissions.create(
            xml=borehole(world.hole, 12, "4", "hole.jpg"), form_id="borehole", device_id="laptop-3", attachments=[photo]
        )
        equal((filed.instanceId, filed.deviceId), (world.hole, "laptop-3"), "submission")
        equal([(one.name, one.exists) for one in filed.attachments], [("hole.jpg", True)], "attachments")
        submissions.review(world.hole, review_state="hasIssues", form_id="borehole", comment="Is it metres?")
        equal(submissions.get(world.hole, form_id="borehole").reviewState, "hasIssues", "review state")
        said = submissions.add_comment(world.hole, "Ask Budi.", form_id="borehole")
        equal(said.body, "Ask Budi.", "comment")
        submissions.edit(
            world.hole, xml=borehole(world.deeper, 13, "4", "hole.jpg", deprecated=world.hole), form_id="borehole", comment="It was feet."
        )
        equal(submissions.get(world.hole, form_id="borehole").reviewState, "edited", "review state after an edit")
        bodies = [one.body for one in submissions.list_comments(world.hole, form_id="borehole")]
        equal(bodies, ["It was feet.", "Ask Budi.", "Is it metres?"], "comments, the newest first")
        submissions.review(world.hole, review_state="approved", form_id="borehole")
        equal([one.reviewState for one in submissions.list(form_id="borehole")], ["approved"], "review state in the list")
        base = f"projects/{world.project}/forms/borehole/submissions/{world.hole}"
        equal(world.pyodk.get(f"{base}/attachments/hole.jpg").content, photo.read_bytes(), "photograph of the edit")
        equal([one["instanceId"] for one in world.pyodk.get(f"{base}/versions").json()], [world.deeper, world.hole], "versions")
        changes = world.pyodk.get(f"{base}/diffs").json()[world.deeper]
        equal({"new": "13", "old": "12", "path": ["depth"]} in changes, True, f"changes: {changes}")
        actions = [one["action"] for one in world.pyodk.get(f"{base}/audits").json()]
        equal((actions[0], actions[-1]), ("submission.update", "submission.create"), "audits")
        refused(lambda: submissions.create(xml=borehole(world.hole, 12, "4"), form_id="borehole"), 409, 409.3)
        late = borehole(f"uuid:{uuid.uuid4()}", 14, "4", deprecated=world.hole)
        refused(lambda: submissions.edit(world.hole, xml=late, form_id="borehole"), 409, 409.9)
        refused(lambda: submissions.review(world.hole, review_state="fine", form_id="borehole"), 400, 400.8)
        refused(lambda: submissions.get(f"uuid:{uuid.uuid4()}", form_id="borehole"), 404, 404.1)

    @test
    def a_script_throws_away_and_puts_back_by_raw_calls(world):
        base = f"projects/{world.project}/forms/borehole"
        one = f"{base}/submissions/{world.hole}"
        equal(world.pyodk.delete(one).json(), {"success": True}, "thrown away")
        equal(world.pyodk.get(one).status_code, 404, "status of what was thrown away")
        equal(len(world.pyodk.get(f"{base}/submissions?deleted=true").json()), 1, "submissions in the trash")
        equal(world.pyodk.post(f"{one}/restore").json(), {"success": True}, "put back")
        equal(world.pyodk.patch(base, json={"state": "closing"}).json()["state"], "closing", "state")
        equal(world.pyodk.patch(base, json={"state": "open"}).json()["state"], "open", "state")
        tag = world.pyodk.get(f"{base}/submissions").headers["ETag"]
        equal(world.pyodk.get(f"{base}/submissions", headers={"If-None-Match": tag}).status_code, 304, "what did not change")
        project = world.pyodk.patch(f"projects/{world.project}", json={"description": "Wells"}).json()
        equal(project["description"], "Wells", "description")
        edit = world.pyodk.get(f"{one}/edit", allow_redirects=False)
        equal((edit.status_code, edit.headers["Location"].startswith("/forms/")), (302, True), "link to our own form")

    @test
    def collect_tries_a_draft_out_and_it_stays_apart(world):
        base = f"projects/{world.project}/forms/borehole"
        world.pyodk.post(f"{base}/draft")
        token = world.pyodk.get(f"{base}/draft").json()["draftToken"]
        url = f"{world.url}/v1/test/{token}/{base}/draft"
        answer = requests.get(f"{url}/formList", headers=openrosa)
        form = next(ElementTree.fromstring(answer.content).iter(f"{LIST}xform"))
        xform = requests.get(form.findtext(f"{LIST}downloadUrl"), headers=openrosa)
        equal(xform.status_code, 200, "definition of the draft")
        equal(requests.head(f"{url}/submission", headers=openrosa).status_code, 204, "HEAD before sending")
        identifier = f"uuid:{uuid.uuid4()}"
        for _ in range(2):
            sent = requests.post(f"{url}/submission", headers=openrosa, files={
                "xml_submission_file": ("trial.xml", borehole(identifier, 3, "4"), "text/xml"),
            })
            equal(sent.status_code, 201, f"answer to the trial: {sent.text}")
        tried = world.pyodk.get(f"{base}/draft/submissions").json()
        equal([one["instanceId"] for one in tried], [identifier], "trials")
        equal(identifier in [one.instanceId for one in world.pyodk.submissions.list(form_id="borehole")], False, "among the real ones")
        equal(world.pyodk.delete(f"{base}/draft").json(), {"success": True}, "draft deleted")
        equal(requests.get(f"{url}/formList", headers=openrosa).status_code, 404, "form list of a deleted draft")

    @test
    def a_part_of_two_hundred_megabytes_leaves_the_memory_flat(world):
        def peak():
            lines = pathlib.Path(f"/proc/{world.baraza.server.pid}/status").read_text().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

        before, boundary = peak(), "b6c7"
        highest = before

        def body():
            nonlocal highest
            xml = borehole(f"uuid:{uuid.uuid4()}", 12, "4", "film.mp4")
            yield (
                f'--{boundary}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\nContent-Type: text/xml\r\n\r\n{xml}\r\n'
                f'--{boundary}\r\nContent-Disposition: form-data; name="film.mp4"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
            ).encode()
            for at in range(200):
                yield bytes(1024 * 1024)
                if at % 10 == 0:
                    highest = max(highest, peak())
            yield f"\r\n--{boundary}--\r\n".encode()

        sent = requests.post(
            f"{world.url}/v1/projects/{world.project}/submission", data=body(),
            headers={**openrosa, "Authorization": f"Bearer {world.api_key}", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        equal(sent.status_code, 201, f"answer: {sent.text}")
        equal(max(highest, peak()) - before < 100, True, f"memory grew by {highest - before:.0f} MB")

    @test
    def pyodk_reads_tables_of_submissions(world):
        read = world.pyodk.submissions.get_table
        table = eventually("the table", lambda: read(form_id="visit", count=True)["value"] and read(form_id="visit", count=True))
        equal(table["@odata.count"], len(table["value"]), "count")
        row = table["value"][0]
        equal({"__id", "__system", "dwelling"} <= set(row), True, f"columns: {sorted(row)}")
        equal(isinstance(read(form_id="visit", expand="*")["value"][0]["member"], list), True, "members within their household")
        equal(len(read(form_id="visit", top=1)["value"]), 1, "rows of a page")
        equal(len(read(form_id="visit", skip=1)["value"]), len(table["value"]) - 1, "rows after the first")
        members = read(form_id="visit", table_name="Submissions.member")["value"]
        equal(all("__Submissions-id" in member for member in members), True, "members know their household")
        edited = read(form_id="visit", filter="__system/reviewState eq 'edited'")["value"]
        equal([one["__id"] for one in edited], [world.first], "edited submissions")
        equal(set(read(form_id="visit", select="__id")["value"][0]), {"__id"}, "selected columns")
        point = next(one["dwelling"]["location"] for one in read(form_id="visit", wkt=True)["value"])
        equal(point.startswith("POINT"), True, f"position as text: {point}")

    @test
    def pyodk_keeps_a_list_of_entities(world):
        lists, entities = world.pyodk.entity_lists, world.pyodk.entities
        made = lists.create(entity_list_name="wells", approval_required=False)
        equal((made.name, made.approvalRequired), ("wells", False), "entity list")
        for name in ("village", "depth"):
            equal(lists.add_property(name=name, entity_list_name="wells"), True, f"property {name}")
        equal([one.name for one in lists.get("wells").properties], ["village", "depth"], "properties")
        equal("wells" in [one.name for one in lists.list()], True, "entity lists")
        one = entities.create(label="North", data={"village": "Tegal", "depth": "7"}, entity_list_name="wells")
        equal((one.currentVersion.label, one.currentVersion.version), ("North", 1), "entity")
        equal(entities.create_many(data=[{"label": "East", "village": "Ngasem"}, {"label": "West"}], entity_list_name="wells"), True, "several at once")
        changed = entities.update(one.uuid, label="North well", data={"depth": "8"}, base_version=1, entity_list_name="wells")
        equal((changed.currentVersion.label, changed.currentVersion.version), ("North well", 2), "entity after an update")
        refused(lambda: entities.update(one.uuid, label="x", base_version=1, entity_list_name="wells"), 409, 409.15)
        entities.update(one.uuid, label="North", force=True, entity_list_name="wells")
        equal(sorted(each.currentVersion.label for each in entities.list(entity_list_name="wells")), ["East", "North", "West"], "entities")
        rows = entities.get_table(entity_list_name="wells", count=True)
        equal((rows["@odata.count"], {row["label"] for row in rows["value"]}), (3, {"East", "North", "West"}), "table")
        done = entities.merge(
            [{"label": "North", "village": "Tegal", "depth": "9"}, {"label": "South", "village": "Tegal"}],
            entity_list_name="wells", delete_not_matched=True,
        )
        equal((len(done.to_insert), len(done.to_update), len(done.to_delete)), (1, 1, 2), "merged")
        equal(entities.delete(one.uuid, entity_list_name="wells"), True, "deleted")
        equal([each.currentVersion.label for each in entities.list(entity_list_name="wells")], ["South"], "entities left")

    @test
    def every_public_method_of_pyodk_was_called(world):
        world.pyodk.projects.list(), world.pyodk.projects.get(), world.pyodk.forms.list()
        world.pyodk.projects.create_app_users(display_names=["Phone 9"], forms=["borehole"])
        equal(sorted(world.every_call - world.called), [], "methods that no test called")
