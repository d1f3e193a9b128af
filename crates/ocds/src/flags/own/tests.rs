use crate::flags::{Explained, Group, Options, Settings, over};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn flags(ini: &str, releases: &[Value]) -> Vec<Explained> {
    let settings = Settings::from_ini(ini).expect("settings");
    let lines: Vec<String> = releases.iter().map(Value::to_string).collect();
    let options = Options {
        explain: true,
        ..Options::default()
    };
    let report = over(&lines, &settings, options);
    assert_eq!(report.passed, []);
    report.explained
}

/// `group subject value` of each flag.
fn told(ini: &str, releases: &[Value]) -> Vec<String> {
    let all = flags(ini, releases);
    all.iter()
        .map(|f| format!("{} {} {:.2}", f.group.key(), f.subject, f.value))
        .collect()
}

fn contract(contract: &Value) -> Value {
    json!({"ocid": "o", "awards": [{"id": "a", "value": {"amount": 100, "currency": "IDR"}}], "contracts": [contract]})
}

#[test]
fn bidders_who_share_a_telephone_are_flagged() {
    let party = |id: &str, phone: &str| json!({"id": id, "contactPoint": {"telephone": phone}});
    let release = json!({"ocid": "o", "tender": {"tenderers": [{"id": "A"}, {"id": "B"}, {"id": "C"}]},
        "parties": [party("A", "(021) 55-55"), party("B", "0215555"), party("C", "0219999"), party("D", "0215555")]});
    assert_eq!(
        told("[R044]", &[release]),
        ["OCID o 2.00", "Tenderer A 2.00", "Tenderer B 2.00"]
    );
}

#[test]
fn awards_split_under_a_threshold_are_flagged() {
    let award = |ocid: &str, day: &str, amount: u32, class: &str| {
        json!({"ocid": ocid, "buyer": {"id": "B"}, "awards": [{"status": "active", "date": format!("2024-01-{day}T00:00:00Z"),
            "value": {"amount": amount, "currency": "IDR"}, "items": [{"classification": {"id": class}}]}]})
    };
    let given = [
        award("1", "01", 60, "451199"),
        award("2", "10", 50, "451100"),
        award("3", "11", 90, "9999"),
        award("4", "31", 60, "4511"),
    ];
    let ini = "[SPLIT]\nthreshold = 100\ndays = 15";
    assert_eq!(told(ini, &given), ["Buyer B 110.00"]);
    let flag = &flags(ini, &given)[0];
    assert_eq!(
        (flag.within.as_deref(), flag.n, flag.records[1].ocid.as_str()),
        (Some("4511"), 2, "2")
    );
    assert_eq!(
        told("[SPLIT]\nthreshold = 100\ndays = 5", &given),
        [] as [String; 0]
    );
}

#[test]
fn one_supplier_of_a_buyer_and_of_a_place_is_flagged() {
    let given: Vec<Value> = (0..10)
        .map(|n| {
            json!({"ocid": n.to_string(), "buyer": {"id": format!("B{}", n % 2)}, "parties": [{"id": format!("B{}", n % 2), "address": {"region": "West"}}],
                "awards": [{"status": "active", "suppliers": [{"id": if n < 6 { "S" } else { "T" }}]}]})
        })
        .collect();
    assert_eq!(
        told("[SHARE]\nminimum = 10\nshare = 0.5", &given),
        ["Tenderer S 0.60"]
    );
    assert_eq!(
        told("[SHARE]\nminimum = 5\nshare = 0.6\ncount = 6", &given).len(),
        3
    );
}

#[test]
fn two_who_often_bid_together_are_flagged() {
    let given: Vec<Value> = (0..6)
        .map(|n| json!({"ocid": n.to_string(), "tender": {"tenderers": [{"id": "A"}, {"id": if n < 5 { "B" } else { "C" }}]}}))
        .collect();
    assert_eq!(
        told("[PAIR]\nminimum = 5", &given),
        ["Tenderer A 5.00", "Tenderer B 5.00"]
    );
}

#[test]
fn contracts_that_grew_are_flagged() {
    let grown = contract(
        &json!({"awardID": "a", "value": {"amount": 125, "currency": "IDR"},
        "amendments": [{"changes": [{"property": "value/amount", "former_value": 100}]}],
        "implementation": {"transactions": [{"value": {"amount": 150, "currency": "IDR"}}, {"value": {"amount": 999, "currency": "USD"}}]}}),
    );
    assert_eq!(told("[AMEND]", std::slice::from_ref(&grown)), ["OCID o 0.25"]);
    assert_eq!(
        told("[AMEND]\nthreshold = 0.25", std::slice::from_ref(&grown)),
        [] as [String; 0]
    );
    assert_eq!(told("[OVERRUN]", &[grown]), ["OCID o 0.25", "OCID o 0.20"]);
}

#[test]
fn work_that_is_late_paid_ahead_or_unseen_is_flagged() {
    let work = |documents: Value| {
        contract(
            &json!({"status": "terminated", "value": {"amount": 100, "currency": "IDR"}, "period": {"endDate": "2024-01-01"},
            "implementation": {"milestones": [{"status": "met", "dateMet": "2024-03-01"}, {"status": "notMet"}], "documents": documents,
                "transactions": [{"value": {"amount": 90, "currency": "IDR"}}]}}),
        )
    };
    let unseen = work(json!([]));
    assert_eq!(told("[LATE]", std::slice::from_ref(&unseen)), ["OCID o 60.00"]);
    assert_eq!(told("[AHEAD]", std::slice::from_ref(&unseen)), ["OCID o 0.40"]);
    assert_eq!(told("[UNSEEN]", &[unseen]), ["OCID o 1.00"]);
    let mut seen = work(json!([{"id": "photo"}]));
    assert_eq!(told("[UNSEEN]", std::slice::from_ref(&seen)), [] as [String; 0]);
    seen["contracts"][0]["implementation"]["metrics"] =
        json!([{"id": "physicalProgress", "observations": [{"measure": "85 %"}]}]);
    assert_eq!(told("[AHEAD]", &[seen]), [] as [String; 0]);
}

#[test]
fn a_supplier_founded_for_the_award_is_flagged() {
    let release = json!({"ocid": "o", "parties": [{"id": "S", "details": {"dateOfIncorporation": "2024-01-01"}}],
        "awards": [{"status": "active", "date": "2024-02-01T00:00:00Z", "suppliers": [{"id": "S"}]}]});
    assert_eq!(
        told("[NEWCOMER]", std::slice::from_ref(&release)),
        ["OCID o 31.00", "Tenderer S 31.00"]
    );
    assert_eq!(told("[NEWCOMER]\ndays = 31", &[release]), [] as [String; 0]);
    assert_eq!(Group::Tenderer.key(), "Tenderer");
}
