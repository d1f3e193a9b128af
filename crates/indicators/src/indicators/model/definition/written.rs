//! The TOML as it is written, and what must hold before it is a definition.

use std::collections::{BTreeMap, BTreeSet};

use measures::progress::Direction;
use serde::Deserialize;

use super::{
    Aim, Baseline, Counting, DefinitionError, Design, Dimension, FACES, Lights, Measure, Scope, Source,
    Standing, Unit, Words,
    entered::{Entered, WrittenEntered},
    formula::WrittenFormula,
    imported::Imported,
    replicates::WrittenReplicates,
    standard::Standard,
};

/// Numbers that are typed for one place at most: more fit no screen.
const MOST_TYPED: usize = 24;

/// Every key there is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub code: String,
    #[serde(default)]
    kind: Kind,
    pub title: Words,
    #[serde(default)]
    pub description: Words,
    pub goal: Option<String>,
    pub target: Option<String>,
    pub indicator: Option<String>,
    pub series: Option<String>,
    pub scope: Option<Scope>,
    #[serde(default)]
    pub scope_reason: Words,
    pub tier: Option<u8>,
    pub custodian: Option<Words>,
    #[serde(default)]
    pub method: Words,
    #[serde(default)]
    pub counted: Words,
    formula: Option<WrittenFormula>,
    entered: Option<WrittenEntered>,
    imported: Option<Imported>,
    tables: Option<BTreeMap<String, String>>,
    from: Option<String>,
    universe: Option<String>,
    measure: Option<Measure>,
    numerator: Option<String>,
    denominator: Option<String>,
    #[serde(default)]
    numerator_title: Words,
    #[serde(default)]
    denominator_title: Words,
    pub factor: Option<f64>,
    pub unit: Unit,
    pub decimals: Option<usize>,
    weight: Option<String>,
    design: Option<Design>,
    replicates: Option<WrittenReplicates>,
    place: Option<String>,
    period: Option<String>,
    #[serde(default)]
    pub dimension: Vec<Dimension>,
    #[serde(default)]
    pub by: Vec<Vec<String>>,
    pub direction: Direction,
    pub lights: Option<Lights>,
    pub baseline: Option<Baseline>,
    pub aim: Option<Aim>,
    #[serde(default)]
    pub aims: Vec<Aim>,
    pub limit: Option<f64>,
    pub standard: Option<Standard>,
    #[serde(default)]
    pub standing: Standing,
    pub part_of: Option<String>,
    pub least: Option<u64>,
    pub hold: Option<u64>,
    dominance: Option<f64>,
    pub key: Option<i64>,
}

/// Where its numbers come from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Table,
    Formula,
    Entered,
    Imported,
}

impl Written {
    /// What the numerator and denominator are to each other: a share where nothing is said.
    pub fn measure(&self) -> Measure {
        self.measure.unwrap_or(Measure::Share)
    }

    /// Takes out what says where the numbers come from.
    pub fn take_source(&mut self) -> Result<Source, DefinitionError> {
        if self.imported.is_some() && self.kind != Kind::Imported {
            return wrong(
                "imported",
                "the numbers of this definition are made here",
                "write kind = \"imported\", or take it out",
            );
        }
        match self.kind {
            Kind::Table => self.take_counting().map(Box::new).map(Source::Tables),
            Kind::Formula => self.take_formula(),
            Kind::Entered => self.take_entered().map(Box::new).map(Source::Entered),
            Kind::Imported => self.take_imported().map(Box::new).map(Source::Imported),
        }
    }

    fn take_counting(&mut self) -> Result<Counting, DefinitionError> {
        if self.formula.is_some() {
            return wrong(
                "formula",
                "this definition counts rows of tables",
                "write kind = \"formula\", or take the formula out",
            );
        }
        if self.entered.is_some() {
            return wrong(
                "entered",
                "this definition counts rows of tables",
                "write kind = \"entered\", or take it out",
            );
        }
        let needed = |key: &str, given: Option<String>, example: &str| match given {
            Some(given) => Ok(given),
            None => wrong(key, "it is missing", format!("write {key} = {example:?}")),
        };
        Ok(Counting {
            tables: self.tables.take().unwrap_or_default(),
            from: needed("from", self.from.take(), "household")?,
            universe: self.universe.take(),
            numerator: self.numerator.take(),
            denominator: self.denominator.take(),
            numerator_title: std::mem::take(&mut self.numerator_title),
            denominator_title: std::mem::take(&mut self.denominator_title),
            weight: self.weight.take(),
            design: self.design.take(),
            replicates: self.replicates.take().map(WrittenReplicates::read).transpose()?,
            place: needed("place", self.place.take(), "household.village")?,
            period: self.period.take(),
            dominance: self.dominance,
        })
    }

    /// The keys that speak of rows which are counted, and whether each is given.
    fn said_of_rows(&self) -> [(&'static str, bool); 12] {
        [
            ("tables", self.tables.is_some()),
            ("from", self.from.is_some()),
            ("universe", self.universe.is_some()),
            ("numerator", self.numerator.is_some()),
            ("denominator", self.denominator.is_some()),
            ("weight", self.weight.is_some()),
            ("design", self.design.is_some()),
            ("replicates", self.replicates.is_some()),
            ("place", self.place.is_some()),
            ("period", self.period.is_some()),
            ("dominance", self.dominance.is_some()),
            ("part_of", self.part_of.is_some()),
        ]
    }

    fn take_entered(&mut self) -> Result<Entered, DefinitionError> {
        let others = [("formula", self.formula.is_some())];
        refuse(
            self.said_of_rows().into_iter().chain(others),
            "numbers that are entered by hand have no rows",
            "take it out: [entered] says for which places and periods there are numbers",
        )?;
        let titles = (
            std::mem::take(&mut self.numerator_title),
            std::mem::take(&mut self.denominator_title),
        );
        match self.entered.take() {
            Some(entered) => entered.read(titles.0, titles.1),
            None => wrong(
                "entered",
                "it is missing",
                "write [entered] with organisation, level, every and first",
            ),
        }
    }

    fn take_imported(&mut self) -> Result<Imported, DefinitionError> {
        let others = [
            ("entered", self.entered.is_some()),
            ("formula", self.formula.is_some()),
            ("measure", self.measure.is_some()),
            ("factor", self.factor.is_some()),
            ("least", self.least.is_some()),
            ("hold", self.hold.is_some()),
        ];
        refuse(
            self.said_of_rows().into_iter().chain(others),
            "imported numbers are taken as they were published",
            "take it out: [imported] says who published them",
        )?;
        match self.imported.take() {
            Some(imported) => imported.checked(),
            None => wrong(
                "imported",
                "it is missing",
                "write [imported] with source = { en = \"…\" }",
            ),
        }
    }

    fn take_formula(&mut self) -> Result<Source, DefinitionError> {
        let others = [
            ("entered", self.entered.is_some()),
            ("measure", self.measure.is_some()),
            ("numerator_title", !self.numerator_title.is_empty()),
            ("denominator_title", !self.denominator_title.is_empty()),
            ("factor", self.factor.is_some()),
            ("dimension", !self.dimension.is_empty()),
            ("by", !self.by.is_empty()),
            ("least", self.least.is_some()),
            ("hold", self.hold.is_some()),
        ];
        refuse(
            self.said_of_rows().into_iter().chain(others),
            "a formula counts no rows",
            "take it out: places, periods, groups and what is withheld come from the inputs",
        )?;
        match self.formula.take() {
            Some(formula) => formula.read(&self.code).map(Box::new).map(Source::Formula),
            None => wrong(
                "formula",
                "it is missing",
                "write [formula] with expression = \"…\" and inputs = { … }",
            ),
        }
    }

    pub fn check(&self) -> Result<(), DefinitionError> {
        let is_code = |text: &str| {
            let mut letters = text.chars();
            letters.next().is_some_and(|c| c.is_ascii_alphanumeric())
                && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        };
        let ends_in_face = FACES.iter().any(|face| {
            self.code
                .rsplit_once('.')
                .is_some_and(|(_, ending)| ending == *face)
        });
        if !is_code(&self.code) || self.code.len() > 40 || ends_in_face {
            return wrong(
                "code",
                format!("{:?} cannot stand in an address", self.code),
                "use at most 40 letters, digits, dots and hyphens, as in \"6.1.1\"",
            );
        }
        // A formula counts nothing, and what others counted they say in their own words.
        let counts = matches!(self.kind, Kind::Table | Kind::Entered);
        let counted = counts.then_some(("counted", &self.counted));
        for (key, words) in [("title", &self.title)].into_iter().chain(counted) {
            if words.in_language("en").trim().is_empty() {
                return wrong(
                    key,
                    "the English text is missing",
                    format!("write {key} = {{ en = \"…\", id = \"…\" }}"),
                );
            }
        }
        if let Some(standard) = &self.standard {
            standard.check()?;
        }
        match self.kind {
            Kind::Table => self.check_counting()?,
            Kind::Entered => self.check_entered()?,
            Kind::Formula | Kind::Imported => {}
        }
        if self
            .factor
            .is_some_and(|factor| !factor.is_finite() || factor <= 0.0)
        {
            return wrong(
                "factor",
                "it must be above zero",
                "write 100 for percentages, 1000 for rates per thousand, or leave it out",
            );
        }
        if self.decimals.is_some_and(|decimals| decimals > 6) {
            return wrong(
                "decimals",
                "more than six are not shown",
                "write a number from 0 to 6",
            );
        }
        if self.hold == Some(1) {
            return wrong(
                "hold",
                "1 holds nothing back",
                "write 2 or more, such as hold = 5, or leave it out to show every change at once",
            );
        }
        if let Some(lights) = self.lights {
            let in_order = match self.direction {
                Direction::Up => lights.green > lights.yellow,
                Direction::Down => lights.green < lights.yellow,
            };
            if !in_order {
                return wrong(
                    "lights",
                    "green and yellow are the wrong way round for this direction",
                    "for direction = \"up\" green is the higher value, for \"down\" the lower",
                );
            }
        }
        self.check_framework()?;
        self.check_aims()?;
        let mut names = BTreeSet::new();
        for dimension in &self.dimension {
            let key = format!("dimension {:?}", dimension.name);
            if !is_code(&dimension.name) || !names.insert(&dimension.name) {
                return wrong(
                    key,
                    "the name is not usable or stands twice",
                    "give each dimension its own short name, such as \"sex\"",
                );
            }
            if dimension.title.in_language("en").trim().is_empty() {
                return wrong(
                    key,
                    "the English title is missing",
                    "write title = { en = \"…\", id = \"…\" }",
                );
            }
            if dimension.codes.is_empty() {
                return wrong(
                    key,
                    "it has no codes",
                    "list them in the order to be shown: codes = [{ code = \"F\", title = { en = \"Female\" } }, …]",
                );
            }
            match (self.kind, dimension.expression.trim().is_empty()) {
                (Kind::Table, true) => {
                    return wrong(
                        key,
                        "it has no expression",
                        "write expression = \"…\", the SQL that gives a row's code",
                    );
                }
                (Kind::Entered | Kind::Imported, false) => {
                    return wrong(
                        key,
                        "numbers that are entered by hand or imported have no rows",
                        "take the expression out",
                    );
                }
                _ => {}
            }
            let mut codes = BTreeSet::new();
            for code in &dimension.codes {
                let reserved =
                    code.code.is_empty() || code.code.starts_with('_') || code.code.contains([',', '=', ';']);
                if reserved || !codes.insert(&code.code) || code.title.in_language("en").trim().is_empty() {
                    return wrong(
                        format!("{key}, code {:?}", code.code),
                        "it is empty, stands twice, lacks an English title, starts with _ or holds one of , = ;",
                        "give each code once, with a title; _U (unknown) is added by itself",
                    );
                }
            }
        }
        self.check_concepts()
    }

    /// What the dimensions are in SDMX.
    fn check_concepts(&self) -> Result<(), DefinitionError> {
        let mut taken = BTreeSet::new();
        for dimension in &self.dimension {
            let key = format!("dimension {:?}", dimension.name);
            if let Some(said) = &dimension.concept
                && !Dimension::CONCEPTS.contains(&said.as_str())
            {
                return wrong(
                    key,
                    format!("{said:?} is no concept that SDMX breaks numbers down by"),
                    format!("use one of: {}; or take it out", Dimension::CONCEPTS.join(", ")),
                );
            }
            if dimension
                .sdmx_concept()
                .is_some_and(|concept| !taken.insert(concept))
            {
                return wrong(
                    key,
                    "another dimension is the same SDMX concept",
                    "give only one of them that concept, or that name",
                );
            }
            for code in &dimension.codes {
                if let Some(id) = &code.sdmx
                    && (matches!(id.as_str(), "" | "_T" | "_U") || *id != formats::sdmx::ids::clean(id))
                {
                    return wrong(
                        format!("{key}, code {:?}", code.code),
                        format!("{id:?} is no SDMX code"),
                        "use letters, digits, _, @, $ and -; _T (everybody) and _U (unknown) are added by themselves",
                    );
                }
            }
        }
        Ok(())
    }

    /// What it counts.
    fn check_counting(&self) -> Result<(), DefinitionError> {
        let measure = self.measure();
        if self.tables.as_ref().is_none_or(BTreeMap::is_empty) {
            return wrong(
                "tables",
                "no table is named",
                "name at least one, as in tables = { household = \"household\" }",
            );
        }
        for (key, needed, given) in [
            ("numerator", measure != Measure::Total, self.numerator.is_some()),
            (
                "denominator",
                measure == Measure::Ratio,
                self.denominator.is_some(),
            ),
        ] {
            if needed && !given {
                return wrong(
                    key,
                    format!("a {} needs one", measure.as_str()),
                    format!("write {key} = \"…\", an SQL expression over the rows of `from`"),
                );
            }
        }
        if self.replicates.is_some() && self.design.is_some() {
            return wrong(
                "replicates",
                "the design is given too",
                "keep one of them: both tell how sure the numbers are",
            );
        }
        if self.replicates.is_some() && self.weight.is_none() {
            return wrong(
                "replicates",
                "there is no weight beside them",
                "write weight = \"…\", the weight of a row in the whole sample",
            );
        }
        if matches!(measure, Measure::Mean | Measure::Total) && self.denominator.is_some() {
            return wrong(
                "denominator",
                format!("a {} has none", measure.as_str()),
                "take it out, or say which rows count in `universe`",
            );
        }
        if self.unit == Unit::Percent && !matches!(measure, Measure::Share | Measure::Ratio) {
            return wrong(
                "unit",
                format!("a {} is not a percentage", measure.as_str()),
                "write unit = \"number\"",
            );
        }
        if let Some(whole) = &self.part_of {
            let is_count = match measure {
                Measure::Share => true,
                Measure::Total => self.numerator.is_none(),
                Measure::Ratio | Measure::Mean | Measure::Formula | Measure::Given => false,
            };
            if !is_count {
                return wrong(
                    "part_of",
                    "only shares and counts of rows are parts of others",
                    "take it out, or count rows",
                );
            }
            if *whole == self.code {
                return wrong(
                    "part_of",
                    "nothing is a part of itself",
                    "name the indicator that it is a part of, such as part_of = \"8.6.1\"",
                );
            }
        }
        if let Some(percent) = self.dominance {
            if measure == Measure::Share || self.numerator.is_none() {
                return wrong(
                    "dominance",
                    format!(
                        "a {} has no sum that one row could dominate",
                        if measure == Measure::Share {
                            "share"
                        } else {
                            "count"
                        }
                    ),
                    "take it out",
                );
            }
            if !(percent > 0.0 && percent <= 100.0) {
                return wrong(
                    "dominance",
                    "it is a percentage of one row's part of the sum",
                    "write a number above 0 and at most 100, such as dominance = 10",
                );
            }
        }
        Ok(())
    }

    /// What is typed for a place: one number for each group, two for a share.
    fn check_entered(&self) -> Result<(), DefinitionError> {
        let measure = self.measure();
        if !matches!(measure, Measure::Share | Measure::Total) {
            return wrong(
                "measure",
                format!("a {} cannot be entered by hand", measure.as_str()),
                "write measure = \"share\" for two counts, or \"total\" for one",
            );
        }
        if self.unit == Unit::Percent && measure == Measure::Total {
            return wrong("unit", "a total is not a percentage", "write unit = \"number\"");
        }
        for (key, is_needed, title) in [
            ("numerator_title", true, &self.numerator_title),
            (
                "denominator_title",
                measure == Measure::Share,
                &self.denominator_title,
            ),
        ] {
            if is_needed && title.in_language("en").trim().is_empty() {
                return wrong(
                    key,
                    "the English text is missing",
                    format!("write {key} = {{ en = \"…\", id = \"…\" }}: it stands above what is typed"),
                );
            }
        }
        let n_codes = |dimension: &Dimension| dimension.codes.len();
        let n_groups = self
            .dimension
            .iter()
            .map(n_codes)
            .fold(1_usize, usize::saturating_mul);
        let a_group = if measure == Measure::Share { 2 } else { 1 };
        if n_groups.saturating_mul(a_group) > MOST_TYPED {
            return wrong(
                "dimension",
                format!("more than {MOST_TYPED} numbers would be typed for each place"),
                "take a dimension out, or some of its codes",
            );
        }
        Ok(())
    }

    /// What it says of the framework it belongs to.
    fn check_framework(&self) -> Result<(), DefinitionError> {
        if let Some(scope @ (Scope::National | Scope::Proxy)) = self.scope
            && self.scope_reason.in_language("en").trim().is_empty()
        {
            return wrong(
                "scope_reason",
                format!("a {} definition departs from the framework's", scope.as_str()),
                "write scope_reason = { en = \"…\", id = \"…\" }, so that everybody knows what may not be compared",
            );
        }
        if let Some(tier) = self.tier.filter(|tier| !(1..=3).contains(tier)) {
            return wrong("tier", format!("there is no tier {tier}"), "write 1, 2 or 3");
        }
        Ok(())
    }

    /// What is to be reached, and from where.
    fn check_aims(&self) -> Result<(), DefinitionError> {
        let mut known = BTreeSet::new();
        for aim in self.aims.iter().chain(&self.aim) {
            if !aim.value.is_finite() || !(1900..2200).contains(&aim.year) {
                return wrong(
                    "aims",
                    format!("{} in {} cannot be reached", aim.value, aim.year),
                    "write a number and a year, as in { value = 90, year = 2030 }",
                );
            }
            if !known.insert((aim.year, aim.place.as_deref())) {
                return wrong(
                    "aims",
                    format!("two are for {} and the same place", aim.year),
                    "keep one",
                );
            }
        }
        let Some(baseline) = self.baseline else {
            return Ok(());
        };
        if !baseline.value.is_finite() {
            return wrong(
                "baseline",
                "the value is not a number",
                "write one, as in { value = 62.5, year = 2015 }",
            );
        }
        let too_early = self
            .aims
            .iter()
            .chain(&self.aim)
            .find(|aim| aim.year <= baseline.year);
        match too_early {
            Some(aim) => wrong(
                "baseline",
                format!("{} is not before the aim of {}", baseline.year, aim.year),
                "progress is measured from an earlier year",
            ),
            None => Ok(()),
        }
    }

    pub fn sets(&self) -> Result<Vec<Vec<usize>>, DefinitionError> {
        let mut sets = vec![Vec::new()];
        for names in &self.by {
            let mut set = Vec::new();
            for name in names {
                let Some(at) = self
                    .dimension
                    .iter()
                    .position(|dimension| dimension.name == *name)
                else {
                    let known = self
                        .dimension
                        .iter()
                        .map(|d| d.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ");
                    return wrong(
                        "by",
                        format!("there is no dimension {name:?}"),
                        format!("use one of: {known}"),
                    );
                };
                set.push(at);
            }
            set.sort_unstable();
            let n_named = set.len();
            set.dedup();
            if set.len() != n_named {
                return wrong(
                    "by",
                    format!("{names:?} names a dimension twice"),
                    "name each once",
                );
            }
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        Ok(sets)
    }
}

/// Refuses the first of some keys that is given.
fn refuse(
    keys: impl IntoIterator<Item = (&'static str, bool)>,
    what: &str,
    remedy: &str,
) -> Result<(), DefinitionError> {
    match keys.into_iter().find(|(_, is_given)| *is_given) {
        Some((key, _)) => wrong(key, what, remedy),
        None => Ok(()),
    }
}

/// Refuses a key: what is wrong with it, and what to do.
pub fn wrong<T>(
    key: impl Into<String>,
    what: impl Into<String>,
    remedy: impl Into<String>,
) -> Result<T, DefinitionError> {
    Err(DefinitionError::Key {
        key: key.into(),
        what: what.into(),
        remedy: remedy.into(),
    })
}
