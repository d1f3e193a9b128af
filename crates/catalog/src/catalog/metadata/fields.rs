//! What the metadata forms ask, each fact once: a form is a view of the one record.
//!
//! MS-Keg, MS-Var and MS-Ind follow the blocks of Perka BPS 5/2020; Dublin Core the fifteen elements of ISO 15836-1, with DCAT's words.

use std::collections::BTreeMap;

/// A form that the record is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// MS-Keg: the statistical activity.
    Activity,
    /// MS-Var: one block for each column.
    Variable,
    /// MS-Ind: the indicator.
    Indicator,
    DublinCore,
}

impl Form {
    pub const ALL: [Form; 4] = [Form::Activity, Form::Variable, Form::Indicator, Form::DublinCore];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Activity => "ms-keg",
            Form::Variable => "ms-var",
            Form::Indicator => "ms-ind",
            Form::DublinCore => "dublin-core",
        }
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.as_str() == text)
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The catalogue knows it already: it is not asked again.
    Known,
    /// Asked for, in one line.
    Line,
    /// Asked for, in several lines.
    Text,
}

/// A fact of the record, and in which block of which form it stands.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub source: Source,
    /// Form and block, from 1.
    pub stands: &'static [(Form, u8)],
}

/// All facts of the record in the order in which they are asked.
pub const FIELDS: &[Field] = &[
    field(
        "title",
        Source::Known,
        &[(Form::Activity, 1), (Form::Indicator, 1), (Form::DublinCore, 1)],
    ),
    field(
        "activity",
        Source::Line,
        &[(Form::Activity, 1), (Form::Indicator, 1)],
    ),
    field(
        "activity-code",
        Source::Line,
        &[(Form::Activity, 1), (Form::Indicator, 1)],
    ),
    field(
        "publisher",
        Source::Known,
        &[(Form::Activity, 1), (Form::Indicator, 1), (Form::DublinCore, 1)],
    ),
    field("address", Source::Text, &[(Form::Activity, 1)]),
    field("responsible-unit", Source::Line, &[(Form::Activity, 2)]),
    field("responsible-post", Source::Line, &[(Form::Activity, 2)]),
    field("contact", Source::Known, &[(Form::Activity, 2)]),
    field("background", Source::Text, &[(Form::Activity, 3)]),
    field("purpose", Source::Text, &[(Form::Activity, 3)]),
    field("schedule", Source::Text, &[(Form::Activity, 3)]),
    field(
        "description",
        Source::Known,
        &[(Form::Activity, 3), (Form::DublinCore, 1)],
    ),
    field("repetition", Source::Line, &[(Form::Activity, 4)]),
    field(
        "frequency",
        Source::Known,
        &[(Form::Activity, 4), (Form::DublinCore, 1)],
    ),
    field("method", Source::Line, &[(Form::Activity, 4)]),
    field("collection", Source::Line, &[(Form::Activity, 4)]),
    field(
        "place",
        Source::Known,
        &[(Form::Activity, 4), (Form::DublinCore, 1)],
    ),
    field("unit-observed", Source::Line, &[(Form::Activity, 4)]),
    field("population", Source::Line, &[(Form::Activity, 5)]),
    field("frame", Source::Line, &[(Form::Activity, 5)]),
    field("sampling", Source::Text, &[(Form::Activity, 5)]),
    field("sample-size", Source::Line, &[(Form::Activity, 5)]),
    field("sampling-error", Source::Line, &[(Form::Activity, 5)]),
    field("pilot", Source::Line, &[(Form::Activity, 6)]),
    field("training", Source::Line, &[(Form::Activity, 6)]),
    field("quality", Source::Text, &[(Form::Activity, 6)]),
    field("processing", Source::Text, &[(Form::Activity, 7)]),
    field("analysis", Source::Text, &[(Form::Activity, 7)]),
    field(
        "level",
        Source::Line,
        &[(Form::Activity, 7), (Form::Indicator, 3)],
    ),
    field(
        "access",
        Source::Known,
        &[(Form::Activity, 8), (Form::Indicator, 3), (Form::DublinCore, 1)],
    ),
    field(
        "formats",
        Source::Known,
        &[(Form::Activity, 8), (Form::DublinCore, 1)],
    ),
    field(
        "licence",
        Source::Known,
        &[(Form::Activity, 8), (Form::DublinCore, 1)],
    ),
    field("reference-period", Source::Line, &[(Form::Variable, 1)]),
    field("reference-choice", Source::Line, &[(Form::Variable, 1)]),
    field("question", Source::Text, &[(Form::Variable, 1)]),
    field("concept", Source::Text, &[(Form::Indicator, 2)]),
    field("definition", Source::Text, &[(Form::Indicator, 2)]),
    field("interpretation", Source::Text, &[(Form::Indicator, 2)]),
    field("formula", Source::Text, &[(Form::Indicator, 2)]),
    field("measure", Source::Line, &[(Form::Indicator, 2)]),
    field("unit", Source::Line, &[(Form::Indicator, 2)]),
    field("classification", Source::Line, &[(Form::Indicator, 2)]),
    field("composing-indicators", Source::Line, &[(Form::Indicator, 3)]),
    field("variables", Source::Known, &[(Form::Indicator, 3)]),
    field("creator", Source::Known, &[(Form::DublinCore, 1)]),
    field("contributor", Source::Line, &[(Form::DublinCore, 1)]),
    field("subject", Source::Known, &[(Form::DublinCore, 1)]),
    field("date", Source::Known, &[(Form::DublinCore, 1)]),
    field("kind", Source::Known, &[(Form::DublinCore, 1)]),
    field("identifier", Source::Known, &[(Form::DublinCore, 1)]),
    field("source", Source::Known, &[(Form::DublinCore, 1)]),
    field("language", Source::Line, &[(Form::DublinCore, 1)]),
    field("relation", Source::Line, &[(Form::DublinCore, 1)]),
    field("period", Source::Known, &[(Form::DublinCore, 1)]),
];

const fn field(key: &'static str, source: Source, stands: &'static [(Form, u8)]) -> Field {
    Field { key, source, stands }
}

/// The answers that a fact may have, by the word of their text; none where it is free.
///
/// Perka BPS 5/2020 prints them as boxes: how often (4.1), how it is compiled (4.3), pilot and training (6.1, 6.4).
#[must_use]
pub fn answers_of(key: &str) -> &'static [&'static str] {
    match key {
        "repetition" => &["once", "repeated"],
        "method" => &["census", "survey", "administration", "other"],
        "pilot" | "training" => &["yes", "no"],
        _ => &[],
    }
}

/// What is said of one column in MS-Var; facts that hold for the whole table stand in the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// The id of its table's resource.
    pub resource: String,
    pub table: String,
    pub name: String,
    pub alias: String,
    pub concept: String,
    pub definition: String,
    pub kind: String,
    pub classification: String,
    pub rule: String,
    pub access: String,
}

/// The texts of a column's facts, in the order of MS-Var.
pub const COLUMN_KEYS: [&str; 8] = [
    "name",
    "alias",
    "concept",
    "definition",
    "kind",
    "classification",
    "rule",
    "access",
];

impl Column {
    /// Its facts in the order of [`COLUMN_KEYS`].
    #[must_use]
    pub fn facts(&self) -> [&str; 8] {
        [
            &self.name,
            &self.alias,
            &self.concept,
            &self.definition,
            &self.kind,
            &self.classification,
            &self.rule,
            &self.access,
        ]
    }
}

/// Everything that is said of a dataset, once.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub facts: BTreeMap<&'static str, String>,
    pub columns: Vec<Column>,
}

impl Record {
    /// What is said; empty when nothing is.
    #[must_use]
    pub fn fact(&self, key: &str) -> &str {
        self.facts.get(key).map_or("", |text| text.trim())
    }

    /// How much of a form is filled in, in percent, rounded down: 100 means all of it.
    #[must_use]
    pub fn percent(&self, form: Form) -> u32 {
        let own = fields_of(form).map(|field| !self.fact(field.key).is_empty());
        let of_columns = self
            .columns
            .iter()
            .filter(|_| form == Form::Variable)
            .flat_map(|column| column.facts().map(|fact| !fact.trim().is_empty()));
        let (mut n, mut n_filled) = (0_u32, 0_u32);
        for is_filled in own.chain(of_columns) {
            n += 1;
            n_filled += u32::from(is_filled);
        }
        (n_filled * 100).checked_div(n).unwrap_or(0)
    }
}

/// The facts of a form in the order of its blocks.
pub fn fields_of(form: Form) -> impl Iterator<Item = &'static Field> {
    let mut found: Vec<(u8, &'static Field)> = FIELDS
        .iter()
        .filter_map(|field| Some((block_in(field, form)?, field)))
        .collect();
    found.sort_by_key(|(block, _)| *block);
    found.into_iter().map(|(_, field)| field)
}

/// The block of a form in which a fact stands.
#[must_use]
pub fn block_in(field: &Field, form: Form) -> Option<u8> {
    field
        .stands
        .iter()
        .find(|(other, _)| *other == form)
        .map(|(_, block)| *block)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn every_fact_is_asked_once_and_stands_in_a_form() {
        let keys: HashSet<&str> = FIELDS.iter().map(|field| field.key).collect();
        assert_eq!(keys.len(), FIELDS.len(), "a fact is there twice");
        assert!(FIELDS.iter().all(|field| !field.stands.is_empty()));
        let blocks: HashSet<u8> = FIELDS
            .iter()
            .filter_map(|field| block_in(field, Form::Activity))
            .collect();
        assert_eq!(blocks, (1..=8).collect(), "MS-Keg has eight blocks");
    }

    #[test]
    fn only_facts_that_are_asked_in_one_line_have_fixed_answers() {
        let n_fixed = FIELDS.iter().filter(|field| !answers_of(field.key).is_empty());
        assert!(n_fixed.clone().all(|field| field.source == Source::Line));
        assert_eq!(n_fixed.count(), 4);
    }

    #[test]
    fn a_fact_that_is_said_counts_in_every_form_that_shows_it() {
        let mut record = Record::default();
        assert_eq!(Form::ALL.map(|form| record.percent(form)), [0; 4]);
        record.facts.insert("title", "Wells".into());
        record.facts.insert("licence", "  ".into());
        let counted = Form::ALL.map(|form| record.percent(form) > 0);
        assert_eq!(counted, [true, false, true, true], "blanks are nothing");
        for field in FIELDS {
            record.facts.insert(field.key, "said".into());
        }
        assert_eq!(Form::ALL.map(|form| record.percent(form)), [100; 4]);
        record.columns.push(Column {
            name: "well".into(),
            ..Column::default()
        });
        assert_eq!(record.percent(Form::Variable), 4 * 100 / 11);
    }
}
