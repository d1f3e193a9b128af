//! Rules that one release decides.

use super::{Settings, active, bidders, list, money, text};
use crate::flags::{
    days::moment,
    report::{Explained, Group, Record},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A release being judged.
struct Bench<'v, F> {
    release: &'v Value,
    ocid: &'v str,
    tell: F,
}

/// Judges a release by every rule that is on.
pub(super) fn judge(release: &Value, settings: &Settings, tell: impl FnMut(Explained)) {
    let Some(ocid) = text(release, "ocid") else {
        return;
    };
    let mut bench = Bench { release, ocid, tell };
    if settings.shared_contacts {
        bench.shared_contacts();
    }
    if let Some(days) = settings.newcomer {
        bench.newcomers(days);
    }
    for (at, contract) in list(release, "contracts").iter().enumerate() {
        let path = format!("/contracts/{at}");
        if let Some(threshold) = settings.amended {
            bench.amended(contract, &path, threshold);
        }
        if let Some(threshold) = settings.overrun {
            bench.overrun(contract, &path, threshold);
        }
        if let Some(days) = settings.late {
            bench.late(contract, &path, days);
        }
        if let Some(threshold) = settings.ahead {
            bench.ahead(contract, &path, threshold);
        }
        if settings.unseen {
            bench.unseen(contract, &path);
        }
    }
}

impl<F: FnMut(Explained)> Bench<'_, F> {
    fn flag(
        &mut self,
        rule: &'static str,
        on: (Group, &str),
        within: Option<&str>,
        (value, threshold): (f64, Option<f64>),
        paths: Vec<String>,
    ) {
        let records = paths.into_iter().map(|path| Record {
            ocid: self.ocid.to_owned(),
            path,
        });
        (self.tell)(Explained {
            rule,
            group: on.0,
            subject: on.1.to_owned(),
            within: within.map(str::to_owned),
            value,
            threshold,
            q1: None,
            q3: None,
            n: 0,
            records: records.collect(),
        });
    }

    fn process(&mut self, rule: &'static str, value: f64, threshold: f64, paths: Vec<String>) {
        let on = (Group::Ocid, self.ocid);
        self.flag(rule, on, None, (value, Some(threshold)), paths);
    }

    fn shared_contacts(&mut self) {
        let bidders = bidders(self.release);
        // What is shared → who shares it, with the place of the party.
        let mut shared: BTreeMap<(&str, String), Vec<(&str, usize)>> = BTreeMap::new();
        for (at, party) in list(self.release, "parties").iter().enumerate() {
            let Some(id) = text(party, "id").filter(|id| bidders.binary_search(id).is_ok()) else {
                continue;
            };
            let contact = |key: &str| party.get("contactPoint").and_then(|c| text(c, key));
            let street = party.get("address").and_then(|a| text(a, "streetAddress"));
            for (what, written) in [
                ("address/streetAddress", street),
                ("contactPoint/telephone", contact("telephone")),
                ("contactPoint/email", contact("email")),
            ] {
                let Some(written) = written.map(folded).filter(|w| w.len() > 3) else {
                    continue;
                };
                let who = shared.entry((what, written)).or_default();
                if who.iter().all(|(other, _)| *other != id) {
                    who.push((id, at));
                }
            }
        }
        let mut most = 0;
        let mut paths = Vec::new();
        let mut found: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
        for ((what, _), who) in shared.iter().filter(|(_, who)| who.len() > 1) {
            most = most.max(who.len());
            for (id, at) in who {
                let path = format!("/parties/{at}/{what}");
                let (count, own) = found.entry(id).or_default();
                *count = (*count).max(who.len());
                own.push(path.clone());
                paths.push(path);
            }
        }
        if most > 1 {
            let ocid = self.ocid;
            self.flag("R044", (Group::Ocid, ocid), None, (most as f64, None), paths);
            for (id, (count, paths)) in found {
                self.flag(
                    "R044",
                    (Group::Tenderer, id),
                    Some(ocid),
                    (count as f64, None),
                    paths,
                );
            }
        }
    }

    fn newcomers(&mut self, threshold: i64) {
        let release = self.release;
        let parties = list(release, "parties");
        let ocid = self.ocid;
        for (at, award) in list(release, "awards")
            .iter()
            .enumerate()
            .filter(|(_, a)| active(a))
        {
            let Some(awarded) = text(award, "date").and_then(moment) else {
                continue;
            };
            for id in list(award, "suppliers").iter().filter_map(|s| text(s, "id")) {
                let party = parties
                    .iter()
                    .enumerate()
                    .find(|(_, p)| text(p, "id") == Some(id));
                let founded = party.and_then(|(place, party)| {
                    let details = party.get("details")?;
                    ["dateOfIncorporation", "incorporationDate", "foundingDate"]
                        .into_iter()
                        .find_map(|key| {
                            let date = moment(text(details, key)?)?;
                            Some((date, format!("/parties/{place}/details/{key}")))
                        })
                });
                let Some((founded, path)) = founded else {
                    continue;
                };
                let days = awarded.days_since(founded);
                if days < threshold {
                    let measured = (days as f64, Some(threshold as f64));
                    let paths = vec![path, format!("/awards/{at}/date")];
                    self.flag("NEWCOMER", (Group::Ocid, ocid), Some(id), measured, paths.clone());
                    self.flag("NEWCOMER", (Group::Tenderer, id), Some(ocid), measured, paths);
                }
            }
        }
    }

    fn amended(&mut self, contract: &Value, path: &str, threshold: f64) {
        let Some((now, _)) = money(contract, "value") else {
            return;
        };
        let amendments = list(contract, "amendments").iter().enumerate();
        // The first amendment that tells the former value tells the first value.
        let former = amendments
            .flat_map(|(at, amendment)| list(amendment, "changes").iter().map(move |c| (at, c)))
            .find_map(|(at, change)| {
                let old = change.get("former_value")?;
                let amount = match text(change, "property")?.trim_matches('/') {
                    "value/amount" | "value.amount" => old.as_f64(),
                    "value" => old.get("amount").and_then(Value::as_f64),
                    _ => None,
                };
                Some((at, amount.filter(|amount| *amount > 0.0)?))
            });
        if let Some((at, former)) = former {
            let rise = (now - former) / former;
            if rise > threshold {
                let paths = vec![format!("{path}/value"), format!("{path}/amendments/{at}/changes")];
                self.process("AMEND", rise, threshold, paths);
            }
        }
    }

    fn overrun(&mut self, contract: &Value, path: &str, threshold: f64) {
        let Some((value, currency)) = money(contract, "value") else {
            return;
        };
        let award = text(contract, "awardID").and_then(|id| {
            let mut awards = list(self.release, "awards").iter().enumerate();
            awards.find(|(_, award)| text(award, "id") == Some(id))
        });
        if let Some((at, award)) = award
            && let Some((awarded, other)) = money(award, "value")
            && other == currency
            && awarded > 0.0
            && (value - awarded) / awarded > threshold
        {
            let paths = vec![format!("{path}/value"), format!("/awards/{at}/value")];
            self.process("OVERRUN", (value - awarded) / awarded, threshold, paths);
        }
        if let Some(paid) = paid(contract, currency)
            && value > 0.0
            && (paid - value) / value > threshold
        {
            let paths = vec![
                format!("{path}/value"),
                format!("{path}/implementation/transactions"),
            ];
            self.process("OVERRUN", (paid - value) / value, threshold, paths);
        }
    }

    fn late(&mut self, contract: &Value, path: &str, threshold: i64) {
        let end = contract
            .get("period")
            .and_then(|p| text(p, "endDate"))
            .and_then(moment);
        let met = milestones(contract)
            .filter_map(|(place, milestone)| Some((moment(text(milestone, "dateMet")?)?, place)))
            .max_by_key(|(date, _)| *date);
        if let (Some(end), Some((met, place))) = (end, met) {
            let days = met.days_since(end);
            if days > threshold {
                let paths = vec![
                    format!("{path}/period/endDate"),
                    format!("{path}/{place}/dateMet"),
                ];
                self.process("LATE", days as f64, threshold as f64, paths);
            }
        }
    }

    fn ahead(&mut self, contract: &Value, path: &str, threshold: f64) {
        let Some((value, currency)) = money(contract, "value").filter(|(value, _)| *value > 0.0) else {
            return;
        };
        let Some(paid) = paid(contract, currency) else {
            return;
        };
        let Some((done, place)) = progress(contract) else {
            return;
        };
        let gap = paid / value - done;
        if gap > threshold {
            let paths = vec![
                format!("{path}/implementation/transactions"),
                format!("{path}/{place}"),
            ];
            self.process("AHEAD", gap, threshold, paths);
        }
    }

    fn unseen(&mut self, contract: &Value, path: &str) {
        if text(contract, "status") != Some("terminated") {
            return;
        }
        const SHOWING: [&str; 6] = [
            "completionCertificate",
            "physicalProgressReport",
            "finalAudit",
            "image",
            "photo",
            "photograph",
        ];
        let implementation = contract.get("implementation");
        let shown = implementation.is_some_and(|i| !list(i, "documents").is_empty())
            || milestones(contract).any(|(_, milestone)| !list(milestone, "documents").is_empty())
            || list(contract, "documents").iter().any(|document| {
                text(document, "documentType").is_some_and(|kind| SHOWING.contains(&kind))
                    || text(document, "format").is_some_and(|format| format.starts_with("image/"))
            });
        if !shown {
            let on = (Group::Ocid, self.ocid);
            let paths = vec![
                format!("{path}/status"),
                format!("{path}/implementation/documents"),
            ];
            self.flag("UNSEEN", on, None, (1.0, None), paths);
        }
    }
}

/// Letters and digits alone, in small letters, so that spaces and signs do not hide what is the same.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '@')
        .flat_map(char::to_lowercase)
        .collect()
}

/// What was paid in a currency; nothing where there is no transaction in it.
fn paid(contract: &Value, currency: &str) -> Option<f64> {
    let transactions = list(contract.get("implementation")?, "transactions");
    let mut amounts = transactions
        .iter()
        .filter_map(|t| money(t, "value").or_else(|| money(t, "amount")))
        .filter(|(_, other)| *other == currency)
        .map(|(amount, _)| amount)
        .peekable();
    amounts.peek()?;
    Some(amounts.sum())
}

/// Milestones of the contract and of its implementation, with their places.
fn milestones(contract: &Value) -> impl Iterator<Item = (String, &Value)> {
    let own = list(contract, "milestones").iter().enumerate();
    let of_work = contract
        .get("implementation")
        .map_or(&[][..], |i| list(i, "milestones"))
        .iter()
        .enumerate();
    own.map(|(at, m)| (format!("milestones/{at}"), m))
        .chain(of_work.map(|(at, m)| (format!("implementation/milestones/{at}"), m)))
}

/// The share done, 0 to 1, and where it is said.
fn progress(contract: &Value) -> Option<(f64, String)> {
    let metrics = contract
        .get("implementation")
        .map_or(&[][..], |i| list(i, "metrics"));
    let told = metrics.iter().enumerate().find_map(|(at, metric)| {
        if !text(metric, "id")?.to_lowercase().contains("progress") {
            return None;
        }
        let observation = list(metric, "observations").last()?;
        let per_cent = match observation.get("measure") {
            Some(Value::String(measure)) => measure.trim().trim_end_matches('%').trim_end().parse().ok(),
            Some(measure) => measure.as_f64(),
            None => money(observation, "value").map(|(amount, _)| amount),
        };
        let per_cent: f64 = per_cent.filter(|p: &f64| (0.0..=100.0).contains(p))?;
        Some((per_cent / 100.0, format!("implementation/metrics/{at}")))
    });
    told.or_else(|| {
        let (mut all, mut met) = (0_u32, 0_u32);
        for (_, milestone) in milestones(contract) {
            all += 1;
            met += u32::from(text(milestone, "status") == Some("met"));
        }
        (all > 0).then(|| {
            (
                f64::from(met) / f64::from(all),
                "implementation/milestones".to_owned(),
            )
        })
    })
}
