//! From what the workers gathered to flags.

use super::{
    Options,
    part::{Code, Counts, Part, Tie},
    quartile::{quantile, quartiles},
    report::{Explained, Group, Record, Report},
    settings::Settings,
};
use std::collections::{BTreeSet, HashMap};

impl Code {
    fn name(self) -> &'static str {
        match self {
            Self::R003 => "R003",
            Self::R018 => "R018",
            Self::R024 => "R024",
            Self::R025 => "R025",
            Self::R028 => "R028",
            Self::R030 => "R030",
            Self::R035 => "R035",
            Self::R036 => "R036",
            Self::R038 => "R038",
            Self::R048 => "R048",
            Self::R058 => "R058",
        }
    }

    /// Where in a release the rule looks.
    fn paths(self) -> &'static [&'static str] {
        match self {
            Self::R003 => &["/tender/tenderPeriod"],
            Self::R018 => &["/tender/numberOfTenderers"],
            Self::R024 | Self::R025 | Self::R035 | Self::R036 | Self::R058 => &["/bids/details", "/awards"],
            Self::R028 | Self::R038 => &["/bids/details"],
            Self::R030 => &["/bids/details", "/tender/tenderPeriod/endDate"],
            Self::R048 => &["/awards"],
        }
    }
}

/// What a value was held against.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    threshold: Option<f64>,
    q1: Option<f64>,
    q3: Option<f64>,
    n: u64,
}

struct Finish<'a> {
    part: Part,
    settings: &'a Settings,
    options: Options,
    report: Report,
    /// Organisation and tie → releases, by place in `part.kept`; only for explanations.
    sources: HashMap<(u32, Tie), Vec<u32>>,
}

/// Turns what was gathered into the report.
pub(super) fn finish(mut part: Part, settings: &Settings, options: Options) -> Report {
    // In the order of the file, whichever worker read what.
    let lines: Vec<u64> = part.kept.iter().map(|kept| kept.line).collect();
    part.raised
        .sort_by_key(|raised| (lines[raised.kept as usize], raised.code));
    part.ties.sort_by_key(|tied| lines[tied.kept as usize]);
    part.ratios.sort_by_key(|ratio| lines[ratio.kept as usize]);
    let mut finish = Finish {
        settings,
        options,
        report: Report {
            releases: part.releases,
            currency: part
                .currency
                .as_ref()
                .map(|c| String::from_utf8_lossy(c).into_owned()),
            other_currencies: part.other_currencies,
            ..Report::default()
        },
        sources: HashMap::new(),
        part,
    };
    if options.explain {
        for tied in &finish.part.ties {
            let list = finish.sources.entry((tied.organisation, tied.tie)).or_default();
            if list.last() != Some(&tied.kept) {
                list.push(tied.kept);
            }
        }
    }
    finish.raised();
    finish.ratios();
    finish.seldom();
    finish.disqualified();
    finish.kinds();
    finish.maps();
    finish.report
}

impl Finish<'_> {
    fn ocid(&self, kept: u32) -> String {
        String::from_utf8_lossy(self.part.ocid(kept)).into_owned()
    }

    fn set(&mut self, group: Group, subject: String, code: Code, value: f64, held: Held, releases: &[u32]) {
        self.report
            .results
            .entry(group)
            .or_default()
            .entry(subject.clone())
            .or_default()
            .insert(code.name(), value);
        if !self.options.explain {
            return;
        }
        let mut records = Vec::new();
        for &kept in releases {
            for path in code.paths() {
                records.push(Record {
                    ocid: self.ocid(kept),
                    path: (*path).to_owned(),
                });
            }
        }
        self.report.explained.push(Explained {
            rule: code.name(),
            group,
            subject,
            within: None,
            value,
            threshold: held.threshold,
            q1: held.q1,
            q3: held.q3,
            n: held.n,
            records,
        });
    }

    fn tenderer(&mut self, id: u32, code: Code, value: f64, held: Held, tie: Tie) {
        let releases = self.sources.get(&(id, tie)).cloned().unwrap_or_default();
        let subject = self.part.registers.organisations.text(id);
        self.set(Group::Tenderer, subject, code, value, held, &releases);
    }

    fn meta(&mut self, code: Code, name: impl Into<String>, value: f64) {
        self.report
            .meta
            .entry(code.name())
            .or_default()
            .insert(name.into(), value);
    }

    /// Flags that one release decides.
    fn raised(&mut self) {
        for raised in std::mem::take(&mut self.part.raised) {
            let threshold = match raised.code {
                Code::R003 => self.settings.r003.as_ref().map(|rule| rule.threshold as f64),
                Code::R035 => self.settings.r035.map(|least| least as f64),
                _ => None,
            };
            let held = Held {
                threshold,
                ..Held::default()
            };
            let ocid = self.ocid(raised.kept);
            self.set(Group::Ocid, ocid, raised.code, raised.value, held, &[raised.kept]);
        }
        let mut seen = BTreeSet::new();
        for tied in &self.part.ties {
            if let Tie::Flagged(code) = tied.tie {
                seen.insert((code, tied.organisation));
            }
        }
        for (code, id) in seen {
            let value = if code == Code::R035 { 0.0 } else { 1.0 };
            self.tenderer(id, code, value, Held::default(), Tie::Flagged(code));
        }
    }

    /// R024 and R058: the last ratio of each process.
    fn ratios(&mut self) {
        let mut last: HashMap<&[u8], usize> = HashMap::new();
        for (at, ratio) in self.part.ratios.iter().enumerate() {
            last.insert(self.part.ocid(ratio.kept), at);
        }
        let mut places: Vec<usize> = last.into_values().collect();
        places.sort_unstable();
        let ratios: Vec<_> = places.into_iter().map(|at| self.part.ratios[at]).collect();
        let mut values: Vec<f64> = ratios.iter().map(|ratio| ratio.value).collect();
        let (q1, q3) = quartiles(&mut values);
        let n = ratios.len() as u64;
        for (code, rule) in [(Code::R024, self.settings.r024), (Code::R058, self.settings.r058)] {
            let Some(rule) = rule else {
                continue;
            };
            if rule.threshold.is_none() {
                self.meta(code, "q1", q1);
                self.meta(code, "q3", q3);
            }
            let low = code == Code::R024;
            let fence = rule.threshold.unwrap_or_else(|| {
                if low {
                    (q3 - q1).mul_add(-1.5, q1)
                } else {
                    (q3 - q1).mul_add(1.5, q3)
                }
            });
            self.meta(code, if low { "lower_fence" } else { "upper_fence" }, fence);
            // A fence from quartiles says nothing where most differences are nothing.
            if fence.is_nan() || fence <= 0.0 || (low && rule.threshold.is_none() && q1 <= 0.0) {
                continue;
            }
            let held = Held {
                threshold: Some(fence),
                q1: Some(q1).filter(|q| rule.threshold.is_none() && q.is_finite()),
                q3: Some(q3).filter(|q| rule.threshold.is_none() && q.is_finite()),
                n,
            };
            let mut bidders = BTreeSet::new();
            for ratio in &ratios {
                let hit = if low {
                    ratio.value <= fence
                } else {
                    ratio.value >= fence
                };
                if !hit {
                    continue;
                }
                let ocid = self.ocid(ratio.kept);
                self.set(Group::Ocid, ocid.clone(), code, ratio.value, held, &[ratio.kept]);
                let both = [ratio.winner, ratio.other];
                for &id in if low { &both[..] } else { &both[..1] } {
                    bidders.insert(id);
                    if self.options.explain {
                        let tie = Tie::Flagged(code);
                        self.sources.entry((id, tie)).or_default().push(ratio.kept);
                    }
                    if self.options.map {
                        let map = if low {
                            "ocid_tenderer_r024"
                        } else {
                            "ocid_tenderer_r058"
                        };
                        self.map(map, ocid.clone(), id);
                    }
                }
            }
            for id in bidders {
                self.tenderer(id, code, 0.0, held, Tie::Flagged(code));
            }
        }
    }

    fn map(&mut self, name: &'static str, ocid: String, id: u32) {
        let organisation = self.part.registers.organisations.text(id);
        let organisations = self.report.maps.entry(name).or_default().entry(ocid).or_default();
        organisations.insert(organisation);
    }

    /// R025: bidders with many bids and few awards.
    fn seldom(&mut self) {
        let Some(rule) = self.settings.r025 else {
            return;
        };
        let counts = counted(&std::mem::take(&mut self.part.r025), 1);
        let mut many: Vec<f64> = counts.iter().map(|(_, _, of)| *of as f64).collect();
        let n = counts.len() as u64;
        let upper = quantile(&mut many, f64::from(rule.percentile) / 100.0);
        let mut held = Held {
            threshold: rule.threshold,
            n,
            ..Held::default()
        };
        let mut q1 = 1.0;
        if rule.threshold.is_none() {
            let mut shares: Vec<f64> = counts.iter().map(|(_, share, _)| *share).collect();
            let (low, high) = quartiles(&mut shares);
            self.meta(Code::R025, "q1", low);
            self.meta(Code::R025, "q3", high);
            q1 = low;
            held = Held {
                threshold: Some((high - low).mul_add(-1.5, low)),
                q1: Some(low),
                q3: Some(high),
                n,
            };
        }
        let fence = held.threshold.unwrap_or(f64::NAN);
        self.meta(Code::R025, "upper_fence", upper);
        self.meta(Code::R025, "lower_fence", fence);
        if q1 > 0.0 && fence > 0.0 {
            for (id, share, of) in counts {
                if of as f64 >= upper && share <= fence {
                    self.tenderer(id, Code::R025, share, held, Tie::Counted(Code::R025));
                }
            }
        }
    }

    /// R038 for buyers, procuring entities and bidders.
    fn disqualified(&mut self) {
        let Some(rule) = self.settings.r038 else {
            return;
        };
        let buyers = std::mem::take(&mut self.part.r038_buyer);
        let entities = std::mem::take(&mut self.part.r038_entity);
        let tenderers = std::mem::take(&mut self.part.r038_tenderer);
        for (group, counts, least, tie) in [
            (
                Group::Buyer,
                buyers,
                rule.minimum_contracting_processes,
                Tie::Buyer,
            ),
            (
                Group::ProcuringEntity,
                entities,
                rule.minimum_contracting_processes,
                Tie::Entity,
            ),
            (Group::Tenderer, tenderers, rule.minimum_submitted_bids, Tie::Bid),
        ] {
            let counts = counted(&counts, least);
            if counts.is_empty() {
                continue;
            }
            let mut held = Held {
                threshold: rule.threshold,
                n: counts.len() as u64,
                ..Held::default()
            };
            if rule.threshold.is_none() {
                let mut shares: Vec<f64> = counts.iter().map(|(_, share, _)| *share).collect();
                let (low, high) = quartiles(&mut shares);
                self.meta(Code::R038, format!("{}_q1", group.key()), low);
                self.meta(Code::R038, format!("{}_q3", group.key()), high);
                held.threshold = Some((high - low).mul_add(1.5, high));
                (held.q1, held.q3) = (Some(low), Some(high));
            }
            let fence = held.threshold.unwrap_or(f64::NAN);
            self.meta(Code::R038, format!("{}_upper_fence", group.key()), fence);
            if fence > 0.0 {
                for (id, share, _) in counts {
                    if share >= fence {
                        let releases = self.sources.get(&(id, tie)).cloned().unwrap_or_default();
                        let subject = self.part.registers.organisations.text(id);
                        self.set(group, subject, Code::R038, share, held, &releases);
                    }
                }
            }
        }
    }

    /// R048: suppliers of many kinds of things.
    fn kinds(&mut self) {
        let Some(rule) = self.settings.r048 else {
            return;
        };
        let kinds = self.part.kinds_by_supplier();
        let counts = std::mem::take(&mut self.part.r048);
        let mut suppliers = Vec::new();
        for (id, count) in (0..).zip(&counts.0) {
            if count.denominator >= rule.minimum_contracting_processes.max(1) {
                suppliers.push((id, kinds.get(&id).map_or(0.0, |kinds| *kinds as f64)));
            }
        }
        let mut held = Held {
            threshold: rule.threshold.map(|threshold| threshold as f64),
            n: suppliers.len() as u64,
            ..Held::default()
        };
        if rule.threshold.is_none() {
            let mut lengths: Vec<f64> = suppliers.iter().map(|(_, kinds)| *kinds).collect();
            let (low, high) = quartiles(&mut lengths);
            self.meta(Code::R048, "q1", low);
            self.meta(Code::R048, "q3", high);
            held.threshold = Some((high - low).mul_add(1.5, high));
            (held.q1, held.q3) = (Some(low), Some(high));
        }
        let fence = held.threshold.unwrap_or(f64::NAN);
        self.meta(Code::R048, "upper_fence", fence);
        for (id, kinds) in suppliers {
            if kinds >= fence {
                self.tenderer(id, Code::R048, kinds, held, Tie::Counted(Code::R048));
            }
        }
    }

    fn maps(&mut self) {
        if !self.options.map {
            return;
        }
        let bids =
            self.settings.r025.is_some() || self.settings.r038.is_some() || self.settings.r048.is_some();
        let disqualifying = self.disqualifying();
        for tied in std::mem::take(&mut self.part.ties) {
            let name = match tied.tie {
                Tie::Flagged(Code::R028) => "ocid_tenderer_r028",
                Tie::Flagged(Code::R030) => "ocid_tenderer_r030",
                Tie::Flagged(Code::R035) => "ocid_tenderer_r035",
                Tie::Bid if bids => "ocid_tenderer",
                Tie::Buyer if disqualifying.contains(&tied.kept) => "ocid_buyer_r038",
                Tie::Entity if disqualifying.contains(&tied.kept) => "ocid_procuringentity_r038",
                _ => continue,
            };
            let ocid = self.ocid(tied.kept);
            self.map(name, ocid, tied.organisation);
        }
    }

    /// Releases with a disqualified bid.
    fn disqualifying(&self) -> BTreeSet<u32> {
        self.part.disqualifying.iter().copied().collect()
    }
}

/// Organisations with at least so many cases: number, share, cases.
fn counted(counts: &Counts, least: u64) -> Vec<(u32, f64, u64)> {
    (0..)
        .zip(&counts.0)
        .filter(|(_, fraction)| fraction.denominator >= least.max(1))
        .map(|(id, fraction)| (id, fraction.value(), fraction.denominator))
        .collect()
}
