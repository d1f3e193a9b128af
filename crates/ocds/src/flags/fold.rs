//! The rules of Cardinal, release by release.

use super::{
    days::instant,
    part::{Code, Keep, Kept, Part, Raised, Ratio, Tie, Tied},
    scan::{AwardStatus, Bid, BidStatus, View},
    settings::Settings,
};
use crate::json::Text;

/// The release being folded.
struct Now<'a> {
    view: &'a View,
    line: &'a [u8],
    number: u64,
    kept: Option<u32>,
    ocid: &'a [u8],
}

impl Now<'_> {
    fn is(&self, text: Option<Text>, words: &[String]) -> bool {
        text.is_some_and(|text| {
            let text = text.of(self.line);
            words.iter().any(|word| word.as_bytes() == text.as_ref())
        })
    }

    fn submitted(&self) -> impl Iterator<Item = &Bid> {
        self.view
            .bids
            .iter()
            .filter(|bid| bid.status != BidStatus::NotSubmitted)
    }

    /// Whether no award is still open; its complete awards are then those that are active.
    fn decided(&self) -> bool {
        self.view.has_awards
            && self.view.has_bids
            && !self.view.awards.iter().any(|a| a.status == AwardStatus::Other)
    }

    /// The winner, where there is one complete award and it names one supplier.
    fn winner(&self) -> Option<u32> {
        let mut active = self
            .view
            .awards
            .iter()
            .filter(|a| a.status == AwardStatus::Active);
        let award = active.next().filter(|_| active.next().is_none())?;
        award.suppliers.sole(&self.view.organisations)
    }
}

impl Part {
    /// Folds a release that [`View::read`] has read from a line.
    pub fn fold(&mut self, view: &View, line: &[u8], number: u64, settings: &Settings, keep: Keep) {
        let Some(ocid) = view.ocid else {
            return;
        };
        let ocid = ocid.of(line);
        let mut now = Now {
            view,
            line,
            number,
            kept: None,
            ocid: &ocid,
        };
        if view
            .tender
            .status
            .is_some_and(|s| s.of(line).as_ref() == b"cancelled")
            || now.is(view.tender.details, &settings.excluded_procurement_method_details)
        {
            return;
        }
        self.releases += 1;
        let prices_decide = if settings.price_comparison_procurement_methods.is_empty() {
            !now.is(
                view.tender.details,
                &settings.no_price_comparison_procurement_methods,
            )
        } else {
            now.is(
                view.tender.details,
                &settings.price_comparison_procurement_methods,
            )
        };
        if keep.bidders {
            self.bidders(&mut now);
        }
        if prices_decide && (settings.r024.is_some() || settings.r058.is_some()) {
            self.second_lowest(&mut now);
        }
        self.periods(&mut now, settings);
        if settings.r025.is_some() {
            self.seldom(&mut now, keep);
        }
        if prices_decide && settings.r028 {
            self.equal_prices(&mut now);
        }
        if settings.r030 {
            self.late(&mut now);
        }
        if let Some(threshold) = settings.r035 {
            self.others_disqualified(&mut now, threshold);
        }
        if prices_decide && settings.r036 {
            self.lowest_disqualified(&mut now);
        }
        if settings.r038.is_some() {
            self.disqualified(&mut now, keep);
        }
        if settings.r048.is_some() {
            self.kinds(&mut now, keep);
        }
    }

    fn kept(&mut self, now: &mut Now<'_>) -> u32 {
        *now.kept.get_or_insert_with(|| {
            let start = self.ocids.len();
            self.ocids.extend_from_slice(now.ocid);
            self.kept.push(Kept {
                line: now.number,
                start,
                end: self.ocids.len(),
            });
            self.kept.len() as u32 - 1
        })
    }

    fn raise(&mut self, now: &mut Now<'_>, code: Code, value: f64) {
        let kept = self.kept(now);
        self.raised.push(Raised { kept, code, value });
    }

    fn tie(&mut self, now: &mut Now<'_>, organisation: u32, tie: Tie) {
        let kept = self.kept(now);
        self.ties.push(Tied {
            kept,
            organisation,
            tie,
        });
    }

    fn bidders(&mut self, now: &mut Now<'_>) {
        let view = now.view;
        for bid in view.bids.iter().filter(|b| b.status != BidStatus::NotSubmitted) {
            for &id in &view.organisations[bid.tenderers.ids.clone()] {
                self.tie(now, id, Tie::Bid);
            }
        }
    }

    /// R003: the tender period is short. R018: one bidder.
    fn periods(&mut self, now: &mut Now<'_>, settings: &Settings) {
        let tender = &now.view.tender;
        if let Some(rule) = &settings.r003
            && (rule.procurement_methods.is_empty() || now.is(tender.method, &rule.procurement_methods))
            && let (Some(start), Some(end)) = (tender.start, tender.end)
            && let (Some(start), Some(end)) = (instant(&start.of(now.line)), instant(&end.of(now.line)))
        {
            let days = end.days_since(start);
            let other = tender.details.and_then(|details| {
                let details = details.of(now.line);
                rule.procurement_method_details
                    .get(std::str::from_utf8(&details).ok()?)
                    .copied()
            });
            if days < other.unwrap_or(rule.threshold) {
                self.raise(now, Code::R003, 1.0);
            }
        }
        let tender = &now.view.tender;
        if let Some(rule) = &settings.r018
            && tender.one_tenderer
            && (rule.procurement_methods.is_empty() || now.is(tender.method, &rule.procurement_methods))
        {
            self.raise(now, Code::R018, 1.0);
        }
    }

    /// Whether a bid's currency is the one in which amounts are compared; the first that is asked about becomes it.
    fn comparable(&mut self, currency: Text, line: &[u8]) -> bool {
        let currency = currency.of(line);
        let chosen = self.currency.get_or_insert_with(|| currency.to_vec());
        let same = chosen.as_slice() == currency.as_ref();
        self.other_currencies += u64::from(!same);
        same
    }

    /// R024 and R058: how far the second-lowest bid was above the winner's.
    fn second_lowest(&mut self, now: &mut Now<'_>) {
        if !now.decided() {
            return;
        }
        let Some(winner) = now.winner() else {
            return;
        };
        let (mut won, mut lost): (Option<f64>, Option<(f64, u32)>) = (None, None);
        for bid in &now.view.bids {
            let (BidStatus::Valid, Some(amount), Some(currency), Some(bidder)) = (
                bid.status,
                bid.amount,
                bid.currency,
                bid.tenderers.sole(&now.view.organisations),
            ) else {
                continue;
            };
            if !self.comparable(currency, now.line) {
                continue;
            }
            if bidder == winner {
                if won.is_none_or(|lowest| amount < lowest) {
                    won = Some(amount);
                }
            } else if lost.is_none_or(|(lowest, _)| amount < lowest) {
                lost = Some((amount, bidder));
            }
        }
        if let (Some(won), Some((lost, other))) = (won, lost)
            && lost >= won
        {
            let kept = self.kept(now);
            self.ratios.push(Ratio {
                kept,
                value: (lost - won) / won,
                winner,
                other,
            });
        }
    }

    /// R025: processes bid for and won.
    fn seldom(&mut self, now: &mut Now<'_>, keep: Keep) {
        if !now.decided() {
            return;
        }
        let Some(winner) = now.winner() else {
            return;
        };
        let mut bidders = std::mem::take(&mut self.scratch.numbers);
        bidders.clear();
        bidders.extend(
            now.view
                .bids
                .iter()
                .filter(|bid| bid.status == BidStatus::Valid)
                .filter_map(|bid| bid.tenderers.sole(&now.view.organisations)),
        );
        bidders.sort_unstable();
        bidders.dedup();
        for &bidder in &bidders {
            self.r025.at(bidder).add(u64::from(bidder == winner), 1);
            if keep.sources {
                self.tie(now, bidder, Tie::Counted(Code::R025));
            }
        }
        self.scratch.numbers = bidders;
    }

    /// R028: two bidders ask the same price.
    fn equal_prices(&mut self, now: &mut Now<'_>) {
        let view = now.view;
        let mut prices = std::mem::take(&mut self.scratch.prices);
        prices.clear();
        prices.extend(view.bids.iter().enumerate().filter_map(|(at, bid)| {
            let priced = bid.status != BidStatus::NotSubmitted && bid.currency.is_some();
            let amount = bid.amount.filter(|_| priced && !bid.tenderers.ids.is_empty())?;
            // Minus nothing is nothing.
            Some((if amount == 0.0 { 0 } else { amount.to_bits() }, at))
        }));
        // Bids in their order within each price and currency; each is set beside the one before it.
        let line = now.line;
        let currency = |at: usize| view.bids[at].currency.map(|c| c.of(line));
        prices.sort_unstable_by(|a, b| {
            let by_currency = || currency(a.1).cmp(&currency(b.1));
            a.0.cmp(&b.0).then_with(by_currency).then(a.1.cmp(&b.1))
        });
        let mut raised = false;
        for pair in prices.windows(2) {
            let &[(first, before), (second, at)] = pair else {
                continue;
            };
            if first != second || currency(before) != currency(at) {
                continue;
            }
            let (bid, before) = (&view.bids[at], &view.bids[before]);
            let names = |bid: &Bid| &view.organisations[bid.tenderers.ids.clone()];
            let (ours, theirs) = (names(bid), names(before));
            if same_set(ours, theirs) {
                continue;
            }
            raised = true;
            for &id in ours.iter().chain(theirs) {
                self.tie(now, id, Tie::Flagged(Code::R028));
            }
        }
        self.scratch.prices = prices;
        if raised {
            self.raise(now, Code::R028, 1.0);
        }
    }

    /// The suppliers of active awards, in scratch, sorted, once each.
    fn suppliers(&mut self, view: &View) -> Vec<u32> {
        let mut suppliers = std::mem::take(&mut self.scratch.numbers);
        suppliers.clear();
        for award in view.awards.iter().filter(|a| a.status == AwardStatus::Active) {
            suppliers.extend_from_slice(&view.organisations[award.suppliers.ids.clone()]);
        }
        suppliers.sort_unstable();
        suppliers.dedup();
        suppliers
    }

    /// R030: the winning bid came after the end.
    fn late(&mut self, now: &mut Now<'_>) {
        let view = now.view;
        let Some(end) = view.tender.end.filter(|_| view.has_awards && view.has_bids) else {
            return;
        };
        let end = end.of(now.line);
        let suppliers = self.suppliers(view);
        let mut raised = false;
        for bid in view.bids.iter().filter(|bid| bid.status == BidStatus::Valid) {
            // As texts, which is how Cardinal compares them.
            if bid.date.is_none_or(|date| date.of(now.line) <= end) {
                continue;
            }
            for &id in &view.organisations[bid.tenderers.ids.clone()] {
                if suppliers.binary_search(&id).is_ok() {
                    raised = true;
                    self.tie(now, id, Tie::Flagged(Code::R030));
                }
            }
        }
        self.scratch.numbers = suppliers;
        if raised {
            self.raise(now, Code::R030, 1.0);
        }
    }

    /// R035: all bidders but the winner are disqualified.
    fn others_disqualified(&mut self, now: &mut Now<'_>, threshold: u64) {
        if !now.decided() {
            return;
        }
        let view = now.view;
        let of = |status: BidStatus, mut into: Vec<u32>| {
            into.clear();
            for bid in view.bids.iter().filter(|bid| bid.status == status) {
                into.extend_from_slice(&view.organisations[bid.tenderers.ids.clone()]);
            }
            into.sort_unstable();
            into.dedup();
            into
        };
        let valid = of(BidStatus::Valid, std::mem::take(&mut self.scratch.others));
        if let [only] = valid[..] {
            let suppliers = self.suppliers(view);
            let won = suppliers == valid;
            let out = of(BidStatus::Disqualified, suppliers);
            let others = out.iter().filter(|id| **id != only).count() as u64;
            self.scratch.numbers = out;
            if won && others >= threshold {
                self.raise(now, Code::R035, others as f64);
                self.tie(now, only, Tie::Flagged(Code::R035));
            }
        }
        self.scratch.others = valid;
    }

    /// R036: the lowest bid is disqualified.
    fn lowest_disqualified(&mut self, now: &mut Now<'_>) {
        let view = now.view;
        if !view.awards.iter().any(|a| a.status == AwardStatus::Active) {
            return;
        }
        let mut lowest: Option<(f64, bool)> = None;
        let mut valid = false;
        for bid in view.bids.iter().filter(|b| b.status != BidStatus::NotSubmitted) {
            let (Some(amount), Some(currency)) = (bid.amount, bid.currency) else {
                continue;
            };
            if !self.comparable(currency, now.line) {
                continue;
            }
            if lowest.is_none_or(|(other, _)| amount < other) {
                lowest = Some((amount, bid.status == BidStatus::Disqualified));
            }
            valid |= bid.status == BidStatus::Valid;
        }
        if valid && lowest.is_some_and(|(_, disqualified)| disqualified) {
            self.raise(now, Code::R036, 1.0);
        }
    }

    /// R038: disqualified bids among submitted ones.
    fn disqualified(&mut self, now: &mut Now<'_>, keep: Keep) {
        let view = now.view;
        let submitted = now.submitted().count() as u64;
        if submitted == 0 {
            return;
        }
        let mut disqualified = 0;
        for bid in view.bids.iter().filter(|b| b.status != BidStatus::NotSubmitted) {
            let one = u64::from(bid.status == BidStatus::Disqualified);
            disqualified += one;
            for &id in &view.organisations[bid.tenderers.ids.clone()] {
                self.r038_tenderer.at(id).add(one, 1);
            }
        }
        if keep.bidders && disqualified > 0 {
            let kept = self.kept(now);
            self.disqualifying.push(kept);
        }
        for (id, tie) in [(view.buyer, Tie::Buyer), (view.tender.entity, Tie::Entity)] {
            let Some(id) = id else {
                continue;
            };
            let id = self.registers.organisations.number(&id.of(now.line));
            let counts = if tie == Tie::Buyer {
                &mut self.r038_buyer
            } else {
                &mut self.r038_entity
            };
            counts.at(id).add(disqualified, submitted);
            if keep.sources || keep.bidders {
                self.tie(now, id, tie);
            }
        }
    }

    /// R048: kinds of things that a supplier was awarded.
    fn kinds(&mut self, now: &mut Now<'_>, keep: Keep) {
        let view = now.view;
        let mut seen = std::mem::take(&mut self.scratch.numbers);
        seen.clear();
        for award in view.awards.iter().filter(|a| a.status == AwardStatus::Active) {
            let Some(supplier) = award.suppliers.sole(&view.organisations) else {
                continue;
            };
            for &class in &view.classes[award.classes.clone()] {
                self.r048_classes.insert((supplier, class));
            }
            if !award.classes.is_empty() {
                seen.push(supplier);
            }
        }
        seen.sort_unstable();
        seen.dedup();
        for &supplier in &seen {
            self.r048.at(supplier).add(0, 1);
            if keep.sources {
                self.tie(now, supplier, Tie::Counted(Code::R048));
            }
        }
        self.scratch.numbers = seen;
    }
}

/// Whether two sorted lists name the same organisations.
fn same_set(a: &[u32], b: &[u32]) -> bool {
    let once = |list: &[u32]| {
        let mut list = list.to_vec();
        list.dedup();
        list
    };
    a == b || ((a.len() != b.len() || a.len() > 1) && once(a) == once(b))
}
