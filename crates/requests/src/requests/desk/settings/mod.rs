//! What an administrator sets: profiles, services, posts, and who is let through beyond the limit of filings.

pub mod appeals;
mod diff;
pub mod posts;
pub mod profiles;
pub mod services;
mod spoken;

use askama::Template;
use axum::{
    extract::{FromRequest, Multipart, Request, State},
    http::Uri,
    response::Response,
};

use crate::{
    platform::{
        app::App,
        html::Shell,
        i18n::Lang,
        op::{Op, Role},
        page::{render, shell},
        problem::{Problem, Result},
    },
    requests::{self, desk::queue::Door},
};

pub use appeals::AppealsPage;
pub use posts::{PostPage, PostsPage};
pub use profiles::{ProfilePage, ProfilesPage};
pub use services::ServicesPage;

/// The longest file of settings, bytes.
const MOST_BYTES: usize = 500_000;

#[derive(Template)]
#[template(path = "requests/desk/settings/settings.html")]
pub struct SettingsPage {
    pub page: Shell,
    pub doors: Vec<Door>,
}

pub async fn show(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    op.require(&[Role::Admin])?;
    let library = requests::library::current(&app).await?;
    let counts = [
        library.profiles().len(),
        library.services().len(),
        requests::list_posts(&app, None).await?.len(),
        requests::list_appeals(&app, &op).await?.len(),
    ];
    render(&SettingsPage::of(shell(&app, &op, &uri), counts))
}

impl SettingsPage {
    fn of(page: Shell, counts: [usize; 4]) -> SettingsPage {
        let page = titled(page, "requests-desk-settings", false);
        let doors = ["profiles", "services", "posts", "appeals"]
            .into_iter()
            .zip(counts)
            .map(|(name, n)| Door {
                href: format!("/desk/requests/settings/{name}"),
                text: page.t(&format!("requests-desk-set-{name}")).to_string(),
                n: page.number(n),
                is_here: false,
                class: "",
                counts: "",
            })
            .collect();
        SettingsPage { page, doors }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SettingsPage {
        SettingsPage::of(Shell::sample(lang), [3, 8, 12, 1])
    }
}

/// The shell of a page of settings, with the way to it.
fn titled(page: Shell, id: &'static str, is_below: bool) -> Shell {
    let lang = page.lang;
    let mut page = page
        .titled(lang.text(id))
        .crumb(lang.text("requests-desk-title"), "/desk/requests");
    if is_below {
        page = page.crumb(lang.text("requests-desk-settings"), "/desk/requests/settings");
    }
    page.crumb(lang.text(id), "")
}

/// What a form with a text or a file sends.
#[derive(Default)]
struct Sent {
    act: String,
    /// The text of the file where one was chosen, else what was typed.
    text: String,
    /// One of those that come with the product.
    shipped: String,
    why: String,
}

impl Sent {
    async fn of(app: &App, request: Request) -> Result<Sent> {
        let malformed = |_| Problem::invalid("request-malformed");
        let mut form = Multipart::from_request(request, app)
            .await
            .map_err(|_| Problem::invalid("request-malformed"))?;
        let mut sent = Sent::default();
        let mut filed = String::new();
        while let Some(field) = form.next_field().await.map_err(malformed)? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(malformed)?;
            if bytes.len() > MOST_BYTES {
                return Err(Problem::too_large("request-too-large"));
            }
            let text = String::from_utf8(bytes.to_vec())
                .map_err(|_| Problem::invalid("fields").field("file", "requests-desk-no-text"))?;
            match name.as_str() {
                "act" => sent.act = text,
                "text" => sent.text = text.replace("\r\n", "\n"),
                "file" => filed = text.replace("\r\n", "\n"),
                "shipped" => sent.shipped = text,
                "why" => sent.why = text,
                _ => {}
            }
        }
        if !filed.trim().is_empty() {
            sent.text = filed;
        }
        Ok(sent)
    }
}
