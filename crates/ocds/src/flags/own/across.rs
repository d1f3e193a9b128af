//! Rules that look across processes: they keep a few facts of each award and of each pair of bidders.

use super::{Settings, Share, Split, active, bidders, list, money, text};
use crate::flags::{
    days::{Instant, moment},
    names::Names,
    report::{Explained, Group, Record},
};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// More bidders than this in one process are no cartel but a list; their pairs are not kept.
const MOST_BIDDERS: usize = 60;
/// Records told with a flag.
const TOLD: usize = 500;

/// An award, its texts by number.
#[derive(Debug, Clone, Copy)]
struct Award {
    line: u64,
    place: u32,
    ocid: u32,
    buyer: u32,
    area: Option<u32>,
    class: Option<u32>,
    date: Option<Instant>,
    value: Option<(f64, u32)>,
    supplier: Option<u32>,
}

/// An award with its day and amount.
type Dated<'a> = (Instant, f64, &'a Award);

#[derive(Debug, Default)]
pub(super) struct Facts {
    names: Names,
    awards: Vec<Award>,
    /// Two bidders → the processes in which both bid, by line.
    pairs: HashMap<(u32, u32), Vec<(u64, u32)>, foldhash::fast::RandomState>,
    /// In how many processes each bid.
    bid: HashMap<u32, u64, foldhash::fast::RandomState>,
}

impl Facts {
    pub fn gather(&mut self, release: &Value, line: u64, settings: &Settings) {
        let Some(ocid) = text(release, "ocid") else {
            return;
        };
        if settings.split.is_some() || settings.share.is_some() {
            self.awards(release, ocid, line, settings.split.map_or(4, |s| s.digits));
        }
        if settings.pair.is_some() {
            let bidders = bidders(release);
            let ocid = self.names.number(ocid.as_bytes());
            let numbers: Vec<u32> = bidders.iter().map(|b| self.names.number(b.as_bytes())).collect();
            for (at, one) in numbers.iter().enumerate() {
                *self.bid.entry(*one).or_default() += 1;
                for other in numbers[at + 1..].iter().filter(|_| numbers.len() <= MOST_BIDDERS) {
                    self.pairs.entry((*one, *other)).or_default().push((line, ocid));
                }
            }
        }
    }

    fn awards(&mut self, release: &Value, ocid: &str, line: u64, digits: usize) {
        let Some(buyer) = release.get("buyer").and_then(|b| text(b, "id")) else {
            return;
        };
        let area = list(release, "parties")
            .iter()
            .find(|party| text(party, "id") == Some(buyer))
            .and_then(|party| party.get("address"))
            .and_then(|address| text(address, "region").or_else(|| text(address, "locality")));
        let tender = release.get("tender");
        let class_of = |items: &'_ Value| {
            list(items, "items")
                .iter()
                .find_map(|item| text(item.get("classification")?, "id").map(str::to_owned))
        };
        for (place, award) in list(release, "awards")
            .iter()
            .enumerate()
            .filter(|(_, a)| active(a))
        {
            let class = class_of(award)
                .or_else(|| class_of(tender?))
                .map(|class| class.chars().take(digits).collect::<String>())
                .or_else(|| text(tender?, "mainProcurementCategory").map(str::to_owned));
            let suppliers = list(award, "suppliers");
            let supplier = suppliers.first().filter(|_| suppliers.len() == 1);
            let number = |names: &mut Names, text: Option<&str>| text.map(|t| names.number(t.as_bytes()));
            let award = Award {
                line,
                place: place as u32,
                ocid: self.names.number(ocid.as_bytes()),
                buyer: self.names.number(buyer.as_bytes()),
                area: number(&mut self.names, area),
                class: number(&mut self.names, class.as_deref()),
                date: text(award, "date").and_then(moment),
                value: money(award, "value")
                    .map(|(amount, currency)| (amount, self.names.number(currency.as_bytes()))),
                supplier: number(&mut self.names, supplier.and_then(|s| text(s, "id"))),
            };
            self.awards.push(award);
        }
    }

    pub fn absorb(&mut self, other: Self) {
        let map: Vec<u32> = (0..other.names.len() as u32)
            .map(|number| self.names.number(other.names.get(number)))
            .collect();
        let of = |number: u32| map[number as usize];
        self.awards.extend(other.awards.iter().map(|award| Award {
            ocid: of(award.ocid),
            buyer: of(award.buyer),
            area: award.area.map(of),
            class: award.class.map(of),
            value: award.value.map(|(amount, currency)| (amount, of(currency))),
            supplier: award.supplier.map(of),
            ..*award
        }));
        for ((one, two), mut processes) in other.pairs {
            // Every worker names the two in the order of their identifiers.
            let key = (of(one), of(two));
            self.pairs.entry(key).or_default().append(&mut processes);
        }
        for (bidder, count) in other.bid {
            *self.bid.entry(of(bidder)).or_default() += count;
        }
    }

    pub fn judge(mut self, settings: &Settings, into: &mut Vec<Explained>) {
        self.awards.sort_by_key(|award| (award.line, award.place));
        if let Some(rule) = settings.split {
            self.split(rule, into);
        }
        if let Some(rule) = settings.share {
            self.share(rule, into);
        }
        if let Some(rule) = settings.pair {
            let mut flags = Vec::new();
            for ((one, two), processes) in &self.pairs {
                let count = processes.len() as u64;
                let bids = |id: &u32| self.bid.get(id).copied().unwrap_or(count).max(1);
                let share = count as f64 / bids(one).min(bids(two)) as f64;
                if count < rule.minimum || share < rule.share {
                    continue;
                }
                let mut processes = processes.clone();
                processes.sort_unstable();
                let records = processes.iter().take(TOLD).map(|(_, ocid)| Record {
                    ocid: self.names.text(*ocid),
                    path: "/bids/details".to_owned(),
                });
                let records: Vec<Record> = records.collect();
                for (subject, other) in [(*one, *two), (*two, *one)] {
                    flags.push(Explained {
                        rule: "PAIR",
                        group: Group::Tenderer,
                        subject: self.names.text(subject),
                        within: Some(self.names.text(other)),
                        value: count as f64,
                        threshold: Some(rule.minimum as f64),
                        q1: None,
                        q3: None,
                        n: bids(&subject),
                        records: records.clone(),
                    });
                }
            }
            flags.sort_by(|a, b| (&a.subject, &a.within).cmp(&(&b.subject, &b.within)));
            into.extend(flags);
        }
    }

    fn records(&self, awards: &[&Award], below: &str) -> Vec<Record> {
        let told = awards.iter().take(TOLD).map(|award| Record {
            ocid: self.names.text(award.ocid),
            path: format!("/awards/{}{below}", award.place),
        });
        told.collect()
    }

    /// Awards of one buyer, class and currency, each under the threshold, that are over it within some days.
    fn split(&self, rule: Split, into: &mut Vec<Explained>) {
        let mut groups: BTreeMap<(String, String, u32), Vec<Dated<'_>>> = BTreeMap::new();
        for award in &self.awards {
            if let (Some(class), Some(date), Some((amount, currency))) =
                (award.class, award.date, award.value)
                && amount > 0.0
                && amount < rule.threshold
            {
                let key = (self.names.text(award.buyer), self.names.text(class), currency);
                groups.entry(key).or_default().push((date, amount, award));
            }
        }
        for ((buyer, class, _), mut awards) in groups {
            awards.sort_by_key(|(date, _, award)| (*date, award.line, award.place));
            let mut start = 0;
            while start < awards.len() {
                let end = start
                    + awards[start..]
                        .iter()
                        .take_while(|(date, _, _)| date.days_since(awards[start].0) <= rule.days)
                        .count();
                let window = &awards[start..end];
                let sum: f64 = window.iter().map(|(_, amount, _)| amount).sum();
                if window.len() < rule.minimum.max(2) || sum < rule.threshold {
                    start += 1;
                    continue;
                }
                let looked: Vec<&Award> = window.iter().map(|(_, _, award)| *award).collect();
                into.push(Explained {
                    rule: "SPLIT",
                    group: Group::Buyer,
                    subject: buyer.clone(),
                    within: Some(class.clone()),
                    value: sum,
                    threshold: Some(rule.threshold),
                    q1: None,
                    q3: None,
                    n: window.len() as u64,
                    records: self.records(&looked, "/value"),
                });
                // What was told of is not told of again.
                start = end;
            }
        }
    }

    /// One supplier's part of a buyer's, or a place's, awards.
    fn share(&self, rule: Share, into: &mut Vec<Explained>) {
        let wholes: [fn(&Award) -> Option<u32>; 2] = [|award| Some(award.buyer), |award| award.area];
        for whole in wholes {
            let mut groups: BTreeMap<String, BTreeMap<String, Vec<&Award>>> = BTreeMap::new();
            for award in &self.awards {
                if let (Some(whole), Some(supplier)) = (whole(award), award.supplier) {
                    let suppliers = groups.entry(self.names.text(whole)).or_default();
                    suppliers
                        .entry(self.names.text(supplier))
                        .or_default()
                        .push(award);
                }
            }
            for (within, suppliers) in groups {
                let all: u64 = suppliers.values().map(|awards| awards.len() as u64).sum();
                for (supplier, awards) in suppliers {
                    let count = awards.len() as u64;
                    let share = count as f64 / all as f64;
                    let by_share = all >= rule.minimum && share >= rule.share;
                    if !by_share && count < rule.count {
                        continue;
                    }
                    into.push(Explained {
                        rule: "SHARE",
                        group: Group::Tenderer,
                        subject: supplier,
                        within: Some(within.clone()),
                        value: if by_share { share } else { count as f64 },
                        threshold: Some(if by_share { rule.share } else { rule.count as f64 }),
                        q1: None,
                        q3: None,
                        n: all,
                        records: self.records(&awards, "/suppliers"),
                    });
                }
            }
        }
    }
}
