//! What every page must hold to, checked on its HTML without a browser; axe and html-validate look again in `e2e`.

use std::collections::BTreeMap;

use baraza::platform::html::assets;

/// An element's start as it was found in the page.
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    line: usize,
    /// The words up to the next tag.
    words: String,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    fn is_open(&self, name: &str) -> bool {
        self.name == name
    }
}

/// Everything that is wrong with a page, a line each; empty for a good one.
pub fn faults(html: &str) -> Vec<String> {
    let tags = tags(html);
    let mut faults = Vec::new();
    structure(&tags, &mut faults);
    nesting(&tags, &mut faults);
    ids(&tags, &mut faults);
    headings(&tags, &mut faults);
    names(&tags, &mut faults);
    let allowed = format!("<style>{}</style>", assets::style(assets::WITHIN_PAGES));
    nothing_inline(&tags, html.contains(&allowed), &mut faults);
    faults
}

fn structure(tags: &[Tag], faults: &mut Vec<String>) {
    let count = |name: &str| tags.iter().filter(|tag| tag.is_open(name)).count();
    for name in ["html", "head", "main", "h1"] {
        if count(name) != 1 {
            faults.push(format!("a page has one <{name}>, this one has {}", count(name)));
        }
    }
    let head = tags.iter().take_while(|tag| tag.name != "/head");
    if head
        .filter(|tag| tag.is_open("title") && !tag.words.trim().is_empty())
        .count()
        != 1
    {
        faults.push("a page has one title with words".into());
    }
    let html = tags.iter().find(|tag| tag.is_open("html"));
    if html
        .and_then(|html| html.attribute("lang"))
        .is_none_or(str::is_empty)
    {
        faults.push("<html> has no lang".into());
    }
}

/// Elements that have no end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "!doctype",
];

fn nesting(tags: &[Tag], faults: &mut Vec<String>) {
    let mut open: Vec<&Tag> = Vec::new();
    for tag in tags {
        if let Some(name) = tag.name.strip_prefix('/') {
            match open.pop() {
                Some(start) if start.name == name => {}
                Some(start) => {
                    faults.push(format!(
                        "line {}: </{name}> ends a <{}> of line {}",
                        tag.line, start.name, start.line
                    ));
                    return;
                }
                None => faults.push(format!("line {}: </{name}> ends nothing", tag.line)),
            }
            continue;
        }
        let closes_itself = tag.attributes.contains_key("/");
        if !closes_itself && !VOID.contains(&tag.name.as_str()) {
            let inside = |names: &[&str]| open.iter().any(|outer| names.contains(&outer.name.as_str()));
            let is_interactive = matches!(
                tag.name.as_str(),
                "a" | "button" | "input" | "select" | "textarea"
            );
            if is_interactive && inside(&["a", "button"]) {
                faults.push(format!(
                    "line {}: <{}> inside a link or a button",
                    tag.line, tag.name
                ));
            }
            if matches!(
                tag.name.as_str(),
                "div" | "p" | "ul" | "ol" | "dl" | "table" | "h1" | "h2" | "h3" | "form" | "section"
            ) && inside(&["p"])
            {
                faults.push(format!("line {}: <{}> inside a paragraph", tag.line, tag.name));
            }
            open.push(tag);
        }
    }
    faults.extend(
        open.iter()
            .map(|tag| format!("line {}: <{}> never ends", tag.line, tag.name)),
    );
}

fn ids(tags: &[Tag], faults: &mut Vec<String>) {
    let mut seen = BTreeMap::new();
    for tag in tags {
        if let Some(id) = tag.attribute("id")
            && let Some(line) = seen.insert(id, tag.line)
        {
            faults.push(format!(
                "lines {line} and {}: two elements have the id {id:?}",
                tag.line
            ));
        }
    }
    for tag in tags {
        for name in ["for", "aria-labelledby", "aria-describedby", "aria-controls"] {
            for id in tag
                .attribute(name)
                .unwrap_or_default()
                .split_whitespace()
                .filter(|id| !seen.contains_key(id))
            {
                faults.push(format!(
                    "line {}: {name} names {id:?}, which is not on the page",
                    tag.line
                ));
            }
        }
        if let Some(id) = tag.attribute("href").and_then(|href| href.strip_prefix('#'))
            && !seen.contains_key(id)
        {
            faults.push(format!(
                "line {}: a link leads to #{id}, which is not on the page",
                tag.line
            ));
        }
    }
}

fn headings(tags: &[Tag], faults: &mut Vec<String>) {
    let mut level = 0;
    for tag in tags {
        let Some(next) = tag
            .name
            .strip_prefix('h')
            .and_then(|digit| digit.parse::<u32>().ok())
        else {
            continue;
        };
        // What is wrong is said before anything else, above the page's own heading.
        if tag
            .attribute("class")
            .is_some_and(|class| class.contains("error-summary"))
        {
            continue;
        }
        if next > level + 1 {
            faults.push(format!("line {}: <h{next}> follows <h{level}>", tag.line));
        }
        level = next;
    }
}

fn names(tags: &[Tag], faults: &mut Vec<String>) {
    for (i, tag) in tags.iter().enumerate() {
        let named = ["aria-label", "aria-labelledby", "title"]
            .iter()
            .any(|name| tag.attribute(name).is_some_and(|value| !value.trim().is_empty()));
        let is_field = match tag.name.as_str() {
            "input" => !matches!(tag.attribute("type"), Some("hidden" | "submit")),
            "select" | "textarea" => true,
            _ => false,
        };
        if is_field {
            let labelled = tag.attribute("id").is_some_and(|id| {
                tags.iter()
                    .any(|label| label.is_open("label") && label.attribute("for") == Some(id))
            });
            if !labelled && !named {
                faults.push(format!(
                    "line {}: a field without a label: {:?}",
                    tag.line,
                    tag.attribute("name")
                ));
            }
        }
        if tag.is_open("img") && tag.attribute("alt").is_none() {
            faults.push(format!("line {}: a picture without alt", tag.line));
        }
        if matches!(tag.name.as_str(), "a" | "button") && !named {
            let end = format!("/{}", tag.name);
            let inner = tags[i..].iter().take_while(|inner| inner.name != end);
            let words: String = inner
                .map(|inner| {
                    format!(
                        "{}{}",
                        inner.words,
                        inner.attribute("aria-label").unwrap_or_default()
                    )
                })
                .collect();
            if words.trim().is_empty() {
                faults.push(format!("line {}: a {} without words", tag.line, tag.name));
            }
        }
        if tag.is_open("svg")
            && tag.attribute("role").is_none()
            && tag.attribute("aria-hidden") != Some("true")
        {
            faults.push(format!(
                "line {}: a drawing is neither named (role) nor hidden (aria-hidden)",
                tag.line
            ));
        }
        // A fieldset is named by its legend.
        let has_legend =
            tag.is_open("fieldset") && tags.get(i + 1).is_some_and(|next| next.is_open("legend"));
        if matches!(tag.attribute("role"), Some("img" | "group" | "region")) && !named && !has_legend {
            faults.push(format!(
                "line {}: a {} has a role and no name",
                tag.line, tag.name
            ));
        }
        if tag.is_open("th") && tag.attribute("scope").is_none() {
            faults.push(format!("line {}: <th> without scope", tag.line));
        }
    }
}

/// The CSP forbids inline scripts and styles but one, so a page that has another is broken in the browser only.
fn nothing_inline(tags: &[Tag], has_allowed_style: bool, faults: &mut Vec<String>) {
    let n_styles = tags.iter().filter(|tag| tag.is_open("style")).count();
    let may_stand = has_allowed_style && n_styles == 1;
    for tag in tags {
        if (tag.is_open("style") && !may_stand) || tag.attributes.contains_key("style") {
            faults.push(format!("line {}: an inline style", tag.line));
        }
        // Data for search engines is no script.
        let is_data = tag.attribute("type") == Some("application/ld+json");
        if tag.is_open("script") && tag.attribute("src").is_none() && !is_data {
            faults.push(format!("line {}: an inline script", tag.line));
        }
        if let Some(handler) = tag.attributes.keys().find(|name| name.starts_with("on")) {
            faults.push(format!("line {}: an inline handler {handler}", tag.line));
        }
        for name in ["href", "src", "action"] {
            if tag.attribute(name).is_some_and(|address| {
                address.starts_with("http:")
                    || address.starts_with("//")
                    || address.starts_with("javascript:")
            }) {
                faults.push(format!(
                    "line {}: {name} leads elsewhere: {:?}",
                    tag.line,
                    tag.attribute(name)
                ));
            }
        }
    }
}

/// Reads a page's tags in order. It is strict about what our own templates write, not a parser of anybody's HTML.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut rest = html;
    let mut line = 1;
    while let Some(start) = rest.find('<') {
        if let Some(last) = tags.last_mut() {
            last.words.push_str(&rest[..start]);
        }
        line += rest[..start].matches('\n').count();
        let end = start + rest[start..].find('>').unwrap_or(rest.len() - start - 1);
        let mut tag = tag(&rest[start + 1..end]);
        tag.line = line;
        line += rest[start..=end].matches('\n').count();
        tags.push(tag);
        rest = &rest[end + 1..];
    }
    tags
}

fn tag(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(|c: char| c.is_whitespace()).unwrap_or((text, ""));
    let mut attributes = BTreeMap::new();
    let mut name = name.to_ascii_lowercase();
    if name.len() > 1 && name.ends_with('/') {
        name.pop();
        attributes.insert("/".to_owned(), String::new());
    }
    while !rest.trim().is_empty() {
        rest = rest.trim_start();
        let ends = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let attribute = rest[..ends].to_ascii_lowercase();
        rest = &rest[ends..];
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let end = quoted.find('"').unwrap_or(quoted.len());
            attributes.insert(attribute, quoted[..end].to_owned());
            rest = quoted.get(end + 1..).unwrap_or_default();
            if rest.starts_with('/') {
                attributes.insert("/".to_owned(), String::new());
                rest = &rest[1..];
            }
        } else {
            attributes.insert(attribute, String::new());
        }
    }
    Tag {
        name,
        attributes,
        line: 0,
        words: String::new(),
    }
}

#[test]
fn a_good_page_has_no_faults_and_each_fault_is_found() {
    let page = |body: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>t</title></head><body><main><h1>t</h1>{body}</main></body></html>"
        )
    };
    assert_eq!(
        faults(&page(
            "<p>Words</p><svg aria-hidden=\"true\"><path d=\"M0 0\"/></svg>"
        )),
        [""; 0]
    );
    for (body, fault) in [
        ("<h3>x</h3>", "<h3> follows <h1>"),
        ("<p id=\"a\"></p><p id=\"a\"></p>", "two elements have the id"),
        ("<input name=\"x\">", "a field without a label"),
        ("<label for=\"y\">x</label>", "for names \"y\""),
        ("<p style=\"color:red\"></p>", "an inline style"),
        ("<style>p { color: red }</style>", "an inline style"),
        ("<script>x</script>", "an inline script"),
        ("<p><div></div></p>", "<div> inside a paragraph"),
        ("<a href=\"/\"></a>", "a a without words"),
        ("<div>", "</main> ends a <div>"),
        ("<svg></svg>", "a drawing is neither"),
        ("<a href=\"#gone\">x</a>", "leads to #gone"),
        ("<a href=\"http://example.org\">x</a>", "leads elsewhere"),
        ("<table><tr><th>x</th></tr></table>", "<th> without scope"),
    ] {
        let found = faults(&page(body));
        assert!(found.iter().any(|line| line.contains(fault)), "{body}: {found:?}");
    }
}
