use super::*;
use pretty_assertions::assert_eq;
use serde_json::json;

fn table(name: &str) -> &'static Table {
    TABLES.iter().find(|t| t.name == name).expect("a table")
}

#[test]
fn every_table_has_a_key_for_every_level_and_no_column_twice() {
    for table in TABLES {
        assert_eq!(
            table.parents.len(),
            table.within.len().saturating_sub(1),
            "{}",
            table.name
        );
        let mut header = table.header();
        let all = header.len();
        header.sort_unstable();
        header.dedup();
        assert_eq!(header.len(), all, "{}", table.name);
    }
}

#[test]
fn rows_carry_the_identifiers_above_them() {
    let release = json!({"ocid": "o", "tag": ["compiled"], "tender": {"value": {"amount": 1.50, "currency": "IDR"}},
        "parties": [{"id": 7, "roles": ["buyer", "payer"]}],
        "contracts": [{"id": "c1", "implementation": {"transactions": [{"id": "t", "value": {"amount": 2}}, {"id": "u"}]}}, "odd", {"id": "c2"}]});
    let cells = |name: &str| {
        let mut all = Vec::new();
        rows(table(name), &release, |row| {
            assert_eq!(row.len(), table(name).header().len());
            let header = table(name).header();
            let named = header
                .into_iter()
                .zip(row)
                .filter_map(|(h, c)| Some(format!("{h}={}", c?)));
            all.push(named.collect::<Vec<_>>().join(" "));
        });
        all
    };
    assert_eq!(
        cells("processes"),
        ["ocid=o tag=compiled tender/value/amount=1.5 tender/value/currency=IDR"]
    );
    assert_eq!(cells("parties"), ["ocid=o id=7 roles=buyer; payer"]);
    assert_eq!(cells("contracts"), ["ocid=o id=c1", "ocid=o id=c2"]);
    assert_eq!(
        cells("transactions"),
        [
            "ocid=o contract_id=c1 id=t value/amount=2",
            "ocid=o contract_id=c1 id=u"
        ]
    );
}
