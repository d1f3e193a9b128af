use super::*;
use crate::testing::{files, json, real};
use pretty_assertions::assert_eq;
use serde_json::json as j;

fn release() -> Value {
    j!({"ocid": "o", "id": "1", "date": "2024-01-01T00:00:00Z", "tag": ["tender"], "initiationType": "tender"})
}

fn told(release: &Value) -> Vec<String> {
    check(release)
        .iter()
        .map(|f| format!("{:?} {} {}", f.level, f.path, f.code.name()))
        .collect()
}

#[test]
fn a_release_without_its_head_is_refused_by_name() {
    assert_eq!(told(&release()), [] as [String; 0]);
    assert_eq!(
        told(&j!({"ocid": 7, "date": "soon", "tag": [], "initiationType": "x", "awards": {}})),
        [
            "Refusal /ocid type",
            "Refusal  missing",
            "Refusal /date date",
            "Refusal /tag missing",
            "Refusal /awards type",
            "Warning /initiationType codelist"
        ]
    );
    assert_eq!(told(&j!([])), ["Refusal  not-an-object"]);
}

#[test]
fn what_stands_below_is_looked_at() {
    let mut given = release();
    given["date"] = j!("2024-01-01");
    given["tender"] = j!({"id": "t", "status": "odd", "value": {"amount": "12", "currency": "rupiah"},
        "tenderPeriod": {"startDate": "2024-02-01T00:00:00Z", "endDate": "2024-01-01T00:00:00Z"},
        "items": [{"id": "1"}, {"id": "1"}]});
    given["parties"] = j!([{"id": "p", "roles": ["king"]}]);
    given["awards"] = j!([{"id": "a", "suppliers": [{"id": "nobody"}, {"id": "p"}], "date": "31/01/2024"}]);
    given["contracts"] = j!([{"id": "c", "awardID": "z"}]);
    assert_eq!(
        told(&given),
        [
            "Refusal /tender/value/amount amount",
            "Refusal /tender/value/currency currency",
            "Refusal /awards/0/date date",
            "Warning /date date-only",
            "Warning /tender/status codelist",
            "Warning /tender/tenderPeriod period",
            "Warning /tender/items/1 duplicate-id",
            "Warning /parties/0/roles/0 codelist",
            "Warning /awards/0/suppliers/0 reference",
            "Warning /contracts/0/awardID reference"
        ]
    );
    let found = check(&given);
    assert!(!accepted(&found));
    assert_eq!(found[0].values, [("found", "\"12\"".to_owned())]);
}

#[test]
fn findings_have_an_end() {
    let mut given = release();
    given["awards"] = Value::Array((0..5000).map(|_| j!({"id": "same"})).collect());
    let found = check(&given);
    assert_eq!(
        (found.len(), found.last().map(|f| f.code)),
        (501, Some(Code::More))
    );
    assert!(accepted(&found));
    given["awards"][4999]["date"] = j!("never");
    assert!(!accepted(&check(&given)));
}

#[test]
fn related_processes_are_those_with_an_ocid() {
    let given = j!({"relatedProcesses": [{"scheme": "ocid", "identifier": "b", "relationship": ["parent", "framework"]},
        {"scheme": "tender", "identifier": "c", "relationship": ["parent"]}],
        "contracts": [{"relatedProcesses": [{"identifier": "d", "relationship": "renewalProcess"}]}]});
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        related(&given),
        [
            pair("b", "parent"),
            pair("b", "framework"),
            pair("d", "renewalProcess")
        ]
    );
}

#[test]
fn a_release_of_1_0_becomes_one_of_1_1() {
    let mut given = release();
    given["buyer"] = j!({"name": "Village", "identifier": {"scheme": "ID-X", "id": 7}});
    given["tender"] = j!({"procuringEntity": {"name": "Village", "identifier": {"scheme": "ID-X", "id": 7}},
        "amendment": {"rationale": "r"}, "tenderers": [{"name": "Unnamed"}]});
    given["awards"] = j!([{"id": "a", "suppliers": [{"name": "Unnamed"}]}]);
    given["contracts"] = j!([{"id": "c", "implementation": {"transactions": [
        {"amount": {"amount": 5}, "providerOrganization": {"scheme": "ID-X", "id": "7", "legalName": "Village"}}]}}]);
    assert!(is_1_0(&given));
    upgrade(&mut given);
    assert!(!is_1_0(&given));
    assert_eq!(given["buyer"], j!({"id": "ID-X-7", "name": "Village"}));
    assert_eq!(
        given["parties"][0]["roles"],
        j!(["buyer", "procuringEntity", "payer"])
    );
    assert_eq!(given["parties"][1]["roles"], j!(["tenderer", "supplier"]));
    assert_eq!(
        given["awards"][0]["suppliers"][0]["id"],
        given["parties"][1]["id"]
    );
    assert_eq!(given["tender"]["amendments"], j!([{"rationale": "r"}]));
    let transaction = &given["contracts"][0]["implementation"]["transactions"][0];
    assert_eq!(
        transaction,
        &j!({"value": {"amount": 5}, "payer": {"id": "ID-X-7", "name": "Village"}})
    );
    assert_eq!(told(&given), [] as [String; 0]);
    let once = given.clone();
    upgrade(&mut given);
    assert_eq!(given, once);
}

#[test]
fn real_releases_are_checked_without_a_refusal_that_is_not_there() {
    let (Some(folder), Some(fictional)) = (real("sample-data-real"), real("sample-data-fictional")) else {
        return;
    };
    let mut counts = [0, 0];
    let mut codes = std::collections::BTreeMap::new();
    for file in files(&folder, "json")
        .into_iter()
        .chain(files(&fictional, "json"))
    {
        let bytes = std::fs::read(&file).expect("a file");
        for item in crate::read::Reader::new(&bytes[..], crate::read::Limits::default()) {
            let Ok(crate::read::Item::Unit(unit)) = item else {
                panic!("{}: {item:?}", file.display());
            };
            if unit.kind == crate::read::Kind::Record {
                continue;
            }
            let mut release: Value = serde_json::from_slice(&unit.json).expect("JSON");
            upgrade(&mut release);
            let found = check(&release);
            counts[usize::from(accepted(&found))] += 1;
            for finding in found.iter().filter(|f| f.level == Level::Refusal) {
                let key = format!(
                    "{} {}",
                    finding.code.name(),
                    finding.path.split('/').next_back().unwrap_or_default()
                );
                *codes.entry(key).or_insert(0) += 1;
            }
        }
    }
    println!("{counts:?} {codes:?}");
    assert_eq!(counts.iter().sum::<usize>(), 574);
    assert!(json(&fictional.join("fictional-example/1.1/ocds-213czf-000-00001.json")).is_object());
}
