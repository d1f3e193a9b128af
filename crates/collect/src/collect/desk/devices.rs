//! The devices of a project: added one by one or a sheet at a time, each with its code shown once, and withdrawn.

use std::collections::HashMap;

use askama::Template;
use axum::{
    Form as Input, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use crate::{
    accounts::{self, ProjectRole},
    collect::{
        self, READERS,
        central::stewarded,
        devices,
        model::{AppUser, Project},
        openrosa::{part, site_of},
        store,
    },
    places,
    platform::{
        app::App,
        draw::qr,
        html::{Markup, Shell, parts::Choice},
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
    },
};

/// Devices that one press of the button adds.
const MOST_AT_ONCE: usize = 50;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/desk/devices/{project}", get(list).post(add))
        .route("/desk/devices/{project}/{actor}/withdraw", post(withdraw))
        .route("/desk/devices/{project}/{actor}/renew", post(renew))
}

type Parts = Path<HashMap<String, String>>;

#[derive(Template)]
#[template(path = "collect/desk/devices.html")]
pub struct DevicesPage {
    pub page: Shell,
    pub project: String,
    /// Where the page's forms are sent.
    pub base: String,
    pub devices: Vec<DeviceRow>,
    pub may_add: bool,
    pub forms: Vec<Choice>,
    pub input: AddInput,
    pub most: usize,
}

/// A device in the list.
pub struct DeviceRow {
    pub number: i64,
    pub name: String,
    pub forms: String,
    pub used: String,
    pub made: String,
}

/// The codes of devices that were just added, to be scanned or printed.
#[derive(Template)]
#[template(path = "collect/desk/codes.html")]
pub struct CodesPage {
    pub page: Shell,
    pub project: String,
    pub back: String,
    pub is_locked: bool,
    pub cards: Vec<Card>,
}

pub struct Card {
    pub name: String,
    pub code: Markup,
    /// For who cannot scan: the address that Collect asks for.
    pub address: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct AddInput {
    /// One device a line.
    pub names: String,
    /// The only form they fill; blank for all.
    pub form: String,
    /// The code of the place where they file; blank for wherever their steward works.
    pub place: String,
    /// The password that Collect asks for before its settings can be changed.
    pub lock: String,
}

impl AddInput {
    fn names(&self) -> Result<Vec<&str>> {
        let names: Vec<&str> = self
            .names
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        match names.len() {
            0 => Err(Problem::invalid("fields").field("names", "name-missing")),
            n if n > MOST_AT_ONCE => {
                Err(Problem::invalid("fields").field("names", "collect-people-too-many"))
            }
            _ => Ok(names),
        }
    }
}

async fn list(State(app): State<App>, op: Op, uri: Uri, Path(parts): Parts) -> Result<Response> {
    op.require(&READERS)?;
    let project = find(&app, &parts).await?;
    render(&devices_page(&app, &op, &uri, &project, AddInput::default()).await?)
}

async fn devices_page(
    app: &App,
    op: &Op,
    uri: &Uri,
    project: &Project,
    input: AddInput,
) -> Result<DevicesPage> {
    let listed = collect::list_app_users(app, op, project).await?;
    let used: HashMap<String, String> = accounts::devices_used(app, project.id)
        .await?
        .into_iter()
        .collect();
    let may_add = op.has(&[Role::Steward]);
    let assigned = match op.has(&[Role::Steward, Role::Producer, Role::Auditor]) {
        true => devices::assigned(app, op, project).await?,
        false => Vec::new(),
    };
    let row = |device: AppUser| {
        let given = || assigned.iter().filter(|(given, _)| given.user == device.user);
        let names: Vec<&str> = given().map(|(given, _)| given.to.xml_form_id.as_str()).collect();
        let forms = match names.contains(&"") {
            true => op.lang.text("collect-people-all-forms").to_string(),
            false => names.join(", "),
        };
        let never = || op.lang.text("collect-people-never").to_string();
        let day = |day: &String| match day.parse() {
            Ok(day) => op.lang.short_date(day),
            Err(_) => day.clone(),
        };
        DeviceRow {
            number: device.id,
            name: device.name,
            forms,
            used: used.get(&device.user).map_or_else(never, day),
            made: op.lang.short_date(app.config.day(device.created_at)),
        }
    };
    let mut forms = vec![Choice::new("", op.lang.text("collect-people-all-forms"))];
    for form in collect::list_forms(app, Some(project.id)).await? {
        let title = store::find_current(app.db.read(), &form.id)
            .await?
            .map_or_else(|| form.xml_form_id.clone(), |version| version.title);
        forms.push(Choice::new(&form.xml_form_id, title).chosen_if(&input.form));
    }
    Ok(DevicesPage {
        page: shell(app, op, uri)
            .titled(op.lang.text("collect-people-devices"))
            .crumb(op.lang.text("collect-desk"), "/desk/collect")
            .crumb(op.lang.text("collect-people-devices"), ""),
        project: project.name.clone(),
        base: base(project),
        devices: listed.into_iter().map(row).collect(),
        may_add,
        forms,
        input,
        most: MOST_AT_ONCE,
    })
}

/// Adds devices and shows their codes, this once: the answer is the page, which nobody keeps.
async fn add(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path(parts): Parts,
    Input(input): Input<AddInput>,
) -> Result<Response> {
    op.require(&[Role::Steward])?;
    let project = find(&app, &parts).await?;
    match add_all(&app, &op, &project, &site_of(&app, &headers), &input).await {
        Ok(cards) => codes(&app, &op, &project, cards, !input.lock.trim().is_empty()),
        Err(problem) if problem.kind() == Kind::Internal => Err(problem),
        Err(problem) => {
            let uri = Uri::from_static("/desk/collect");
            let mut again = devices_page(&app, &op, &uri, &project, input).await?;
            again.page.errors = field_errors(&problem, &op);
            for error in &mut again.page.errors {
                if error.field == "name" {
                    error.field = "names".into();
                }
            }
            render_refused(&problem, &again)
        }
    }
}

/// Shows codes, this once.
fn codes(app: &App, op: &Op, project: &Project, cards: Vec<Card>, is_locked: bool) -> Result<Response> {
    let uri = Uri::from_static("/desk/collect");
    let title = op.lang.text("collect-people-codes").to_string();
    let page = shell(app, op, &uri)
        .titled(&title)
        .crumb(op.lang.text("collect-desk"), "/desk/collect")
        .crumb(op.lang.text("collect-people-devices"), base(project))
        .crumb(&title, "");
    let mut response = render(&CodesPage {
        page,
        project: project.name.clone(),
        back: base(project),
        is_locked,
        cards,
    })?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn card(op: &Op, project: &Project, site: &str, device: AppUser, secret: &str, lock: &str) -> Result<Card> {
    let settings = devices::collect_settings(site, project, secret, Some(lock))?;
    let title = op
        .lang
        .text("collect-people-code-of")
        .arg("name", &device.name)
        .to_string();
    Ok(Card {
        name: device.name,
        code: qr::draw(&settings, &title)?,
        address: format!("{site}/v1/key/{secret}/projects/{}", project.id),
    })
}

/// Gives a device another code, as for a new phone or one that came from another server.
async fn renew(State(app): State<App>, op: Op, headers: HeaderMap, Path(parts): Parts) -> Result<Response> {
    op.require(&[Role::Steward])?;
    let project = find(&app, &parts).await?;
    let (device, secret) = devices::renew(&app, &op, &project, part(&parts, "actor")).await?;
    let card = card(&op, &project, &site_of(&app, &headers), device, &secret, "")?;
    codes(&app, &op, &project, vec![card], false)
}

async fn add_all(app: &App, op: &Op, project: &Project, site: &str, input: &AddInput) -> Result<Vec<Card>> {
    let names = input.names()?;
    let all = places::all(app).await?;
    let codes = match input.place.trim() {
        "" => stewarded(op),
        code => vec![code],
    };
    let unknown = |_| Problem::invalid("fields").field("place", "collect-people-place-unknown");
    let lineages = codes
        .into_iter()
        .map(|code| Ok(places::known(&all, code).map_err(unknown)?.lineage()))
        .collect::<Result<Vec<Vec<&str>>>>()?;
    let form = match input.form.as_str() {
        "" => None,
        form => Some(collect::form(app, project.id, form).await?),
    };
    // Refused before the first is added, so that nobody wonders how many there are.
    for name in &names {
        accounts::model::parse_name(name)?;
    }
    let mut cards = Vec::new();
    for name in names {
        let (device, secret) = collect::add_app_user(app, op, project.id, name, &lineages).await?;
        if let Some(form) = &form {
            devices::assign(
                app,
                op,
                project,
                Some(form),
                ProjectRole::AppUser,
                &device.id.to_string(),
            )
            .await?;
        }
        cards.push(card(op, project, site, device, &secret, input.lock.trim())?);
    }
    Ok(cards)
}

async fn withdraw(State(app): State<App>, op: Op, Path(parts): Parts) -> Result<Response> {
    op.require(&[Role::Steward])?;
    let project = find(&app, &parts).await?;
    devices::withdraw_app_user(&app, &op, &project, part(&parts, "actor")).await?;
    Ok(Redirect::to(&base(&project)).into_response())
}

fn base(project: &Project) -> String {
    format!("/desk/devices/{}", project.slug)
}

async fn find(app: &App, parts: &HashMap<String, String>) -> Result<Project> {
    let found = store::find_project_by_slug(app.db.read(), part(parts, "project")).await?;
    found.ok_or_else(|| Problem::not_found("project-unknown"))
}

impl DevicesPage {
    /// The page filled with something of everything, for tests.
    #[must_use]
    pub fn sample(lang: Lang) -> DevicesPage {
        DevicesPage {
            page: Shell::sample(lang),
            project: "Sensus <2026>".into(),
            base: "/desk/devices/census".into(),
            devices: vec![DeviceRow {
                number: 7,
                name: "Tablet of O'Brien".into(),
                forms: lang.text("collect-people-all-forms").to_string(),
                used: "16 Nov 2026".into(),
                made: "1 Nov 2026".into(),
            }],
            may_add: true,
            forms: vec![
                Choice::new("", lang.text("collect-people-all-forms")),
                Choice::new("household", "Rumah <tangga>"),
            ],
            input: AddInput {
                names: "Ani\nBudi".into(),
                ..AddInput::default()
            },
            most: MOST_AT_ONCE,
        }
    }
}

impl CodesPage {
    /// The page filled with something of everything, for tests.
    #[must_use]
    pub fn sample(lang: Lang) -> CodesPage {
        let title = lang
            .text("collect-people-code-of")
            .arg("name", "O'Brien")
            .to_string();
        CodesPage {
            page: Shell::sample(lang),
            project: "Sensus <2026>".into(),
            back: "/desk/devices/census".into(),
            is_locked: true,
            cards: vec![Card {
                name: "O'Brien".into(),
                code: qr::draw("sample", &title).unwrap_or_default(),
                address: "https://baraza.example/v1/key/sample/projects/1".into(),
            }],
        }
    }
}
