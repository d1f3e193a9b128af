//! One request as staff sees it: everything written about it, its clock, and every step that can be taken now.

mod act;
pub mod picture;
mod steps;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    fields::Fields,
    queue::{READERS, due},
};
use crate::{
    evidence::{self, model::Subject},
    platform::{
        app::App,
        code::Code,
        html::{
            Markup, Shell,
            parts::{Choice, FieldError, Notice, NoticeKind, SummaryRow},
        },
        i18n::Lang,
        message::Address,
        op::Op,
        page::{render, shell},
        problem::Result,
        time::Time,
    },
    requests::{
        self, Seen, Similar,
        access::{self, Sight},
        model::{
            post::Post,
            profile::Profile,
            request::{Contact, Request, State as Stand},
        },
        store::history::Transfer,
        words::{Tag, Teller, Told, written},
    },
};

pub use act::act;

#[derive(Template)]
#[template(path = "requests/desk/matter.html")]
pub struct MatterPage {
    pub page: Shell,
    /// Plain.
    pub code: String,
    pub written: String,
    /// To be read over the telephone.
    pub spoken: String,
    pub light: Tag,
    pub state: String,
    pub due: String,
    pub text: String,
    pub lang: String,
    pub facts: Vec<SummaryRow>,
    pub contact: Vec<SummaryRow>,
    /// Why the name is not shown; empty where it is.
    pub no_contact: String,
    pub clock: Vec<SummaryRow>,
    pub photos: Vec<PhotoView>,
    /// Whether a picture was sent that cannot be taken: its form is open then.
    pub is_photo_open: bool,
    /// Who may see a picture that is added.
    pub seen_by: Vec<Choice>,
    pub entries: Vec<Told>,
    pub similar: Vec<SimilarView>,
    /// Codes of those that joined it: plain and written.
    pub joined: Vec<(String, String)>,
    pub transfers: Vec<String>,
    pub links: Vec<LinkView>,
    pub steps: Vec<StepForm>,
    /// What waits for somebody else, in words.
    pub waits: Vec<String>,
    pub may_act: bool,
    pub is_watched: bool,
    pub revision: i64,
    pub public_href: String,
    pub since: i64,
}

/// A picture as a thumbnail that leads to itself.
pub struct PhotoView {
    pub href: String,
    pub words: String,
}

/// A request that may be about the same.
pub struct SimilarView {
    pub code: String,
    pub written: String,
    pub words: String,
    pub excerpt: String,
    pub may_join: bool,
}

/// Another record it is linked with.
pub struct LinkView {
    pub href: String,
    pub text: String,
}

/// A step that can be taken now, as a form.
#[derive(Debug, Clone)]
pub struct StepForm {
    pub act: &'static str,
    pub title: String,
    /// What it does, said before it is done.
    pub lead: String,
    pub fields: Vec<Field>,
    pub button: String,
    /// A second button that fills the text from a template; empty for none.
    pub fill: String,
    pub is_open: bool,
    pub warns: bool,
}

/// A field of a step.
#[derive(Debug, Clone)]
pub enum Field {
    Area {
        name: String,
        label: String,
        hint: String,
        value: String,
    },
    Line {
        name: String,
        label: String,
        hint: String,
        value: String,
        kind: &'static str,
    },
    Select {
        name: String,
        label: String,
        hint: String,
        choices: Vec<Choice>,
    },
    Radios {
        name: String,
        legend: String,
        hint: String,
        choices: Vec<Choice>,
    },
}

/// What was just done, so that the page can say it.
#[derive(Deserialize)]
pub struct Came {
    done: Option<String>,
}

/// Everything a page of one request is made of, read once.
pub(super) struct Matter {
    pub seen: Seen,
    pub teller: Teller,
    pub profile: Arc<Profile>,
    pub lineage: Vec<String>,
    pub posts: Vec<Post>,
    pub transfers: Vec<Transfer>,
    pub similar: Vec<Similar>,
    pub may_act: bool,
    /// The highest level on which the reader acts for it.
    pub level: u8,
    pub is_watched: bool,
}

/// What somebody typed that was not taken, or not yet.
#[derive(Default)]
pub(super) struct Typed {
    pub act: String,
    pub fields: Fields,
    pub errors: Vec<FieldError>,
}

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(code): Path<String>,
    Query(came): Query<Came>,
) -> Result<Response> {
    op.require(&READERS)?;
    let matter = Matter::read(&app, &op, &code).await?;
    if matter.seen.sight < Sight::Staff {
        // Another unit's: what everybody may read of it stands on its public page.
        return Ok(Redirect::to(&matter.seen.request.path()).into_response());
    }
    let mut page = shell(&app, &op, &uri);
    if let Some(done) = came.done.as_deref().filter(|done| act::DONE.contains(done)) {
        page.notices.push(Notice {
            kind: NoticeKind::Success,
            content: Markup::escape(&op.lang.text(format!("requests-desk-done-{done}")).to_string()),
        });
    }
    render(&matter.page(&app, &op, page, &Typed::default()).await?)
}

impl Matter {
    pub async fn read(app: &App, op: &Op, code: &str) -> Result<Matter> {
        let seen = requests::see(app, op, code, None).await?;
        let teller = Teller::new(app, op.lang).await?;
        let request = &seen.request;
        let lineage = teller.library.lineage(request.place.as_deref());
        let profile = teller.library.profile_version(app, &request.profile).await?;
        let may_act = access::is_officer(op, request.agency.as_deref(), &lineage);
        let subject = Subject::new("request", &request.id);
        let (posts, transfers, similar) = if may_act {
            let position = request.position;
            let similar = match request.state {
                Stand::Closed { .. } => Vec::new(),
                _ => {
                    requests::similar(
                        app,
                        op,
                        &request.service,
                        &request.text,
                        position,
                        request.place.as_deref(),
                    )
                    .await?
                }
            };
            (
                requests::list_posts(app, request.agency.as_deref()).await?,
                requests::list_transfers(app, op, request).await?,
                similar,
            )
        } else {
            Default::default()
        };
        let level = access::level(app, op, request, &lineage).await?;
        let is_watched = match op.person() {
            Some(me) => evidence::list_followers(app, &subject)
                .await?
                .iter()
                .any(|follower| follower.address == Address::Account(me.id.clone())),
            None => false,
        };
        Ok(Matter {
            similar: similar
                .into_iter()
                .filter(|each| each.request.id != request.id)
                .collect(),
            seen,
            teller,
            profile,
            lineage,
            posts,
            transfers,
            may_act,
            level,
            is_watched,
        })
    }

    /// The proposal to pass it on that waits.
    pub fn open_transfer(&self) -> Option<&Transfer> {
        self.transfers
            .iter()
            .find(|transfer| transfer.decided_at.is_none())
    }

    /// Makes the page, with what was typed kept in its form.
    pub async fn page(&self, app: &App, op: &Op, page: Shell, typed: &Typed) -> Result<MatterPage> {
        let request = &self.seen.request;
        let teller = &self.teller;
        let lang = op.lang;
        let title = lang
            .text("requests-desk-matter")
            .arg("code", written(&request.code))
            .to_string();
        let mut page = page
            .titled(&title)
            .crumb(lang.text("requests-desk-title"), "/desk/requests")
            .crumb(written(&request.code), "");
        page.errors = typed.errors.clone();
        let joined = requests::list_joined(app, request)
            .await?
            .into_iter()
            .map(|code| (code.clone(), written(&code)))
            .collect();
        let subject = Subject::new("request", &request.id);
        let links = self.links(app, op, &subject).await?;
        let (steps, waits) = steps::steps(self, app, op, typed).await?;
        Ok(MatterPage {
            code: request.code.clone(),
            written: written(&request.code),
            spoken: Code::<8>::parse(&request.code).map_or_else(|_| String::new(), |code| code.spoken()),
            light: teller.light(request.light(op.at)),
            state: teller.state(&request.state),
            due: due(op, teller, request),
            text: request.text.clone(),
            lang: request.lang.clone(),
            facts: self.facts(app, op).await?,
            contact: contact(lang, self.seen.contact.as_ref()),
            no_contact: match (&self.seen.contact, access::sees_name(op, request, &self.lineage)) {
                (Some(_), true) => String::new(),
                (None, true) => lang.text("requests-desk-contact-none").into(),
                _ => lang.text("requests-desk-contact-hidden").into(),
            },
            clock: self.clock(lang),
            photos: self
                .seen
                .photos
                .iter()
                .map(|photo| PhotoView {
                    href: format!("/desk/requests/{}/photos/{}", request.code, photo.id),
                    words: lang
                        .text("requests-desk-photo")
                        .arg("at", teller.moment(Time(photo.added_at)))
                        .arg("seen", if photo.is_public == 1 { "all" } else { "unit" })
                        .into(),
                })
                .collect(),
            is_photo_open: typed.act == "photo",
            seen_by: seen_by(lang),
            entries: self
                .seen
                .timeline
                .iter()
                .map(|entry| teller.entry(&self.profile, entry))
                .collect(),
            similar: self
                .similar
                .iter()
                .map(|each| self.similar_view(op, each))
                .collect(),
            joined,
            transfers: self
                .transfers
                .iter()
                .map(|each| self.transfer(lang, each))
                .collect(),
            links,
            steps,
            waits,
            may_act: self.may_act,
            is_watched: self.is_watched,
            revision: request.revision,
            public_href: match request.privacy {
                requests::model::request::Privacy::Confidential => String::new(),
                _ => request.path(),
            },
            since: op.at.0,
            page,
        })
    }

    async fn facts(&self, app: &App, op: &Op) -> Result<Vec<SummaryRow>> {
        let (request, teller, lang) = (&self.seen.request, &self.teller, op.lang);
        let row = |id: &'static str, value: String| SummaryRow::new(lang.text(id), value);
        let post = requests::post_of(app, request).await?;
        let mut facts = vec![
            row("requests-desk-service", teller.service(&request.service)),
            row(
                "requests-desk-kind",
                teller.coded("requests-kind", request.kind.as_str()),
            ),
            row(
                "requests-desk-place",
                teller.place_within(request.place.as_deref()),
            ),
            row("requests-desk-unit", teller.agency(request.agency.as_deref())),
            row("requests-desk-level", teller.level(&self.profile, request.level)),
            row(
                "requests-desk-post",
                match post {
                    Some(post) => match post.acting(op.at) {
                        Some(_) => post.title,
                        None => lang
                            .text("requests-desk-post-vacant")
                            .arg("post", post.title)
                            .into(),
                    },
                    None => lang.text("requests-desk-post-none").into(),
                },
            ),
            row(
                "requests-desk-channel",
                teller.coded("requests-channel", request.channel.as_str()),
            ),
            row(
                "requests-desk-privacy",
                teller.coded("requests-privacy", request.privacy.as_str()),
            ),
            row("requests-desk-language", language(&request.lang)),
        ];
        if let Some(address) = &request.address {
            facts.insert(3, row("requests-desk-address", address.clone()));
        }
        if let Some(at) = request.position {
            facts.insert(
                3,
                row("requests-desk-position", format!("{:.6}, {:.6}", at.lat, at.lon)),
            );
        }
        if let Ok(service) = teller.library.service(&request.service) {
            for given in &request.attributes {
                let Some(attribute) = service.attributes.iter().find(|each| each.code == given.code) else {
                    continue;
                };
                let values: Vec<&str> = given
                    .values
                    .iter()
                    .map(|value| {
                        let choice = attribute.values.iter().find(|choice| choice.key == *value);
                        choice.map_or(value.as_str(), |choice| teller.words(&choice.title))
                    })
                    .collect();
                facts.push(SummaryRow::new(teller.words(&attribute.title), values.join(", ")));
            }
        }
        Ok(facts)
    }

    /// Every instant of the clock, past or to come.
    fn clock(&self, lang: Lang) -> Vec<SummaryRow> {
        let (request, teller) = (&self.seen.request, &self.teller);
        let clock = &request.clock;
        let at = |id: &'static str, at: Option<Time>| {
            at.map(|at| SummaryRow::new(lang.text(id), teller.moment(at)))
        };
        let closed_at = match request.state {
            Stand::Closed { at, .. } => Some(at),
            _ => None,
        };
        let mut rows: Vec<SummaryRow> = [
            at("requests-desk-clock-opened", Some(request.opened_at)),
            at(
                "requests-desk-clock-restarted",
                Some(clock.started_at).filter(|at| *at != request.opened_at),
            ),
            at("requests-desk-clock-verify", request.verify_by),
            at("requests-desk-clock-verified", request.verified_at),
            at("requests-desk-clock-answer", request.answer_by),
            at("requests-desk-clock-answered", request.answered_at),
            at("requests-desk-clock-finish", request.finish_by),
            at("requests-desk-clock-yellow", clock.yellow_at),
            at("requests-desk-clock-red", clock.red_at),
        ]
        .into_iter()
        .flatten()
        .collect();
        for (n, step) in clock.steps.iter().enumerate() {
            let to = request
                .level
                .saturating_add(u8::try_from(n + 1).unwrap_or(u8::MAX));
            rows.push(SummaryRow::new(
                lang.text("requests-desk-clock-step")
                    .arg("level", teller.level(&self.profile, to)),
                teller.moment(*step),
            ));
        }
        rows.extend(at("requests-desk-clock-stopped", clock.stopped_at));
        if !clock.stood.is_zero() {
            let stood = teller.span(Time(0), Time(0).plus(clock.stood));
            rows.push(SummaryRow::new(lang.text("requests-desk-clock-stood"), stood));
        }
        rows.extend(at("requests-desk-clock-waits", request.state.waits_until()));
        rows.extend(at("requests-desk-clock-closed", closed_at));
        rows
    }

    fn similar_view(&self, op: &Op, similar: &Similar) -> SimilarView {
        let (other, lang) = (&similar.request, op.lang);
        let age = self.teller.span(other.opened_at, op.at);
        let words = match similar.likeness.metres {
            Some(metres) => lang
                .text("requests-desk-similar-near")
                .arg("metres", lang.number(metres.round() as i64))
                .arg("age", age),
            None => lang.text("requests-desk-similar-place").arg("age", age),
        };
        SimilarView {
            code: other.code.clone(),
            written: written(&other.code),
            words: words.into(),
            excerpt: other.text.chars().take(200).collect(),
            may_join: matches!(self.seen.request.state, Stand::New | Stand::Open)
                && access::is_officer(
                    op,
                    other.agency.as_deref(),
                    &self.teller.library.lineage(other.place.as_deref()),
                ),
        }
    }

    fn transfer(&self, lang: Lang, transfer: &Transfer) -> String {
        let decided = match (transfer.decided_at, transfer.is_approved) {
            (None, _) => "open",
            (_, Some(1)) => "yes",
            _ => "no",
        };
        lang.text("requests-desk-transfer")
            .arg("at", self.teller.moment(Time(transfer.proposed_at)))
            .arg("from", self.teller.agency(Some(&transfer.from_agency)))
            .arg("to", self.teller.agency(Some(&transfer.to_agency)))
            .arg("spoken", self.teller.moment(Time(transfer.spoken_at)))
            .arg("said", &transfer.said)
            .arg("note", &transfer.note)
            .arg("decided", decided)
            .into()
    }

    async fn links(&self, app: &App, op: &Op, subject: &Subject) -> Result<Vec<LinkView>> {
        let mut views = Vec::new();
        for commitment in evidence::list_commitments(app, None, Some(subject), 20).await? {
            views.push(LinkView {
                href: commitment.path(),
                text: op
                    .lang
                    .text("requests-desk-link-commitment")
                    .arg("promise", &commitment.promise)
                    .arg("due", op.lang.date(commitment.due_on))
                    .into(),
            });
        }
        if let Some(into) = &self.seen.request.joined_to {
            let found =
                requests::store::filed::list_by_ids(app.db.read(), std::slice::from_ref(into)).await?;
            if let Some(into) = found.first() {
                views.push(LinkView {
                    href: format!("/desk/requests/{}", into.code),
                    text: op
                        .lang
                        .text("requests-desk-link-joined")
                        .arg("code", written(&into.code))
                        .into(),
                });
            }
        }
        Ok(views)
    }
}

fn contact(lang: Lang, contact: Option<&Contact>) -> Vec<SummaryRow> {
    let Some(contact) = contact else {
        return Vec::new();
    };
    let phone = contact.phone.as_ref().map(|phone| phone.as_str().to_owned());
    [
        ("requests-desk-name", contact.name.clone()),
        ("requests-desk-phone", phone),
        ("requests-desk-email", contact.email.clone()),
    ]
    .into_iter()
    .filter_map(|(id, value)| Some(SummaryRow::new(lang.text(id), value?)))
    .collect()
}

fn seen_by(lang: Lang) -> Vec<Choice> {
    vec![
        Choice::new("unit", lang.text("requests-desk-photo-unit")).chosen_if("unit"),
        Choice::new("all", lang.text("requests-desk-photo-all")),
    ]
}

/// What a language is called by its speakers; its code when we do not know it.
pub(super) fn language(code: &str) -> String {
    code.parse::<Lang>()
        .map_or_else(|_| code.to_owned(), |lang| lang.own_name().to_owned())
}

/// Tells whether something changed since a reader's page was made.
pub(super) fn is_stale(request: &Request, fields: &Fields) -> bool {
    fields
        .get("revision")
        .parse::<i64>()
        .is_ok_and(|seen| seen != request.revision)
}

impl MatterPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> MatterPage {
        let mut page = Shell::sample(lang).titled(lang.text("requests-desk-matter").arg("code", "K7MQ-4XTD"));
        page.errors = vec![FieldError {
            field: "answer-text".into(),
            text: lang.text("problem-requests-text-missing").into(),
        }];
        let text = |id: &'static str| lang.text(id).to_string();
        let field = |name: &str| Field::Area {
            name: name.into(),
            label: text("requests-desk-text"),
            hint: lang
                .text("requests-desk-answer-hint")
                .n("least", 40)
                .arg("language", "Bahasa <Indonesia>")
                .into(),
            value: "Sudah <diganti>".into(),
        };
        MatterPage {
            code: "K7MQ4XTD".into(),
            written: "K7MQ-4XTD".into(),
            spoken: "K, 7, M, Q; 4, X, T, D".into(),
            light: Tag {
                class: "bz-light bz-light--red",
                text: text("requests-light-red"),
            },
            state: text("requests-state-open"),
            due: lang.text("requests-desk-red-for").arg("span", "5").into(),
            text: "Lampu \"jalan\" mati di depan <sekolah>".into(),
            lang: "id".into(),
            facts: vec![SummaryRow::new(text("requests-desk-service"), "Lampu <jalan>")],
            contact: vec![SummaryRow::new(text("requests-desk-name"), "Siti <Aminah>")],
            no_contact: String::new(),
            clock: vec![SummaryRow::new(
                text("requests-desk-clock-red"),
                "21 November 2026",
            )],
            photos: vec![PhotoView {
                href: "/desk/requests/K7MQ4XTD/photos/1".into(),
                words: lang
                    .text("requests-desk-photo")
                    .arg("at", "21 November 2026")
                    .arg("seen", "unit")
                    .into(),
            }],
            is_photo_open: false,
            seen_by: seen_by(lang),
            entries: vec![Told {
                at: "21 November 2026".into(),
                instant: "2026-11-21T02:00:00Z".into(),
                part: text("requests-part-officer"),
                words: text("requests-what-noted"),
                text: "Telepon <dahulu>".into(),
                is_internal: true,
            }],
            similar: vec![SimilarView {
                code: "WR9K2HPV".into(),
                written: "WR9K-2HPV".into(),
                words: lang.text("requests-desk-similar-place").arg("age", "2").into(),
                excerpt: "Lampu <mati>".into(),
                may_join: true,
            }],
            joined: vec![("WR9K2HPV".into(), "WR9K-2HPV".into())],
            transfers: vec!["Dinas <PU>".into()],
            links: vec![LinkView {
                href: "/commitments/K7M4XT".into(),
                text: "Jembatan <baru>".into(),
            }],
            steps: vec![
                StepForm {
                    act: "answer",
                    title: text("requests-desk-step-answer"),
                    lead: text("requests-desk-lead-answer"),
                    fields: vec![
                        Field::Radios {
                            name: "answer-kind".into(),
                            legend: text("requests-desk-answer-kind"),
                            hint: String::new(),
                            choices: vec![Choice::new("done", "Selesai <kini>")],
                        },
                        field("answer-text"),
                        Field::Select {
                            name: "answer-template".into(),
                            label: text("requests-desk-template"),
                            hint: String::new(),
                            choices: vec![Choice::new("1", "Lampu <LED>")],
                        },
                    ],
                    button: text("requests-desk-step-answer"),
                    fill: text("requests-desk-use-template"),
                    is_open: true,
                    warns: false,
                },
                StepForm {
                    act: "special",
                    title: text("requests-desk-step-special"),
                    lead: text("requests-desk-lead-special"),
                    fields: vec![
                        Field::Line {
                            name: "special-signature".into(),
                            label: text("requests-desk-signature"),
                            hint: String::new(),
                            value: "Kepala <dinas>".into(),
                            kind: "text",
                        },
                        field("special-text"),
                    ],
                    button: text("requests-desk-step-special"),
                    fill: String::new(),
                    is_open: false,
                    warns: true,
                },
            ],
            waits: vec![text("requests-desk-waits-own")],
            may_act: true,
            is_watched: false,
            revision: 3,
            public_href: "/requests/K7MQ4XTD".into(),
            since: 0,
            page,
        }
    }
}
