//! Calls as clients send them, and the envelopes they get.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{call, map};
use crate::ckan::{
    actions::{Action, Effect},
    answer::{self, Failure, Foreign},
    call::{Body, Call, Method, Upload},
    filename, lists,
    problems::Problems,
    tag_id,
};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn post(action: Action, body: Body<'_>) -> Result<Call, Failure> {
    Call::read(action, Method::Post, Vec::new(), body)
}

fn why<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    match result {
        Err(failure) => {
            assert_eq!(failure.status(), 400);
            failure.write("").as_str().map(str::to_owned).unwrap_or_default()
        }
        Ok(read) => panic!("it was taken: {read:?}"),
    }
}

#[test]
fn every_action_is_found_by_its_name_and_has_help() {
    for action in Action::ALL {
        assert_eq!(Action::find(action.name()), Some(*action));
        let help = action.help();
        assert!(help.contains(":returns: "), "{}", action.name());
        assert_eq!(
            Action::ALL
                .iter()
                .filter(|other| other.name() == action.name())
                .count(),
            1
        );
    }
    assert_eq!(Action::find("package_frobnicate"), None);
    assert_eq!(
        Action::TagList.help(),
        "Lists tags.\n\n:param query: only those that hold it (optional)\n:type query: string\n:param vocabulary_id: those of a \
         vocabulary; free tags when left out (optional)\n:type vocabulary_id: string\n:param all_fields: whole entries instead \
         of names (optional)\n:type all_fields: bool\n\n:returns: list of names, or of tags\n"
    );
}

#[test]
fn what_changes_something_is_not_asked_by_get() {
    for action in Action::ALL {
        let read = Call::read(*action, Method::Get, pairs(&[("id", "x")]), Body::None);
        assert_eq!(
            read.is_ok(),
            action.effect() == Effect::Reads,
            "{}",
            action.name()
        );
    }
    assert_eq!(
        why(Call::read(
            Action::PackageDelete,
            Method::Get,
            Vec::new(),
            Body::None
        )),
        "Bad request: JSON Error: Invalid request. Please use POST method for your request"
    );
}

#[test]
fn a_name_that_comes_twice_in_the_address_is_a_list() {
    let query = pairs(&[("fq_list", "tags:a"), ("q", "rain"), ("fq_list", "tags:b")]);
    let read = Call::read(Action::PackageSearch, Method::Get, query, Body::None).unwrap();
    assert_eq!(
        Value::Object(read.fields),
        json!({ "fq_list": ["tags:a", "tags:b"], "q": "rain" })
    );
}

#[test]
fn json_is_read_whatever_its_content_type_says() {
    let read = post(Action::PackageShow, Body::Bytes(b" {\"id\": \"rain\"}")).unwrap();
    assert_eq!(lists::package_id(&read).unwrap(), "rain");
    assert_eq!(
        post(Action::PackageShow, Body::Bytes(b"")).unwrap(),
        Call::default()
    );
    assert_eq!(
        why(post(Action::PackageShow, Body::Bytes(b"[1]"))),
        "Bad request: JSON Error: Request data JSON decoded to a list but it needs to be a dictionary."
    );
    assert!(
        why(post(Action::PackageShow, Body::Bytes(b"{\"id\":")))
            .starts_with("Bad request: JSON Error: Error decoding JSON data.")
    );
}

#[test]
fn json_that_curl_sends_as_a_form_is_read() {
    for (sent, expected) in [
        (pairs(&[("{\"id\": \"rain\"}", "")]), json!({ "id": "rain" })),
        (pairs(&[("{\"id\": \"rain\"}", "1")]), json!({ "id": "rain" })),
        // The text held `=` and `&`.
        (
            pairs(&[("{\"url\": \"http://x/?a", "1"), ("b", "2\"}")]),
            json!({ "url": "http://x/?a=1&b=2" }),
        ),
        (pairs(&[("id", "rain")]), json!({ "id": "rain" })),
        (pairs(&[("id", "")]), json!({ "id": "" })),
    ] {
        let read = post(Action::PackageShow, Body::Form(sent)).unwrap();
        assert_eq!(Value::Object(read.fields), expected);
    }
}

#[test]
fn the_parts_of_an_upload_are_texts_and_files() {
    let file = Upload {
        file_name: "Rain 2020.CSV".to_owned(),
        content_type: Some("text/csv".to_owned()),
        size_bytes: 12,
        blob: "b10b".to_owned(),
    };
    let body = Body::Multipart(
        pairs(&[("package_id", "rain"), ("size", "12")]),
        vec![("upload".to_owned(), file.clone())],
    );
    let read = post(Action::ResourceCreate, body).unwrap();
    assert_eq!(
        Value::Object(read.fields.clone()),
        json!({ "package_id": "rain", "size": "12" })
    );
    assert_eq!(read.uploads.get("upload"), Some(&file));
}

#[test]
fn a_script_tag_gets_a_call_of_its_function_and_nothing_else() {
    let asked = |name: &str| {
        Call::read(
            Action::PackageList,
            Method::Get,
            pairs(&[("callback", name), ("limit", "5")]),
            Body::None,
        )
    };
    let read = asked("app.show_1").unwrap();
    assert_eq!(Value::Object(read.fields), json!({ "limit": "5" }));
    assert_eq!(
        read.callback.unwrap().wrap("{\"a\": \"\u{2028}\"}"),
        "/**/app.show_1({\"a\": \"\\u2028\"});"
    );
    for name in ["alert(1)//", "", "a..b", "1a", "a;b", "<script>"] {
        assert!(why(asked(name)).contains("callback must be the name"), "{name}");
    }
}

#[test]
fn an_answer_names_its_help() {
    let help = answer::help_address("https://data.example/", Action::PackageShow);
    assert_eq!(
        help,
        "https://data.example/api/3/action/help_show?name=package_show"
    );
    let whole = answer::success(&help, json!(["rain"]));
    let streamed = format!("{}[\"rain\"]{}", answer::opening(&help), answer::CLOSING);
    assert_eq!(serde_json::from_str::<Value>(&streamed).unwrap(), whole);
    assert_eq!(
        whole.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["help", "success", "result"]
    );
}

#[test]
fn failures_have_the_statuses_and_words_that_ckanapi_knows() {
    let mut problems = Problems::of("name", "Missing value");
    problems.items(
        "resources",
        vec![Problems::default(), Problems::of("size", "Invalid integer")],
    );
    for (failure, status, error) in [
        (
            Failure::NotFound(String::new()),
            404,
            json!({ "__type": "Not Found Error", "message": "Not found" }),
        ),
        (
            Failure::NotFound("Resource was not found.".to_owned()),
            404,
            json!({ "__type": "Not Found Error", "message": "Not found: Resource was not found." }),
        ),
        (
            Failure::Denied("User ana not authorized to edit package rain".to_owned()),
            403,
            json!({
                "__type": "Authorization Error",
                "message": "Access denied: User ana not authorized to edit package rain",
            }),
        ),
        (
            Failure::Invalid(problems),
            409,
            json!({
                "name": ["Missing value"],
                "resources": [{}, { "size": ["Invalid integer"] }],
                "__type": "Validation Error",
            }),
        ),
        (
            Failure::SearchQuery("Invalid \"sort\" parameter".to_owned()),
            400,
            json!({
                "__type": "Search Query Error",
                "message": "Search Query is invalid: ('Invalid \"sort\" parameter',)",
            }),
        ),
        (
            Failure::Search("it's a 'query'".to_owned()),
            409,
            json!({ "__type": "Search Error", "message": "Search error: (\"it's a 'query'\",)" }),
        ),
        (
            Failure::Structure {
                message: "Only lists of dicts".to_owned(),
                sent: map(json!({ "tags": "a" })),
            },
            400,
            json!({ "__type": "Integrity Error", "message": "Only lists of dicts", "data": { "tags": "a" } }),
        ),
        (
            Failure::SearchDown,
            500,
            json!({
                "__type": "Search Connection Error",
                "message": "Unable to connect to the search server",
            }),
        ),
        (
            Failure::Internal,
            500,
            json!({ "__type": "Internal Server Error", "message": "Internal Server Error" }),
        ),
    ] {
        assert_eq!(failure.status(), status);
        assert_eq!(
            failure.write("h"),
            json!({ "help": "h", "error": error, "success": false })
        );
    }
    let unknown = Failure::UnknownAction("package_frobnicate".to_owned());
    assert_eq!(
        (unknown.status(), unknown.write("h")),
        (
            400,
            json!("Bad request: Action name not known: package_frobnicate")
        )
    );
}

#[test]
fn what_another_catalogue_answers_is_read_back() {
    assert_eq!(
        answer::read(answer::success("h", json!([1]))),
        Some(Foreign::Result(json!([1])))
    );
    assert_eq!(
        answer::read(Failure::NotFound(String::new()).write("h")),
        Some(Foreign::Failure {
            kind: "Not Found Error".to_owned(),
            message: "Not found".to_owned(),
        })
    );
    assert_eq!(
        answer::read(Failure::field("name", "Missing value").write("h")),
        Some(Foreign::Failure {
            kind: "Validation Error".to_owned(),
            message: "{\"name\": [\"Missing value\"]}".to_owned(),
        })
    );
    assert_eq!(answer::read(json!("Bad request")), None);
}

#[test]
fn a_tag_has_the_same_id_everywhere() {
    // As Python's uuid5 has it.
    assert_eq!(tag_id("water"), "272ae8f0-0031-5bba-880d-0e1f37cd7ae6");
}

#[test]
fn the_name_of_a_file_is_safe_in_an_address() {
    for (given, expected) in [
        ("Rain 2020.CSV", "rain-2020.csv"),
        ("C:\\data\\Población – total.xlsx", "poblacion-total.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        ("বৃষ্টি.csv", "csv"),
        ("archive.tar.gz", "archive.tar.gz"),
    ] {
        assert_eq!(filename(given), expected, "{given}");
    }
    assert_eq!(filename(&format!("{}.csv", "a".repeat(300))).len(), 84);
}

#[test]
fn what_an_action_is_about_has_to_be_said() {
    let missing = |field: &str| json!({ field: ["Missing value"] });
    let nothing = call(json!({}));
    assert_eq!(super::error(lists::id(&nothing)), missing("id"));
    assert_eq!(super::error(lists::package_id(&nothing)), missing("name_or_id"));
    assert_eq!(super::error(lists::parent_id(&nothing)), missing("package_id"));
    assert_eq!(super::error(lists::help_name(&nothing)), missing("name"));
    assert_eq!(
        lists::package_id(&call(json!({ "name_or_id": "rain" }))).unwrap(),
        "rain"
    );
}
