//! A pack in a reader's words: what the page and the printed document both show.

use std::collections::HashMap;

use super::pack::{Decision, Lights, Matter, Pack, Signal};
use crate::{
    evidence,
    evidence::model::{Audience, Entry, Part},
    platform::{
        app::App,
        html::{Markup, parts::Cell},
        i18n::Lang,
        problem::Result,
    },
    requests::{
        grading,
        model::clock::Light,
        words::{Tag, Teller, written},
    },
};

/// A pack in words.
pub struct PackView {
    /// Day and hour of the meeting.
    pub when: String,
    pub lead: String,
    /// What is counted at the top: words and number.
    pub counts: Vec<(String, String)>,
    pub units: Grid,
    /// Red matters, by unit.
    pub reds: Vec<UnitMatters>,
    /// Said when not every red one is told.
    pub reds_left: String,
    pub turning: Vec<MatterView>,
    pub clusters: Grid,
    pub reopened: Grid,
    pub supported: Grid,
    pub signals: Grid,
    pub standing_out: Vec<String>,
    pub decisions: Grid,
}

/// The red matters of one unit.
pub struct UnitMatters {
    pub unit: String,
    pub matters: Vec<MatterView>,
}

/// One matter in words.
pub struct MatterView {
    /// Plain, for addresses and ids.
    pub code: String,
    /// As people read it.
    pub written: String,
    pub service: String,
    pub tag: Tag,
    pub tone: &'static str,
    pub unit_code: String,
    pub facts: Vec<(String, String)>,
    pub text: String,
    pub history: Vec<String>,
}

/// A table of words, some of which are numbers and some lead somewhere.
#[derive(Default)]
pub struct Grid {
    pub title: String,
    pub head: Vec<String>,
    pub numeric: Vec<bool>,
    pub rows: Vec<Vec<Said>>,
}

/// Words, perhaps with an address.
#[derive(Clone, Default)]
pub struct Said {
    pub text: String,
    pub href: String,
}

impl From<String> for Said {
    fn from(text: String) -> Said {
        Said {
            text,
            href: String::new(),
        }
    }
}

impl Grid {
    /// Returns the head as a page's table wants it.
    #[must_use]
    pub fn head_cells(&self) -> Vec<Cell> {
        self.head
            .iter()
            .zip(&self.numeric)
            .map(|(words, is_number)| match is_number {
                true => Cell::over_numbers(words),
                false => Cell::text(words),
            })
            .collect()
    }

    /// Returns the rows as a page's table wants them.
    #[must_use]
    pub fn row_cells(&self) -> Vec<Vec<Cell>> {
        let cell = |said: &Said, is_number: bool| {
            let mut cell = match said.href.is_empty() {
                true => Cell::text(&said.text),
                false => Cell::html(Markup(format!(
                    "<a class=\"govuk-link\" href=\"{}\">{}</a>",
                    Markup::escape(&said.href),
                    Markup::escape(&said.text)
                ))),
            };
            cell.numeric = is_number;
            cell
        };
        self.rows
            .iter()
            .map(|row| {
                row.iter()
                    .zip(&self.numeric)
                    .map(|(said, is_number)| cell(said, *is_number))
                    .collect()
            })
            .collect()
    }

    fn new(lang: Lang, title: &'static str, columns: &[(&'static str, bool)]) -> Grid {
        Grid {
            title: lang.text(title).into(),
            head: columns.iter().map(|(id, _)| lang.text(*id).into()).collect(),
            numeric: columns.iter().map(|(_, is_number)| *is_number).collect(),
            rows: Vec::new(),
        }
    }
}

impl PackView {
    /// Returns the tables of what keeps coming back that have rows.
    #[must_use]
    pub fn repeats(&self) -> Vec<&Grid> {
        [&self.clusters, &self.reopened, &self.supported]
            .into_iter()
            .filter(|grid| !grid.rows.is_empty())
            .collect()
    }

    /// Says a pack that was made for the eyes of the reader.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new(app: &App, teller: &Teller, pack: &Pack) -> Result<PackView> {
        let lang = teller.lang;
        let whole = pack.whole();
        let mut said = HashMap::new();
        for matter in [&pack.reds, &pack.turning].into_iter().flatten() {
            if !said.contains_key(&matter.code) {
                said.insert(matter.code.clone(), history(app, teller, matter).await?);
            }
        }
        let view = |matter: &Matter| matter_view(teller, pack, matter, &said);
        let mut reds: Vec<UnitMatters> = Vec::new();
        for unit in &pack.units {
            let matters: Vec<MatterView> = pack
                .reds
                .iter()
                .filter(|matter| matter.unit == unit.unit)
                .map(view)
                .collect();
            if !matters.is_empty() {
                reds.push(UnitMatters {
                    unit: teller.agency(unit.unit.as_deref()),
                    matters,
                });
            }
        }
        let n_told = i64::try_from(pack.reds.len()).unwrap_or(i64::MAX);
        let n_left = (whole.n_red - n_told).max(0);
        let count = |id: &'static str, n: i64| (lang.text(id).to_string(), lang.number(n));
        let n_late = pack
            .decisions
            .iter()
            .filter(|decision| decision.standing == "late")
            .count();
        Ok(PackView {
            when: teller.moment(pack.as_of),
            lead: lang
                .text("requests-meeting-lead")
                .arg("as_of", teller.moment(pack.as_of))
                .into(),
            counts: vec![
                count("requests-meeting-n-red", whole.n_red),
                count("requests-meeting-n-yellow", whole.n_yellow),
                count("requests-meeting-n-open", whole.n_open()),
                count(
                    "requests-meeting-n-turning",
                    i64::try_from(pack.turning.len()).unwrap_or(i64::MAX),
                ),
                count(
                    "requests-meeting-n-late",
                    i64::try_from(n_late).unwrap_or(i64::MAX),
                ),
            ],
            units: units(teller, &pack.units),
            reds_left: match n_left {
                0 => String::new(),
                n => lang.text("requests-meeting-reds-left").n("n", n).into(),
            },
            turning: pack.turning.iter().map(view).collect(),
            reds,
            clusters: clusters(teller, pack),
            reopened: repeats(
                teller,
                "requests-meeting-reopened",
                "requests-meeting-times-reopened",
                &pack.reopened,
                |matter| matter.n_reopened,
            ),
            supported: repeats(
                teller,
                "requests-meeting-supported",
                "requests-meeting-supporters",
                &pack.supported,
                |matter| matter.n_supporters,
            ),
            signals: signals(teller, &pack.signals),
            standing_out: standing_out(teller, &pack.signals),
            decisions: decisions(teller, &pack.decisions),
        })
    }
}

fn units(teller: &Teller, units: &[Lights]) -> Grid {
    let lang = teller.lang;
    let mut grid = Grid::new(
        lang,
        "requests-meeting-units",
        &[
            ("requests-meeting-unit", false),
            ("requests-meeting-red", true),
            ("requests-meeting-yellow", true),
            ("requests-meeting-white", true),
            ("requests-meeting-open", true),
        ],
    );
    grid.rows = units
        .iter()
        .map(|unit| {
            vec![
                teller.agency(unit.unit.as_deref()).into(),
                lang.number(unit.n_red).into(),
                lang.number(unit.n_yellow).into(),
                lang.number(unit.n_white).into(),
                lang.number(unit.n_open()).into(),
            ]
        })
        .collect();
    grid
}

fn clusters(teller: &Teller, pack: &Pack) -> Grid {
    let lang = teller.lang;
    let mut grid = Grid::new(
        lang,
        "requests-meeting-clusters",
        &[
            ("requests-meeting-service", false),
            ("requests-meeting-place", false),
            ("requests-meeting-filed", true),
            ("requests-meeting-still-open", true),
            ("requests-meeting-were-reopened", true),
        ],
    );
    grid.rows = pack
        .clusters
        .iter()
        .map(|cluster| {
            vec![
                teller.service(&cluster.service).into(),
                teller.place_within(Some(&cluster.place)).into(),
                lang.number(cluster.n_filed).into(),
                lang.number(cluster.n_open).into(),
                lang.number(cluster.n_reopened).into(),
            ]
        })
        .collect();
    grid
}

fn repeats(
    teller: &Teller,
    title: &'static str,
    counted: &'static str,
    matters: &[Matter],
    n: impl Fn(&Matter) -> i64,
) -> Grid {
    let lang = teller.lang;
    let mut grid = Grid::new(
        lang,
        title,
        &[
            ("requests-meeting-code", false),
            ("requests-meeting-service", false),
            ("requests-meeting-unit", false),
            ("requests-meeting-place", false),
            (counted, true),
        ],
    );
    grid.rows = matters
        .iter()
        .map(|matter| {
            vec![
                Said {
                    text: written(&matter.code),
                    href: format!("/requests/{}", matter.code),
                },
                teller.service(&matter.service).into(),
                teller.agency(matter.unit.as_deref()).into(),
                teller.place_within(matter.place.as_deref()).into(),
                lang.number(n(matter)).into(),
            ]
        })
        .collect();
    grid
}

fn signals(teller: &Teller, signals: &[Signal]) -> Grid {
    let lang = teller.lang;
    let mut grid = Grid::new(
        lang,
        "requests-meeting-signals",
        &[
            ("requests-meeting-unit", false),
            ("requests-meeting-closed", true),
            ("requests-meeting-signal-reopened", true),
            ("requests-meeting-signal-again", true),
            ("requests-meeting-signal-last-day", true),
            ("requests-meeting-signal-special", true),
            ("requests-meeting-signal-silence", true),
            ("requests-meeting-signal-ping-pong", true),
        ],
    );
    grid.rows = signals
        .iter()
        .map(|signal| {
            let shadow = &signal.shadow;
            let share = |n: i64| Said::from(grading::share(lang, n, shadow.n_closed));
            vec![
                teller.agency(Some(&signal.unit)).into(),
                lang.number(shadow.n_closed).into(),
                share(shadow.n_reopened_soon),
                share(shadow.n_again),
                share(shadow.n_last_day),
                share(shadow.n_special),
                share(shadow.n_silence),
                lang.number(shadow.n_ping_pong).into(),
            ]
        })
        .collect();
    grid
}

fn standing_out(teller: &Teller, signals: &[Signal]) -> Vec<String> {
    let lang = teller.lang;
    signals
        .iter()
        .filter(|signal| !signal.stands_out.is_empty())
        .map(|signal| {
            let measures: Vec<String> = signal
                .stands_out
                .iter()
                .map(|measure| {
                    lang.text(format!("requests-meeting-signal-{}", measure.as_str()))
                        .to_string()
                })
                .collect();
            lang.text("requests-meeting-stands-out")
                .arg("unit", teller.agency(Some(&signal.unit)))
                .arg("measures", measures.join(", "))
                .into()
        })
        .collect()
}

fn decisions(teller: &Teller, decisions: &[Decision]) -> Grid {
    let lang = teller.lang;
    let mut grid = Grid::new(
        lang,
        "requests-meeting-decisions",
        &[
            ("requests-meeting-promise", false),
            ("requests-meeting-owner", false),
            ("requests-meeting-due", false),
            ("requests-meeting-became", false),
        ],
    );
    let day = |text: &str| match text.parse() {
        Ok(day) => lang.date(day),
        Err(_) => text.to_owned(),
    };
    grid.rows = decisions
        .iter()
        .map(|decision| {
            let moved = match decision.n_moved {
                0 => String::new(),
                n => lang.text("requests-meeting-moved").n("n", n).to_string(),
            };
            let became = evidence::pages::standing_words(lang, &decision.standing);
            vec![
                Said {
                    text: decision.promise.clone(),
                    href: format!("/commitments/{}", decision.code),
                },
                teller.agency(Some(&decision.owner)).into(),
                day(&decision.due_on).into(),
                if moved.is_empty() {
                    became.into()
                } else {
                    format!("{became}, {moved}").into()
                },
            ]
        })
        .collect();
    grid
}

fn matter_view(
    teller: &Teller,
    pack: &Pack,
    matter: &Matter,
    said: &HashMap<String, Vec<String>>,
) -> MatterView {
    let lang = teller.lang;
    let light = Light::parse(&matter.light).unwrap_or(Light::White);
    let fact = |id: &'static str, value: String| (lang.text(id).to_string(), value);
    let mut facts = vec![fact(
        "requests-meeting-waits",
        teller.span(matter.opened_at, pack.as_of),
    )];
    match (light, matter.red_at) {
        (Light::Red, Some(red_at)) => {
            facts.push(fact("requests-meeting-red-since", teller.moment(red_at)));
        }
        (_, Some(red_at)) => facts.push(fact("requests-meeting-red-from", teller.moment(red_at))),
        (_, None) => {}
    }
    facts.push(fact(
        "requests-meeting-unit",
        teller.agency(matter.unit.as_deref()),
    ));
    if matter.place.is_some() {
        facts.push(fact(
            "requests-meeting-place",
            teller.place_within(matter.place.as_deref()),
        ));
    }
    facts.push(fact("requests-meeting-level", lang.number(matter.level)));
    for (id, n) in [
        ("requests-meeting-supporters", matter.n_supporters),
        ("requests-meeting-times-reopened", matter.n_reopened),
        ("requests-meeting-times-passed", matter.n_transfers),
    ] {
        if n > 0 {
            facts.push(fact(id, lang.number(n)));
        }
    }
    if matter.is_confidential {
        facts.push(fact(
            "requests-meeting-privacy",
            lang.text("requests-meeting-is-confidential").into(),
        ));
    }
    MatterView {
        code: matter.code.clone(),
        written: written(&matter.code),
        service: teller.service(&matter.service),
        tag: teller.light(light),
        tone: match light {
            Light::Red => "red",
            Light::Yellow => "yellow",
            Light::Blue => "blue",
            Light::White => "grey",
        },
        unit_code: matter.unit.clone().unwrap_or_default(),
        facts,
        text: matter.text.clone(),
        history: said.get(&matter.code).cloned().unwrap_or_default(),
    }
}

/// What happened to a matter, one line each: “16 November 2026: Filed on the web.”
async fn history(app: &App, teller: &Teller, matter: &Matter) -> Result<Vec<String>> {
    let profile = teller
        .library
        .profile_version(app, &matter.profile_version)
        .await?;
    Ok(matter
        .history
        .iter()
        .map(|happened| {
            let entry = Entry {
                id: String::new(),
                at: happened.at,
                what: happened.what.clone(),
                part: Part::System,
                who: None,
                audience: Audience::Public,
                text: None,
                facts: happened.facts.clone(),
            };
            let told = teller.entry(&profile, &entry);
            teller
                .lang
                .text("requests-meeting-happened")
                .arg("at", teller.moment(happened.at))
                .arg("what", told.words)
                .into()
        })
        .collect())
}
