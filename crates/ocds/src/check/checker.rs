//! Looks through a release, keeping where it is.

use super::{
    Code, Finding, Level,
    lists::{AWARD_STATUS, CONTRACT_STATUS, PROCUREMENT_METHOD, ROLES, TAGS, TENDER_STATUS},
};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Findings kept of one release.
const MOST: usize = 500;

#[derive(Default)]
pub(super) struct Checker {
    pub findings: Vec<Finding>,
    path: String,
    more: bool,
    refused: bool,
}

impl Checker {
    fn find(&mut self, level: Level, code: Code, values: Vec<(&'static str, String)>) {
        // One refusal is enough to refuse; a million warnings help nobody.
        if self.findings.len() >= MOST {
            if !self.more || (level == Level::Refusal && !self.refused) {
                self.findings.push(Finding {
                    level,
                    path: String::new(),
                    code: Code::More,
                    values: vec![("kept", MOST.to_string())],
                });
            }
            self.more = true;
            self.refused |= level == Level::Refusal;
            return;
        }
        self.refused |= level == Level::Refusal;
        let path = self.path.clone();
        let values = values
            .into_iter()
            .map(|(name, value)| (name, value.chars().take(200).collect()))
            .collect();
        self.findings.push(Finding {
            level,
            path,
            code,
            values,
        });
    }

    /// Looks at a place below the present one.
    fn at<T>(&mut self, key: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push('/');
        // As RFC 6901 writes keys.
        self.path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        let answer = look(self);
        self.path.truncate(length);
        answer
    }

    pub fn no_object(&mut self, found: &Value) {
        self.find(
            Level::Refusal,
            Code::NotAnObject,
            vec![("found", kind(found).to_owned())],
        );
    }

    pub fn release(&mut self, release: &Map<String, Value>) {
        for field in ["ocid", "id"] {
            self.required(release, field, |checker, value| {
                checker.text(value, Level::Refusal);
            });
        }
        self.required(release, "date", |checker, value| {
            checker.date(value, Level::Refusal);
        });
        self.required(release, "tag", Self::tags);
        self.required(release, "initiationType", |checker, value| {
            checker.text(value, Level::Refusal);
            checker.listed(value, "initiationType", &["tender"]);
        });
        for (field, array) in [
            ("parties", true),
            ("awards", true),
            ("contracts", true),
            ("relatedProcesses", true),
            ("buyer", false),
            ("planning", false),
            ("tender", false),
            ("bids", false),
        ] {
            let Some(value) = release.get(field).filter(|value| !value.is_null()) else {
                continue;
            };
            if array && !value.is_array() || !array && !value.is_object() {
                let expected = if array { "array" } else { "object" };
                self.at(field, |checker| checker.typed(Level::Refusal, expected, value));
            }
        }
        for (key, value) in release {
            if !matches!(key.as_str(), "ocid" | "id" | "date" | "tag" | "initiationType") {
                self.at(key, |checker| checker.walk(key, value));
            }
        }
        self.references(release);
    }

    fn required(
        &mut self,
        release: &Map<String, Value>,
        field: &'static str,
        look: impl FnOnce(&mut Self, &Value),
    ) {
        match release.get(field) {
            None | Some(Value::Null) => {
                self.find(Level::Refusal, Code::Missing, vec![("field", field.to_owned())]);
            }
            Some(value) => self.at(field, |checker| look(checker, value)),
        }
    }

    fn typed(&mut self, level: Level, expected: &str, found: &Value) {
        let values = vec![
            ("expected", expected.to_owned()),
            ("found", kind(found).to_owned()),
        ];
        self.find(level, Code::Type, values);
    }

    fn text(&mut self, value: &Value, level: Level) {
        match value {
            Value::String(text) if text.trim().is_empty() => self.find(level, Code::EmptyText, Vec::new()),
            Value::String(_) => {}
            // The schema allows numbers as identifiers below the release, and publishers use them here too.
            other => self.typed(level, "string", other),
        }
    }

    fn tags(&mut self, value: &Value) {
        let Value::Array(tags) = value else {
            return self.typed(Level::Refusal, "array", value);
        };
        if tags.is_empty() {
            self.find(Level::Refusal, Code::Missing, vec![("field", "tag".to_owned())]);
        }
        for (at, tag) in tags.iter().enumerate() {
            self.at(&at.to_string(), |checker| {
                checker.text(tag, Level::Refusal);
                checker.listed(tag, "releaseTag", TAGS);
            });
        }
    }

    fn listed(&mut self, value: &Value, list: &str, known: &[&str]) {
        if let Some(text) = value.as_str().filter(|text| !known.contains(text)) {
            let values = vec![("value", text.to_owned()), ("list", list.to_owned())];
            self.find(Level::Warning, Code::Codelist, values);
        }
    }

    fn date(&mut self, value: &Value, level: Level) {
        let Value::String(text) = value else {
            return self.typed(level, "string", value);
        };
        if text.parse::<jiff::Timestamp>().is_ok() {
            return;
        }
        let values = vec![("date", text.clone())];
        // A civil date with or without a time, but without a zone.
        let plain = text.parse::<jiff::civil::DateTime>().is_ok();
        if plain {
            self.find(Level::Warning, Code::DateOnly, values);
        } else {
            self.find(level, Code::Date, values);
        }
    }

    /// Looks at a value by its key and its form, wherever it stands: extensions are looked at too.
    fn walk(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                self.money(object);
                self.period(key, object);
                let list = match key {
                    "tender" => Some(("tenderStatus", TENDER_STATUS)),
                    _ => None,
                };
                if let (Some((name, known)), Some(status)) = (list, object.get("status")) {
                    self.at("status", |checker| checker.listed(status, name, known));
                }
                if let Some(method) = object.get("procurementMethod") {
                    self.at("procurementMethod", |checker| {
                        checker.listed(method, "method", PROCUREMENT_METHOD);
                    });
                }
                for (key, value) in object {
                    self.at(key, |checker| checker.field(key, value));
                }
            }
            Value::Array(items) => self.items(key, items),
            _ => {}
        }
    }

    fn field(&mut self, key: &str, value: &Value) {
        let dated = matches!(
            key,
            "date"
                | "startDate"
                | "endDate"
                | "maxExtentDate"
                | "dateSigned"
                | "dateMet"
                | "dueDate"
                | "dateModified"
                | "datePublished"
        );
        if dated && !value.is_null() && !value.is_object() && !value.is_array() {
            if value.as_str().is_some_and(|date| date.trim().is_empty()) {
                self.find(Level::Warning, Code::EmptyText, Vec::new());
            } else {
                self.date(value, Level::Refusal);
            }
        } else {
            self.walk(key, value);
        }
    }

    fn items(&mut self, key: &str, items: &[Value]) {
        let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        for (at, item) in items.iter().enumerate() {
            self.at(&at.to_string(), |checker| {
                let known = match key {
                    "awards" => Some(("awardStatus", AWARD_STATUS)),
                    "contracts" => Some(("contractStatus", CONTRACT_STATUS)),
                    _ => None,
                };
                if let (Some((list, known)), Some(status)) = (known, item.get("status")) {
                    checker.at("status", |checker| checker.listed(status, list, known));
                }
                if key == "roles" {
                    checker.listed(item, "partyRole", ROLES);
                }
                // Only objects that are told apart by their `id` alone.
                if let Some(id) = item.get("id").filter(|_| item.get("scheme").is_none()) {
                    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
                    if let Some(first) = seen.get(&id) {
                        let values = vec![("id", id), ("first", first.to_string())];
                        checker.find(Level::Warning, Code::DuplicateId, values);
                    } else {
                        seen.insert(id, at);
                    }
                }
                checker.walk("", item);
            });
        }
    }

    /// An object with an `amount` is money.
    fn money(&mut self, object: &Map<String, Value>) {
        if let Some(amount) = object.get("amount") {
            let finite = amount.as_f64().is_some_and(f64::is_finite);
            // A budget's amount is itself money.
            if !finite && !amount.is_null() && !amount.is_object() {
                let found = vec![("found", amount.to_string())];
                self.at("amount", |checker| {
                    checker.find(Level::Refusal, Code::Amount, found);
                });
            }
        }
        if let Some(currency) = object.get("currency").filter(|currency| !currency.is_null()) {
            self.at("currency", |checker| match currency {
                Value::String(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {}
                Value::String(code) if code.trim().is_empty() => {
                    checker.find(Level::Warning, Code::EmptyText, Vec::new());
                }
                Value::String(code) => {
                    checker.find(Level::Refusal, Code::Currency, vec![("currency", code.clone())]);
                }
                other => checker.typed(Level::Refusal, "string", other),
            });
        }
    }

    fn period(&mut self, key: &str, object: &Map<String, Value>) {
        let date = |key: &str| {
            let text = object.get(key)?.as_str()?;
            Some((text.parse::<jiff::Timestamp>().ok()?, text.to_owned()))
        };
        if key.to_ascii_lowercase().ends_with("period")
            && let (Some((start, started)), Some((end, ended))) = (date("startDate"), date("endDate"))
            && end < start
        {
            let values = vec![("start", started), ("end", ended)];
            self.find(Level::Warning, Code::Period, values);
        }
    }

    fn references(&mut self, release: &Map<String, Value>) {
        let ids = |field: &str| -> Option<HashSet<String>> {
            let list = release.get(field)?.as_array()?;
            Some(
                list.iter()
                    .filter_map(|item| identifier(item.get("id")?))
                    .collect(),
            )
        };
        let parties = ids("parties").unwrap_or_default();
        let awards = ids("awards");
        let list = |holder: Option<&Value>, key: &str| -> Vec<Value> {
            let list = holder.and_then(|holder| holder.get(key)?.as_array());
            list.cloned().unwrap_or_default()
        };
        if let Some(buyer) = release.get("buyer") {
            self.at("buyer", |checker| {
                checker.refers(buyer.get("id"), &parties, "parties");
            });
        }
        if let Some(tender) = release.get("tender") {
            self.at("tender", |checker| {
                if let Some(entity) = tender.get("procuringEntity") {
                    checker.at("procuringEntity", |checker| {
                        checker.refers(entity.get("id"), &parties, "parties");
                    });
                }
                checker.organisations(&list(Some(tender), "tenderers"), "tenderers", &parties);
            });
        }
        for (at, award) in list_of(release, "awards").enumerate() {
            self.below(&format!("/awards/{at}"), |checker| {
                checker.organisations(&list(Some(award), "suppliers"), "suppliers", &parties);
            });
        }
        for (at, contract) in list_of(release, "contracts").enumerate() {
            // A release may bring a contract alone; what it refers to came before.
            if let (Some(awards), Some(id)) = (&awards, contract.get("awardID")) {
                self.below(&format!("/contracts/{at}/awardID"), |checker| {
                    checker.refers(Some(id), awards, "awards");
                });
            }
        }
    }

    fn below(&mut self, place: &str, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push_str(place);
        look(self);
        self.path.truncate(length);
    }

    fn organisations(&mut self, list: &[Value], key: &str, parties: &HashSet<String>) {
        for (at, organisation) in list.iter().enumerate() {
            self.below(&format!("/{key}/{at}"), |checker| {
                checker.refers(organisation.get("id"), parties, "parties");
            });
        }
    }

    fn refers(&mut self, id: Option<&Value>, among: &HashSet<String>, list: &str) {
        if let Some(id) = id.and_then(identifier).filter(|id| !among.contains(id)) {
            let values = vec![("id", id), ("among", list.to_owned())];
            self.find(Level::Warning, Code::Reference, values);
        }
    }
}

fn list_of<'v>(release: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v Value> {
    release.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn identifier(id: &Value) -> Option<String> {
    match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
