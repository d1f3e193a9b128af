use super::*;
use crate::testing::{files, real};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use std::fs::File;

/// The settings that a fixture's name tells, as Cardinal's own tests read them.
fn settings_of(name: &str) -> Settings {
    let name = name.replace('+', "|");
    let parts: Vec<&str> = name.split('-').collect();
    let rule = match parts[..] {
        [rule] | [rule, _] => format!("[{rule}]"),
        [rule, key, value] => format!("[{rule}]\n{key} = {value}"),
        [rule, section, ref pairs @ ..] => {
            let lines: Vec<String> = pairs.chunks(2).map(|p| format!("{} = {}", p[0], p[1])).collect();
            format!("[{rule}.{section}]\n{}", lines.join("\n"))
        }
        [] => String::new(),
    };
    let shared =
        "no_price_comparison_procurement_methods = NPC\n[exclusions]\nprocurement_method_details = EXC\n";
    Settings::from_ini(&format!("{shared}{rule}")).expect("settings")
}

#[test]
fn indicators_answer_as_cardinal_does() {
    let Some(folder) = real("cardinal-rs-fixtures/indicators") else {
        return;
    };
    let inputs = files(&folder, "jsonl");
    assert_eq!(inputs.len(), 15);
    for input in inputs {
        let name = input.file_stem().and_then(|s| s.to_str()).expect("a name");
        let expected: Value = crate::testing::json(&input.with_extension("expected"));
        for threads in [1, 2, 3] {
            let options = Options {
                threads,
                ..Options::default()
            };
            let file = File::open(&input).expect("a file");
            let report = run(file, &settings_of(name), options).expect("read");
            assert_eq!(
                report.cardinal(false, false),
                expected,
                "{name}, {threads} threads"
            );
        }
    }
}

fn bid(tenderer: &str, status: &str, amount: f64) -> Value {
    json!({"status": status, "tenderers": [{"id": tenderer}], "value": {"amount": amount, "currency": "USD"}, "date": "2024-03-01T00:00:00Z"})
}

fn process(ocid: &str, bids: Vec<Value>, winner: &str) -> String {
    json!({
        "ocid": ocid,
        "buyer": {"id": "B"},
        "tender": {"procurementMethod": "open", "tenderPeriod": {"startDate": "2024-01-01T00:00:00Z", "endDate": "2024-01-31T00:00:00Z"}},
        "bids": {"details": bids},
        "awards": [{"status": "active", "suppliers": [{"id": winner}], "items": [{"classification": {"id": "4511"}}]}]
    })
    .to_string()
}

#[test]
fn every_thread_count_gives_the_same_answer_with_explanations_and_maps() {
    let mut text = String::new();
    for n in 0..4000_u32 {
        let names = [
            format!("S{}", n % 37),
            format!("S{}", n % 41 + 50),
            format!("S{}", n % 7 + 100),
        ];
        let status = if n % 5 == 0 { "disqualified" } else { "valid" };
        let bids = vec![
            bid(&names[0], "valid", f64::from(n % 90 + 10)),
            bid(&names[1], status, f64::from(n % 60 + 10)),
            bid(&names[2], "valid", f64::from(n % 45 + 100)),
        ];
        text.push_str(&process(&format!("o{n}"), bids, &names[(n % 2 * 2) as usize]));
        text.push_str(if n % 100 == 0 { "\nnot json\n\n" } else { "\n" });
        // Blocks are a megabyte; a few of them are wanted.
        text.push_str(&format!("{}\n", json!({"no ocid": "x".repeat(1000)})));
    }
    let mut settings = Settings::all();
    settings.r024 = Some(Threshold { threshold: Some(0.3) });
    let of = |threads| {
        let options = Options {
            threads,
            map: true,
            explain: true,
        };
        run(text.as_bytes(), &settings, options).expect("read")
    };
    let one = of(1);
    assert!(one.explained.len() > 1000, "{}", one.explained.len());
    assert!(one.maps.len() > 4, "{:?}", one.maps.keys());
    assert_eq!(one.passed_count, 4040);
    assert_eq!(
        one.passed[0],
        Passed {
            line: 2,
            why: "the line is not JSON"
        }
    );
    for threads in [2, 5] {
        assert_eq!(of(threads), one);
    }
    let lines: Vec<&str> = text.lines().collect();
    let options = Options {
        map: true,
        explain: true,
        ..Options::default()
    };
    let over = over(lines, &settings, options);
    assert_eq!((over.results, over.maps), (one.results, one.maps));
}

#[test]
fn a_flag_tells_what_it_was_raised_from() {
    let lines = [
        process("a", vec![bid("W", "valid", 100.0), bid("L", "valid", 101.0)], "W"),
        process("b", vec![bid("W", "valid", 100.0), bid("L", "valid", 250.0)], "W"),
    ];
    let settings = Settings::from_ini("[R024]\nthreshold = 0.05\n[R058]\nthreshold = 1").expect("settings");
    let options = Options {
        explain: true,
        ..Options::default()
    };
    let report = over(lines, &settings, options);
    let flag = &report.explained[0];
    assert_eq!(
        (flag.rule, flag.group, flag.subject.as_str()),
        ("R024", Group::Ocid, "a")
    );
    assert_eq!((flag.value, flag.threshold, flag.n), (0.01, Some(0.05), 2));
    assert_eq!(flag.records[0].path, "/bids/details");
    let winner = report
        .explained
        .iter()
        .find(|f| f.rule == "R058" && f.group == Group::Tenderer);
    assert_eq!(
        winner.map(|f| (f.subject.as_str(), f.records[0].ocid.as_str())),
        Some(("W", "b"))
    );
}

#[test]
fn hostile_lines_are_passed_over_and_told() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let text = [
        "\"\\ud800\"",
        "{\"ocid\": \"a\", \"tender\": {\"status\": 1e}}",
        "{\"ocid\": \"a\"} x",
        "{\"ocid\": 7}",
        "{\"\\u006fcid\": \"\\u0062\", \"tender\": {\"numberOfTenderers\": 1, \"procurementMethod\": \"open\"}}",
        deep.as_str(),
        "{\"ocid\": \"c\", \"bids\": {\"details\": [{\"status\": \"valid\", \"value\": {\"amount\": 1e999, \"currency\": \"X\"}}]}}",
    ]
    .join("\n");
    let report = run(text.as_bytes(), &Settings::cardinal(), Options::default()).expect("read");
    assert_eq!(
        report.passed.iter().map(|p| p.line).collect::<Vec<_>>(),
        [1, 2, 3, 4, 6]
    );
    assert_eq!(report.results[&Group::Ocid]["b"]["R018"], 1.0);
    let report = run(
        &b"{\"ocid\": \"\xFF\"}\n"[..],
        &Settings::cardinal(),
        Options::default(),
    )
    .expect("read");
    assert_eq!(report.passed[0].why, "the line is not UTF-8");
}

#[test]
fn a_line_without_end_costs_no_memory_without_end() {
    use std::io::Read;
    let endless = std::io::repeat(b'[').take(200 << 20);
    let after =
        &b"\n{\"ocid\": \"a\", \"tender\": {\"numberOfTenderers\": 1, \"procurementMethod\": \"open\"}}"[..];
    let report = run(endless.chain(after), &Settings::cardinal(), Options::default()).expect("read");
    assert_eq!(
        report.passed,
        [Passed {
            line: 1,
            why: "the line is longer than 64 MB"
        }]
    );
    assert_eq!(report.results[&Group::Ocid].len(), 1);
    assert_eq!(report.lines, 2);
}

#[test]
fn settings_say_what_is_wrong_with_them() {
    let error = |text| Settings::from_ini(text).err().map(|e| e.to_string());
    assert_eq!(
        error("[R999]").as_deref(),
        Some("line 1: there is no section [R999]")
    );
    assert_eq!(
        error("[R003]\nx = 1").as_deref(),
        Some("line 2: [R003] has no setting x")
    );
    assert_eq!(
        error("\n[R003]\nthreshold = soon").as_deref(),
        Some("line 3: \"soon\" is no value of threshold")
    );
    assert_eq!(
        error("nonsense").as_deref(),
        Some("line 1 is neither a section, nor a setting, nor a comment")
    );
    let settings = Settings::from_ini(
        "; a comment\ncurrency = IDR\n[R035]\nthreshold = 0\n[defaults]\ncurrency = USD\n",
    )
    .expect("settings");
    assert_eq!(
        (settings.currency.as_deref(), settings.r035),
        (Some("IDR"), Some(1))
    );
}
