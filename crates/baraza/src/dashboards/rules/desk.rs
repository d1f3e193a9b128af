//! Alerts and rules at the desk.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    COMPOSING, add_rule, change_rule, changed_meanwhile,
    check::look_again,
    find_alert, find_rule, list_alerts, list_rules, look_after,
    model::{Alarm, Alert, Condition, Found, Rule, Standing, Typed, WAIT_DAYS, Watched},
    switch_off, switch_on, watchable,
    words::{self, Thing},
};
use crate::{
    accounts,
    dashboards::live::{self, Feeds},
    indicators::{model::definition::Definition, tracker::pages::Table},
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
};

/// Alerts that are open, and those that were over last.
#[derive(Template)]
#[template(path = "dashboards/rules/alerts.html")]
pub struct AlertsPage {
    page: Shell,
    table: Table,
    may_set: bool,
}

/// One alert.
#[derive(Template)]
#[template(path = "dashboards/rules/alert.html")]
pub struct AlertPage {
    page: Shell,
    /// What is to be done, as whoever set the rule wrote.
    why: String,
    facts: Vec<SummaryRow>,
    /// Where the form goes; empty where somebody looks after it, or it is over.
    action: String,
    said: String,
}

/// The rules that somebody sets, and a form for another.
#[derive(Template)]
#[template(path = "dashboards/rules/rules.html")]
pub struct RulesPage {
    page: Shell,
    table: Table,
    form: RuleForm,
}

/// One rule.
#[derive(Template)]
#[template(path = "dashboards/rules/rule.html")]
pub struct RulePage {
    page: Shell,
    action: String,
    revision: i64,
    is_on: bool,
    form: RuleForm,
}

/// What a form of a rule offers and holds.
struct RuleForm {
    indicators: Vec<Choice>,
    feeds: Vec<Choice>,
    whens: Vec<Choice>,
    typed: Typed,
}

/// What somebody does about an alert.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

/// A change of a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Changed {
    /// `change`, `on` or `off`.
    act: String,
    revision: String,
    indicator: String,
    group: String,
    feed: String,
    place: String,
    when: String,
    threshold: String,
    person: String,
    deputy: String,
    wait: String,
    why: String,
}

impl Changed {
    fn typed(self) -> Typed {
        Typed {
            indicator: self.indicator,
            group: self.group,
            feed: self.feed,
            place: self.place,
            when: self.when,
            threshold: self.threshold,
            person: self.person,
            deputy: self.deputy,
            wait: self.wait,
            why: self.why,
        }
    }
}

/// What the pages name things by.
struct Library {
    all: Arc<Places>,
    definitions: Vec<Arc<Definition>>,
    feeds: Arc<Feeds>,
    /// Id of an account → its name and whether it is in use.
    people: HashMap<String, (String, bool)>,
}

impl Library {
    async fn of(app: &App, rules: &[&Rule]) -> Result<Library> {
        let mut ids: Vec<String> = rules
            .iter()
            .flat_map(|rule| [Some(rule.person.clone()), rule.deputy.clone()])
            .flatten()
            .collect();
        ids.sort();
        ids.dedup();
        let people = accounts::list_actors(app, &ids).await?;
        Ok(Library {
            all: places::all(app).await?,
            definitions: watchable(app).await?,
            feeds: live::feeds(app).await?,
            people: people
                .into_iter()
                .map(|actor| (actor.id, (actor.name, actor.closed_at.is_none())))
                .collect(),
        })
    }

    fn thing(&self, watched: &Watched) -> Option<Thing<'_>> {
        Thing::find(watched, &self.definitions, &self.feeds)
    }

    fn name(&self, user: &str) -> String {
        self.people
            .get(user)
            .map_or_else(String::new, |(name, _)| name.clone())
    }

    /// Whether the person or the deputy of a rule can still be told.
    fn is_answered_for(&self, rule: &Rule) -> bool {
        let is_there = |user: &str| self.people.get(user).is_some_and(|(_, is_in_use)| *is_in_use);
        is_there(&rule.person) || rule.deputy.as_deref().is_some_and(is_there)
    }
}

pub async fn alerts(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let alerts = list_alerts(&app, &op).await?;
    let rules: Vec<&Rule> = alerts.iter().map(|alert| &alert.rule).collect();
    let library = Library::of(&app, &rules).await?;
    let rows = alerts
        .iter()
        .map(|alert| alert_row(op.lang, &library, alert, &moment(&app, op.lang, alert.opened_at)))
        .collect();
    render(&AlertsPage::new(shell(&app, &op, &uri), rows, op.has(&COMPOSING)))
}

pub async fn alert(State(app): State<App>, op: Op, uri: Uri, Path(alert): Path<String>) -> Result<Response> {
    let alert = find_alert(&app, &op, &alert).await?;
    let page = shell(&app, &op, &uri);
    render(&alert_page(&app, &op, page, &alert, String::new()).await?)
}

pub async fn act_on_alert(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(alert): Path<String>,
    Form(input): Form<Said>,
) -> Result<Response> {
    let alert = find_alert(&app, &op, &alert).await?;
    match look_after(&app, &op, &alert, &input.said).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/alerts/{}", alert.id)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &alert_page(&app, &op, page, &alert, input.said).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn rules(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&rules_page(&app, &op, page, Typed::default()).await?)
}

pub async fn set(State(app): State<App>, op: Op, uri: Uri, Form(typed): Form<Typed>) -> Result<Response> {
    match add_rule(&app, &op, &typed).await {
        Ok(_) => Ok(Redirect::to("/desk/alert-rules").into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &rules_page(&app, &op, page, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn rule(State(app): State<App>, op: Op, uri: Uri, Path(rule): Path<String>) -> Result<Response> {
    let rule = find_rule(&app, &op, &rule).await?;
    let typed = typed(&app, &rule).await?;
    let page = shell(&app, &op, &uri);
    render(&rule_page(&app, &op, page, &rule, typed).await?)
}

pub async fn act_on_rule(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(rule): Path<String>,
    Form(input): Form<Changed>,
) -> Result<Response> {
    let kept = find_rule(&app, &op, &rule).await?;
    if input.revision.trim() != kept.revision.to_string() {
        return Err(changed_meanwhile());
    }
    let act = input.act.clone();
    let typed = input.typed();
    let done = match act.as_str() {
        "on" => switch_on(&app, &op, &kept).await,
        "off" => switch_off(&app, &op, &kept).await,
        _ => change_rule(&app, &op, &kept, &typed).await,
    };
    match done {
        Ok(()) => Ok(Redirect::to("/desk/alert-rules").into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = refused(&app, &op, &uri, &problem);
            render_refused(&problem, &rule_page(&app, &op, page, &kept, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem) -> Shell {
    Shell {
        errors: field_errors(problem, op),
        ..shell(app, op, uri)
    }
}

fn moment(app: &App, lang: Lang, at: Time) -> String {
    lang.date_time(app.config.zoned(at).datetime())
}

/// A rule as a form holds it.
async fn typed(app: &App, rule: &Rule) -> Result<Typed> {
    let deputy = match &rule.deputy {
        Some(deputy) => accounts::email_of(app, deputy).await?,
        None => None,
    };
    let code = rule.watched.subject().to_owned();
    let (indicator, feed) = match &rule.watched {
        Watched::Feed(_) => (String::new(), code),
        Watched::Indicator(_) | Watched::Group(_) => (code, String::new()),
    };
    Ok(Typed {
        indicator,
        group: rule.watched.part(),
        feed,
        place: rule.place.clone(),
        when: rule.condition.word().to_owned(),
        threshold: threshold_typed(rule.condition),
        person: accounts::email_of(app, &rule.person).await?.unwrap_or_default(),
        deputy: deputy.unwrap_or_default(),
        wait: rule.wait_days.to_string(),
        why: rule.why.clone(),
    })
}

fn threshold_typed(condition: Condition) -> String {
    match condition {
        Condition::Below(threshold) | Condition::Above(threshold) | Condition::Change(threshold) => {
            threshold.to_string()
        }
        Condition::Light(_) => String::new(),
        Condition::Stale(days) => days.to_string(),
        Condition::Silent(minutes) => minutes.to_string(),
    }
}

async fn alert_page(app: &App, op: &Op, page: Shell, alert: &Alert, said: String) -> Result<AlertPage> {
    let library = Library::of(app, &[&alert.rule]).await?;
    let at = |time: Time| moment(app, op.lang, time);
    let is_waiting = alert.seen.is_none() && alert.closed_at.is_none();
    let standings = look_again(app, op.lang, &library.all, std::slice::from_ref(alert)).await?;
    let standing = standings.first().unwrap_or(&Standing::Gone);
    let facts = facts(op.lang, &library, alert, standing, &at);
    Ok(AlertPage::new(page, alert, facts, is_waiting, said))
}

async fn rules_page(app: &App, op: &Op, page: Shell, typed: Typed) -> Result<RulesPage> {
    let rules = list_rules(app, op).await?;
    let library = Library::of(app, &rules.iter().collect::<Vec<_>>()).await?;
    let rows = rules
        .iter()
        .map(|rule| rule_row(op.lang, &library, rule))
        .collect();
    let form = RuleForm::new(op.lang, &library.definitions, &library.feeds, typed);
    Ok(RulesPage::new(page, rows, form))
}

async fn rule_page(app: &App, op: &Op, page: Shell, rule: &Rule, typed: Typed) -> Result<RulePage> {
    let library = Library::of(app, &[rule]).await?;
    let title = words::subject(op.lang, rule, library.thing(&rule.watched));
    let form = RuleForm::new(op.lang, &library.definitions, &library.feeds, typed);
    Ok(RulePage::new(page, &title, rule, form))
}

fn link(href: &str, text: &str) -> Markup {
    Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(href),
        Markup::escape(text)
    ))
}

fn alert_row(lang: Lang, library: &Library, alert: &Alert, opened: &str) -> Vec<Cell> {
    let rule = &alert.rule;
    let thing = library.thing(&rule.watched);
    vec![
        Cell::html(link(
            &format!("/desk/alerts/{}", alert.id),
            &words::subject(lang, rule, thing),
        )),
        Cell::text(words::place(lang, &library.all, &rule.place)),
        Cell::text(words::condition(lang, alert.condition, thing)),
        Cell::text(opened),
        Cell::text(library.name(&rule.person)),
        Cell::text(standing(lang, alert)),
    ]
}

/// How an alert stands, in a word or two.
fn standing(lang: Lang, alert: &Alert) -> String {
    let word = match (&alert.closed_at, &alert.seen, &alert.climbed_at) {
        (Some(_), _, _) => "closed",
        (None, Some(_), _) => "seen",
        (None, None, Some(_)) => "climbed",
        (None, None, None) => "open",
    };
    lang.text(format!("dashboards-rules-stands-{word}")).to_string()
}

fn rule_row(lang: Lang, library: &Library, rule: &Rule) -> Vec<Cell> {
    let thing = library.thing(&rule.watched);
    let stands = match (rule.is_on, library.is_answered_for(rule)) {
        (false, _) => "dashboards-rules-off",
        (true, true) => "dashboards-rules-on",
        (true, false) => "dashboards-rules-orphan",
    };
    vec![
        Cell::html(link(
            &format!("/desk/alert-rules/{}", rule.id),
            &words::subject(lang, rule, thing),
        )),
        Cell::text(words::place(lang, &library.all, &rule.place)),
        Cell::text(words::condition(lang, rule.condition, thing)),
        Cell::text(library.name(&rule.person)),
        Cell::text(
            rule.deputy
                .as_deref()
                .map_or_else(String::new, |deputy| library.name(deputy)),
        ),
        Cell::text(lang.text(stands)),
    ]
}

fn facts(
    lang: Lang,
    library: &Library,
    alert: &Alert,
    number_now: &Standing,
    at: &dyn Fn(Time) -> String,
) -> Vec<SummaryRow> {
    let rule = &alert.rule;
    let thing = library.thing(&rule.watched);
    let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
    let deputy = rule
        .deputy
        .as_deref()
        .map_or_else(String::new, |deputy| library.name(deputy));
    let subject = words::subject(lang, rule, thing);
    let watched = match &rule.watched {
        // Its readings stand on dashboards; it has no page of its own for everybody.
        Watched::Feed(_) => row("dashboards-live-feed", subject),
        Watched::Indicator(_) | Watched::Group(_) => {
            let address = format!("/indicators/{}?place={}", rule.watched.subject(), rule.place);
            SummaryRow::new(lang.text("dashboards-rules-indicator"), link(&address, &subject))
        }
    };
    let mut facts = vec![
        watched,
        row(
            "dashboards-rules-place",
            words::place(lang, &library.all, &rule.place),
        ),
        row(
            "dashboards-rules-condition",
            words::condition(lang, alert.condition, thing),
        ),
        row("dashboards-rules-found", words::standing(lang, thing, number_now)),
        row("dashboards-rules-person", library.name(&rule.person)),
        row("dashboards-rules-deputy", deputy),
        row("dashboards-rules-opened", at(alert.opened_at)),
        row("dashboards-rules-standing", standing(lang, alert)),
    ];
    if let Some(climbed_at) = alert.climbed_at {
        facts.push(row("dashboards-rules-climbed", at(climbed_at)));
    }
    if let Some(seen) = &alert.seen {
        facts.push(row("dashboards-rules-seen-at", at(seen.at)));
        facts.push(row("dashboards-rules-does", seen.said.clone()));
    }
    if let Some(closed_at) = alert.closed_at {
        facts.push(row("dashboards-rules-closed", at(closed_at)));
    }
    facts.retain(|fact| !fact.value.is_empty());
    facts
}

impl RuleForm {
    fn new(lang: Lang, definitions: &[Arc<Definition>], feeds: &Feeds, typed: Typed) -> RuleForm {
        let indicators = definitions
            .iter()
            .map(|definition| {
                let title = definition.title.in_language(lang.code());
                Choice::new(&definition.code, format!("{} {title}", definition.code))
                    .chosen_if(&typed.indicator)
            })
            .collect();
        RuleForm {
            indicators,
            feeds: feeds_of(lang, feeds, &typed.feed),
            whens: whens(lang, &typed.when),
            typed: Typed {
                wait: Some(typed.wait.clone())
                    .filter(|wait| !wait.is_empty())
                    .unwrap_or_else(|| WAIT_DAYS.to_string()),
                ..typed
            },
        }
    }
}

fn feeds_of(lang: Lang, feeds: &Feeds, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("dashboards-indicator-none"));
    let of = feeds
        .all()
        .iter()
        .map(|known| Choice::new(&known.feed.code, &known.feed.title).chosen_if(chosen));
    [none].into_iter().chain(of).collect()
}

fn whens(lang: Lang, chosen: &str) -> Vec<Choice> {
    Condition::WORDS
        .into_iter()
        .map(|word| Choice::new(word, lang.text(format!("dashboards-rules-when-{word}"))).chosen_if(chosen))
        .collect()
}

impl AlertsPage {
    fn new(page: Shell, rows: Vec<Vec<Cell>>, may_set: bool) -> AlertsPage {
        let title = page.t("dashboards-rules-alerts").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        let head = ["indicator", "place", "condition", "opened", "person", "standing"]
            .map(|name| Cell::text(page.t(&format!("dashboards-rules-{name}"))))
            .to_vec();
        AlertsPage {
            page: page.titled(&title).crumb(desk, "/desk").crumb(&title, ""),
            table: Table {
                caption: title,
                head,
                rows,
            },
            may_set,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AlertsPage {
        let row = alert_row(lang, &Library::sample(), &sample_alert(), "21 Nov 2026");
        AlertsPage::new(Shell::sample(lang), vec![row], true)
    }
}

impl AlertPage {
    fn new(page: Shell, alert: &Alert, facts: Vec<SummaryRow>, is_waiting: bool, said: String) -> AlertPage {
        let title = page.t("dashboards-rules-alert").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        let all = page.t("dashboards-rules-alerts").to_string();
        AlertPage {
            page: page
                .titled(&title)
                .crumb(desk, "/desk")
                .crumb(all, "/desk/alerts")
                .crumb(title, ""),
            why: alert.rule.why.clone(),
            facts,
            action: match is_waiting {
                true => format!("/desk/alerts/{}", alert.id),
                false => String::new(),
            },
            said,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> AlertPage {
        let alert = sample_alert();
        let now = Standing::Public(alert.found.clone());
        let facts = facts(lang, &Library::sample(), &alert, &now, &|_| {
            "21 Nov 2026".to_owned()
        });
        AlertPage::new(
            Shell::sample(lang),
            &alert,
            facts,
            true,
            "I <call> them".to_owned(),
        )
    }
}

impl RulesPage {
    fn new(page: Shell, rows: Vec<Vec<Cell>>, form: RuleForm) -> RulesPage {
        let title = page.t("dashboards-rules-title").to_string();
        let desk = page.t("evidence-desk-way").to_string();
        let all = page.t("dashboards-rules-alerts").to_string();
        let head = ["indicator", "place", "condition", "person", "deputy", "standing"]
            .map(|name| Cell::text(page.t(&format!("dashboards-rules-{name}"))))
            .to_vec();
        RulesPage {
            page: page
                .titled(&title)
                .crumb(desk, "/desk")
                .crumb(all, "/desk/alerts")
                .crumb(&title, ""),
            table: Table {
                caption: title,
                head,
                rows,
            },
            form,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> RulesPage {
        let row = rule_row(lang, &Library::sample(), &sample_alert().rule);
        RulesPage::new(Shell::sample(lang), vec![row], sample_form(lang))
    }
}

impl RulePage {
    fn new(page: Shell, title: &str, rule: &Rule, form: RuleForm) -> RulePage {
        let desk = page.t("evidence-desk-way").to_string();
        let all = page.t("dashboards-rules-title").to_string();
        RulePage {
            page: page
                .titled(title)
                .crumb(desk, "/desk")
                .crumb(all, "/desk/alert-rules")
                .crumb(title, ""),
            action: format!("/desk/alert-rules/{}", rule.id),
            revision: rule.revision,
            is_on: rule.is_on,
            form,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> RulePage {
        RulePage::new(
            Shell::sample(lang),
            "6.1.1 Safe <water>",
            &sample_alert().rule,
            sample_form(lang),
        )
    }
}

impl Library {
    fn sample() -> Library {
        Library {
            all: Arc::new(Places::new(Vec::new(), jiff::civil::date(2026, 11, 21))),
            definitions: Vec::new(),
            feeds: Arc::default(),
            people: HashMap::from([("1".to_owned(), ("Siti <S>".to_owned(), true))]),
        }
    }
}

fn sample_form(lang: Lang) -> RuleForm {
    let typed = Typed {
        when: "below".to_owned(),
        threshold: "60".to_owned(),
        why: "Call the <works> office".to_owned(),
        ..Typed::default()
    };
    RuleForm {
        indicators: vec![Choice::new("6.1.1", "6.1.1 Safe <water>")],
        ..RuleForm::new(lang, &[], &Feeds::default(), typed)
    }
}

fn sample_alert() -> Alert {
    let condition = Condition::Light(Alarm::Red);
    Alert {
        id: "a".to_owned(),
        rule: Rule {
            id: "r".to_owned(),
            watched: Watched::Indicator("6.1.1".to_owned()),
            place: "<35.22>".to_owned(),
            condition,
            organisation: None,
            person: "1".to_owned(),
            deputy: Some("1".to_owned()),
            wait_days: WAIT_DAYS,
            why: "Call the <works> office".to_owned(),
            is_on: true,
            revision: 1,
        },
        condition,
        found: Found {
            period: "2026".to_owned(),
            value: Some(57.6),
            before: Some(61.0),
            computed_at: None,
        },
        opened_at: Time(0),
        climbs_at: Time(0),
        climbed_at: Some(Time(0)),
        seen: None,
        closed_at: None,
    }
}
