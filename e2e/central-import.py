"""Fills an ODK Central with something of everything, or compares a Central with the Baraza it was brought to, thing by thing.

Not part of the suite, which has no Central to ask; by hand, beside a Central of one's own that may be filled:

    central-import.py fill THERE EMAIL PASSWORD [N]
    baraza import central THERE --email EMAIL --password-stdin
    central-import.py compare THERE EMAIL PASSWORD PROJECT HERE EMAIL PASSWORD PROJECT

Needs what e2e/requirements.txt pins.
"""

import hashlib, html, io, json, sys, uuid

import openpyxl, requests


def fill(URL, EMAIL, PASSWORD, n_submissions=30):
    S = requests.Session()
    S.headers["X-Forwarded-Proto"] = "https"
    tok = S.post(URL + "/v1/sessions", json={"email": EMAIL, "password": PASSWORD}).json()["token"]
    S.headers["Authorization"] = "Bearer " + tok

    def call(m, p, ok=(200,), **k):
        r = S.request(m, URL + "/v1" + p, **k)
        assert r.status_code in ok, (m, p, r.status_code, r.text[:400])
        return r.json() if "json" in r.headers.get("content-type", "") else r

    def book(survey, choices=(), settings=(), entities=()):
        wb = openpyxl.Workbook()
        wb.remove(wb.active)
        for name, rows in (("survey", survey), ("choices", choices), ("settings", settings), ("entities", entities)):
            if rows:
                ws = wb.create_sheet(name)
                for r in rows:
                    ws.append(list(r))
        b = io.BytesIO()
        wb.save(b)
        return b.getvalue()

    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    people = {}
    for n in ("ani", "budi", "citra"):
        people[n] = call("POST", "/users", json={"email": f"{n}@example.test", "password": "tujuh gajah terbang " + n})
        call("PATCH", f"/users/{people[n]['id']}", json={"displayName": n.title() + " O'Brien"})
    p = call("POST", "/projects", json={"name": "Sensus Desa", "description": "A census, round one"})["id"]
    call("POST", f"/projects/{p}/assignments/manager/{people['ani']['id']}")
    call("POST", f"/projects/{p}/assignments/formfill/{people['budi']['id']}")
    gone = call("POST", "/users", json={"email": "gone@example.test", "password": "tujuh gajah terbang gone"})
    call("POST", f"/projects/{p}/assignments/manager/{gone['id']}")
    # entity list first
    call("POST", f"/projects/{p}/datasets", json={"name": "trees", "approvalRequired": False})
    for prop in ("species", "height"):
        call("POST", f"/projects/{p}/datasets/trees/properties", json={"name": prop})
    tree = str(uuid.uuid4())
    call(
        "POST",
        f"/projects/{p}/datasets/trees/entities",
        json={"uuid": tree, "label": "Mango by the well", "data": {"species": "mango", "height": "3"}},
    )
    call(
        "PATCH",
        f"/projects/{p}/datasets/trees/entities/{tree}?baseVersion=1",
        json={"label": "Old mango", "data": {"height": "4"}},
    )
    call("PATCH", f"/projects/{p}/datasets/trees/entities/{tree}?baseVersion=2", json={"data": {"height": "5"}})
    call(
        "POST",
        f"/projects/{p}/datasets/trees/entities",
        json={
            "entities": [
                {"uuid": str(uuid.uuid4()), "label": f"Tree {i}", "data": {"species": "teak", "height": str(i)}}
                for i in range(620)
            ],
            "source": {"name": "trees.csv", "size": 100},
        },
    )
    dead = str(uuid.uuid4())
    call("POST", f"/projects/{p}/datasets/trees/entities", json={"uuid": dead, "label": "Felled", "data": {}})
    call("DELETE", f"/projects/{p}/datasets/trees/entities/{dead}")
    survey = lambda extra="": [
        ("type", "name", "label"),
        ("text", "name", "Name"),
        ("select_one_from_file villages.csv", "village", "Village"),
        ("image", "photo", "Photo"),
        ("begin_repeat", "member", "Member"),
        ("text", "mname", "Member name"),
        ("integer", "age", "Age" + extra),
        ("end_repeat", "", ""),
    ]

    def form(fid, version, extra="", first=True):
        x = book(survey(extra), settings=[("form_title", "form_id", "version"), ("Household O'Brien", fid, version)])
        if first:
            call("POST", f"/projects/{p}/forms?ignoreWarnings=true&publish=false", data=x, headers={"Content-Type": XLSX})
        else:
            call("POST", f"/projects/{p}/forms/{fid}/draft?ignoreWarnings=true", data=x, headers={"Content-Type": XLSX})
        call(
            "POST",
            f"/projects/{p}/forms/{fid}/draft/attachments/villages.csv",
            data=b"name,label\nv1,Sumberejo\nv2,Tegal" + extra.encode() + b"\n",
            headers={"Content-Type": "text/csv"},
        )
        call("POST", f"/projects/{p}/forms/{fid}/draft/publish")

    form("household", "1")

    def xml(fid, v, iid, name, photo="", members=(), deprecated=None):
        m = "".join(f"<member><mname>{a}</mname><age>{b}</age></member>" for a, b in members)
        d = f"<orx:deprecatedID>{deprecated}</orx:deprecatedID>" if deprecated else ""
        return f'<data xmlns:orx="http://openrosa.org/xforms" id="{fid}" version="{v}"><name>{name}</name><village>v1</village><photo>{photo}</photo>{m}<meta><orx:instanceID>{iid}</orx:instanceID>{d}<orx:instanceName>{name} of v1</orx:instanceName></meta></data>'

    au = [call("POST", f"/projects/{p}/app-users", json={"displayName": f"Tablet {i}"}) for i in (1, 2, 3)]
    for a in au[:2]:
        call("POST", f"/projects/{p}/forms/household/assignments/2/{a['id']}")
    iids = []

    def collect(token, body, files=()):
        fs = [("xml_submission_file", ("a.xml", body.encode(), "text/xml"))] + [(n, (n, b, "image/jpeg")) for n, b in files]
        r = requests.post(
            f"{URL}/v1/key/{token}/projects/{p}/submission?deviceID=collect:abc",
            files=fs,
            headers={"X-OpenRosa-Version": "1.0", "X-Forwarded-Proto": "https"},
        )
        assert r.status_code == 201, (r.status_code, r.text)

    N = int(n_submissions)
    for i in range(N):
        iid = f"uuid:{uuid.uuid4()}"
        iids.append(iid)
        collect(
            au[i % 2]["token"],
            xml(
                "household",
                "1",
                iid,
                f"Rumah {i} <&>".replace("<&>", "&lt;&amp;&gt;"),
                "p.jpg" if i % 3 == 0 else "",
                [(f"A{i}", i), (f"B{i}", i + 1)],
            ),
            [("p.jpg", b"\xff\xd8" + bytes([i % 256]) * 2000)] if i % 3 == 0 else [],
        )
    form("household", "2", " in years", first=False)
    cur = {}
    for i in range(0, 10):
        new = f"uuid:{uuid.uuid4()}"
        call(
            "PUT",
            f'/projects/{p}/forms/household/submissions/{requests.utils.quote(iids[i],safe="")}',
            data=xml("household", "2", new, f"Rumah {i} baru", "p.jpg" if i % 3 == 0 else "", deprecated=iids[i]).encode(),
            headers={"Content-Type": "text/xml"},
        )
        cur[iids[i]] = new
        if i % 2 == 0:
            n2 = f"uuid:{uuid.uuid4()}"
            call(
                "PUT",
                f'/projects/{p}/forms/household/submissions/{requests.utils.quote(iids[i],safe="")}',
                data=xml("household", "2", n2, f"Rumah {i} baru lagi", deprecated=new).encode(),
                headers={"Content-Type": "text/xml"},
            )
    for i, st in enumerate(["approved", "hasIssues", "rejected", "edited"] * 3):
        q = requests.utils.quote(iids[i], safe="")
        call(
            "PATCH",
            f"/projects/{p}/forms/household/submissions/{q}",
            json={"reviewState": st},
            headers={"X-Action-Notes": "seen"},
        )
        call(
            "POST", f"/projects/{p}/forms/household/submissions/{q}/comments", json={"body": f"Please look at {i} again — “ok”?"}
        )

    # as other people
    def as_user(n, pw=None):
        t = requests.post(
            URL + "/v1/sessions", json={"email": f"{n}@example.test", "password": pw or "tujuh gajah terbang " + n}
        ).json()["token"]
        s = requests.Session()
        s.headers.update({"Authorization": "Bearer " + t})
        return s

    s = as_user("budi")
    iid = f"uuid:{uuid.uuid4()}"
    iids.append(iid)
    r = s.post(
        f"{URL}/v1/projects/{p}/forms/household/submissions",
        data=xml("household", "2", iid, "By Budi").encode(),
        headers={"Content-Type": "text/xml"},
    )
    assert r.status_code == 200, r.text
    s = as_user("gone")
    iid = f"uuid:{uuid.uuid4()}"
    iids.append(iid)
    r = s.post(
        f"{URL}/v1/projects/{p}/forms/household/submissions",
        data=xml("household", "2", iid, "By one who left").encode(),
        headers={"Content-Type": "text/xml"},
    )
    assert r.status_code == 200, r.text
    s.post(
        f'{URL}/v1/projects/{p}/forms/household/submissions/{requests.utils.quote(iids[0],safe="")}/comments',
        json={"body": "said by who left"},
    )
    call("DELETE", f"/users/{gone['id']}")
    call("DELETE", f"/projects/{p}/app-users/{au[1]['id']}")
    # deleted submission
    call("DELETE", f'/projects/{p}/forms/household/submissions/{requests.utils.quote(iids[N-1],safe="")}')
    link = call("POST", f"/projects/{p}/forms/household/public-links", json={"displayName": "Poster", "once": True})
    # a draft above version 2
    call(
        "POST",
        f"/projects/{p}/forms/household/draft?ignoreWarnings=true",
        data=book(survey(" draft"), settings=[("form_title", "form_id", "version"), ("Household", "household", "3")]),
        headers={"Content-Type": XLSX},
    )
    # a form that makes entities
    x = book(
        [("type", "name", "label", "save_to"), ("text", "sp", "Species", "species"), ("integer", "h", "Height", "height")],
        settings=[("form_title", "form_id", "version"), ("Plant", "plant", "1")],
        entities=[("list_name", "label"), ("trees", "${sp}")],
    )
    call("POST", f"/projects/{p}/forms?ignoreWarnings=true&publish=true", data=x, headers={"Content-Type": XLSX})
    for i in range(5):
        e = str(uuid.uuid4())
        iid = f"uuid:{uuid.uuid4()}"
        call(
            "POST",
            f"/projects/{p}/forms/plant/submissions",
            data=f'<data xmlns:orx="http://openrosa.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities" id="plant" version="1"><sp>jati {i}</sp><h>{i}</h><meta><orx:instanceID>{iid}</orx:instanceID><entity dataset="trees" id="{e}" create="1"><label>jati {i}</label></entity></meta></data>'.encode(),
            headers={"Content-Type": "text/xml"},
        )
    # a form that uses the list, closed
    x = book(
        [("type", "name", "label"), ("select_one_from_file trees.csv", "tree", "Tree")],
        settings=[("form_title", "form_id", "version"), ("Visit", "visit", "1")],
    )
    call("POST", f"/projects/{p}/forms?ignoreWarnings=true&publish=true", data=x, headers={"Content-Type": XLSX})
    call("PATCH", f"/projects/{p}/forms/visit", json={"state": "closed"})
    # a form never published, and one deleted
    call(
        "POST",
        f"/projects/{p}/forms?ignoreWarnings=true",
        data=book([("type", "name", "label"), ("text", "a", "A")], settings=[("form_id",), ("unborn",)]),
        headers={"Content-Type": XLSX},
    )
    call(
        "POST",
        f"/projects/{p}/forms?ignoreWarnings=true&publish=true",
        data=book([("type", "name", "label"), ("text", "a", "A")], settings=[("form_id",), ("trashed",)]),
        headers={"Content-Type": XLSX},
    )
    call("DELETE", f"/projects/{p}/forms/trashed")
    # a form without version, by XML
    call(
        "POST",
        f"/projects/{p}/forms?publish=true",
        data='<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>Blank version</h:title><model><instance><data id="blank"><a/><orx:meta><orx:instanceID/></orx:meta></data></instance><bind nodeset="/data/a" type="string"/></model></h:head><h:body><input ref="/data/a"><label>A</label></input></h:body></h:html>'.encode(),
        headers={"Content-Type": "application/xml"},
    )
    call(
        "POST",
        f"/projects/{p}/forms/blank/submissions",
        data=f'<data xmlns:orx="http://openrosa.org/xforms" id="blank"><a>x</a><orx:meta><orx:instanceID>uuid:{uuid.uuid4()}</orx:instanceID></orx:meta></data>'.encode(),
        headers={"Content-Type": "text/xml"},
    )
    # an encrypted project
    e = call("POST", "/projects", json={"name": "Rahasia"})["id"]
    call("POST", f"/projects/{e}/key", json={"passphrase": "supersecret12", "hint": "x"})
    call(
        "POST",
        f"/projects/{e}/forms?ignoreWarnings=true&publish=true",
        data=book(
            [("type", "name", "label"), ("text", "a", "A")],
            settings=[("form_title", "form_id", "version"), ("Secret", "secret", "1")],
        ),
        headers={"Content-Type": XLSX},
    )
    print(json.dumps({"project": p, "encrypted": e, "submissions": len(iids)}))


class Side:
    def __init__(self, url, email, password):
        self.url, self.http = url.rstrip("/") + "/v1", requests.Session()
        token = self.http.post(self.url + "/sessions", json={"email": email, "password": password}).json()["token"]
        self.http.headers.update({"Authorization": "Bearer " + token, "X-Extended-Metadata": "true"})

    def get(self, path):
        answer = self.http.get(self.url + path)
        return answer.json() if answer.status_code == 200 else []

    def digest(self, path):
        answer = self.http.get(self.url + path)
        return hashlib.sha256(answer.content).hexdigest() if answer.status_code == 200 else answer.status_code


def quoted(text):
    return requests.utils.quote(text, safe="")


def name_of(actor):
    return (actor or {}).get("displayName")


def moment(text):
    if not text:
        return None
    whole, _, part = text.rstrip("Z").partition(".")
    return whole + "." + (part + "000")[:3]


def look(side, project):
    """Everything about a project that must be the same on both sides, by what it is."""
    seen, base = {}, f"/projects/{project}"

    def put(key, value):
        seen[key] = value

    for form in side.get(base + "/forms"):
        at, who = f"{base}/forms/{quoted(form['xmlFormId'])}", form["xmlFormId"]
        put((who, "state"), form["state"])
        for version in side.get(at + "/versions"):
            step = f"{at}/versions/{quoted(version['version']) or '___'}"
            put(
                (who, "version", version["version"]),
                (version["hash"], moment(version["publishedAt"]), side.digest(step + ".xml")),
            )
            if version.get("excelContentType"):
                put((who, "workbook", version["version"]), side.digest(step + ".xlsx"))
            for file in side.get(step + "/attachments"):
                put(
                    (who, "file", version["version"], file["name"]),
                    (
                        file["blobExists"],
                        file["datasetExists"],
                        file["blobExists"] and side.digest(f"{step}/attachments/{quoted(file['name'])}"),
                    ),
                )
        draft = side.get(at + "/draft")
        if draft:
            put((who, "draft"), (draft["version"], draft["hash"], side.digest(at + "/draft.xml")))
        for link in side.get(at + "/public-links"):
            put((who, "link", link["displayName"]), link["once"])
        for submission in side.get(at + "/submissions"):
            iid = submission["instanceId"]
            one = f"{at}/submissions/{quoted(iid)}"
            current = submission["currentVersion"]
            put(
                (who, iid),
                (
                    moment(submission["createdAt"]),
                    submission["reviewState"],
                    name_of(submission["submitter"]),
                    submission["deviceId"],
                    submission["userAgent"],
                    current["instanceId"],
                    moment(current["createdAt"]),
                    html.unescape(current["instanceName"] or ""),  # Central keeps it as XML writes it
                    name_of(current["submitter"]),
                ),
            )
            for version in side.get(one + "/versions"):
                step = f"{one}/versions/{quoted(version['instanceId'])}"
                put(
                    (who, iid, version["instanceId"]),
                    (moment(version["createdAt"]), name_of(version["submitter"]), side.digest(step + ".xml")),
                )
                for file in side.get(step + "/attachments"):
                    put(
                        (who, iid, version["instanceId"], file["name"]),
                        file["exists"] and side.digest(f"{step}/attachments/{quoted(file['name'])}"),
                    )
            put(
                (who, iid, "comments"),
                [(c["body"], moment(c["createdAt"]), name_of(c["actor"])) for c in side.get(one + "/comments")],
            )
    for listed in side.get(base + "/datasets"):
        at, who = f"{base}/datasets/{listed['name']}", listed["name"]
        full = side.get(at)
        put((who, "list"), (full["approvalRequired"], sorted(p["name"] for p in full["properties"])))
        for entity in side.get(at + "/entities"):
            put((who, entity["uuid"]), moment(entity["createdAt"]))
            put(
                (who, entity["uuid"], "versions"),
                [
                    (v["version"], v["label"], v["data"], name_of(v.get("creator")))
                    for v in side.get(f"{at}/entities/{entity['uuid']}/versions")
                ],
            )
    put("devices", sorted(d["displayName"] for d in side.get(base + "/app-users")))
    put("roles", sorted((a["roleId"], name_of(a["actor"])) for a in side.get(base + "/assignments")))
    put(
        "roles in forms",
        sorted(
            (a["roleId"], a["xmlFormId"], name_of(a["actor"])) for a in side.get(base + "/assignments/forms") if a["roleId"] == 2
        ),
    )
    return seen


def compare(there, there_email, there_password, project_there, here, here_email, here_password, project_here):
    a, b = look(Side(there, there_email, there_password), project_there), look(
        Side(here, here_email, here_password), project_here
    )
    different = [key for key in {**a, **b} if a.get(key, "nothing") != b.get(key, "nothing")]
    for key in different[:60]:
        print("different:", key, "\n  there", a.get(key, "nothing"), "\n  here ", b.get(key, "nothing"))
    print(f"{len(a)} things compared, {len(different)} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit({"fill": fill, "compare": compare}[sys.argv[1]](*sys.argv[2:]))
