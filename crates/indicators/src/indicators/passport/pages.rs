//! The passport as a page.

use std::collections::BTreeMap;

use askama::Template;

use super::{NOW, Passport, address, sample};
use crate::{
    indicators::{
        Indicator,
        entry::told,
        model::observation::{Observation, Status},
        notes::pages::beside,
        pages::{
            LightTag,
            how::{Explained, how},
            words::{place_href, quality_tag, unit, written, written_interval},
        },
        releases::{
            model::{Release, Why},
            pages::{recount_in_words, why_in_words},
        },
        tracker::pages::Table,
    },
    places::model::Places,
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::{Lang, numbers::NO_VALUE},
        time::Time,
    },
};

/// The passport of one number.
#[derive(Template)]
#[template(path = "indicators/passport/passport.html")]
pub struct PassportPage {
    pub page: Shell,
    /// Code of the indicator, place and period.
    pub caption: String,
    /// Whom it is of; empty for everybody together.
    pub group: String,
    pub value: String,
    pub interval: String,
    /// How far it can be relied on; `None` where nothing can be said.
    pub quality: Option<LightTag>,
    pub is_withheld: bool,
    /// Whether it stays as it is, and who signed it.
    pub said: String,
    /// What whoever signed wrote.
    pub note: String,
    pub how: Vec<SummaryRow>,
    /// Report cards it was added up from; without rows for what was not entered by hand.
    pub sheets: Table,
    /// Tables it was counted from, with the way to each that the reader may see; without rows for a formula.
    pub tables: Table,
    /// What every release says of it; without rows where nothing was released.
    pub vintages: Table,
    /// What other sources say; without rows where there are none.
    pub elsewhere: Table,
    /// What was written about it; without rows where nothing was.
    pub notes: Table,
    /// Where a note about it is written; empty for live numbers, and for whoever may not.
    pub write_href: String,
    /// How its release came out when it was counted again; empty for live numbers.
    pub recounted: String,
    /// Where it can be had counted again; empty for whoever may not.
    pub recount_action: String,
    /// How it is cited; empty while it is not released.
    pub citation: String,
    /// The file of its release and the SHA-256 of it.
    pub file: Option<(String, String)>,
    pub indicator_href: String,
    pub vintages_href: String,
}

impl PassportPage {
    /// Fills the page; `datasets` says where the reader finds tables of the lake.
    #[must_use]
    pub fn new(
        app: &App,
        page: Shell,
        passport: &Passport,
        all: &Places,
        datasets: &BTreeMap<String, String>,
        may_recount: bool,
    ) -> PassportPage {
        let when = |at: Time| page.lang.date_time(app.config.zoned(at).datetime());
        let explained = Explained {
            number: Some(&passport.number),
            period: &passport.number.period,
            aim: passport.aim.as_ref(),
        };
        let how = how(
            app,
            page.lang,
            &passport.indicator,
            explained,
            &passport.parts,
            all,
        );
        PassportPage::of(
            page.clone(),
            &app.config.base_url,
            passport,
            how,
            datasets,
            may_recount,
            &when,
        )
    }

    fn of(
        page: Shell,
        site: &str,
        passport: &Passport,
        mut how: Vec<SummaryRow>,
        datasets: &BTreeMap<String, String>,
        may_recount: bool,
        when: &dyn Fn(Time) -> String,
    ) -> PassportPage {
        let lang = page.lang;
        let definition = &*passport.indicator.definition;
        let number = &passport.number;
        let title = definition.title.in_language(lang.code()).to_owned();
        how.extend(off_list(lang, passport));
        how.extend(cited(lang, passport, when));
        let code = &definition.code;
        let indicator_href = place_href(code, &number.place, &number.by, lang);
        let release = passport.release.as_ref();
        let name = release.map(|release| release.name.as_str());
        let page = page
            .titled(format!("{title} – {}, {}", passport.place.name, number.period))
            .crumb(lang.text("indicators-title"), "/indicators")
            .crumb(&title, indicator_href.clone())
            .crumb(lang.text("indicators-passport-title"), "")
            .shapes(&["json"]);
        let file = release.and_then(|release| {
            let made = release.made.as_ref()?;
            let href = format!("/indicators/{code}/vintages/{}.csv", release.name);
            Some((href, made.sha256.clone()))
        });
        PassportPage {
            caption: lang
                .text("indicators-passport-of")
                .arg("code", code)
                .arg("place", &passport.place.name)
                .arg("period", &number.period)
                .to_string(),
            group: passport.group.clone(),
            value: written(definition, lang, number),
            interval: written_interval(definition, lang, number),
            quality: quality_tag(definition, lang, number),
            is_withheld: number.status == Status::Suppressed,
            said: said(lang, passport, when),
            note: release.map(|release| release.note.clone()).unwrap_or_default(),
            how,
            sheets: told::table(lang, &passport.sheets, when),
            tables: tables(lang, &passport.indicator, datasets),
            vintages: vintages(lang, passport, when),
            elsewhere: elsewhere(lang, passport),
            notes: beside(lang, &passport.notes, when),
            write_href: String::new(),
            recounted: recounted(lang, passport, when),
            recount_action: match name {
                Some(name) if may_recount => format!("/indicators/{code}/vintages/{name}/recount"),
                _ => String::new(),
            },
            citation: release.map_or_else(String::new, |release| {
                citation(lang, site, &title, passport, release, when)
            }),
            file,
            vintages_href: format!("/indicators/{code}/vintages?place={}", number.place),
            indicator_href,
            page,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> PassportPage {
        let datasets = BTreeMap::from([("census__household".to_owned(), "/data/<census>".to_owned())]);
        let page = PassportPage::of(
            Shell::sample(lang),
            "https://example.org",
            &sample::passport(),
            vec![SummaryRow::new(lang.text("indicators-how-counted"), "<5>")],
            &datasets,
            true,
            &|_| "23 <11> 2026".to_owned(),
        );
        PassportPage {
            write_href: "/desk/notes".to_owned(),
            ..page
        }
    }
}

/// The address of the definition that a number was made by.
pub fn definition_href(indicator: &Indicator) -> String {
    let definition = &indicator.definition;
    let version = indicator
        .run
        .as_ref()
        .map_or(&definition.version, |run| &run.definition_version);
    format!("/indicators/{}.toml?version={version}", definition.code)
}

/// Whether a number stays as it is, and who signed it.
fn said(lang: Lang, passport: &Passport, when: &dyn Fn(Time) -> String) -> String {
    let Some(release) = &passport.release else {
        return lang.text("indicators-passport-live").to_string();
    };
    let at = release
        .made
        .as_ref()
        .map_or(release.asked_at, |made| made.made_at);
    let mut said = lang
        .text("indicators-passport-released")
        .arg("release", &release.name)
        .arg("who", &release.signed_as)
        .arg("date", when(at))
        .to_string();
    if let Some(at) = passport.number.as_of {
        let held = lang.text("indicators-passport-held").arg("date", when(at));
        said = format!("{said} {held}");
    }
    said
}

/// How many rows had a code that stands in no list, by dimension. So few that they could be found are not told.
fn off_list(lang: Lang, passport: &Passport) -> Option<SummaryRow> {
    let definition = &passport.indicator.definition;
    let run = passport.indicator.run.as_ref()?;
    let told: Vec<String> = run
        .facts
        .off_list
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(dimension, n)| {
            let title = definition
                .dimension(dimension)
                .map_or(dimension.as_str(), |known| known.title.in_language(lang.code()));
            let n = if *n < definition.least {
                lang.text("indicators-passport-fewer")
                    .arg("least", lang.number(definition.least))
                    .to_string()
            } else {
                lang.number(*n)
            };
            format!("{title}: {n}")
        })
        .collect();
    (!told.is_empty()).then(|| SummaryRow::new(lang.text("indicators-passport-off-list"), told.join("; ")))
}

/// Where a number of others stood, word by word.
fn cited(lang: Lang, passport: &Passport, when: &dyn Fn(Time) -> String) -> Vec<SummaryRow> {
    let Some(cited) = &passport.cited else {
        return Vec::new();
    };
    let line = match cited.line {
        0 => String::new(),
        line => lang.number(line),
    };
    let said = [
        ("indicators-passport-line", line),
        ("indicators-passport-text", cited.text.clone()),
        ("indicators-passport-licence", cited.licence.clone()),
        ("indicators-passport-taken", when(cited.taken_at)),
    ];
    said.into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(id, words)| SummaryRow::new(lang.text(id), words))
        .collect()
}

/// The tables it was counted from, and the way to each that the reader may see.
fn tables(lang: Lang, indicator: &Indicator, datasets: &BTreeMap<String, String>) -> Table {
    let Some(run) = &indicator.run else {
        return Table::default();
    };
    let rows = run.tables.iter().map(|(table, version)| {
        let way = match datasets.get(table) {
            Some(href) => Cell::html(link(href, table)),
            None => Cell::text(table),
        };
        vec![way, Cell::number(version, f64::NAN)]
    });
    Table {
        caption: lang.text("indicators-passport-tables").to_string(),
        head: vec![
            Cell::text(lang.text("indicators-passport-table")),
            Cell::over_numbers(lang.text("indicators-passport-version")),
        ],
        rows: rows.collect(),
    }
}

fn vintages(lang: Lang, passport: &Passport, when: &dyn Fn(Time) -> String) -> Table {
    let definition = &passport.indicator.definition;
    let mut before = None;
    let mut rows = Vec::new();
    for (release, number) in &passport.vintages {
        let Some(made) = &release.made else { continue };
        let href = address(&release.name, &definition.code, number);
        rows.push(vec![
            Cell::html(link(&href, &release.name)),
            Cell::text(when(made.made_at)),
            Cell::text(&release.signed_as),
            Cell::number(
                written(definition, lang, number),
                number.figures.value.unwrap_or(f64::NAN),
            ),
            Cell::text(why_in_words(lang, Why::of(definition, before, made))),
        ]);
        before = Some(made);
    }
    Table {
        caption: lang.text("indicators-passport-history").to_string(),
        head: vec![
            Cell::text(lang.text("indicators-releases-release")),
            Cell::text(lang.text("indicators-releases-since")),
            Cell::text(lang.text("indicators-releases-signed")),
            Cell::over_numbers(lang.text("indicators-value")),
            Cell::text(lang.text("indicators-releases-why")),
        ],
        rows,
    }
}

/// What other sources say, and how far that is from this number.
fn elsewhere(lang: Lang, passport: &Passport) -> Table {
    let here = &*passport.indicator.definition;
    let rows = passport.elsewhere.iter().map(|(other, number)| {
        let gap = passport
            .number
            .figures
            .value
            .zip(number.figures.value)
            .filter(|_| other.unit == here.unit)
            .map(|(own, value)| value - own);
        let gap = gap.map_or_else(
            || Cell::number(NO_VALUE, f64::NAN),
            |gap| Cell::number(unit(other).write(lang, gap), gap),
        );
        let title = other.title.in_language(lang.code());
        vec![
            Cell::html(link(&address(NOW, &other.code, number), title)),
            standing(lang, number),
            Cell::number(
                written(other, lang, number),
                number.figures.value.unwrap_or(f64::NAN),
            ),
            gap,
        ]
    });
    Table {
        caption: lang.text("indicators-passport-elsewhere").to_string(),
        head: vec![
            Cell::text(lang.text("indicators-passport-source")),
            Cell::text(lang.text("indicators-how-standing")),
            Cell::over_numbers(lang.text("indicators-value")),
            Cell::over_numbers(lang.text("indicators-passport-gap")),
        ],
        rows: rows.collect(),
    }
}

fn standing(lang: Lang, number: &Observation) -> Cell {
    Cell::text(lang.text(format!("indicators-standing-{}", number.standing.as_str())))
}

fn recounted(lang: Lang, passport: &Passport, when: &dyn Fn(Time) -> String) -> String {
    let is_counted_here = passport.indicator.definition.imported().is_none();
    if passport.release.is_none() || !is_counted_here {
        return String::new();
    }
    recount_in_words(lang, passport.recount.as_ref(), when)
}

fn citation(
    lang: Lang,
    site: &str,
    title: &str,
    passport: &Passport,
    release: &Release,
    when: &dyn Fn(Time) -> String,
) -> String {
    let at = release
        .made
        .as_ref()
        .map_or(release.asked_at, |made| made.made_at);
    lang.text("indicators-passport-citation")
        .arg("who", &release.signed_as)
        .arg("title", title)
        .arg("place", &passport.place.name)
        .arg("period", &passport.number.period)
        .arg("release", &release.name)
        .arg("date", when(at))
        .arg("address", format!("{site}{}", passport.address()))
        .to_string()
}

fn link(href: &str, words: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(words)
    ))
}
