//! Posts: who sits where, who stands in, which are vacant; adding one and changing who holds it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::titled;
use crate::{
    accounts,
    platform::{
        app::App,
        html::Markup,
        html::{
            Shell,
            parts::{Cell, Choice, FieldError},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{
        self,
        desk::fields::Fields,
        model::post::{NewPost, Post},
        words::Teller,
    },
};

#[derive(Template)]
#[template(path = "requests/desk/settings/posts.html")]
pub struct PostsPage {
    pub page: Shell,
    pub agencies: Vec<Choice>,
    pub levels: Vec<Choice>,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub new_agencies: Vec<Choice>,
    pub new_levels: Vec<Choice>,
    pub place: String,
    pub title: String,
    pub holder: String,
    pub deputy: String,
    pub why: String,
}

#[derive(Template)]
#[template(path = "requests/desk/settings/post.html")]
pub struct PostPage {
    pub page: Shell,
    pub id: String,
    pub lead: String,
    pub title: String,
    pub holder: String,
    pub deputy: String,
    pub away_from: String,
    pub away_until: String,
    pub why: String,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    agency: Option<String>,
    level: Option<String>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri, Query(asked): Query<Asked>) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let page = shell(&app, &op, &uri);
    render(&posts_page(&app, &op, page, &asked, &Fields::default()).await?)
}

pub async fn add(State(app): State<App>, op: Op, fields: Fields) -> Result<Response> {
    op.require(&[Role::Admin])?;
    match add_one(&app, &op, &fields).await {
        Ok(()) => Ok(Redirect::to("/desk/requests/settings/posts").into_response()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/settings/posts"));
            page.errors = field_errors(&problem, &op);
            render_refused(
                &problem,
                &posts_page(&app, &op, page, &Asked::default(), &fields).await?,
            )
        }
    }
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(id): Path<String>) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let post = find(&app, &id).await?;
    let people = People::of(&app, &op).await?;
    let day = |at: Time| app.config.day(at).to_string();
    let typed = Fields(vec![
        ("title".into(), post.title.clone()),
        ("holder".into(), people.email(post.holder.as_deref())),
        ("deputy".into(), people.email(post.deputy.as_deref())),
        (
            "away_from".into(),
            post.away.map(|(from, _)| day(from)).unwrap_or_default(),
        ),
        (
            "away_until".into(),
            // The last day away, not the first day back.
            post.away
                .map(|(_, until)| day(Time(until.0 - 1)))
                .unwrap_or_default(),
        ),
    ]);
    render(&post_page(&app, &op, shell(&app, &op, &uri), &post, &typed).await?)
}

pub async fn save(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let post = find(&app, &id).await?;
    match save_one(&app, &op, &post, &fields).await {
        Ok(()) => Ok(Redirect::to("/desk/requests/settings/posts").into_response()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let mut page = shell(&app, &op, &uri);
            page.errors = field_errors(&problem, &op);
            render_refused(&problem, &post_page(&app, &op, page, &post, &fields).await?)
        }
    }
}

async fn add_one(app: &App, op: &Op, fields: &Fields) -> Result<()> {
    let op = op.because(fields.get("why"))?;
    let organisations = accounts::list_organisations(app).await?;
    let agency = fields.get("agency").to_owned();
    if !organisations
        .iter()
        .any(|organisation| organisation.code == agency)
    {
        return Err(Problem::invalid("fields").field("agency", "requests-agency-unknown"));
    }
    let library = requests::library::current(app).await?;
    let place = match fields.filled("place") {
        Some(name) => {
            let places = library.places();
            let found = places.find(&name).filter(|place| place.is_current());
            let found = found.or_else(|| match places.search(&name, None, 2).as_slice() {
                [only] => Some(*only),
                _ => None,
            });
            let found =
                found.ok_or_else(|| Problem::invalid("fields").field("place", "requests-place-unknown"))?;
            Some(found.code().to_owned())
        }
        None => None,
    };
    let post = NewPost {
        agency,
        level: fields.get("level").parse().unwrap_or(0),
        place,
        title: fields.get("title").trim().to_owned(),
        holder: account(app, fields, "holder").await?,
        deputy: account(app, fields, "deputy").await?,
    };
    requests::add_post(app, &op, &post).await.map(drop)
}

async fn save_one(app: &App, op: &Op, post: &Post, fields: &Fields) -> Result<()> {
    let op = op.because(fields.get("why"))?;
    let changed = Post {
        title: fields.get("title").trim().to_owned(),
        holder: account(app, fields, "holder").await?,
        deputy: account(app, fields, "deputy").await?,
        away: away(app, &op, fields)?,
        closed_at: (fields.get("act") == "close").then_some(op.at),
        ..post.clone()
    };
    requests::save_post(app, &op, &changed).await
}

/// The days away: from the beginning of the first to the end of the last.
fn away(app: &App, op: &Op, fields: &Fields) -> Result<Option<(Time, Time)>> {
    let zone = app.config.zoned(op.at).time_zone().clone();
    let day = |name: &'static str| -> Result<Option<Date>> {
        fields
            .filled(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| Problem::invalid("fields").field(name, "requests-attribute-no-date"))
            })
            .transpose()
    };
    let at = |day: Date| {
        day.to_zoned(zone.clone())
            .map(|zoned| Time(zoned.timestamp().as_microsecond()))
            .map_err(Problem::internal)
    };
    match (day("away_from")?, day("away_until")?) {
        (None, None) => Ok(None),
        (Some(from), Some(until)) if from <= until => {
            let next = until.tomorrow().map_err(Problem::internal)?;
            Ok(Some((at(from)?, at(next)?)))
        }
        (None, Some(_)) => Err(Problem::invalid("fields").field("away_from", "requests-attribute-no-date")),
        _ => Err(Problem::invalid("fields").field("away_until", "requests-desk-away-backwards")),
    }
}

/// The account with the e-mail address in a field; none for a blank one.
async fn account(app: &App, fields: &Fields, name: &'static str) -> Result<Option<String>> {
    let Some(email) = fields.filled(name) else {
        return Ok(None);
    };
    match accounts::find_user(app, &email).await? {
        Some(user) => Ok(Some(user)),
        None => Err(Problem::invalid("fields").field(name, "requests-desk-person-unknown")),
    }
}

async fn find(app: &App, id: &str) -> Result<Post> {
    requests::list_posts(app, None)
        .await?
        .into_iter()
        .find(|post| post.id == id)
        .ok_or_else(|| Problem::not_found("requests-post-unknown"))
}

/// Names and addresses of accounts.
struct People(Vec<accounts::model::Listed>);

impl People {
    async fn of(app: &App, op: &Op) -> Result<People> {
        accounts::list_users(app, op).await.map(People)
    }

    fn find(&self, id: Option<&str>) -> Option<&accounts::model::Listed> {
        self.0.iter().find(|person| Some(person.id.as_str()) == id)
    }

    fn name(&self, id: Option<&str>) -> String {
        self.find(id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    }

    fn email(&self, id: Option<&str>) -> String {
        self.find(id)
            .and_then(|person| person.email.clone())
            .unwrap_or_default()
    }
}

async fn posts_page(app: &App, op: &Op, page: Shell, asked: &Asked, fields: &Fields) -> Result<PostsPage> {
    let teller = Teller::new(app, op.lang).await?;
    let people = People::of(app, op).await?;
    let wanted = asked.agency.as_deref().filter(|agency| !agency.is_empty());
    let level: Option<u8> = asked.level.as_deref().and_then(|level| level.parse().ok());
    let rows = requests::list_posts(app, wanted)
        .await?
        .iter()
        .filter(|post| level.is_none_or(|level| post.level == level))
        .map(|post| row(op, &teller, &people, post))
        .collect();
    let organisations = accounts::list_organisations(app).await?;
    let agencies = |first: &'static str, chosen: &str| {
        std::iter::once(Choice::new("", op.lang.text(first)))
            .chain(
                organisations
                    .iter()
                    .map(|organisation| Choice::new(&organisation.code, &organisation.name)),
            )
            .map(|choice| choice.chosen_if(chosen))
            .collect::<Vec<_>>()
    };
    let levels = |first: &'static str, chosen: &str| {
        std::iter::once(Choice::new("", op.lang.text(first)))
            .chain((1..=5_u8).map(|level| Choice::new(level, op.lang.number(level))))
            .map(|choice| choice.chosen_if(chosen))
            .collect::<Vec<_>>()
    };
    Ok(PostsPage {
        page: titled(page, "requests-desk-set-posts", true),
        agencies: agencies("requests-desk-any", wanted.unwrap_or("")),
        levels: levels("requests-desk-any", asked.level.as_deref().unwrap_or("")),
        head: head(op.lang),
        rows,
        new_agencies: agencies("requests-desk-choose", fields.get("agency")),
        new_levels: levels("requests-desk-choose", fields.get("level")),
        place: fields.get("place").to_owned(),
        title: fields.get("title").to_owned(),
        holder: fields.get("holder").to_owned(),
        deputy: fields.get("deputy").to_owned(),
        why: fields.get("why").to_owned(),
    })
}

fn head(lang: Lang) -> Vec<Cell> {
    [
        "requests-desk-post",
        "requests-desk-unit",
        "requests-desk-level",
        "requests-desk-place",
        "requests-desk-holder",
        "requests-desk-deputy",
        "requests-desk-acting",
    ]
    .map(|id| Cell::text(lang.text(id)))
    .into()
}

fn row(op: &Op, teller: &Teller, people: &People, post: &Post) -> Vec<Cell> {
    let lang = op.lang;
    let link = Markup(format!(
        r#"<a class="govuk-link" href="/desk/requests/settings/posts/{}">{}</a>"#,
        Markup::escape(&post.id),
        Markup::escape(&post.title)
    ));
    let everywhere = || lang.text("requests-desk-everywhere").to_string();
    let acting = match post.acting(op.at) {
        Some(user) => people.name(Some(user)),
        None => lang.text("requests-desk-vacant").into(),
    };
    let away = match post.away {
        Some((from, until)) if until > op.at => format!(
            " {}",
            lang.text("requests-desk-away")
                .arg("from", teller.day(from))
                .arg("until", teller.day(Time(until.0 - 1)))
        ),
        _ => String::new(),
    };
    vec![
        Cell::html(link),
        Cell::text(teller.agency(Some(&post.agency))),
        Cell::number(lang.number(post.level), f64::from(post.level)),
        Cell::text(
            post.place
                .as_deref()
                .map_or_else(everywhere, |place| teller.place(Some(place))),
        ),
        Cell::text(people.name(post.holder.as_deref())),
        Cell::text(people.name(post.deputy.as_deref())),
        Cell::text(format!("{acting}{away}")),
    ]
}

async fn post_page(app: &App, op: &Op, page: Shell, post: &Post, fields: &Fields) -> Result<PostPage> {
    let teller = Teller::new(app, op.lang).await?;
    let lead = op
        .lang
        .text("requests-desk-post-lead")
        .arg("unit", teller.agency(Some(&post.agency)))
        .n("level", post.level)
        .arg(
            "place",
            match &post.place {
                Some(place) => teller.place(Some(place)),
                None => op.lang.text("requests-desk-everywhere").into(),
            },
        );
    let page = page
        .titled(&post.title)
        .crumb(op.lang.text("requests-desk-title"), "/desk/requests")
        .crumb(
            op.lang.text("requests-desk-set-posts"),
            "/desk/requests/settings/posts",
        )
        .crumb(&post.title, "");
    Ok(PostPage {
        page,
        id: post.id.clone(),
        lead: lead.into(),
        title: fields.get("title").to_owned(),
        holder: fields.get("holder").to_owned(),
        deputy: fields.get("deputy").to_owned(),
        away_from: fields.get("away_from").to_owned(),
        away_until: fields.get("away_until").to_owned(),
        why: fields.get("why").to_owned(),
    })
}

impl PostsPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> PostsPage {
        let mut page = titled(Shell::sample(lang), "requests-desk-set-posts", true);
        page.errors = vec![FieldError {
            field: "holder".into(),
            text: lang.text("problem-requests-desk-person-unknown").into(),
        }];
        let choices = || vec![Choice::new("dinas-pu", "Dinas <PU>")];
        PostsPage {
            page,
            agencies: choices(),
            levels: choices(),
            head: head(lang),
            rows: vec![
                [
                    "Kepala <PU>",
                    "Dinas <PU>",
                    "2",
                    "Ngasem <3>",
                    "Siti <Aminah>",
                    "",
                    "–",
                ]
                .map(Cell::text)
                .into(),
            ],
            new_agencies: choices(),
            new_levels: choices(),
            place: "Ngasem <3>".into(),
            title: "Kepala <PU>".into(),
            holder: "siti@example.id".into(),
            deputy: String::new(),
            why: "Mutasi <12>".into(),
        }
    }
}

impl PostPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> PostPage {
        let mut page = Shell::sample(lang).titled("Kepala <PU>");
        page.errors = vec![FieldError {
            field: "away_until".into(),
            text: lang.text("problem-requests-desk-away-backwards").into(),
        }];
        PostPage {
            page,
            id: "0".into(),
            lead: "Dinas <PU>".into(),
            title: "Kepala <PU>".into(),
            holder: "siti@example.id".into(),
            deputy: "budi@example.id".into(),
            away_from: "2026-11-23".into(),
            away_until: "2026-11-20".into(),
            why: "Cuti <12>".into(),
        }
    }
}
