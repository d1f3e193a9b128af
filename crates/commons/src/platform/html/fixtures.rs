//! Compares our macros with govuk-frontend's own fixtures: the same options must give the same elements, attributes and words.
//!
//! The fixtures come with the npm package (`npm ci` in `web`). A fixture with an option that our macro does not offer is passed
//! over, but the number compared is fixed below, so that none can drop out unseen.

use std::path::{Path, PathBuf};

use askama::Template;
use serde_json::Value;

use crate::platform::html::parts::{self, Choice, DateParts, FieldError, PageItem, Words};
use crate::platform::html::{Markup, Shell};
use crate::platform::i18n::Lang;

/// A fixture's options, read by a path like `label.text`.
struct Options(Value);

impl Options {
    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.')
            .try_fold(&self.0, |value, key| value.get(key))
            .filter(|value| !value.is_null())
    }

    fn s(&self, path: &str) -> String {
        self.at(path).map(plain).unwrap_or_default()
    }

    fn is(&self, path: &str) -> bool {
        self.at(path) == Some(&Value::Bool(true))
    }

    fn list(&self, path: &str) -> Vec<Options> {
        let list = self
            .at(path)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        list.into_iter()
            .filter(|value| value.is_object())
            .map(Options)
            .collect()
    }

    /// `{path}.html`, else `{path}.text`; at the top for an empty path.
    fn words(&self, path: &str) -> Words {
        let dot = if path.is_empty() { "" } else { "." };
        match self.s(&format!("{path}{dot}html")) {
            html if html.is_empty() => Words::Plain(self.s(&format!("{path}{dot}text"))),
            html => Words::Html(Markup(html)),
        }
    }

    fn legend(&self) -> Words {
        self.words("fieldset.legend")
    }

    fn id(&self) -> String {
        parts::first_of(self.s("idPrefix"), self.s("id"))
    }

    fn choices(&self) -> Vec<Choice> {
        let chosen: Vec<String> = self
            .at("values")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(plain)
            .collect();
        let choice = |option: Options| {
            let divider = option.s("divider");
            if !divider.is_empty() {
                return Choice::divider(divider);
            }
            let value = option.s("value");
            let named_as_chosen =
                chosen.contains(&value) || self.at("value").map(plain).as_ref() == Some(&value);
            let decided = option.at("checked").or(option.at("selected"));
            Choice {
                text: option.words(""),
                hint: option.s("hint.text"),
                id: option.s("id"),
                name: option.s("name"),
                chosen: decided.map_or(named_as_chosen, |chosen| *chosen == Value::Bool(true)),
                disabled: option.is("disabled"),
                excludes_others: option.s("behaviour") == "exclusive",
                ..Choice::new(value, "")
            }
        };
        self.list("items").into_iter().map(choice).collect()
    }

    fn date(&self) -> DateParts {
        let prefix = self.s("namePrefix");
        let dash = if prefix.is_empty() { "" } else { "-" };
        let value = |part: &str| self.s(&format!("values.{prefix}{dash}{part}"));
        // Where there is an error and no part is blamed, all parts are.
        let blamed = ["day.error", "month.error", "year.error"].map(|path| self.at(path).is_some());
        let all = !self.s("errorMessage.text").is_empty() && !blamed.contains(&true);
        let wrong = ["day.error", "month.error", "year.error"].map(|path| all || self.is(path));
        DateParts {
            day: value("day"),
            month: value("month"),
            year: value("year"),
            wrong,
        }
    }

    fn date_prefix(&self) -> String {
        let prefix = self.s("namePrefix");
        if prefix.is_empty() {
            prefix
        } else {
            format!("{prefix}-")
        }
    }

    fn banner_kind(&self) -> &'static str {
        if self.s("type") == "success" {
            "success"
        } else {
            ""
        }
    }

    fn rows(&self) -> Vec<parts::SummaryRow> {
        let action = |option: Options| parts::Action {
            href: option.s("href"),
            text: option.s("text"),
            of: option.s("visuallyHiddenText"),
        };
        let row = |option: Options| parts::SummaryRow {
            key: option.words("key"),
            value: option.words("value"),
            actions: option.list("actions.items").into_iter().map(action).collect(),
        };
        self.list("rows").into_iter().map(row).collect()
    }

    fn cells(list: Vec<Options>) -> Vec<parts::Cell> {
        let cell = |option: Options| parts::Cell {
            content: option.words(""),
            numeric: option.s("format") == "numeric",
            ..Default::default()
        };
        list.into_iter().map(cell).collect()
    }

    fn table_rows(&self) -> Vec<Vec<parts::Cell>> {
        let rows = self
            .at("rows")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let cells = |row: Value| {
            Options::cells(
                row.as_array()
                    .cloned()
                    .unwrap_or_default()
                    .into_iter()
                    .map(Options)
                    .collect(),
            )
        };
        rows.into_iter().filter(Value::is_array).map(cells).collect()
    }

    fn head(&self) -> Vec<parts::Cell> {
        Options::cells(self.list("head"))
    }

    fn errors(&self) -> Vec<FieldError> {
        let error = |option: Options| FieldError {
            field: option.s("href").trim_start_matches('#').into(),
            text: option.s("text"),
        };
        self.list("errorList").into_iter().map(error).collect()
    }

    fn crumbs(&self) -> Vec<parts::Crumb> {
        self.list("items")
            .into_iter()
            .map(|option| parts::Crumb {
                text: option.s("text"),
                href: option.s("href"),
            })
            .collect()
    }

    fn pages(&self) -> parts::Pagination {
        let item = |option: Options| match option.is("ellipsis") {
            true => PageItem::Gap,
            false => PageItem::Page {
                number: option.s("number").parse().unwrap_or(0),
                href: option.s("href"),
                current: option.is("current"),
            },
        };
        parts::Pagination {
            previous: self.s("previous.href"),
            next: self.s("next.href"),
            items: self.list("items").into_iter().map(item).collect(),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => String::new(),
    }
}

/// A component: which options its macro offers, how many fixtures those cover, and the macro called with them.
macro_rules! component {
    ($test:ident, $folder:literal, $compared:literal, $offered:literal, $source:literal) => {
        #[test]
        fn $test() {
            #[derive(Template)]
            #[template(ext = "html", source = $source)]
            struct Page {
                #[allow(dead_code, reason = "only components with texts of their own read it")]
                page: Shell,
                o: Options,
            }
            compare($folder, $compared, $offered, |page, o| {
                Page { page, o }.render().expect("a component renders")
            });
        }
    };
}

component!(
    buttons_are_as_designed,
    "button",
    34,
    "text html href name value type id classes disabled isStartButton preventDoubleClick",
    r#"{% import "platform/html/components.html" as c %}{{ c::button(o.words(""), href=o.s("href"), name=o.s("name"), value=o.s("value"), kind=parts::first_of(o.s("type"), "submit"), id=o.s("id"), classes=o.s("classes"), disabled=o.is("disabled"), start=o.is("isStartButton"), once=o.is("preventDoubleClick")) }}"#
);

component!(
    inputs_are_as_designed,
    "input",
    38,
    "name id label.text label.html label.classes label.isPageHeading hint.text errorMessage.text classes value type describedBy inputmode pattern autocomplete autocapitalize spellcheck disabled prefix.text prefix.html suffix.text suffix.html",
    r#"{% import "platform/html/components.html" as c %}{{ c::input(name=o.s("name"), label=o.words("label"), value=o.s("value"), kind=parts::first_of(o.s("type"), "text"), hint=o.s("hint.text"), id=o.s("id"), classes=o.s("classes"), label_classes=o.s("label.classes"), heading=o.is("label.isPageHeading"), inputmode=o.s("inputmode"), autocomplete=o.s("autocomplete"), pattern=o.s("pattern"), spellcheck=o.s("spellcheck"), autocapitalize=o.s("autocapitalize"), prefix=o.words("prefix"), suffix=o.words("suffix"), described_by=o.s("describedBy"), disabled=o.is("disabled")) }}"#
);

component!(
    textareas_are_as_designed,
    "textarea",
    16,
    "name id label.text label.classes label.isPageHeading hint.text errorMessage.text classes value rows describedBy autocomplete spellcheck",
    r#"{% import "platform/html/components.html" as c %}{{ c::textarea(name=o.s("name"), label=o.words("label"), value=o.s("value"), hint=o.s("hint.text"), id=o.s("id"), rows=o.s("rows").parse().unwrap_or(5), classes=o.s("classes"), label_classes=o.s("label.classes"), heading=o.is("label.isPageHeading"), autocomplete=o.s("autocomplete"), spellcheck=o.s("spellcheck"), described_by=o.s("describedBy")) }}"#
);

component!(
    selects_are_as_designed,
    "select",
    12,
    "name id label.text label.classes label.isPageHeading hint.text errorMessage.text classes value describedBy items[].value items[].text items[].selected items[].disabled",
    r#"{% import "platform/html/components.html" as c %}{{ c::select(name=o.s("name"), label=o.words("label"), choices=o.choices(), hint=o.s("hint.text"), id=o.s("id"), classes=o.s("classes"), label_classes=o.s("label.classes"), heading=o.is("label.isPageHeading"), described_by=o.s("describedBy")) }}"#
);

component!(
    file_uploads_are_as_designed,
    "file-upload",
    13,
    "name id label.text label.classes label.isPageHeading hint.text errorMessage.text classes describedBy multiple disabled",
    r#"{% import "platform/html/components.html" as c %}{{ c::file_upload(name=o.s("name"), label=o.words("label"), hint=o.s("hint.text"), id=o.s("id"), classes=o.s("classes"), label_classes=o.s("label.classes"), heading=o.is("label.isPageHeading"), many=o.is("multiple"), disabled=o.is("disabled"), described_by=o.s("describedBy")) }}"#
);

component!(
    radios_are_as_designed,
    "radios",
    26,
    "name idPrefix classes value hint.text errorMessage.text fieldset.legend.text fieldset.legend.html fieldset.legend.classes fieldset.legend.isPageHeading fieldset.describedBy items[].value items[].text items[].html items[].id items[].hint.text items[].checked items[].disabled items[].divider",
    r#"{% import "platform/html/components.html" as c %}{{ c::radios(name=o.s("name"), choices=o.choices(), legend=o.legend(), hint=o.s("hint.text"), id=o.id(), classes=o.s("classes"), legend_classes=o.s("fieldset.legend.classes"), heading=o.is("fieldset.legend.isPageHeading"), described_by=o.s("fieldset.describedBy")) }}"#
);

component!(
    checkboxes_are_as_designed,
    "checkboxes",
    27,
    "name idPrefix classes values describedBy hint.text errorMessage.text fieldset.legend.text fieldset.legend.html fieldset.legend.classes fieldset.legend.isPageHeading fieldset.describedBy items[].value items[].text items[].html items[].id items[].name items[].hint.text items[].checked items[].disabled items[].divider items[].behaviour",
    r#"{% import "platform/html/components.html" as c %}{{ c::checkboxes(name=o.s("name"), choices=o.choices(), legend=o.legend(), hint=o.s("hint.text"), id=o.id(), classes=o.s("classes"), legend_classes=o.s("fieldset.legend.classes"), heading=o.is("fieldset.legend.isPageHeading"), described_by=parts::first_of(o.s("describedBy"), o.s("fieldset.describedBy"))) }}"#
);

component!(
    dates_are_as_designed,
    "date-input",
    12,
    "id namePrefix hint.text errorMessage.text fieldset.legend.text fieldset.legend.html fieldset.describedBy day.error month.error year.error values.day values.month values.year values.dob-day values.dob-month values.dob-year",
    r#"{% import "platform/html/components.html" as c %}{{ c::date_input(name=o.s("id"), legend=o.legend(), value=o.date(), prefix=o.date_prefix(), hint=o.s("hint.text"), described_by=o.s("fieldset.describedBy")) }}"#
);

component!(
    fieldsets_are_as_designed,
    "fieldset",
    16,
    "legend.text legend.html legend.classes legend.isPageHeading describedBy classes html",
    r#"{% import "platform/html/components.html" as c %}{% call c::fieldset(o.words("legend"), legend_classes=o.s("legend.classes"), heading=o.is("legend.isPageHeading"), described_by=o.s("describedBy"), classes=o.s("classes")) %}{{ Markup(o.s("html")) }}{% endcall %}"#
);

component!(
    error_summaries_are_as_designed,
    "error-summary",
    5,
    "titleText errorList[].text errorList[].href",
    r#"{% import "platform/html/components.html" as c %}{{ c::error_summary(o.errors()) }}"#
);

component!(
    summary_lists_are_as_designed,
    "summary-list",
    9,
    "classes rows[].key.text rows[].key.html rows[].value.text rows[].value.html rows[].actions.items[].href rows[].actions.items[].text rows[].actions.items[].visuallyHiddenText",
    r#"{% import "platform/html/components.html" as c %}{% let rows = o.rows() %}{{ c::summary_list(rows, classes=o.s("classes")) }}"#
);

component!(
    tables_are_as_designed,
    "table",
    11,
    "caption captionClasses firstCellIsHeader classes head[].text head[].html head[].format rows[].0.text rows[].0.html rows[].1.text rows[].1.format rows[].2.text rows[].2.format",
    r#"{% import "platform/html/components.html" as c %}{{ c::table(o.head(), o.table_rows(), caption=o.s("caption"), caption_classes=o.s("captionClasses"), row_headers=o.is("firstCellIsHeader"), classes=o.s("classes")) }}"#
);

component!(
    tags_are_as_designed,
    "tag",
    11,
    "text html classes",
    r#"{% import "platform/html/components.html" as c %}{{ c::tag(o.words(""), classes=o.s("classes")) }}"#
);

component!(
    banners_are_as_designed,
    "notification-banner",
    7,
    "text type titleId",
    r#"{% import "platform/html/components.html" as c %}{{ c::notification_banner(o.words(""), kind=o.banner_kind(), id=parts::first_of(o.s("titleId"), "govuk-notification-banner-title")) }}"#
);

component!(
    insets_are_as_designed,
    "inset-text",
    4,
    "text html classes",
    r#"{% import "platform/html/components.html" as c %}{{ c::inset_text(o.words(""), classes=o.s("classes")) }}"#
);

component!(
    warnings_are_as_designed,
    "warning-text",
    2,
    "text html iconFallbackText",
    r#"{% import "platform/html/components.html" as c %}{{ c::warning_text(o.words("")) }}"#
);

component!(
    details_are_as_designed,
    "details",
    7,
    "summaryText text html id open",
    r#"{% import "platform/html/components.html" as c %}{{ c::details(o.s("summaryText"), o.words(""), open=o.is("open"), id=o.s("id")) }}"#
);

component!(
    panels_are_as_designed,
    "panel",
    4,
    "titleText text html",
    r#"{% import "platform/html/components.html" as c %}{{ c::panel(o.s("titleText"), content=o.words("")) }}"#
);

component!(
    breadcrumbs_are_as_designed,
    "breadcrumbs",
    1,
    "items[].text items[].href collapseOnMobile",
    r#"{% import "platform/html/components.html" as c %}{{ c::breadcrumbs(o.crumbs()) }}"#
);

component!(
    paginations_are_as_designed,
    "pagination",
    7,
    "previous.href next.href items[].number items[].href items[].current items[].ellipsis",
    r#"{% import "platform/html/components.html" as c %}{{ c::pagination(o.pages()) }}"#
);

fn compare(folder: &str, fixtures_compared: usize, offered: &str, render: impl Fn(Shell, Options) -> String) {
    let Some(path) = fixtures_of(folder) else { return };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut compared = Vec::new();
    let mut different = String::new();
    for fixture in file["fixtures"].as_array().expect("fixtures are a list") {
        let options = &fixture["options"];
        if !keys(options, "")
            .iter()
            .all(|key| offered.split(' ').any(|known| known == key))
            || says_other_words(folder, options)
        {
            continue;
        }
        compared.push(fixture["name"].to_string());
        let mut page = Shell::new(Lang::En, "/");
        let o = Options(options.clone());
        let (field, text) = (parts::first_of(o.s("name"), o.s("id")), o.s("errorMessage.text"));
        if !text.is_empty() {
            page.errors.push(FieldError { field, text });
        }
        let (ours, theirs) = (
            normal(&render(page, o)),
            normal(fixture["html"].as_str().expect("html is text")),
        );
        if ours != theirs {
            different += &format!(
                "\n{folder} {}\n  ours:   {ours}\n  theirs: {theirs}\n",
                fixture["name"]
            );
        }
    }
    assert!(different.is_empty(), "{different}");
    assert_eq!(
        compared.len(),
        fixtures_compared,
        "fixtures of {folder} compared: {compared:?}"
    );
}

/// The fixtures that came with `npm ci`; none without it, except where everything must be checked.
fn fixtures_of(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../web/node_modules/govuk-frontend/dist/govuk/components")
        .join(folder)
        .join("fixtures.json");
    if path.exists() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing: run `npm ci` in web",
        path.display()
    );
    println!(
        "not compared with govuk-frontend: {} is missing (run `npm ci` in web)",
        path.display()
    );
    None
}

/// Fixtures whose words are fixed in the component where ours are the reader's language, or that stand in what we never do.
fn says_other_words(folder: &str, options: &Value) -> bool {
    let o = Options(options.clone());
    match folder {
        "button" => {
            (o.is("isStartButton") && o.at("html").is_some())
                || (o.at("preventDoubleClick").is_some() && !o.is("preventDoubleClick"))
        }
        "breadcrumbs" => !o.is("collapseOnMobile"),
        "notification-banner" => !matches!(o.s("type").as_str(), "" | "success"),
        "warning-text" => o.s("iconFallbackText") != "Warning",
        "error-summary" => o.s("titleText") != "There is a problem",
        "date-input" => o.legend().is_empty() || o.at("month.error") == Some(&Value::Bool(false)),
        "pagination" => o
            .at("items")
            .and_then(Value::as_array)
            .is_some_and(|items| items.iter().any(|item| !item.is_object())),
        "select" => o.list("items").iter().any(|item| item.at("value").is_none()),
        _ => false,
    }
}

/// The paths of all options set, lists as `items[]`, a table's cells by their column.
fn keys(value: &Value, at: &str) -> Vec<String> {
    let below = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}.{key}")
        }
    };
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| keys(value, &below(key)))
            .collect(),
        Value::Array(list) if list.iter().any(Value::is_object) => list
            .iter()
            .flat_map(|value| keys(value, &format!("{at}[]")))
            .collect(),
        Value::Array(list) if list.iter().any(Value::is_array) => {
            let cells = list
                .iter()
                .filter_map(Value::as_array)
                .flat_map(|row| row.iter().enumerate());
            cells
                .flat_map(|(column, cell)| keys(cell, &format!("{at}[].{column}")))
                .collect()
        }
        Value::Null => Vec::new(),
        _ => vec![at.to_owned()],
    }
}

/// HTML with the differences taken away that no reader sees: spaces, the order of attributes, how characters are escaped.
fn normal(html: &str) -> String {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let words = rest[..start].split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            out.push(unescaped(&words));
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        out.push(normal_tag(&rest[start + 1..end]));
        rest = &rest[end + 1..];
    }
    out.extend(Some(unescaped(rest.trim())).filter(|words| !words.is_empty()));
    out.join(" ")
}

fn normal_tag(tag: &str) -> String {
    let tag = tag.trim().trim_end_matches('/');
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let name_ends = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let attribute = &rest[..name_ends];
        rest = &rest[name_ends..];
        let Some(value) = rest.strip_prefix("=\"") else {
            attributes.push(attribute.to_owned());
            continue;
        };
        let end = value.find('"').expect("a quoted attribute ends");
        let words = value[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        attributes.push(format!("{attribute}={:?}", unescaped(&words)));
        rest = &value[end + 1..];
    }
    attributes.sort();
    format!(
        "<{name}{}{}>",
        if attributes.is_empty() { "" } else { " " },
        attributes.join(" ")
    )
}

fn unescaped(words: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&ctdot;", "⋯"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(words.to_owned(), |words, (escaped, plain)| {
        words.replace(escaped, plain)
    })
}
