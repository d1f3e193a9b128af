//! The queue: what lies on somebody's desk, the reddest first, with what can be done for many at once.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::scope;
use crate::{
    evidence,
    platform::{
        app::App,
        code::Code,
        html::{
            Shell,
            parts::{Choice, Pagination},
        },
        i18n::Lang,
        message::Address,
        op::{Op, Role},
        page::{render, shell},
        problem::Result,
    },
    requests::{
        self, Wanted,
        model::{clock::Light, post::Post, profile::Profile, request::Request},
        store::{
            desk::{Counts, Desk, Queued},
            filed::list_by_ids,
        },
        words::{Tag, Teller, written},
    },
};

/// Who has a queue.
pub const READERS: [Role; 3] = [Role::Officer, Role::Leader, Role::Auditor];
/// Requests on a page.
const PAGE_ROWS: i64 = 50;
/// The last page that is shown: nobody reads further, and the database need not sort further.
const MOST_PAGES: u32 = 200;
/// Requests that somebody watches and that are shown.
const MOST_WATCHED: i64 = 200;
/// Characters of a request's text in the list.
const EXCERPT: usize = 140;

const TABS: [&str; 8] = [
    "all",
    "mine",
    "unassigned",
    "waiting",
    "transfers",
    "special",
    "watched",
    "finished",
];
const ORDERS: [&str; 4] = ["urgent", "oldest", "newest", "level"];

#[derive(Template)]
#[template(path = "requests/desk/queue.html")]
pub struct QueuePage {
    pub page: Shell,
    pub tabs: Vec<Door>,
    pub lights: Vec<Door>,
    /// Where else the desk leads: templates, checks, calls, settings.
    pub doors: Vec<Door>,
    pub tab: String,
    pub light: String,
    pub services: Vec<Choice>,
    pub levels: Vec<Choice>,
    pub places: Vec<Choice>,
    pub orders: Vec<Choice>,
    /// How many there are, and what is shown of them.
    pub said: String,
    pub rows: Vec<Row>,
    pub pages: Pagination,
    /// Where an older page of finished requests goes on; empty at the end.
    pub older: String,
    /// Whether something can be done for several at once; then what there is to choose from.
    pub may_bulk: bool,
    pub posts: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub templates: Vec<Choice>,
    pub reasons: Vec<Choice>,
    /// The moment of the page in microseconds: what is newer is news.
    pub since: i64,
}

/// A link with a count.
#[derive(Debug, Clone)]
pub struct Door {
    pub href: String,
    pub text: String,
    /// Empty for none.
    pub n: String,
    pub is_here: bool,
    /// The class of a light; empty for none.
    pub class: &'static str,
    /// Which of the counts that are asked for live it shows; empty for none.
    pub counts: &'static str,
}

/// A request in the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Plain.
    pub code: String,
    pub written: String,
    pub light: Tag,
    pub state: String,
    pub service: String,
    pub place: String,
    pub excerpt: String,
    pub age: String,
    /// What comes next, and how soon.
    pub due: String,
    pub level: String,
    /// The unit, or the post it was given to.
    pub whose: String,
    pub marks: Vec<String>,
}

/// What there is to choose from in steps for several requests.
#[derive(Default)]
struct Bulk {
    posts: Vec<Choice>,
    kinds: Vec<Choice>,
    templates: Vec<Choice>,
    reasons: Vec<Choice>,
}

/// What a reader asks the queue for.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    tab: Option<String>,
    light: Option<String>,
    level: Option<String>,
    service: Option<String>,
    place: Option<String>,
    order: Option<String>,
    page: Option<u32>,
    /// A tracking code to go to.
    code: Option<String>,
    /// Where a list of finished requests goes on.
    after: Option<String>,
}

/// What was asked for, as far as it makes sense.
struct Question {
    tab: &'static str,
    light: Option<Light>,
    level: Option<u8>,
    service: Option<String>,
    place: Option<String>,
    order: &'static str,
    page: u32,
    after: Option<String>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&READERS)?;
    if let Some(code) = asked.code.as_deref().filter(|code| !code.trim().is_empty()) {
        // A code nobody can read is told to be none by the page it leads to.
        let plain = Code::<8>::parse(code).map_or_else(|_| "unknown".to_owned(), |code| code.plain());
        return Ok(Redirect::to(&format!("/desk/requests/{plain}")).into_response());
    }
    let question = Question::of(asked);
    let teller = Teller::new(&app, op.lang).await?;
    let page = shell(&app, &op, &uri).titled(op.lang.text("requests-desk-title"));
    render(&queue_page(&app, &op, page, &teller, &question).await?)
}

async fn queue_page(
    app: &App,
    op: &Op,
    page: Shell,
    teller: &Teller,
    question: &Question,
) -> Result<QueuePage> {
    let library = &teller.library;
    let desks = scope::desks_of(op, library);
    let me = op.person().map_or("", |person| person.id.as_str());
    let queued = |tab| Queued {
        tab,
        me,
        light: question.light,
        level: question.level,
        service: question.service.as_deref(),
        place: question.place.as_deref(),
        order: question.order,
        most: PAGE_ROWS,
        skipped: i64::from(question.page - 1) * PAGE_ROWS,
    };
    let counts = scope::count(
        app,
        op,
        library,
        &desks,
        &Queued {
            light: None,
            ..queued("all")
        },
        op.at,
    )
    .await?;
    // The lights are counted within the tab that is open.
    let here = match question.tab {
        "all" | "watched" | "finished" => counts,
        tab => {
            let within = Queued {
                light: None,
                ..queued(tab)
            };
            scope::count(app, op, library, &desks, &within, op.at).await?
        }
    };
    let mut listed;
    let mut older = String::new();
    match question.tab {
        "watched" => listed = watched(app, op).await?,
        "finished" => {
            let wanted = Wanted {
                is_closed: Some(true),
                service: question.service.clone(),
                place: question.place.clone(),
                level: question.level,
                after: question.after.clone(),
                most: PAGE_ROWS,
                ..Wanted::default()
            };
            listed = requests::list_desk(app, op, &wanted).await?;
            if i64::try_from(listed.len()).is_ok_and(|n| n == PAGE_ROWS)
                && let Some(last) = listed.last()
            {
                older = question.href(&[("after", &last.id)]);
            }
        }
        tab => listed = scope::list(app, op, &desks, &queued(tab)).await?,
    }
    for request in &mut listed {
        request.catch_up(op.at);
    }
    let posts = requests::list_posts(app, None).await?;
    let mut profiles: HashMap<String, Arc<Profile>> = HashMap::new();
    for request in &listed {
        if !profiles.contains_key(&request.profile) {
            let profile = library.profile_version(app, &request.profile).await?;
            profiles.insert(request.profile.clone(), profile);
        }
    }
    let rows: Vec<Row> = listed
        .iter()
        .map(|request| row(op, teller, &profiles[&request.profile], &posts, request))
        .collect();
    let n_here = match (question.tab, question.light) {
        ("watched", _) => i64::try_from(rows.len()).unwrap_or(i64::MAX),
        (_, Some(Light::Red)) => here.n_red,
        (_, Some(Light::Yellow)) => here.n_yellow,
        (_, Some(Light::White)) => here.n_white,
        _ => here.n,
    };
    let last = u32::try_from((n_here + PAGE_ROWS - 1) / PAGE_ROWS)
        .unwrap_or(MOST_PAGES)
        .min(MOST_PAGES);
    let pages = match question.tab {
        "watched" | "finished" => Pagination::default(),
        _ => Pagination::new(question.page, last, |n| {
            question.href(&[("page", &n.to_string())])
        }),
    };
    let said = match question.tab {
        "finished" => String::new(),
        _ => op.lang.text("requests-desk-n").n("n", n_here).to_string(),
    };
    let is_officer = op.has(&[Role::Officer]);
    let may_bulk = is_officer && !rows.is_empty() && question.tab != "finished";
    let bulk = match may_bulk {
        true => bulk_choices(app, op, teller, &posts, &desks).await?,
        false => Bulk::default(),
    };
    Ok(QueuePage {
        tabs: tabs(&page, question, &counts),
        lights: lights(&page, question, &here),
        doors: doors(&page, &|roles| op.has(roles)),
        tab: question.tab.to_owned(),
        light: question.light.map_or("", Light::as_str).to_owned(),
        services: services(teller, question),
        levels: levels(teller, question),
        places: places(teller, &desks, question),
        orders: orders(&page, question.order),
        said,
        rows,
        pages,
        older,
        may_bulk,
        posts: bulk.posts,
        kinds: bulk.kinds,
        templates: bulk.templates,
        reasons: bulk.reasons,
        since: op.at.0,
        page,
    })
}

/// What somebody watches, the newest first; what they may no longer see is left out.
async fn watched(app: &App, op: &Op) -> Result<Vec<Request>> {
    let me = op.require_person()?;
    let ids = evidence::list_watched(app, "request", &Address::Account(me.id.clone()), MOST_WATCHED).await?;
    let library = requests::library::current(app).await?;
    let mut listed = list_by_ids(app.db.read(), &ids).await?;
    listed.retain(|request| {
        let lineage = library.lineage(request.place.as_deref());
        requests::access::sight(op, request, &lineage) == requests::access::Sight::Staff
    });
    Ok(listed)
}

/// A request as a row of any list of the desk.
pub fn row(op: &Op, teller: &Teller, profile: &Profile, posts: &[Post], request: &Request) -> Row {
    let lang = op.lang;
    let text = |id: &'static str| lang.text(id).to_string();
    let mut marks = Vec::new();
    if request.privacy == requests::model::request::Privacy::Confidential {
        marks.push(text("requests-desk-mark-confidential"));
    }
    if request.kind == requests::model::request::Kind::Aspiration {
        marks.push(teller.coded("requests-kind", request.kind.as_str()));
    }
    if request.n_reopened > 0 {
        marks.push(
            lang.text("requests-desk-mark-reopened")
                .n("n", request.n_reopened)
                .into(),
        );
    }
    if request.n_supporters > 0 {
        marks.push(
            lang.text("requests-desk-mark-supporters")
                .n("n", request.n_supporters)
                .into(),
        );
    }
    if request.n_transfers > 0 {
        marks.push(
            lang.text("requests-desk-mark-transfers")
                .n("n", request.n_transfers)
                .into(),
        );
    }
    let post = request
        .post
        .as_deref()
        .and_then(|id| posts.iter().find(|post| post.id == id));
    let unit = teller.agency(request.agency.as_deref());
    Row {
        code: request.code.clone(),
        written: written(&request.code),
        light: teller.light(request.light(op.at)),
        state: teller.state(&request.state),
        service: teller.service(&request.service),
        place: teller.place(request.place.as_deref()),
        excerpt: excerpt(&request.text),
        age: lang
            .text("requests-desk-age")
            .arg("span", teller.span(request.opened_at, op.at))
            .into(),
        due: due(op, teller, request),
        level: teller.level(profile, request.level),
        whose: match post {
            Some(post) => format!("{unit}, {}", post.title),
            None => unit,
        },
        marks,
    }
}

/// What comes next to a request, in words: how long is left, or since when it is red.
pub fn due(op: &Op, teller: &Teller, request: &Request) -> String {
    let now = op.at;
    if request.state.is_closed() {
        return String::new();
    }
    if request.state.waits_until().is_some() {
        return teller.next(request, now);
    }
    if request.light(now) == Light::Red
        && let Some(red_at) = request.clock.red_at
    {
        return op
            .lang
            .text("requests-desk-red-for")
            .arg("span", teller.span(red_at, now))
            .into();
    }
    match request.next_limit(now) {
        Some(limit) => op
            .lang
            .text("requests-desk-left")
            .arg("span", teller.span(now, limit))
            .arg("next", teller.next(request, now))
            .into(),
        None => String::new(),
    }
}

fn excerpt(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= EXCERPT {
        return one_line;
    }
    let cut: String = one_line.chars().take(EXCERPT).collect();
    format!("{}…", cut.trim_end())
}

impl Question {
    fn of(asked: Asked) -> Question {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let known = |list: &[&'static str], asked: Option<String>| {
            let asked = asked.unwrap_or_default();
            list.iter()
                .find(|known| **known == asked)
                .copied()
                .unwrap_or(list[0])
        };
        Question {
            tab: known(&TABS, asked.tab),
            light: asked
                .light
                .as_deref()
                .and_then(Light::parse)
                .filter(|light| *light != Light::Blue),
            level: asked.level.as_deref().and_then(|level| level.parse().ok()),
            service: filled(asked.service),
            place: filled(asked.place),
            order: known(&ORDERS, asked.order),
            page: asked.page.unwrap_or(1).clamp(1, MOST_PAGES),
            after: filled(asked.after),
        }
    }

    /// Whether nothing narrows it but tab and light.
    fn is_plain(&self) -> bool {
        self.level.is_none() && self.service.is_none() && self.place.is_none()
    }

    /// The address of the same question with some answers changed; the page begins anew unless it is said.
    fn href(&self, changed: &[(&str, &str)]) -> String {
        let level = self.level.map(|level| level.to_string()).unwrap_or_default();
        let asked = [
            ("tab", self.tab),
            ("light", self.light.map_or("", Light::as_str)),
            ("level", &level),
            ("service", self.service.as_deref().unwrap_or("")),
            ("place", self.place.as_deref().unwrap_or("")),
            ("order", self.order),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in asked {
            let value = changed
                .iter()
                .find(|(of, _)| *of == name)
                .map_or(value, |(_, value)| value);
            let is_usual = matches!((name, value), ("tab", "all") | ("order", "urgent") | (_, ""));
            if !is_usual {
                query.append_pair(name, value);
            }
        }
        for (name, value) in changed {
            if matches!(*name, "page" | "after") && *value != "1" {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        match query.is_empty() {
            true => "/desk/requests".to_owned(),
            false => format!("/desk/requests?{query}"),
        }
    }
}

fn tabs(page: &Shell, question: &Question, counts: &Counts) -> Vec<Door> {
    TABS.iter()
        .map(|tab| Door {
            href: question.href(&[("tab", tab), ("light", "")]),
            text: page.t(&format!("requests-desk-tab-{tab}")).to_string(),
            n: match *tab {
                "all" => page.number(counts.n),
                "mine" => page.number(counts.n_mine),
                "unassigned" => page.number(counts.n_unassigned),
                "waiting" => page.number(counts.n_waiting),
                "transfers" => page.number(counts.n_transfers),
                "special" => page.number(counts.n_special),
                _ => String::new(),
            },
            is_here: question.tab == *tab,
            class: "",
            counts: match *tab {
                "all" | "mine" if question.is_plain() => tab,
                _ => "",
            },
        })
        .collect()
}

fn lights(page: &Shell, question: &Question, counts: &Counts) -> Vec<Door> {
    if matches!(question.tab, "watched" | "finished") {
        return Vec::new();
    }
    [
        (None, counts.n),
        (Some(Light::Red), counts.n_red),
        (Some(Light::Yellow), counts.n_yellow),
        (Some(Light::White), counts.n_white),
    ]
    .into_iter()
    .map(|(light, n)| Door {
        href: question.href(&[("light", light.map_or("", Light::as_str))]),
        text: match light {
            Some(light) => page
                .t(&format!("requests-desk-light-{}", light.as_str()))
                .to_string(),
            None => page.t("requests-desk-light-any").to_string(),
        },
        n: page.number(n),
        is_here: question.light == light,
        class: match light {
            Some(Light::Red) => "bz-light bz-light--red",
            Some(Light::Yellow) => "bz-light bz-light--yellow",
            Some(Light::White) => "bz-light bz-light--white",
            _ => "",
        },
        // Those of another tab than all are counted within it.
        counts: match light {
            _ if question.tab != "all" || !question.is_plain() => "",
            Some(light) => light.as_str(),
            None => "all",
        },
    })
    .collect()
}

fn doors(page: &Shell, may: &dyn Fn(&[Role]) -> bool) -> Vec<Door> {
    let all: [(&str, &str, &[Role]); 4] = [
        ("/desk/requests/templates", "templates", &[Role::Officer]),
        ("/desk/requests/checks", "checks", &[Role::Auditor]),
        ("/desk/calls", "calls", &[Role::Officer, Role::Facilitator]),
        ("/desk/requests/settings", "settings", &[Role::Admin]),
    ];
    all.iter()
        .filter(|(_, _, roles)| may(roles))
        .map(|(href, name, _)| Door {
            href: (*href).to_owned(),
            text: page.t(&format!("requests-desk-door-{name}")).to_string(),
            n: String::new(),
            is_here: false,
            class: "",
            counts: "",
        })
        .collect()
}

fn services(teller: &Teller, question: &Question) -> Vec<Choice> {
    let any = Choice::new("", teller.lang.text("requests-desk-any"));
    let chosen = question.service.as_deref().unwrap_or("");
    std::iter::once(any)
        .chain(
            teller
                .library
                .services()
                .iter()
                .map(|service| Choice::new(&service.code, teller.words(&service.title))),
        )
        .map(|choice| choice.chosen_if(chosen))
        .collect()
}

fn levels(teller: &Teller, question: &Question) -> Vec<Choice> {
    let most = teller
        .library
        .profiles()
        .values()
        .map(|profile| profile.ladder.top())
        .max()
        .unwrap_or(1);
    let chosen = question.level.map(|level| level.to_string()).unwrap_or_default();
    std::iter::once(Choice::new("", teller.lang.text("requests-desk-any")))
        .chain((1..=most).map(|level| Choice::new(level, teller.lang.number(level))))
        .map(|choice| choice.chosen_if(&chosen))
        .collect()
}

/// The places one step below those of the desks.
fn places(teller: &Teller, desks: &[Desk], question: &Question) -> Vec<Choice> {
    let all = teller.library.places();
    let chosen = question.place.as_deref().unwrap_or("");
    let mut choices = vec![Choice::new("", teller.lang.text("requests-desk-any"))];
    let mut add = |place: crate::places::model::Place<'_>| {
        if !choices.iter().any(|known| known.value == place.code()) {
            choices.push(Choice::new(place.code(), place.name_in(teller.lang.code())));
        }
    };
    for desk in desks {
        match desk.place.as_deref() {
            Some(code) => {
                if let Some(place) = all.find(code) {
                    place.children().for_each(&mut add);
                }
            }
            None => {
                if let Some(top) = all.top() {
                    top.children().for_each(&mut add);
                }
            }
        }
    }
    if let Some(place) = question.place.as_deref().and_then(|code| all.find(code)) {
        add(place);
        place.children().for_each(&mut add);
    }
    choices
        .into_iter()
        .map(|choice| choice.chosen_if(chosen))
        .collect()
}

fn orders(page: &Shell, chosen: &str) -> Vec<Choice> {
    ORDERS
        .iter()
        .map(|order| Choice::new(order, page.t(&format!("requests-desk-order-{order}"))).chosen_if(chosen))
        .collect()
}

async fn bulk_choices(app: &App, op: &Op, teller: &Teller, posts: &[Post], desks: &[Desk]) -> Result<Bulk> {
    let nothing = || Choice::new("", op.lang.text("requests-desk-choose"));
    let is_ours = |agency: &str| {
        desks
            .iter()
            .any(|desk| desk.agency.as_deref().is_none_or(|own| own == agency))
    };
    let posts = posts.iter().filter(|post| is_ours(&post.agency)).map(|post| {
        let unit = teller.agency(Some(&post.agency));
        Choice::new(&post.id, format!("{unit}, {}", post.title))
    });
    let mut kinds = vec![nothing()];
    let mut reasons = vec![nothing()];
    for profile in teller.library.profiles().values() {
        for kind in &profile.answers.kinds {
            if !kinds.iter().any(|known| known.value == kind.code) {
                kinds.push(Choice::new(&kind.code, kind_words(teller, kind)));
            }
        }
        for reason in &profile.pauses {
            if !reasons.iter().any(|known| known.value == reason.code) {
                reasons.push(Choice::new(&reason.code, teller.words(&reason.title)));
            }
        }
    }
    let templates = super::templates::offered(app, op)
        .await?
        .into_iter()
        .map(|template| Choice::new(&template.id, &template.title));
    Ok(Bulk {
        posts: std::iter::once(nothing()).chain(posts).collect(),
        kinds,
        templates: std::iter::once(nothing()).chain(templates).collect(),
        reasons,
    })
}

/// A kind of answer, with whether it stops the clock: only a proper one does.
pub fn kind_words(teller: &Teller, kind: &requests::model::profile::AnswerKind) -> String {
    let id = if kind.is_proper {
        "requests-desk-kind-proper"
    } else {
        "requests-desk-kind-improper"
    };
    teller.lang.text(id).arg("kind", teller.words(&kind.title)).into()
}

impl QueuePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> QueuePage {
        let page = Shell::sample(lang).titled(lang.text("requests-desk-title"));
        let question = Question::of(Asked {
            tab: Some("mine".into()),
            light: Some("red".into()),
            ..Asked::default()
        });
        let counts = Counts {
            n: 214,
            n_red: 31,
            n_yellow: 40,
            n_white: 143,
            n_mine: 12,
            ..Counts::default()
        };
        let choice = || {
            vec![
                Choice::new("", lang.text("requests-desk-any")),
                Choice::new("x", "Jalan <rusak>"),
            ]
        };
        QueuePage {
            tabs: tabs(&page, &question, &counts),
            lights: lights(&page, &question, &counts),
            doors: doors(&page, &|_| true),
            tab: "mine".into(),
            light: "red".into(),
            services: choice(),
            levels: choice(),
            places: choice(),
            orders: orders(&page, "urgent"),
            said: lang.text("requests-desk-n").n("n", 214).into(),
            rows: vec![Row::sample(lang, "K7MQ4XTD"), Row::sample(lang, "WR9K2HPV")],
            pages: Pagination::new(2, 5, |n| format!("/desk/requests?page={n}")),
            older: "/desk/requests?tab=finished&after=0".into(),
            may_bulk: true,
            posts: choice(),
            kinds: choice(),
            templates: choice(),
            reasons: choice(),
            since: 0,
            page,
        }
    }
}

impl Row {
    pub(super) fn sample(lang: Lang, code: &str) -> Row {
        Row {
            code: code.into(),
            written: written(code),
            light: Tag {
                class: "bz-light bz-light--red",
                text: lang.text("requests-light-red").into(),
            },
            state: lang.text("requests-state-open").into(),
            service: "Jalan <rusak>".into(),
            place: "Ngasem <3>".into(),
            excerpt: "Lubang \"dalam\" di depan <pasar>".into(),
            age: lang.text("requests-desk-age").arg("span", "12").into(),
            due: lang.text("requests-desk-red-for").arg("span", "5").into(),
            level: lang
                .text("requests-level")
                .n("level", 2)
                .arg("title", "Kepala <OPD>")
                .into(),
            whose: "Dinas <PU>".into(),
            marks: vec![lang.text("requests-desk-mark-confidential").into()],
        }
    }
}
