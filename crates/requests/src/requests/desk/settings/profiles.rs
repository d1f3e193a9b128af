//! Profiles: those in force, every version there was, what one says in plain words, and loading another.

use askama::Template;
use axum::{
    extract::{Path, Request, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Sent,
    diff::{Fate, Line, compare},
    spoken::{Chapter, chapters},
    titled,
};
use crate::{
    platform::{
        app::App,
        html::{
            Shell,
            parts::{FieldError, SummaryRow},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    requests::{
        self,
        model::profile::{Profile, shipped},
        words::Teller,
    },
};

#[derive(Template)]
#[template(path = "requests/desk/settings/profiles.html")]
pub struct ProfilesPage {
    pub page: Shell,
    pub versions: Vec<Version>,
    pub shipped: Vec<Shipped>,
    pub text: String,
    pub why: String,
    /// What a checked text would change in the one in force; with it that the text can be read.
    pub checked: Option<Checked>,
}

/// A version in the list.
pub struct Version {
    pub href: String,
    pub name: String,
    pub loaded: String,
    pub is_current: bool,
}

/// A profile that comes with the product.
pub struct Shipped {
    pub name: String,
    pub title: String,
    pub is_in_force: bool,
}

/// A text that was read and not loaded yet.
pub struct Checked {
    pub title: String,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "requests/desk/settings/profile.html")]
pub struct ProfilePage {
    pub page: Shell,
    pub is_current: bool,
    pub loaded: String,
    pub chapters: Vec<Chapter>,
    pub text: String,
    pub lines: Vec<Line>,
    /// What the lines compare.
    pub compared: String,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let page = shell(&app, &op, &uri);
    render(&profiles_page(&app, &op, page, Sent::default(), None).await?)
}

pub async fn load(State(app): State<App>, op: Op, request: Request) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let mut sent = Sent::of(&app, request).await?;
    if let Some(text) = shipped::ALL
        .iter()
        .find(|text| Profile::parse(text).is_ok_and(|profile| profile.name == sent.shipped))
    {
        sent.text = (*text).to_owned();
    }
    let mut page = shell(&app, &op, &Uri::from_static("/desk/requests/settings/profiles"));
    let problem = match sent.act.as_str() {
        "check" => match check(&app, &op, &sent.text).await {
            Ok(checked) => {
                return render(&profiles_page(&app, &op, page, sent, Some(checked)).await?);
            }
            Err(problem) => problem,
        },
        _ => {
            let loaded = async {
                let op = op.because(&sent.why)?;
                requests::load_profile(&app, &op, &sent.text).await
            };
            match loaded.await {
                Ok(profile) => {
                    let path = format!("/desk/requests/settings/profiles/{}", profile.version);
                    return Ok(Redirect::to(&path).into_response());
                }
                Err(problem) => problem,
            }
        }
    };
    if problem.kind() == Kind::Internal {
        return Err(problem);
    }
    page.errors = field_errors(&problem, &op);
    for error in page.errors.iter_mut().filter(|error| error.field.is_empty()) {
        error.field = "text".to_owned();
    }
    render_refused(&problem, &profiles_page(&app, &op, page, sent, None).await?)
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(version): Path<String>) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let text = requests::profile_text(&app, &version).await?;
    let teller = Teller::new(&app, op.lang).await?;
    let profile = teller.library.profile_version(&app, &version).await?;
    let versions = requests::list_profiles(&app).await?;
    let of_name: Vec<_> = versions.iter().filter(|each| each.name == profile.name).collect();
    let this = of_name.iter().find(|each| each.version == version);
    let is_current = this.is_some_and(|this| this.is_current == 1);
    // What is in force is held against what was before it; anything older against what is in force.
    let other = match is_current {
        true => of_name.iter().find(|each| each.version != version),
        false => of_name.iter().find(|each| each.is_current == 1),
    };
    let (mut lines, mut compared) = (Vec::new(), String::new());
    if let Some(other) = other {
        let other_text = requests::profile_text(&app, &other.version).await?;
        let loaded = teller.moment(Time(other.loaded_at));
        (lines, compared) = match is_current {
            true => (
                compare(&other_text, &text),
                op.lang.text("requests-desk-diff-before").arg("at", loaded).into(),
            ),
            false => (
                compare(&text, &other_text),
                op.lang.text("requests-desk-diff-after").into(),
            ),
        };
    }
    let page = shell(&app, &op, &uri)
        .titled(teller.words(&profile.title))
        .crumb(op.lang.text("requests-desk-title"), "/desk/requests")
        .crumb(
            op.lang.text("requests-desk-set-profiles"),
            "/desk/requests/settings/profiles",
        )
        .crumb(teller.words(&profile.title), "");
    render(&ProfilePage {
        page,
        is_current,
        loaded: this
            .map(|this| teller.moment(Time(this.loaded_at)))
            .unwrap_or_default(),
        chapters: chapters(&teller, &profile),
        text,
        lines,
        compared,
    })
}

/// Reads a text and compares it with the version in force, without loading it.
async fn check(app: &App, op: &Op, text: &str) -> Result<Checked> {
    let profile =
        Profile::parse(text).map_err(|error| Problem::invalid("requests-profile").with("reason", error))?;
    let library = requests::library::current(app).await?;
    let lines = match library.profiles().get(&profile.name) {
        Some(current) => compare(&requests::profile_text(app, &current.version).await?, text),
        None => Vec::new(),
    };
    Ok(Checked {
        title: profile.title.in_language(op.lang.code()).to_owned(),
        lines,
    })
}

async fn profiles_page(
    app: &App,
    op: &Op,
    page: Shell,
    sent: Sent,
    checked: Option<Checked>,
) -> Result<ProfilesPage> {
    let teller = Teller::new(app, op.lang).await?;
    let versions = requests::list_profiles(app)
        .await?
        .into_iter()
        .map(|version| Version {
            href: format!("/desk/requests/settings/profiles/{}", version.version),
            loaded: teller.moment(Time(version.loaded_at)),
            is_current: version.is_current == 1,
            name: version.name,
        })
        .collect();
    let shipped = shipped::ALL
        .iter()
        .filter_map(|text| Profile::parse(text).ok())
        .map(|profile| Shipped {
            title: teller.words(&profile.title).to_owned(),
            is_in_force: teller
                .library
                .profiles()
                .get(&profile.name)
                .is_some_and(|current| current.version == profile.version),
            name: profile.name,
        })
        .collect();
    Ok(ProfilesPage {
        page: titled(page, "requests-desk-set-profiles", true),
        versions,
        shipped,
        text: sent.text,
        why: sent.why,
        checked,
    })
}

fn sample_lines() -> Vec<Line> {
    [
        ("[lights]", Fate::Same),
        ("yellow = \"end of day 3\"", Fate::Gone),
        ("yellow = \"end of day <4>\"", Fate::Come),
    ]
    .map(|(text, fate)| Line {
        text: text.into(),
        fate,
    })
    .into()
}

impl ProfilesPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ProfilesPage {
        let mut page = titled(Shell::sample(lang), "requests-desk-set-profiles", true);
        page.errors = vec![FieldError {
            field: "text".into(),
            text: lang
                .text("problem-requests-profile")
                .arg("reason", "line 3: <2>")
                .into(),
        }];
        ProfilesPage {
            page,
            versions: vec![Version {
                href: "/desk/requests/settings/profiles/0".into(),
                name: "lapor".into(),
                loaded: "21 November 2026".into(),
                is_current: true,
            }],
            shipped: vec![Shipped {
                name: "lapor".into(),
                title: "LAPOR! <2>".into(),
                is_in_force: false,
            }],
            text: "name = \"lapor\" <2>".into(),
            why: "Perbup <12>".into(),
            checked: Some(Checked {
                title: "LAPOR! <2>".into(),
                lines: sample_lines(),
            }),
        }
    }
}

impl ProfilePage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> ProfilePage {
        ProfilePage {
            page: Shell::sample(lang).titled("LAPOR! <2>"),
            is_current: true,
            loaded: "21 November 2026".into(),
            chapters: vec![Chapter {
                title: lang.text("requests-desk-chapter-clock").into(),
                rows: vec![SummaryRow::new(
                    lang.text("requests-desk-rule-yellow"),
                    "<2>".to_owned(),
                )],
            }],
            text: "name = \"lapor\" <2>".into(),
            lines: sample_lines(),
            compared: lang.text("requests-desk-diff-after").into(),
        }
    }
}
