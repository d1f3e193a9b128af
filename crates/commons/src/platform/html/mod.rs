//! Pages: the layout around every page, the components in it, and the built assets it needs.
//!
//! A page is a struct with `#[derive(Template)]`, a field `page: Shell`, and a template beside its code that extends
//! `platform/html/layout.html` and imports `platform/html/components.html`. Components follow govuk-frontend 6.6 (MIT), in colours,
//! letters and a mark of our own. Everything works without JavaScript; `web/src/islands.ts` only adds comfort.
//!
//! Deliberately absent: a client-side application, inline scripts and styles (the CSP forbids both), web fonts.

use std::fmt;

use jiff::civil::DateTime;

use crate::platform::i18n::texts::Text;
use crate::platform::i18n::{Count, Lang};

pub mod assets;
#[cfg(test)]
mod fixtures;
pub mod parts;

/// Text that is HTML already and is written as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(pub String);

impl Markup {
    /// Makes words safe to stand in an element or in a quoted attribute.
    pub fn escape(words: &str) -> Markup {
        let mut escaped = Markup(String::with_capacity(words.len()));
        escaped.push_escaped(words);
        escaped
    }

    /// Adds words, made safe as [`Markup::escape`] does.
    pub fn push_escaped(&mut self, words: &str) {
        let mut rest = words;
        while let Some(at) = rest
            .bytes()
            .position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''))
        {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// What surrounds every page's content; a page's struct carries it as `page`.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    pub lang: Lang,
    /// The page's name, without that of the site. Empty on the home page.
    pub title: String,
    /// What search engines and link previews show; empty for none.
    pub description: String,
    /// The address of the page with its query, without `lang`.
    pub path: String,
    /// Whose installation this is, as in "Kabupaten Bojonegoro"; empty when nobody has said yet.
    pub owner: String,
    /// Whether the figures are invented, which every page then says.
    pub sample_data: bool,
    pub person: Option<Person>,
    /// The way to the page from the home page, which is not among them; the last one is the page itself and has no `href`.
    pub crumbs: Vec<parts::Crumb>,
    pub notices: Vec<parts::Notice>,
    /// What is wrong with the form that was sent, in the order of its fields.
    pub errors: Vec<parts::FieldError>,
    /// The other shapes of the page's data, each the suffix of an address: `csv`, `json`, `geojson`.
    pub shapes: Vec<&'static str>,
    /// Where feed readers are told what changes on the page, in Atom; empty for none.
    pub feed: String,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// Whether the desk is theirs to open.
    pub works_here: bool,
}

impl Shell {
    /// The shell of a page at this address, for somebody who reads this language and is not signed in.
    pub fn new(lang: Lang, path_and_query: &str) -> Shell {
        Shell {
            lang,
            path: without_lang(path_and_query),
            ..Shell::default()
        }
    }

    pub fn titled(mut self, title: impl fmt::Display) -> Shell {
        self.title = title.to_string();
        self
    }

    pub fn described(mut self, description: impl fmt::Display) -> Shell {
        self.description = description.to_string();
        self
    }

    /// Adds a step of the way from the home page; an empty `href` for the page itself.
    pub fn crumb(mut self, text: impl fmt::Display, href: impl Into<String>) -> Shell {
        self.crumbs.push(parts::Crumb {
            text: text.to_string(),
            href: href.into(),
        });
        self
    }

    pub fn shapes(mut self, shapes: &[&'static str]) -> Shell {
        self.shapes = shapes.to_vec();
        self
    }

    pub fn feed(mut self, address: impl Into<String>) -> Shell {
        self.feed = address.into();
        self
    }

    /// A shell with something in every part, for samples.
    pub fn sample(lang: Lang) -> Shell {
        Shell {
            owner: "Kabupaten Contoh".into(),
            sample_data: true,
            person: Some(Person {
                name: "Siti Aminah".into(),
                works_here: true,
            }),
            ..Shell::new(lang, "/sample")
        }
    }

    /// The language that the page's words are in, which screen readers are told.
    pub fn text_lang(&self) -> Lang {
        self.lang.of_texts()
    }

    /// The text with this id in the reader's language.
    pub fn t<'a>(&self, id: &'a str) -> Text<'a> {
        self.lang.text(id)
    }

    pub fn number(&self, n: impl Count) -> String {
        self.lang.number(n)
    }

    pub fn decimal(&self, x: f64, places: usize) -> String {
        self.lang.decimal(x, places)
    }

    /// Writes a percentage that is already out of a hundred.
    pub fn percent(&self, percent: f64, places: usize) -> String {
        self.lang.percent(percent, places)
    }

    pub fn date_time(&self, moment: DateTime) -> String {
        self.lang.date_time(moment)
    }

    /// What is wrong with the field of this name; empty when nothing is.
    pub fn error(&self, field: impl fmt::Display) -> &str {
        let field = field.to_string();
        self.errors
            .iter()
            .find(|error| error.field == field)
            .map_or("", |error| &error.text)
    }

    /// The id of the heading of the `position`th notice.
    pub fn notice_id(&self, position: impl Count) -> String {
        format!("notice-{}", position.count())
    }

    /// The same page in another language.
    pub fn in_language(&self, lang: Lang) -> String {
        let join = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{join}lang={}", self.path, lang.code())
    }

    /// The page's data in another shape: the address with a suffix, and the query kept.
    pub fn in_shape(&self, suffix: &str) -> String {
        let (path, query) = self
            .path
            .split_once('?')
            .map_or((self.path.as_str(), ""), |(path, query)| (path, query));
        let join = if query.is_empty() { "" } else { "?" };
        format!("{path}.{suffix}{join}{query}")
    }

    /// The languages to choose from at the top of a page: the complete ones, and the one being read.
    pub fn offered_languages(&self) -> Vec<Lang> {
        Lang::ALL
            .into_iter()
            .filter(|lang| Lang::COMPLETE.contains(lang) || *lang == self.lang)
            .collect()
    }

    pub fn all_languages(&self) -> [Lang; Lang::ALL.len()] {
        Lang::ALL
    }

    /// The main navigation.
    pub fn navigation(&self) -> Vec<NavItem> {
        let mut items = vec![
            ("/", "platform-nav-home"),
            ("/requests", "platform-nav-requests"),
            ("/data", "platform-nav-data"),
            ("/indicators", "platform-nav-indicators"),
            ("/forms", "platform-nav-forms"),
            ("/about", "platform-nav-about"),
        ];
        if self.person.as_ref().is_some_and(|person| person.works_here) {
            items.push(("/desk", "platform-nav-desk"));
        }
        let path = self.path.split(['?', '.']).next().unwrap_or_default();
        let item = |(href, text_id)| NavItem {
            href,
            text: self.t(text_id).to_string(),
            // A page stands where its address is, or where its breadcrumbs come from.
            place: match NavPlace::of(href, path) {
                NavPlace::Elsewhere if href != "/" && self.crumbs.iter().any(|crumb| crumb.href == href) => {
                    NavPlace::Below
                }
                place => place,
            },
        };
        items.into_iter().map(item).collect()
    }

    /// The address of a built asset, by the name it has before hashing.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The style sheet that stands within pages of forms.
    pub fn style_within(&self) -> String {
        assets::style(assets::WITHIN_PAGES)
    }

    /// Whether the style sheet was embedded when the program was built.
    pub fn has_assets(&self) -> bool {
        assets::are_built()
    }

    /// What the browser's tab shows.
    pub fn tab_title(&self) -> String {
        let mut title = String::new();
        if !self.errors.is_empty() {
            title = format!("{} ", self.t("platform-error-prefix"));
        }
        if !self.title.is_empty() {
            title += &self.title;
            title += " – ";
        }
        title += "Baraza";
        if !self.owner.is_empty() {
            title = format!("{title} {}", self.owner);
        }
        title
    }
}

/// One entry of the main navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub href: &'static str,
    pub text: String,
    pub place: NavPlace,
}

/// Where the page stands, seen from an entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NavPlace {
    Here,
    Below,
    Elsewhere,
}

impl NavPlace {
    fn of(href: &str, path: &str) -> NavPlace {
        if path == href {
            NavPlace::Here
        } else if href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')) {
            NavPlace::Below
        } else {
            NavPlace::Elsewhere
        }
    }

    /// The value of `aria-current`; empty for none.
    pub fn aria_current(self) -> &'static str {
        match self {
            NavPlace::Here => "page",
            NavPlace::Below => "true",
            NavPlace::Elsewhere => "",
        }
    }
}

/// Drops `lang` from the query of an address.
fn without_lang(path_and_query: &str) -> String {
    let Some((path, query)) = path_and_query.split_once('?') else {
        return path_and_query.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && *pair != "lang" && !pair.starts_with("lang="))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    #[derive(Template)]
    #[template(
        ext = "html",
        source = r#"{% extends "platform/html/layout.html" %}{% block content %}<h1>{{ page.title }}</h1>{% endblock %}"#
    )]
    struct Plain {
        page: Shell,
    }

    #[test]
    fn the_layout_carries_everything_the_shell_says_and_escapes_it() {
        let mut page = Shell::sample(Lang::Id)
            .titled("<Desa> & \"kota\"")
            .crumb("Bojonegoro", "/places/35.22")
            .crumb("Desa", "");
        page.notices.push(parts::Notice {
            kind: parts::NoticeKind::Success,
            content: Markup::escape("Sudah <disimpan>"),
        });
        page.shapes = vec!["csv"];
        page.feed = "/sample.atom?q=<desa>".into();
        let html = Plain { page }.render().expect("a page renders");
        for part in [
            "<html lang=\"id\"",
            "<title>&#60;Desa&#62; &#38; &#34;kota&#34; – Baraza Kabupaten Contoh</title>",
            "href=\"/places/35.22\"",
            "Sudah &lt;disimpan&gt;",
            "<link rel=\"alternate\" type=\"text/csv\" href=\"/sample.csv\">",
            "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/sample.atom?q=&#60;desa&#62;\">",
            "href=\"/sample?lang=en\"",
            "Siti Aminah",
            "Data contoh",
        ] {
            assert!(html.contains(part), "{part} is missing in\n{html}");
        }
        assert!(!html.contains("<Desa>") && !html.contains("<disimpan>"));
    }

    #[test]
    fn a_page_can_be_read_in_another_language_and_taken_in_another_shape_with_its_question_kept() {
        let page = Shell::new(Lang::En, "/indicators/1.2.1?lang=en&by=sex&place=35.22");
        assert_eq!(page.path, "/indicators/1.2.1?by=sex&place=35.22");
        assert_eq!(
            page.in_language(Lang::Id),
            "/indicators/1.2.1?by=sex&place=35.22&lang=id"
        );
        assert_eq!(page.in_shape("csv"), "/indicators/1.2.1.csv?by=sex&place=35.22");
        assert_eq!(
            Shell::new(Lang::En, "/?lang=id").in_language(Lang::Sw),
            "/?lang=sw"
        );
    }

    #[test]
    fn the_navigation_says_where_the_reader_is() {
        let places = |path| {
            Shell::new(Lang::En, path)
                .navigation()
                .iter()
                .map(|item| item.place.aria_current())
                .collect::<Vec<_>>()
        };
        assert_eq!(places("/"), ["page", "", "", "", "", ""]);
        assert_eq!(places("/requests/K7MQ4XTD"), ["", "true", "", "", "", ""]);
        assert_eq!(places("/data/households?page=2"), ["", "", "true", "", "", ""]);
        assert_eq!(places("/indicators"), ["", "", "", "page", "", ""]);
        assert_eq!(places("/database"), ["", "", "", "", "", ""]);
        let below = Shell::new(Lang::En, "/agenda").crumb("Data", "/data");
        assert_eq!(below.navigation()[2].place, NavPlace::Below);
    }

    #[test]
    fn only_those_who_work_here_see_the_desk() {
        let sees_desk = |page: &Shell| page.navigation().iter().any(|item| item.href == "/desk");
        assert!(sees_desk(&Shell::sample(Lang::En)));
        assert!(!sees_desk(&Shell::new(Lang::En, "/")));
    }

    #[test]
    fn a_form_with_errors_says_so_in_the_tab() {
        let mut page = Shell::new(Lang::En, "/sign-in").titled("Sign in");
        assert_eq!(page.tab_title(), "Sign in – Baraza");
        page.errors.push(parts::FieldError {
            field: "email".into(),
            text: "Enter your email".into(),
        });
        assert_eq!(page.tab_title(), "Error: Sign in – Baraza");
        assert_eq!(page.error("email"), "Enter your email");
        assert_eq!(page.error("name"), "");
    }
}
