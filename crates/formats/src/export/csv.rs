//! CSV as ODK Briefcase wrote it and Central writes it still: one sheet for what was filed, one for every repeat.
//!
//! A cell holds what was answered, to the letter. What begins with `=`, `+`, `-` or `@` is not altered, as in Central: programs read
//! these files, and an altered answer is a wrong one. Who opens them in a spreadsheet imports the columns as text.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use super::{
    About, Answers,
    fields::{Field, Fields, Kind},
    values::{cell, instant, whole},
};

/// How the columns are named and laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    pub naming: Naming,
    /// Which choices were ticked anywhere, by the field's number; then every one has a column of 0 and 1.
    pub ticked: Option<Ticked>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Naming {
    /// `group-age`.
    #[default]
    ByPath,
    /// `age`.
    ByName,
}

/// The choices ticked in questions that allow several, as they are collected over all submissions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked(HashMap<usize, BTreeSet<String>>);

impl Ticked {
    /// Adds the choices of one submission.
    pub fn collect(&mut self, fields: &Fields, answers: &Answers) {
        for (at, _) in fields
            .list
            .iter()
            .enumerate()
            .filter(|(_, field)| field.is_multiple)
        {
            let known = self.0.entry(at).or_default();
            answers.each_value(fields, at, |value| {
                for choice in value.split_whitespace() {
                    if !known.contains(choice) {
                        known.insert(choice.to_owned());
                    }
                }
            });
        }
    }

    /// Adds what was collected elsewhere.
    pub fn join(&mut self, other: Ticked) {
        for (field, choices) in other.0 {
            self.0.entry(field).or_default().extend(choices);
        }
    }
}

/// The sheets of a form.
#[derive(Debug)]
pub struct Sheets {
    sheets: Vec<Sheet>,
}

#[derive(Debug)]
struct Sheet {
    name: String,
    header: Vec<String>,
    columns: Vec<Column>,
    /// What stands between a row's key and the keys of this sheet's rows below it: `/group/member`.
    step: String,
}

#[derive(Debug)]
enum Column {
    Answer(usize),
    /// Latitude, longitude, altitude and accuracy.
    Place(usize),
    /// The answer, then one cell for each choice.
    Choices(usize, Vec<String>),
}

/// Names of the columns that follow the answers to what was filed.
const OWN: [&str; 10] = [
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
];

impl Sheets {
    pub fn new(fields: &Fields, form_id: &str, options: &Options) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for repeat in fields.tables.iter().filter_map(|table| table.field) {
            *counts.entry(&fields.list[repeat].name).or_default() += 1;
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut sheets = Vec::with_capacity(fields.tables.len());
        for (at, table) in fields.tables.iter().enumerate() {
            let mut header = Vec::new();
            let mut columns = Vec::new();
            if at == 0 {
                header.push("SubmissionDate".to_owned());
            }
            for &leaf in &table.leaves {
                let field = &fields.list[leaf];
                let name = match options.naming {
                    Naming::ByPath => fields.below(at, leaf, "-", |field| &field.name)[1..].to_owned(),
                    Naming::ByName => field.name.clone(),
                };
                columns.push(column(leaf, field, name, options, &mut header));
            }
            let mut name = file_name(form_id);
            let mut step = String::new();
            if let Some(repeat) = table.field {
                header.extend(["PARENT_KEY".to_owned(), "KEY".to_owned()]);
                let called = &fields.list[repeat].name;
                let nth = seen.entry(called).or_default();
                *nth += 1;
                name = if counts[called.as_str()] > 1 {
                    file_name(&format!("{form_id}-{called}~{nth}"))
                } else {
                    file_name(&format!("{form_id}-{called}"))
                };
                step = fields.below(table.parent.unwrap_or(0), repeat, "/", |field| &field.name);
            } else {
                header.extend(OWN.map(str::to_owned));
            }
            name.push_str(".csv");
            sheets.push(Sheet {
                name,
                header,
                columns,
                step,
            });
        }
        Self { sheets }
    }

    /// Returns the name of every sheet's file, in the order of the form's tables.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|sheet| sheet.name.as_str())
    }

    /// Writes the first line of a sheet.
    pub fn write_header(&self, table: usize, out: &mut Vec<u8>) {
        for (n, name) in self.sheets[table].header.iter().enumerate() {
            comma(n, out);
            cell(name, out);
        }
        out.push(b'\n');
    }
}

/// Which sheets are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    All,
    /// Only what was filed, without the repeats.
    Root,
}

/// Writes rows; it keeps its buffers from one submission to the next.
#[derive(Debug)]
pub struct Writer<'a> {
    fields: &'a Fields,
    sheets: &'a Sheets,
    keys: String,
    /// Where each row's key stands.
    spans: Vec<(usize, usize)>,
}

impl<'a> Writer<'a> {
    pub fn new(fields: &'a Fields, sheets: &'a Sheets) -> Self {
        Self {
            fields,
            sheets,
            keys: String::new(),
            spans: Vec::new(),
        }
    }

    /// Writes the rows of one submission, each into the buffer of its table.
    pub fn write(&mut self, about: &About<'_>, answers: &Answers, wanted: Wanted, out: &mut [Vec<u8>]) {
        self.keys.clear();
        self.keys.push_str(about.instance_id);
        self.spans.clear();
        self.spans.push((0, self.keys.len()));
        let root = &mut out[0];
        instant(about.submitted_at, root);
        self.answers(answers, 0, 1, root);
        own(about, root);
        root.push(b'\n');
        if wanted == Wanted::Root {
            return;
        }
        for (at, row) in answers.rows.iter().enumerate().skip(1) {
            let (start, len) = self.spans[row.parent];
            let from = self.keys.len();
            self.keys.extend_from_within(start..start + len);
            self.keys.push_str(&self.sheets.sheets[row.table].step);
            let _ = write!(self.keys, "[{}]", row.position + 1);
            self.spans.push((from, self.keys.len() - from));
            let buffer = &mut out[row.table];
            let n_cells = self.answers(answers, at, 0, buffer);
            comma(n_cells, buffer);
            cell(&self.keys[start..start + len], buffer);
            buffer.push(b',');
            cell(&self.keys[from..], buffer);
            buffer.push(b'\n');
        }
    }

    /// Writes the answers of a row after the cells that stand already; tells how many there are then.
    fn answers(&self, answers: &Answers, row: usize, mut n_cells: usize, out: &mut Vec<u8>) -> usize {
        for column in &self.sheets.sheets[answers.rows[row].table].columns {
            comma(n_cells, out);
            n_cells += 1;
            match column {
                Column::Answer(leaf) => {
                    if let Some(value) = self.value(answers, row, *leaf) {
                        cell(value, out);
                    }
                }
                Column::Place(leaf) => {
                    let value = self.value(answers, row, *leaf).unwrap_or_default();
                    let mut numbers = value.split_ascii_whitespace();
                    for n in 0..4 {
                        comma(n, out);
                        cell(numbers.next().unwrap_or_default(), out);
                    }
                }
                Column::Choices(leaf, choices) => {
                    let value = self.value(answers, row, *leaf).unwrap_or_default();
                    cell(value, out);
                    for choice in choices {
                        let is_ticked = value.split_whitespace().any(|ticked| ticked == choice);
                        out.extend_from_slice(if is_ticked { b",1" } else { b",0" });
                    }
                }
            }
        }
        n_cells
    }

    fn value<'b>(&self, answers: &'b Answers, row: usize, leaf: usize) -> Option<&'b str> {
        answers.value(row, self.fields.list[leaf].slot)
    }
}

fn column(leaf: usize, field: &Field, name: String, options: &Options, header: &mut Vec<String>) -> Column {
    if field.kind == Kind::Geopoint {
        header.extend(["Latitude", "Longitude", "Altitude", "Accuracy"].map(|part| format!("{name}-{part}")));
        return Column::Place(leaf);
    }
    let choices = options.ticked.as_ref().and_then(|ticked| ticked.0.get(&leaf));
    let Some(choices) = choices.filter(|_| field.is_multiple) else {
        header.push(name);
        return Column::Answer(leaf);
    };
    let each: Vec<String> = choices.iter().map(|choice| format!("{name}/{choice}")).collect();
    header.push(name);
    header.extend(each);
    Column::Choices(leaf, choices.iter().cloned().collect())
}

fn own(about: &About<'_>, out: &mut Vec<u8>) {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    out.push(b',');
    cell(about.instance_id, out);
    out.push(b',');
    if let Some(submitter) = about.submitter {
        whole(submitter.id, out);
        out.push(b',');
        cell(submitter.name, out);
    } else {
        out.push(b',');
    }
    out.push(b',');
    whole(count(about.files_present), out);
    out.push(b',');
    whole(count(about.files_expected), out);
    // The status tells whether an encrypted submission could be read; none is encrypted here.
    out.extend_from_slice(b",,");
    cell(about.review_state.unwrap_or_default(), out);
    out.push(b',');
    cell(about.device_id.unwrap_or_default(), out);
    out.push(b',');
    whole(i64::try_from(about.edits).unwrap_or(i64::MAX), out);
    out.push(b',');
    cell(about.form_version, out);
}

fn comma(n_before: usize, out: &mut Vec<u8>) {
    if n_before > 0 {
        out.push(b',');
    }
}

/// Takes out of a name what no file's name may have.
pub fn file_name(name: &str) -> String {
    let kept: String = name
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '/' | '?' | '<' | '>' | '\\' | ':' | '*' | '|' | '"'))
        .collect();
    let kept = kept.trim_end_matches(['.', ' ']);
    let mut end = kept.len().min(240);
    while !kept.is_char_boundary(end) {
        end -= 1;
    }
    if end == 0 {
        "form".to_owned()
    } else {
        kept[..end].to_owned()
    }
}
