//! The billboard at the desk: a village chooses its figures and language, and all billboards of a place are printed at once.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;

use super::{
    choice, choose as choose_it, document, figures,
    model::{self, MOST_FIGURES, Size},
    pages::{Print, address},
    posters, villages_of,
};
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        html::{Shell, parts::Choice},
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Result},
        sheets, told, typeset,
    },
    village::{READERS, is_operator, require_operator, require_reader},
};

const CHOSEN: &str = "billboard-told-chosen";

/// What stands on the billboard of one village.
#[derive(Template)]
#[template(path = "billboard/desk.html")]
pub struct BillboardDeskPage {
    page: Shell,
    action: String,
    public_href: String,
    may_write: bool,
    langs: Vec<Choice>,
    slots: Vec<Slot>,
}

/// A select for the figure at one position.
pub struct Slot {
    pub name: String,
    pub label: String,
    pub choices: Vec<Choice>,
}

/// All billboards of a place in one document.
#[derive(Template)]
#[template(path = "billboard/all.html")]
pub struct BillboardsDeskPage {
    page: Shell,
    places: Vec<Choice>,
    sizes: Vec<Choice>,
    /// The villages whose operator the caller is.
    own: Vec<Print>,
}

/// Which billboards are wanted.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Code of a place; without it the one that the installation is about.
    place: String,
    size: String,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
) -> Result<Response> {
    let all = places::all(&app).await?;
    require_reader(&op, &all, &place)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &[CHOSEN]);
    let chosen = choice(&app, &place).await?;
    let page = one_page(&app, &op, page, (all.as_ref(), place.as_str()), &chosen).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn choose(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(place): Path<String>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response> {
    require_operator(&op, &place)?;
    let all = places::all(&app).await?;
    places::known(&all, &place)?;
    let chosen = typed(&form);
    match choose_it(&app, &op, &place, &chosen).await {
        Ok(()) => Ok(told::redirect(&app, &headers, uri.path(), CHOSEN)),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let page = one_page(&app, &op, page, (all.as_ref(), place.as_str()), &chosen).await?;
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&READERS)?;
    let all = places::all(&app).await?;
    render(&BillboardsDeskPage::new(shell(&app, &op, &uri), &op, &all))
}

pub async fn print_all(State(app): State<App>, op: Op, Query(wanted): Query<Wanted>) -> Result<Response> {
    op.require(&READERS)?;
    let size = Size::parse(&wanted.size)?;
    let all = places::all(&app).await?;
    let asked = match wanted.place.is_empty() {
        true => all.top().map_or("", |top| top.code()),
        false => wanted.place.as_str(),
    };
    let here = places::known(&all, asked)?;
    let villages = villages_of(&app, &all, here.code()).await?;
    let posters = posters(&app, op.at, &all, &villages, None).await?;
    let title = op
        .lang
        .text("billboard-all-of")
        .arg("place", here.name_in(op.lang.code()))
        .to_string();
    let document = document(&app, op.at, title, &posters, size);
    let pdf = typeset::pdf(&app, &op, &document).await?;
    let name = format!("billboards-{}-{}", here.code(), size.as_str());
    Ok(sheets::answer(pdf, &name))
}

/// What a form chose; a slot that was left empty is no figure.
fn typed(form: &[(String, String)]) -> model::Choice {
    let one = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    };
    model::Choice {
        lang: one("lang").parse().ok(),
        indicators: (0..MOST_FIGURES)
            .map(|at| one(&model::field(at)).to_owned())
            .filter(|code| !code.is_empty())
            .collect(),
    }
}

async fn one_page(
    app: &App,
    op: &Op,
    page: Shell,
    (all, place): (&Places, &str),
    chosen: &model::Choice,
) -> Result<BillboardDeskPage> {
    let name = places::known(all, place)?.name_in(op.lang.code());
    let known: Vec<(String, String)> = figures::known(app)
        .await?
        .iter()
        .map(|definition| {
            let title = definition.title.in_language(op.lang.code());
            (definition.code.clone(), format!("{} {title}", definition.code))
        })
        .collect();
    let page = page
        .crumb(op.lang.text("platform-nav-desk"), "/desk")
        .crumb(op.lang.text("billboard-all"), "/desk/billboards")
        .crumb(name, "");
    let may_write = is_operator(op, place);
    Ok(BillboardDeskPage::new(page, place, may_write, &known, chosen))
}

impl BillboardDeskPage {
    fn new(
        page: Shell,
        place: &str,
        may_write: bool,
        known: &[(String, String)],
        chosen: &model::Choice,
    ) -> BillboardDeskPage {
        let lang = page.lang;
        let slots = (0..MOST_FIGURES)
            .map(|at| {
                let code = chosen.indicators.get(at).map_or("", String::as_str);
                let none = Choice::new("", lang.text("billboard-figure-none")).chosen_if(code);
                let known = known
                    .iter()
                    .map(|(known, title)| Choice::new(known, title).chosen_if(code));
                Slot {
                    name: model::field(at),
                    label: lang.text("billboard-figure-n").n("n", at + 1).to_string(),
                    choices: [none].into_iter().chain(known).collect(),
                }
            })
            .collect();
        let spoken = chosen.lang.map_or("", Lang::code);
        let usual = Choice::new("", lang.text("billboard-lang-usual")).chosen_if(spoken);
        let langs = Lang::COMPLETE.map(|each| Choice::new(each.code(), each.own_name()).chosen_if(spoken));
        BillboardDeskPage {
            action: format!("/desk/villages/{place}/billboard"),
            public_href: address(place),
            may_write,
            langs: [usual].into_iter().chain(langs).collect(),
            slots,
            page: page.titled(lang.text("billboard-desk")),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BillboardDeskPage {
        let known = [("6.1.1".to_owned(), "6.1.1 Safe <water>".to_owned())];
        let chosen = model::Choice {
            lang: Some(Lang::Id),
            indicators: vec!["6.1.1".to_owned()],
        };
        BillboardDeskPage::new(Shell::sample(lang), "90.01.01", true, &known, &chosen)
    }
}

impl BillboardsDeskPage {
    fn new(page: Shell, op: &Op, all: &Places) -> BillboardsDeskPage {
        let lang = page.lang;
        let top = all.top();
        let places = top
            .into_iter()
            .chain(top.into_iter().flat_map(|top| top.children().collect::<Vec<_>>()))
            .map(|place| Choice::new(place.code(), place.name_in(lang.code())))
            .collect();
        let own = op
            .person()
            .map_or(&[][..], |me| &me.grants)
            .iter()
            .filter_map(|grant| grant.place.as_deref())
            .filter(|place| is_operator(op, place))
            .map(|place| Print {
                href: format!("/desk/villages/{place}/billboard"),
                text: all
                    .find(place)
                    .map_or(place, |place| place.name_in(lang.code()))
                    .to_owned(),
            })
            .collect();
        BillboardsDeskPage::of(page, places, own)
    }

    fn of(page: Shell, places: Vec<Choice>, own: Vec<Print>) -> BillboardsDeskPage {
        let lang = page.lang;
        let title = lang.text("billboard-all").to_string();
        BillboardsDeskPage {
            places,
            own,
            sizes: Size::ALL
                .map(|size| {
                    let text = lang.text(format!("billboard-print-{}", size.as_str()));
                    Choice::new(size.as_str(), text).chosen_if(Size::default().as_str())
                })
                .into(),
            page: page
                .crumb(lang.text("platform-nav-desk"), "/desk")
                .crumb(&title, "")
                .titled(&title),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> BillboardsDeskPage {
        let places = vec![Choice::new("90", "Kabupaten <Contoh>")];
        let own = vec![Print {
            href: "/desk/villages/90.01.01/billboard".to_owned(),
            text: "Desa <Ngasem>".to_owned(),
        }];
        BillboardsDeskPage::of(Shell::sample(lang), places, own)
    }
}
