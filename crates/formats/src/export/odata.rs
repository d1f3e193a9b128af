//! Rows as OData 4.0 JSON, with Central's `__id`, `__system` and links between tables.

use sha1::{Digest, Sha1};

use super::{
    About, Answers,
    fields::{Field, Fields, Kind},
    select::{Beside, SYSTEM, parent_property},
    values::{escaped, instant, json, null, string, whole},
};

pub use super::values::Geometry;

/// What a feed shows of a form: the rows of one table.
#[derive(Debug)]
pub struct Feed {
    fields: Fields,
    table: usize,
    beside: Beside,
    inner: Inner,
    geometry: Geometry,
    /// `"__Submissions-id":`
    parent_key: Option<String>,
    names: Vec<Names>,
}

/// Whether the rows of repeats are shown within the rows they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inner {
    /// Only a link to them.
    #[default]
    Linked,
    /// `$expand=*`.
    Expanded,
}

/// What is written for a field again and again.
#[derive(Debug)]
struct Names {
    /// `"age":`
    key: String,
    /// `"member@odata.navigationLink":`
    link: String,
    /// From the row around a repeat to it, as ids are made of it: `%%group#%%member#`.
    hashed: String,
    /// The same way in addresses: `/group/member`.
    path: String,
}

impl Feed {
    /// Prepares a feed of a table's rows; `fields` and `beside` come from [`super::select::select`].
    ///
    /// `None` when the fields have no such table.
    pub fn new(
        fields: Fields,
        beside: Beside,
        table: &str,
        inner: Inner,
        geometry: Geometry,
    ) -> Option<Self> {
        let table = fields.table(table)?;
        let names = (0..fields.list.len()).map(|at| names(&fields, at)).collect();
        let parent_key = parent_property(&fields, table).map(|name| format!("\"{name}\":"));
        Some(Self {
            fields,
            table,
            beside,
            inner,
            geometry,
            parent_key,
            names,
        })
    }

    /// Returns the fields by which instances are to be read.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Returns the number of the table.
    pub fn table(&self) -> usize {
        self.table
    }
}

fn names(fields: &Fields, at: usize) -> Names {
    let field = &fields.list[at];
    let (mut hashed, mut path) = (String::new(), String::new());
    if field.kind == Kind::Repeat {
        hashed = fields.below(field.table, at, "%%", |field| &field.name);
        // Every name is followed by the number of its instance, and a group has none.
        hashed = hashed.replace("%%", "#%%")[1..].to_owned() + "#";
        path = fields.below(field.table, at, "/", |field| &field.identifier);
    }
    Names {
        key: format!("\"{}\":", field.identifier),
        link: format!("\"{}@odata.navigationLink\":", field.identifier),
        hashed,
        path,
    }
}

/// Writes rows; it keeps its buffers from one submission to the next.
#[derive(Debug)]
pub struct Writer<'a> {
    feed: &'a Feed,
    /// What ids are hashes of, one after the other, and where each row's stands.
    keys: Vec<u8>,
    spans: Vec<(usize, usize)>,
    /// Forty digits for each row after the first.
    ids: Vec<u8>,
    /// The instance id as addresses write it.
    address: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub fn new(feed: &'a Feed) -> Self {
        Self {
            feed,
            keys: Vec::new(),
            spans: Vec::new(),
            ids: Vec::new(),
            address: Vec::new(),
        }
    }

    /// Makes ready to write rows of a submission; to be called before anything else is asked about it.
    pub fn begin(&mut self, about: &About<'_>, answers: &Answers) {
        self.address.clear();
        for byte in about.instance_id.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
                self.address.push(byte);
            } else {
                self.address.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
        }
        self.ids.clear();
        if self.feed.table == 0 && self.feed.inner == Inner::Linked {
            return;
        }
        self.keys.clear();
        self.keys.extend_from_slice(b"Submissions#");
        self.keys.extend_from_slice(about.instance_id.as_bytes());
        self.spans.clear();
        self.spans.push((0, self.keys.len()));
        for row in answers.rows.iter().skip(1) {
            let (start, len) = self.spans[row.parent];
            let from = self.keys.len();
            self.keys.extend_from_within(start..start + len);
            self.keys
                .extend_from_slice(self.names_of(row.table).hashed.as_bytes());
            whole(row.position, &mut self.keys);
            self.spans.push((from, self.keys.len() - from));
            let mut digits = [0; 40];
            // Twenty bytes are forty digits.
            let _ = hex::encode_to_slice(Sha1::digest(&self.keys[from..]), &mut digits);
            self.ids.extend_from_slice(&digits);
        }
    }

    /// Returns the id of a row.
    pub fn id(&self, about: &About<'_>, row: usize) -> String {
        match row.checked_sub(1) {
            None => about.instance_id.to_owned(),
            Some(at) => String::from_utf8_lossy(&self.ids[at * 40..][..40]).into_owned(),
        }
    }

    /// Writes one row as a JSON object.
    pub fn write(&self, about: &About<'_>, answers: &Answers, row: usize, out: &mut Vec<u8>) {
        let beside = &self.feed.beside;
        out.push(b'{');
        if beside.has_id {
            out.extend_from_slice(b"\"__id\":");
            self.write_id(about, row, out);
        }
        if let Some(key) = self.feed.parent_key.as_ref().filter(|_| beside.has_parent_id) {
            separate(out);
            out.extend_from_slice(key.as_bytes());
            self.write_id(about, answers.rows[row].parent, out);
        }
        if self.feed.table == 0 && beside.system.contains(&true) {
            separate(out);
            out.extend_from_slice(b"\"__system\":{");
            for (at, name) in SYSTEM.iter().enumerate().filter(|(at, _)| beside.system[*at]) {
                separate(out);
                out.push(b'"');
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b"\":");
                system(about, at, out);
            }
            out.push(b'}');
        }
        self.fields(about, answers, row, self.children(answers.rows[row].table), out);
        out.push(b'}');
    }

    fn fields(&self, about: &About<'_>, answers: &Answers, row: usize, fields: &[usize], out: &mut Vec<u8>) {
        for &at in fields {
            let (field, names) = (&self.feed.fields.list[at], &self.feed.names[at]);
            match field.kind {
                Kind::Structure => {
                    separate(out);
                    out.extend_from_slice(names.key.as_bytes());
                    out.push(b'{');
                    self.fields(about, answers, row, &field.children, out);
                    out.push(b'}');
                }
                Kind::Repeat => self.repeat(about, answers, row, at, out),
                kind => {
                    separate(out);
                    out.extend_from_slice(names.key.as_bytes());
                    match answers.value(row, field.slot) {
                        Some(value) => json(kind, value, self.feed.geometry, out),
                        None => null(out),
                    }
                }
            }
        }
    }

    /// Writes the link to a repeat's rows, and where they are wanted the rows; nothing when there are none.
    fn repeat(&self, about: &About<'_>, answers: &Answers, row: usize, at: usize, out: &mut Vec<u8>) {
        let (field, names) = (&self.feed.fields.list[at], &self.feed.names[at]);
        let Some(first) = answers.first(row, field.slot) else {
            return;
        };
        separate(out);
        out.extend_from_slice(names.link.as_bytes());
        out.push(b'"');
        self.address(answers, row, out);
        out.extend_from_slice(names.path.as_bytes());
        out.push(b'"');
        if self.feed.inner == Inner::Linked {
            return;
        }
        separate(out);
        out.extend_from_slice(names.key.as_bytes());
        out.push(b'[');
        let mut next = Some(first);
        while let Some(inner) = next {
            separate(out);
            out.extend_from_slice(b"{\"__id\":");
            self.write_id(about, inner, out);
            self.fields(about, answers, inner, &field.children, out);
            out.push(b'}');
            next = answers.rows[inner].next;
        }
        out.push(b']');
    }

    /// Writes where a row is found below the service: `Submissions('uuid%3A…')/member('…')`.
    fn address(&self, answers: &Answers, row: usize, out: &mut Vec<u8>) {
        let Some(at) = row.checked_sub(1) else {
            out.extend_from_slice(b"Submissions('");
            out.extend_from_slice(&self.address);
            out.extend_from_slice(b"')");
            return;
        };
        let known = answers.rows[row];
        self.address(answers, known.parent, out);
        out.extend_from_slice(self.names_of(known.table).path.as_bytes());
        out.extend_from_slice(b"('");
        out.extend_from_slice(&self.ids[at * 40..][..40]);
        out.extend_from_slice(b"')");
    }

    fn write_id(&self, about: &About<'_>, row: usize, out: &mut Vec<u8>) {
        match row.checked_sub(1) {
            None => string(about.instance_id, out),
            Some(at) => {
                out.push(b'"');
                out.extend_from_slice(&self.ids[at * 40..][..40]);
                out.push(b'"');
            }
        }
    }

    fn children(&self, table: usize) -> &[usize] {
        match self.feed.fields.tables[table].field {
            Some(repeat) => &self.feed.fields.list[repeat].children,
            None => &self.feed.fields.top,
        }
    }

    fn names_of(&self, table: usize) -> &'a Names {
        &self.feed.names[self.feed.fields.tables[table].field.unwrap_or_default()]
    }
}

/// Writes one of the properties of [`SYSTEM`].
fn system(about: &About<'_>, which: usize, out: &mut Vec<u8>) {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    match SYSTEM[which] {
        "submissionDate" => time(Some(about.submitted_at), out),
        "updatedAt" => time(about.updated_at, out),
        "deletedAt" => time(about.deleted_at, out),
        "submitterId" => match about.submitter {
            Some(submitter) => string(&submitter.id.to_string(), out),
            None => null(out),
        },
        "submitterName" => text(about.submitter.map(|submitter| submitter.name), out),
        "attachmentsPresent" => whole(count(about.files_present), out),
        "attachmentsExpected" => whole(count(about.files_expected), out),
        "reviewState" => text(about.review_state, out),
        "deviceId" => text(about.device_id, out),
        "edits" => whole(i64::try_from(about.edits).unwrap_or(i64::MAX), out),
        "formVersion" => string(about.form_version, out),
        // The status of an encrypted submission; none is encrypted here.
        _ => null(out),
    }
}

fn time(micros: Option<i64>, out: &mut Vec<u8>) {
    let Some(micros) = micros else { return null(out) };
    out.push(b'"');
    instant(micros, out);
    out.push(b'"');
}

fn text(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => string(text, out),
        None => null(out),
    }
}

fn separate(out: &mut Vec<u8>) {
    if !matches!(out.last(), Some(b'{' | b'[')) {
        out.push(b',');
    }
}

/// What a page of rows begins with.
pub const OPENING: &str = "{\"value\":[";

/// Writes what a page of rows ends with: where the service describes itself, the next page, and how many there are in all.
pub fn closing(service: &str, table: &str, next: Option<&str>, count: Option<usize>) -> Vec<u8> {
    let mut out = b"],\"@odata.context\":\"".to_vec();
    escaped(&format!("{service}/$metadata#{table}"), &mut out);
    out.push(b'"');
    if let Some(next) = next {
        out.extend_from_slice(b",\"@odata.nextLink\":");
        string(next, &mut out);
    }
    if let Some(count) = count {
        out.extend_from_slice(b",\"@odata.count\":");
        whole(i64::try_from(count).unwrap_or(i64::MAX), &mut out);
    }
    out.push(b'}');
    out
}

/// Writes the service document: which tables there are.
pub fn service_document(service: &str, fields: &Fields) -> Vec<u8> {
    let mut out = b"{\"@odata.context\":".to_vec();
    string(&format!("{service}/$metadata"), &mut out);
    out.extend_from_slice(b",\"value\":[");
    for table in fields.tables() {
        separate(&mut out);
        out.extend_from_slice(b"{\"name\":");
        string(&table.name, &mut out);
        out.extend_from_slice(b",\"kind\":\"EntitySet\",\"url\":");
        string(&table.name, &mut out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}

impl Field {
    /// Returns the name as OData writes it.
    pub fn identifier(&self) -> &str {
        &self.identifier
    }
}
