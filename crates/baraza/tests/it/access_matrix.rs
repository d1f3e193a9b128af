//! Who may ask for what: every route × every role → status, in one snapshot.
//!
//! The routes are read from the source, so that a new one cannot be forgotten: it appears in the snapshot, and a
//! person says whether that is what was meant. Bodies are empty unless [`BODIES`] has one, and names in paths are
//! those of [`SAMPLES`].

use std::{collections::BTreeSet, fmt::Write};

use axum::body::Body;
use baraza::platform::op::Role;
use insta::assert_snapshot;
use regex::Regex;

use crate::{
    architecture::source::{Source, slices},
    catalog::world as of_data,
    collect::{
        HOUSEHOLD,
        world::{self, Names},
    },
    requests::world as of_requests,
    town::{Town, Visitor},
};

/// What stands for each name in a path where the world has nothing of its own: then 404 is an answer only the permitted get.
const SAMPLES: &[(&str, &str)] = &[
    ("file", "site.css"),
    ("code", "35.22"),
    ("dataset", "nothing"),
    ("theme", "nothing"),
    ("org", "nothing"),
    ("resource", "nothing"),
    ("id", "0"),
    ("digest", "00000000"),
    ("token", "not-a-token"),
    ("project", "1"),
    ("form", "household"),
    ("draft", "not-a-draft"),
    ("page", "start"),
    ("stray", "0"),
    ("instance", "0"),
    ("role", "2"),
    ("user", "1"),
    ("actor", "1"),
    ("link", "1"),
    ("secret", "not-the-secret"),
    ("commitment", "nothing"),
    ("date", "2026-11-20"),
    ("division", "nothing"),
    ("period", "2026-10"),
    ("agency", "dinas-pu"),
    ("version", "nothing"),
    ("post", "nothing"),
    ("service", "nothing.json"),
    ("request", "K7MQ-4XTD.xml"),
    ("handle", "K7MQ-4XTD.json"),
    ("photo", "0"),
    ("place", "35.22.01.2001"),
    ("act", "support"),
    ("table", "Submissions"),
    ("rows", "nothing"),
    ("list", "villages"),
    ("action", "package_show"),
    ("part", "1"),
    ("kind", "catalogue"),
    ("subject", "all"),
    ("contribution", "K7MQ4XTD"),
    ("query", "K7MQ4XTD"),
    ("asked", "dataflow"),
    ("artefact", "structure/dataflow"),
    ("range", "1..1"),
    ("standard", "sex"),
    ("codelist", "sex"),
    ("column", "name"),
    ("goal", "6"),
    ("target", "6.1"),
    ("proposal", "0"),
    ("release", "nothing"),
    ("by", "sex"),
    ("codes", "F"),
    ("indicator", "nothing"),
    ("dashboard", "nothing"),
    ("feed", "nothing"),
    ("chart", "trend"),
    ("plan", "nothing"),
    ("alert", "nothing"),
    ("rule", "nothing"),
    ("note", "nothing"),
    ("hotspot", "nothing"),
    ("institution", "nothing"),
    ("year", "2026"),
    ("meeting", "nothing"),
    ("document", "nothing"),
    ("seeker", "nothing"),
    ("ballot", "nothing"),
    ("ask", "nothing"),
    ("programme", "nothing"),
    ("round", "nothing"),
    ("facility", "nothing"),
    ("session", "nothing"),
];

/// What a question needs before it is one.
const QUERIES: &[(&str, &str)] = &[
    ("/api/3/action/{action}", "id=illness"),
    ("/api/action/{action}", "id=illness"),
    ("/api/v1/places/at", "lat=-7.15&lon=111.88"),
    ("/api/v1/places/crosswalk", "from=35.22&to=35.22"),
    ("/channels/sms/{secret}/report", "message=0&type=1"),
    ("/sql/download", "q=SELECT+1&format=csv"),
];

/// Bodies of requests that would be refused as malformed before anybody looked at who sends them.
const BODIES: &[(&str, &str, &str)] = &[
    ("POST /account/tokens/withdraw", FORM, "job=0&user=0&token=0"),
    ("POST /indicators/{code}/vintages", FORM, "name=matrix"),
    ("POST /desk/plans", FORM, "title=Matrix"),
    (
        "POST /proposals/new",
        FORM,
        "place=35.22&title=Matrix&text=Matrix",
    ),
    ("POST /proposals/{code}/support", FORM, "phone=0812+3456+7890"),
    ("POST /proposals/{code}/support/code", FORM, "ticket=x&code=1"),
    ("POST /proposals/{code}/withdraw", FORM, "phone=0812+3456+7890"),
    ("POST /proposals/{code}/follow", FORM, "email=matrix"),
    ("POST /asks/{ask}/follow", FORM, "email=matrix"),
    ("POST /desk/proposals/drafts/{draft}", FORM, "act=drop&why=matrix"),
    ("POST /goals/{ballot}", FORM, "option=1&phone=0812+3456+7890"),
    ("POST /goals/{ballot}/code", FORM, "ticket=x&code=1"),
    ("POST /desk/proposals/{code}", FORM, "act=decline&why=matrix"),
    ("POST /desk/goals", FORM, "place=35.22&title=Matrix"),
    ("POST /desk/goals/{ballot}", FORM, "act=publish"),
    ("POST /desk/asks", FORM, "place=35.22&title=Matrix&need=Matrix"),
    ("POST /desk/asks/{ask}", FORM, "answer=no&said=matrix"),
    ("POST /desk/radio", FORM, "kind=radio&place=35.22&title=Matrix"),
    ("POST /desk/radio/{programme}", FORM, "description=matrix"),
    ("POST /desk/facilitators/me", FORM, "act=speak&languages=matrix"),
    ("POST /desk/facilitators/tasks", FORM, "act=taken&task=0"),
    ("POST /desk/facilitators/{id}", FORM, "act=note&note=matrix"),
    ("POST /desk/villages/{place}", FORM, "year=2026&template=desa"),
    ("POST /desk/villages/calendars", FORM, "text=matrix"),
    (
        "POST /desk/villages/{place}/year/{year}/withdraw",
        FORM,
        "withdrawn=0&why=matrix",
    ),
    ("POST /desk/villages/{place}/meetings", FORM, "title=Matrix"),
    ("POST /desk/villages/{place}/billboard", FORM, "figure-1=nothing"),
    (
        "POST /desk/villages/{place}/meetings/{meeting}",
        FORM,
        "act=cancel&revision=0",
    ),
    ("POST /desk/listening/new", FORM, "kind=matrix"),
    ("POST /desk/listening/codes", FORM, "title=Matrix"),
    ("POST /desk/listening/hotspots", FORM, "title=Matrix"),
    (
        "POST /desk/listening/hotspots/{hotspot}",
        FORM,
        "act=publish&revision=0",
    ),
    ("POST /desk/listening/{note}", FORM, "act=give&revision=0"),
    ("POST /desk/listening/{note}/coding", FORM, "act=save"),
    ("POST /desk/listening/{note}/quotations", FORM, "act=propose"),
    ("POST /desk/divisions", FORM, "act=load&title=Matrix"),
    ("POST /desk/skills", PARTS, SETTINGS),
    ("POST /desk/skills/seekers", FORM, "name=Matrix"),
    (
        "POST /desk/skills/seekers/{seeker}",
        FORM,
        "act=accepted&revision=1",
    ),
    ("POST /desk/plans/{plan}", FORM, "kind=step"),
    ("POST /dashboards/{dashboard}/follow", FORM, "email=matrix"),
    ("POST /desk/agencies/{agency}", FORM, "duties=matrix"),
    ("POST /desk/alerts/{alert}", FORM, "said=matrix"),
    ("POST /desk/alert-rules", FORM, "why=matrix"),
    ("POST /desk/alert-rules/{rule}", FORM, "act=off&revision=0"),
    ("POST /desk/notes", FORM, "title=Matrix"),
    ("POST /desk/notes/{note}", FORM, "title=Matrix"),
    ("POST /desk/feeds", FORM, "title=Matrix"),
    ("POST /desk/feeds/{feed}", FORM, "act=save&revision=0"),
    ("POST /channels/feeds/{secret}", JSON, "1"),
    ("POST /desk/beside", FORM, "act=keep&kind=matrix"),
    ("POST /desk/scorecards/new", FORM, "facility=nothing"),
    ("POST /desk/scorecards/facilities", PARTS, SETTINGS),
    ("POST /desk/scorecards/{round}", FORM, "act=begin&revision=0"),
    ("POST /desk/scorecards/{round}/provider", FORM, "act=save"),
    (
        "POST /desk/scorecards/{round}/sessions/{session}",
        FORM,
        "act=save",
    ),
    (
        "POST /desk/scorecards/{round}/hall",
        JSON,
        r#"{"device":"matrix","acts":[]}"#,
    ),
    ("POST /desk/people/{user}", FORM, "act=close&why=matrix"),
    ("POST /desk/jobs/retry", FORM, of_data::RETRY),
    ("POST /desk/requests/{code}", FORM, "act=verify&revision=0"),
    ("POST /desk/calls", FORM, "phone=0812+3456+7890"),
    ("POST /desk/calls/act", FORM, "code=ZZZZZZZZ&act=yes"),
    ("POST /desk/calls/file", FORM, "service_code=nothing&place=35.22"),
    ("POST /desk/requests/settings/profiles", PARTS, SETTINGS),
    ("POST /desk/requests/settings/services", PARTS, SETTINGS),
    (
        "POST /desk/requests/settings/posts",
        FORM,
        "why=matrix&agency=nothing",
    ),
    (
        "POST /desk/requests/settings/posts/{post}",
        FORM,
        "why=matrix&title=Post",
    ),
    (
        "POST /desk/requests/settings/appeals",
        FORM,
        "act=refuse&why=matrix&appeal=0",
    ),
    ("POST /desk/requests/{code}/photos", PARTS, SETTINGS),
    ("POST /desk/requests/bulk", FORM, "act=verify&code=ZZZZZZZZ"),
    (
        "POST /desk/requests/checks",
        FORM,
        "code=ZZZZZZZZ&found=good&note=x",
    ),
    ("POST /desk/contributions/{contribution}", FORM, "to=shown"),
    ("POST /wanted/new", FORM, "title=Matrix&text=Matrix"),
    (
        "POST /showcases/new",
        FORM,
        "title=Matrix&text=Matrix&url=https://example.org&dataset=illness",
    ),
    ("POST /desk/data/{dataset}/delete", FORM, ""),
    ("POST /comments/{dataset}", FORM, ""),
    ("POST /data-errors/{dataset}", FORM, ""),
    ("POST /follow/{kind}/{subject}", FORM, "email=matrix"),
    ("POST /desk/organizations", FORM, "active=yes"),
    ("POST /desk/organizations/{org}", FORM, "name=Matrix"),
    ("POST /desk/data", FORM, "title=Matrix&slug=matrix"),
    ("POST /desk/data/{dataset}", FORM, "title=Illness&theme=health"),
    ("POST /desk/data/{dataset}/files", PARTS, of_data::FILE),
    (
        "POST /desk/data/{dataset}/review",
        FORM,
        "act=comment&note=matrix",
    ),
    ("POST /desk/review", FORM, ""),
    ("POST /desk/review/rules", FORM, "rule-dinas-pu=none"),
    ("POST /desk/data/{dataset}/columns", FORM, "data%2Fname=personal"),
    ("POST /desk/agenda/{dataset}", FORM, "act=confirm"),
    (
        "POST /desk/figures/{indicator}/{place}/{period}",
        FORM,
        "act=save&revision=0",
    ),
    (
        "POST /desk/figures/{indicator}/{place}/{period}/file",
        PARTS,
        of_data::FILE,
    ),
    ("POST /desk/indicators/new", FORM, "text=matrix"),
    ("POST /desk/indicators/{proposal}", FORM, "act=check&revision=1"),
    ("POST /desk/standards", FORM, "kind=json&text=%7B%7D"),
    ("POST /desk/data/{dataset}/standards", FORM, "data%2Fname="),
    (
        "POST /desk/data/{dataset}/standards/{resource}/{column}",
        FORM,
        "fix%2Fa=",
    ),
    ("POST /desk/data/{dataset}/metadata", FORM, "purpose=matrix"),
    (
        "POST /desk/data/{dataset}/series",
        FORM,
        "series=new&title=Matrix",
    ),
    ("POST /desk/series/{series}", FORM, "title=Matrix"),
    ("POST /desk/evidence-pack", PARTS, of_data::FILE),
    // Whoever may not read the dataset is told that there is none; which action writes what is tried in `catalog::ckan`.
    ("POST /api/3/action/{action}", JSON, r#"{"id":"illness"}"#),
    ("POST /api/action/{action}", JSON, r#"{"id":"illness"}"#),
    (
        "POST /forms/{project}/{form}/likely",
        JSON,
        r#"{"xml":"<data id='household' version='1'/>"}"#,
    ),
    ("POST /v1/projects", JSON, r#"{"name":"Matrix"}"#),
    (
        "POST /v1/projects/{project}/app-users",
        JSON,
        r#"{"displayName":"Tablet"}"#,
    ),
    (
        "PATCH /v1/projects/{project}/forms/{form}/draft/attachments/{file}",
        JSON,
        r#"{"dataset":false}"#,
    ),
    ("POST /v1/projects/{project}/datasets", JSON, r#"{"name":"a.b"}"#),
    ("PATCH /v1/projects/{project}/datasets/{list}", JSON, "{}"),
    (
        "POST /v1/projects/{project}/datasets/{list}/properties",
        JSON,
        r#"{"name":"label"}"#,
    ),
    (
        "POST /v1/projects/{project}/datasets/{list}/entities",
        JSON,
        r#"{"label":"Matrix"}"#,
    ),
    (
        "POST /v1/projects/{project}/datasets/{list}/entities/bulk-delete",
        JSON,
        r#"{"ids":[]}"#,
    ),
    (
        "POST /v1/projects/{project}/datasets/{list}/entities/bulk-restore",
        JSON,
        r#"{"ids":[]}"#,
    ),
    (
        "PATCH /v1/projects/{project}/datasets/{list}/entities/{entity}",
        JSON,
        r#"{"label":"Matrix"}"#,
    ),
    ("POST /desk/entities/{project}/{list}/change", FORM, "rule=placed"),
    (
        "POST /desk/entities/{project}/{list}/properties",
        FORM,
        "personal=full_name&personal=age",
    ),
    (
        "POST /desk/entities/{project}/{list}/{entity}/resolve",
        FORM,
        "version=1",
    ),
    ("POST /v1/projects/{project}/submission", PARTS, DELIVERY),
    ("POST /v1/projects/{project}/forms", MARKDOWN, HOUSEHOLD),
    ("POST /v1/projects/{project}/forms/{form}/draft", "", ""),
    (
        "POST /v1/projects/{project}/forms/{form}/draft/attachments/{file}",
        "text/csv",
        "name,label\n35.22.01.2001,Sumberejo\n35.22.01.2002,Tegal\n",
    ),
    (
        "POST /v1/projects/{project}/forms/{form}/submissions",
        "application/xml",
        ANSWERS,
    ),
    (
        "PUT /v1/projects/{project}/forms/{form}/submissions/{instance}",
        "application/xml",
        CORRECTION,
    ),
    ("PATCH /v1/projects/{project}", JSON, r#"{"name":"Census"}"#),
    ("PUT /v1/projects/{project}", JSON, r#"{"name":"Census"}"#),
    (
        "PATCH /v1/projects/{project}/forms/{form}",
        JSON,
        r#"{"state":"open"}"#,
    ),
    (
        "PATCH /v1/projects/{project}/forms/{form}/submissions/{instance}",
        JSON,
        r#"{"reviewState":null}"#,
    ),
    (
        "POST /v1/projects/{project}/forms/{form}/submissions/{instance}/comments",
        JSON,
        r#"{"body":"matrix"}"#,
    ),
    (
        "POST /v1/projects/{project}/forms/{form}/draft/submissions",
        "application/xml",
        ANSWERS,
    ),
    (
        "PUT /v1/projects/{project}/forms/{form}/draft/submissions/{instance}",
        "application/xml",
        CORRECTION,
    ),
    (
        "POST /v1/projects/{project}/forms/{form}/draft/submission",
        PARTS,
        DELIVERY,
    ),
    (
        "POST /v1/test/{token}/projects/{project}/forms/{form}/draft/submission",
        PARTS,
        DELIVERY,
    ),
    (
        "POST /v1/test/{token}/projects/{project}/forms/{form}/draft/submissions",
        "application/xml",
        ANSWERS,
    ),
    (
        "POST /desk/collect/{project}/{form}/submissions/{instance}/review",
        FORM,
        "state=approved&comment=matrix",
    ),
    (
        "POST /desk/collect/{project}/{form}/trash",
        FORM,
        "instance=uuid%3A1",
    ),
    (
        "POST /desk/collect/{project}/{form}/change",
        FORM,
        "audience=staff&state=open",
    ),
    (
        "POST /forms/{project}/{form}/{draft}/{page}",
        FORM,
        ".shown=house%2Fwater&house%2Fwater=piped",
    ),
    ("POST /forms/{project}/{form}/deliver", PARTS, DELIVERY),
    (
        "POST /v1/key/{token}/projects/{project}/submission",
        PARTS,
        DELIVERY,
    ),
    ("POST /open311/v2/requests.json", FORM, "service_code=nothing"),
    ("POST /open311/v2/requests.xml", FORM, "service_code=nothing"),
    ("POST /requests/new", FORM, "service_code=street-light"),
    ("POST /requests/new/who", FORM, "privacy=open"),
    ("POST /requests/new/appeal", FORM, "why=matrix"),
    ("POST /requests/follow", FORM, "code=2222-2222"),
    ("POST /v1/users", JSON, r#"{"email":"matrix@town.test"}"#),
    ("PATCH /v1/users/{actor}", JSON, "{}"),
    (
        "PUT /v1/users/{actor}/password",
        JSON,
        r#"{"new":"tujuh gajah terbang"}"#,
    ),
    (
        "POST /v1/users/reset/initiate",
        JSON,
        r#"{"email":"nobody@town.test"}"#,
    ),
    (
        "POST /v1/users/reset/verify",
        JSON,
        r#"{"token":"not-a-token","new":"tujuh gajah terbang"}"#,
    ),
    (
        "POST /v1/projects/{project}/forms/{form}/public-links",
        JSON,
        r#"{"displayName":"Poster"}"#,
    ),
    ("POST /desk/devices/{project}", FORM, "names=Tablet"),
    ("POST /desk/links/{project}/{form}", FORM, "name=Poster"),
    ("POST /sign-in/forgotten", FORM, "email=nobody%40town.test"),
    (
        "POST /sign-in/new-password",
        FORM,
        "token=not-a-token&password=tujuh+gajah+terbang",
    ),
    (
        "POST /v1/sessions",
        JSON,
        r#"{"email":"nobody@town.test","password":"wrong"}"#,
    ),
];

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const PARTS: &str = "multipart/form-data; boundary=x";
const DELIVERY: &str = "--x\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"a.xml\"\r\n\r\n\
    <data id=\"household\" version=\"1\"><meta><instanceID>uuid:0</instanceID></meta></data>\r\n--x--\r\n";
const SETTINGS: &str = "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nname = 1\r\n--x--\r\n";
const MARKDOWN: &str = "text/markdown";
const ANSWERS: &str =
    r#"<data id="household" version="1"><meta><instanceID>uuid:2</instanceID></meta></data>"#;
const CORRECTION: &str = r#"<data id="household" version="1"><meta><instanceID>uuid:3</instanceID><deprecatedID>uuid:1</deprecatedID></meta></data>"#;

#[tokio::test]
async fn every_route_answers_every_role_as_the_matrix_says() {
    let town = Town::new().await;
    // Streams of news would go on for ever; who may open one shows all the same.
    town.app.stopping.cancel();
    let mut names = world::found(&town).await;
    names.extend(of_data::found(&town).await);
    names.extend(of_requests::found(&town).await);
    let mut matrix = String::new();
    let mut offences = Vec::new();
    writeln!(
        matrix,
        "{:<64} anyone {}",
        "",
        Role::ALL
            .map(|role| format!("{:<6}", &role.as_str()[..6.min(role.as_str().len())]))
            .join(" ")
    )
    .expect("text");
    for (method, route) in routes() {
        let mut row = Vec::new();
        for role in [None].into_iter().chain(Role::ALL.map(Some)) {
            let visitor = match role {
                None => town.stranger(),
                Some(role) => {
                    let place = (!matches!(role, Role::Citizen | Role::Admin)).then_some("35.22");
                    town.someone(role, place).await
                }
            };
            world::renew(&town, &route, &mut names).await;
            let path = filled(&route, &names);
            if route == "/desk/jobs/retry" {
                of_data::dead_job(&town).await;
            }
            row.push(asks(&visitor, &method, &route, &path).await);
        }
        if row.iter().any(|status| *status >= 500) {
            offences.push(format!("{method} {route} fails: {row:?}"));
        }
        if row.iter().all(|status| matches!(status, 400 | 415 | 422)) {
            offences.push(format!(
                "{method} {route} is refused before anybody looks at who asks: give it a body in BODIES"
            ));
        }
        if route.starts_with("/desk") && !matches!(row[0], 303 | 401 | 403) {
            offences.push(format!("{method} {route} lets anybody in: {row:?}"));
        }
        let row = row
            .iter()
            .map(|status| format!("{status:<6}"))
            .collect::<Vec<_>>()
            .join(" ");
        writeln!(matrix, "{:<64} {}", format!("{method} {route}"), row.trim_end()).expect("text");
    }
    town.run_jobs().await;
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
    assert_snapshot!("access_matrix", matrix);
}

async fn asks(visitor: &Visitor<'_>, method: &str, route: &str, path: &str) -> u16 {
    let given = BODIES
        .iter()
        .find(|(of, _, _)| *of == format!("{method} {route}"));
    let (kind, body) = match given {
        Some((_, kind, body)) => (*kind, *body),
        None if method == "GET" => ("", ""),
        None => (FORM, ""),
    };
    visitor
        .sends(method, path, kind, Body::from(body))
        .await
        .status
        .as_u16()
}

/// Every `METHOD path` that the sources declare.
fn routes() -> BTreeSet<(String, String)> {
    let start = Regex::new(r"\.route\(").expect("a pattern");
    let method = Regex::new(r"\b(get|post|put|patch|delete|head|any)\(").expect("a pattern");
    let mut found = BTreeSet::new();
    for source in slices() {
        assert!(
            !source.code.contains(".nest("),
            "{}: write whole paths, so that they can be found",
            source.path
        );
        for route in start.find_iter(&source.code) {
            let declared = &source.code[route.end()..closing(&source.code, route.end())];
            let methods = method
                .captures_iter(declared)
                .map(|found| found[1].to_uppercase());
            let methods = methods.collect::<Vec<_>>();
            let paths = paths_at(&source, route.end());
            let line = source.line_of(route.start());
            assert!(
                !paths.is_empty() && !methods.is_empty(),
                "{}:{line}: cannot read this route",
                source.path
            );
            for (method, path) in methods
                .iter()
                .flat_map(|method| paths.iter().map(move |path| (method, path)))
            {
                // A handler of any method is asked as a form would ask it.
                let method = if method == "ANY" { "POST" } else { method };
                found.insert((method.to_owned(), path.clone()));
            }
        }
    }
    assert!(
        found.len() > 10,
        "found only {} routes: the test looks in the wrong place",
        found.len()
    );
    found
}

/// The paths that the first argument of a route stands for: a literal, `name`, `&format!("{name}…")` or `&f("…")`,
/// where the names are bound in the same file by `let`, `for … in [..]`, or a closure around `format!`.
fn paths_at(source: &Source, at: usize) -> Vec<String> {
    let argument = source.code[at..].split(',').next().unwrap_or_default();
    let within = at..at + argument.len();
    let Some(literal) = source.strings.iter().find(|literal| within.contains(&literal.at)) else {
        return bound(source, argument.trim().trim_start_matches('&'), at);
    };
    let before = argument[..literal.at - at]
        .trim()
        .trim_start_matches('&')
        .trim_end_matches('(');
    match before {
        "" => vec![literal.text.clone()],
        "format!" => formatted(source, &literal.text, at),
        closure => bound(source, closure, at)
            .iter()
            .map(|base| format!("{base}{}", literal.text))
            .collect(),
    }
}

/// What a name was last bound to before a byte: the literals of that statement or list.
fn bound(source: &Source, name: &str, before: usize) -> Vec<String> {
    let binding = Regex::new(&format!(r"\b(?:let|const|for) {name}\b[^;{{]*")).expect("a pattern");
    let Some(found) = binding.find_iter(&source.code[..before]).last() else {
        return Vec::new();
    };
    let values = source
        .strings
        .iter()
        .filter(|literal| found.range().contains(&literal.at));
    match found.as_str().contains("format!") {
        true => values
            .flat_map(|literal| formatted(source, &literal.text, found.start()))
            .collect(),
        false => values.map(|literal| literal.text.clone()).collect(),
    }
}

/// A format string with its first name filled in and the others, a closure's own, left out.
fn formatted(source: &Source, format: &str, before: usize) -> Vec<String> {
    // Doubled braces are braces; they step aside while names are looked for.
    let aside = format.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let name = Regex::new(r"\{([a-z_]+)\}").expect("a pattern");
    let Some(first) = name.captures(&aside) else {
        return Vec::new();
    };
    let rest = name
        .replace_all(&aside, "")
        .replace('\u{1}', "{")
        .replace('\u{2}', "}");
    bound(source, &first[1], before)
        .iter()
        .map(|base| format!("{base}{rest}"))
        .collect()
}

/// Where the bracket is closed in which a byte stands.
fn closing(code: &str, inside: usize) -> usize {
    let mut depth = 1_usize;
    let length = code.as_bytes()[inside..].iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    length.map_or(code.len(), |length| inside + length)
}

fn filled(route: &str, names: &Names) -> String {
    let name = Regex::new(r"\{\*?([a-z_]+)\}").expect("a pattern");
    let path = name.replace_all(route, |found: &regex::Captures<'_>| {
        let own = names
            .iter()
            .find(|(of, name, _)| route.starts_with(of) && *name == &found[1]);
        if let Some((_, _, value)) = own {
            return value.clone();
        }
        let sample = SAMPLES.iter().find(|(name, _)| *name == &found[1]);
        sample
            .unwrap_or_else(|| panic!("{route}: give `{}` a sample", &found[1]))
            .1
            .to_owned()
    });
    let query = QUERIES
        .iter()
        .find(|(of, _)| *of == route)
        .map(|(_, query)| format!("?{query}"));
    format!("{path}{}", query.unwrap_or_default())
}
