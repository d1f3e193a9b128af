//! Lines to copy: how a program or a spreadsheet gets this view.

use tables::Kind;

use crate::{catalog::view::Resource, platform::i18n::Lang};

/// Columns named one by one in a line; more would hide what it does.
const MOST_NAMED: usize = 12;

pub struct Snippet {
    pub title: String,
    pub code: String,
}

/// The lines for a view whose CSV stands at `address`.
#[must_use]
pub fn of(lang: Lang, resource: &Resource, address: &str) -> Vec<Snippet> {
    let texts: Vec<&str> = resource
        .columns
        .iter()
        .filter(|column| column.kind == Kind::Text.as_str())
        .map(|column| column.name.as_str())
        .collect();
    // Codes begin with zeros, and a guess would lose them.
    let python_types = match texts.len() {
        0 => String::new(),
        n if n <= MOST_NAMED => {
            let each: Vec<String> = texts
                .iter()
                .map(|name| format!("{}: \"string\"", quoted(name)))
                .collect();
            format!(", dtype={{{}}}", each.join(", "))
        }
        _ => ", dtype=\"string\"".to_owned(),
    };
    let r_types = match texts.len() {
        0 => String::new(),
        n if n <= MOST_NAMED => {
            let each: Vec<String> = texts
                .iter()
                .map(|name| format!("{} = \"character\"", quoted(name)))
                .collect();
            format!(", colClasses = c({})", each.join(", "))
        }
        _ => ", colClasses = \"character\"".to_owned(),
    };
    let snippet = |id: &'static str, code: String| Snippet {
        title: lang.text(id).to_string(),
        code,
    };
    let mut all = vec![
        snippet(
            "catalog-explore-for-python",
            format!(
                "import pandas as pd\n\ntable = pd.read_csv(\n    {}{}\n)",
                quoted(address),
                python_types
            ),
        ),
        snippet(
            "catalog-explore-for-r",
            format!(
                "table <- read.csv(\n  {}{},\n  check.names = FALSE\n)",
                quoted(address),
                r_types
            ),
        ),
    ];
    if resource.dataset.is_open {
        all.push(snippet(
            "catalog-explore-for-sheets",
            format!("=IMPORTDATA(\"{}\")", address.replace('"', "%22")),
        ));
        all.push(snippet(
            "catalog-explore-for-excel",
            format!(
                "= Table.PromoteHeaders(Csv.Document(Web.Contents(\"{}\"), [Delimiter = \",\", Encoding = 65001]))",
                address.replace('"', "%22")
            ),
        ));
        all.push(snippet(
            "catalog-explore-for-curl",
            format!(
                "curl --fail --location --output {}.csv '{address}'",
                resource.slug
            ),
        ));
    } else {
        all.push(snippet(
            "catalog-explore-for-curl",
            format!(
                "curl --fail --location --header 'Authorization: Bearer TOKEN' --output {}.csv '{address}'",
                resource.slug
            ),
        ));
    }
    all
}

/// A text in double quotes, as Python and R both read it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
