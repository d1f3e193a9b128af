//! The list of requests, with how many show which light above it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};

use super::{
    asked::{Asked, GROUP, NOBODY, Sought, UNFINISHED},
    kept::{self, AsOf, Board},
    public,
    rows::{Lights, View, id_text},
};
use crate::{
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        model::{clock::Light, request::Kind, request::State as Stage},
        store::board::Listed,
        words::{Tag, Teller, written},
    },
};

/// Requests of a page.
pub const A_PAGE: usize = 20;
/// Letters of what a resident wrote that a list shows.
const EXCERPT: usize = 180;
/// The shapes of the list's data.
const SHAPES: [&str; 3] = ["csv", "json", "geojson"];

#[derive(Template)]
#[template(path = "requests/board/list.html")]
pub struct ListPage {
    pub page: Shell,
    pub tiles: Vec<Tile>,
    /// How many there are and of when, in a sentence.
    pub said: String,
    pub services: Vec<Choice>,
    pub agencies: Vec<Choice>,
    pub places: Vec<Choice>,
    pub lights: Vec<Choice>,
    pub states: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub cards: Vec<Card>,
    /// Whether anything was filed at all.
    pub is_empty: bool,
    /// Whether something narrows the list.
    pub narrows: bool,
    pub first: String,
    pub next: String,
    pub to_map: String,
    pub to_lights: String,
}

/// How many show a light, as a door to them.
#[derive(Debug, Clone)]
pub struct Tile {
    /// The light's code.
    pub light: &'static str,
    pub text: String,
    pub n: String,
    pub href: String,
    pub is_chosen: bool,
}

/// A request in the list.
#[derive(Debug, Clone)]
pub struct Card {
    pub href: String,
    pub title: String,
    pub light: Tag,
    pub code: String,
    /// Place, age, unit: what is known of them.
    pub meta: String,
    pub excerpt: String,
    pub lang: String,
}

/// A page of the list, whatever its shape.
pub struct Asking {
    pub asked: Asked,
    pub sought: Sought,
    pub teller: Teller,
    pub board: Arc<Board>,
}

impl Asking {
    /// Understands an address and gathers what its answer needs.
    ///
    /// # Errors
    /// As `Asked::parse`.
    pub async fn new(app: &App, op: &Op, asked: Asked) -> Result<Asking> {
        let teller = Teller::new(app, op.lang).await?;
        let sought = asked.parse(&teller.library)?;
        Ok(Asking {
            asked,
            sought,
            teller,
            board: kept::current(app, op.at).await?,
        })
    }

    /// Returns a page of the list with the counts above it.
    #[must_use]
    pub fn view(&self, app: &App, op: &Op, most: usize) -> AsOf<View> {
        let Sought { light, after, .. } = self.sought;
        let key = format!("list {} {light:?} {after:?} {most}", self.sought.key());
        self.board.count(key, op.at, |rows, now| {
            let filter = self.sought.filter(rows, &self.teller.library, &app.config);
            rows.view(&filter, light, now, after, most)
        })
    }
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    match Asking::new(&app, &op, asked.clone()).await {
        Ok(asking) => {
            let view = asking.view(&app, &op, A_PAGE);
            let listed = public::read(&app, &view.value.ids).await?;
            render(&ListPage::new(shell(&app, &op, &uri), &asking, &view, listed))
        }
        Err(problem) if !problem.fields().is_empty() => refused(&app, &op, &uri, &problem, asked).await,
        Err(problem) => Err(problem),
    }
}

/// The page with everything, and what was wrong with what was asked.
async fn refused(app: &App, op: &Op, uri: &Uri, problem: &Problem, asked: Asked) -> Result<Response> {
    let plain = Asked {
        from: asked.from,
        to: asked.to,
        ..Asked::default()
    };
    let asking = Asking {
        asked: plain,
        sought: Sought::default(),
        teller: Teller::new(app, op.lang).await?,
        board: kept::current(app, op.at).await?,
    };
    let mut view = asking.view(app, op, A_PAGE);
    view.value = Arc::new(View {
        ids: Vec::new(),
        has_more: false,
        ..View::clone(&view.value)
    });
    let mut page = ListPage::new(shell(app, op, uri), &asking, &view, Vec::new());
    page.page.errors = field_errors(problem, op);
    // What was asked means nothing, so nothing is offered in other shapes.
    page.page.shapes = Vec::new();
    page.narrows = true;
    render_refused(problem, &page)
}

impl ListPage {
    fn new(page: Shell, asking: &Asking, view: &AsOf<View>, listed: Vec<Listed>) -> ListPage {
        let Asking {
            asked,
            sought,
            teller,
            board,
        } = asking;
        let lang = page.lang;
        let title = lang.text("requests-board-title").to_string();
        let lights = view.value.lights;
        let n = sought.light.map_or(lights.all(), |light| lights.of(light));
        let next = match (view.value.has_more, view.value.ids.last()) {
            (true, Some(last)) => asked.address("/requests", &[("after", &id_text(*last))]),
            _ => String::new(),
        };
        let first = match sought.after {
            Some(_) => asked.address("/requests", &[]),
            None => String::new(),
        };
        ListPage {
            tiles: tiles(teller, asked, sought, lights),
            said: lang
                .text("requests-board-said")
                .n("n", n)
                .arg("at", teller.moment(view.at()))
                .to_string(),
            services: services(teller, asked),
            agencies: agencies(teller, asked, board),
            places: places(teller, sought),
            lights: lights_to_choose(teller, asked),
            states: states(teller, asked),
            kinds: kinds(teller, asked),
            from: asked.from.trim().to_owned(),
            to: asked.to.trim().to_owned(),
            cards: listed
                .into_iter()
                .map(|request| card(teller, request, view.at()))
                .collect(),
            is_empty: board.read(super::rows::Rows::is_empty),
            narrows: asked.narrows(),
            first,
            next,
            to_map: asked.address("/requests/map", &[("light", ""), ("state", ""), ("limit", "")]),
            to_lights: asked.address("/requests/lights", &[("light", ""), ("limit", "")]),
            page: page
                .titled(&title)
                .described(lang.text("requests-board-lead"))
                .crumb(&title, "")
                .shapes(&SHAPES),
        }
    }
}

fn tiles(teller: &Teller, asked: &Asked, sought: &Sought, lights: Lights) -> Vec<Tile> {
    Light::ALL
        .into_iter()
        .map(|light| {
            let is_chosen = sought.light == Some(light);
            let to = if is_chosen { "" } else { light.as_str() };
            Tile {
                light: light.as_str(),
                text: teller.light(light).text,
                n: teller.lang.number(lights.of(light)),
                href: asked.address("/requests", &[("light", to)]),
                is_chosen,
            }
        })
        .collect()
}

/// Makes a card of a request whose text is masked already.
pub fn card(teller: &Teller, request: Listed, now: Time) -> Card {
    let lang = teller.lang;
    let mut meta = Vec::new();
    if request.place.is_some() {
        meta.push(teller.place(request.place.as_deref()));
    }
    meta.push(
        lang.text("requests-board-ago")
            .arg("span", teller.span(request.opened_at, now))
            .to_string(),
    );
    meta.push(teller.agency(request.agency.as_deref()));
    if request.n_supporters > 0 {
        meta.push(
            lang.text("requests-board-supporters")
                .n("n", request.n_supporters)
                .to_string(),
        );
    }
    Card {
        href: format!("/requests/{}", request.code),
        title: teller.service(&request.service),
        light: teller.light(request.light(now)),
        code: written(&request.code),
        meta: meta.join(" · "),
        excerpt: excerpt(&request.text),
        lang: request.lang,
    }
}

/// Returns the beginning of a text in one line, cut between words.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let cut: String = line.chars().take(EXCERPT).collect();
    let end = cut.rfind(' ').filter(|at| *at > EXCERPT / 2).unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

/// Returns services to choose from, group by group.
pub fn services(teller: &Teller, asked: &Asked) -> Vec<Choice> {
    let lang = teller.lang;
    let mut groups: Vec<&str> = Vec::new();
    for service in teller.library.services() {
        if !groups.contains(&service.group.as_str()) {
            groups.push(&service.group);
        }
    }
    let mut choices = vec![Choice::new("", lang.text("requests-board-any-service"))];
    for group in groups {
        let title = lang
            .text("requests-board-group")
            .arg("group", spoken(group))
            .to_string();
        choices.push(Choice::new(format!("{GROUP}{group}"), title));
        let of_group = teller.library.services().iter();
        choices.extend(
            of_group
                .filter(|service| service.group == group)
                .map(|service| Choice::new(&service.code, format!("– {}", teller.words(&service.title)))),
        );
    }
    chosen(choices, &asked.service)
}

/// Returns a group's code as words: `public-works` is Public works.
fn spoken(group: &str) -> String {
    let words = group.replace('-', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the units that have or had requests, by name.
pub fn agencies(teller: &Teller, asked: &Asked, board: &Board) -> Vec<Choice> {
    let mut units: Vec<(String, String)> = board.read(|rows| {
        let codes = rows.agencies.codes().iter().filter(|code| !code.is_empty());
        codes
            .map(|code| (teller.agency(Some(code)), code.clone()))
            .collect()
    });
    units.sort();
    let mut choices = vec![Choice::new("", teller.lang.text("requests-board-any-agency"))];
    choices.extend(units.into_iter().map(|(name, code)| Choice::new(code, name)));
    choices.push(Choice::new(NOBODY, teller.agency(None)));
    chosen(choices, &asked.agency)
}

/// Returns the way to the chosen place, and the places in it.
pub fn places(teller: &Teller, sought: &Sought) -> Vec<Choice> {
    let all = teller.library.places();
    let code = teller.lang.code();
    let here = sought
        .place
        .as_deref()
        .and_then(|place| all.find(place))
        .or_else(|| all.top());
    let mut choices = vec![Choice::new("", teller.lang.text("requests-board-any-place"))];
    let mut above: Vec<_> = here
        .into_iter()
        .flat_map(|place| place.with_ancestors())
        .collect();
    above.reverse();
    choices.extend(
        above
            .iter()
            .map(|place| Choice::new(place.code(), place.name_in(code))),
    );
    let mut below: Vec<_> = match here {
        Some(place) => place.children().collect(),
        None => all.roots().collect(),
    };
    below.sort_by_key(|place| place.name_in(code));
    choices.extend(
        below
            .into_iter()
            .map(|place| Choice::new(place.code(), format!("– {}", place.name_in(code)))),
    );
    chosen(choices, sought.place.as_deref().unwrap_or_default())
}

fn lights_to_choose(teller: &Teller, asked: &Asked) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", teller.lang.text("requests-board-any-light"))];
    choices.extend(
        Light::ALL
            .into_iter()
            .map(|light| Choice::new(light.as_str(), teller.light(light).text)),
    );
    chosen(choices, &asked.light)
}

fn states(teller: &Teller, asked: &Asked) -> Vec<Choice> {
    let lang = teller.lang;
    let mut choices = vec![
        Choice::new("", lang.text("requests-board-any-state")),
        Choice::new(UNFINISHED, lang.text("requests-board-unfinished")),
    ];
    choices.extend(Stage::CODES.into_iter().map(|code| {
        let text = match code {
            "closed" => lang.text("requests-board-closed").to_string(),
            code => teller.coded("requests-state", code),
        };
        Choice::new(code, text)
    }));
    chosen(choices, &asked.state)
}

pub fn kinds(teller: &Teller, asked: &Asked) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", teller.lang.text("requests-board-any-kind"))];
    choices.extend(
        Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.as_str(), teller.coded("requests-kind", kind.as_str()))),
    );
    chosen(choices, &asked.kind)
}

/// Marks the one of choices that has a value; an empty value is the first.
pub fn chosen(choices: Vec<Choice>, value: &str) -> Vec<Choice> {
    choices
        .into_iter()
        .map(|choice| choice.chosen_if(value.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_words() {
        let long = "lampu jalan mati ".repeat(20);
        let cut = excerpt(&long);
        assert!(
            cut.ends_with("jalan…") || cut.ends_with("mati…") || cut.ends_with("lampu…"),
            "{cut}"
        );
        assert!(cut.chars().count() <= EXCERPT + 1);
        assert_eq!(excerpt("dua\n baris"), "dua baris");
        assert_eq!(excerpt(&"あ".repeat(200)).chars().count(), EXCERPT + 1);
    }
}
