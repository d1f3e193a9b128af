//! One request: where it stands, by when what was promised, what happened; and what somebody may do with it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};

use super::{Link, acts::Act, by_when, cookies, with_notice};
use crate::{
    evidence::{
        self,
        model::{Audience, Subject},
    },
    platform::{
        app::App,
        code::TrackingCode,
        html::{Shell, parts::SummaryRow},
        i18n::Lang,
        op::Op,
        page::{render, shell},
        problem::{Problem, Result},
        time::Time,
    },
    requests::{
        self, Seen,
        access::{Claim, Sight},
        model::{
            profile::Profile,
            request::{Kind, Privacy, Request, State as Stands},
            service::Given,
        },
        words::{Tag, Teller, Told, written},
    },
};

/// Promises that came of a request which are shown.
const MOST_PROMISES: i64 = 50;
/// How long a picture may be kept by a browser, in seconds; it never changes, but who may see it can.
const PICTURE_KEPT: &str = "private, max-age=600";

#[derive(Template)]
#[template(path = "requests/pages/one.html")]
pub struct RequestPage {
    pub page: Shell,
    pub path: String,
    /// `K7MQ-4XTD`.
    pub code: String,
    pub spoken: String,
    pub light: Option<Tag>,
    pub state: String,
    /// What comes next by itself, and when; may be empty.
    pub next: String,
    pub facts: Vec<SummaryRow>,
    pub text: String,
    pub answers: Vec<SummaryRow>,
    pub photos: Vec<Pictured>,
    pub entries: Vec<Told>,
    pub promises: Vec<Link>,
    pub joined: Vec<Link>,
    /// Whether the reader proved that it is theirs.
    pub is_own: bool,
    /// Whether the resident's yes or no is awaited.
    pub is_asked: bool,
    /// What happens when they say nothing.
    pub silence: String,
    pub acts: Vec<Link>,
    /// Where staff works on it; empty for everybody else.
    pub desk: String,
}

/// A picture of a request.
pub struct Pictured {
    pub src: String,
    pub is_public: bool,
}

/// How somebody showed that a request is theirs.
pub enum Proved {
    Key(String),
    Account,
    Nothing,
}

impl Proved {
    /// Returns the claim that a front door wants.
    #[must_use]
    pub fn claim(&self) -> Option<Claim<'_>> {
        match self {
            Proved::Key(key) => Some(Claim::Key(key)),
            Proved::Account => Some(Claim::Account),
            Proved::Nothing => None,
        }
    }
}

/// Finds a request as the reader sees it: with the key their browser keeps, with their account, or as everybody does.
///
/// # Errors
/// `requests-unknown`, the same whether it does not exist or is not for them.
pub async fn view(app: &App, op: &Op, headers: &HeaderMap, code: &str) -> Result<(Seen, Proved)> {
    if let Some(key) = cookies::find(headers, cookies::KEY) {
        match requests::see(app, op, code, Some(Claim::Key(key))).await {
            Ok(seen) => return Ok((seen, Proved::Key(key.to_owned()))),
            Err(problem) if is_no_proof(&problem) => {}
            Err(problem) => return Err(problem),
        }
    }
    if op.person().is_some() {
        match requests::see(app, op, code, Some(Claim::Account)).await {
            Ok(seen) => return Ok((seen, Proved::Account)),
            Err(problem) if is_no_proof(&problem) => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok((requests::see(app, op, code, None).await?, Proved::Nothing))
}

/// Tells whether a claim was refused, rather than something having failed.
pub fn is_no_proof(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        "requests-key-wrong" | "requests-key-wait" | "requests-not-yours" | "requests-unknown"
    )
}

/// `GET /requests/{code}`, also as `.json`.
pub async fn page(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(asked): Path<String>,
) -> Result<Response> {
    if let Some(code) = asked.strip_suffix(".json") {
        let seen = requests::see(&app, &op, code, None).await?;
        return Ok(axum::Json(as_json(&app, &op, &seen).await?).into_response());
    }
    // Small letters, spaces and a hyphen are read, and led to the one address.
    if let Ok(code) = TrackingCode::parse(&asked)
        && code.plain() != asked
    {
        return Ok(Redirect::to(&format!("/requests/{}", code.plain())).into_response());
    }
    let (seen, proved) = view(&app, &op, &headers, &asked).await?;
    let page = with_notice(shell(&app, &op, &uri), &headers);
    let path = seen.request.path();
    let mut answer = render(&shown(&app, &op, page, seen, &proved).await?)?;
    if cookies::find(&headers, cookies::NOTICE).is_some() {
        cookies::forget(&mut answer, &path, cookies::NOTICE);
    }
    Ok(answer)
}

/// `GET /requests/{code}/photos/{photo}`.
pub async fn photo(
    State(app): State<App>,
    op: Op,
    headers: HeaderMap,
    Path((code, photo)): Path<(String, String)>,
) -> Result<Response> {
    let (seen, _) = view(&app, &op, &headers, &code).await?;
    let found = seen.photos.iter().find(|each| each.id == photo);
    let photo = found.ok_or_else(|| Problem::not_found("file-gone"))?;
    picture(&app, &photo.blob, &photo.media_type).await
}

/// Answers with a picture.
pub async fn picture(app: &App, blob: &str, media_type: &str) -> Result<Response> {
    let (size, stream) = app.blobs.stream(blob).await?;
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::CACHE_CONTROL, PICTURE_KEPT.to_owned()),
        (header::CONTENT_DISPOSITION, "inline".to_owned()),
    ];
    Ok((headers, axum::body::Body::from_stream(stream)).into_response())
}

async fn shown(app: &App, op: &Op, page: Shell, seen: Seen, proved: &Proved) -> Result<RequestPage> {
    let teller = Teller::new(app, op.lang).await?;
    let request = &seen.request;
    let profile = teller.library.profile_version(app, &request.profile).await?;
    let is_own = proved.claim().is_some();
    let code = TrackingCode::parse(&request.code);
    let subject = Subject::new("request", &request.id);
    let promises = evidence::list_commitments(app, None, Some(&subject), MOST_PROMISES).await?;
    let joined = match request.privacy {
        // Others said what they said in public; a confidential request tells of nobody else.
        Privacy::Confidential => Vec::new(),
        _ => requests::list_joined(app, request).await?,
    };
    let title = teller.service(&request.service);
    let is_asked = is_own && matches!(request.state, Stands::Answered { .. });
    Ok(RequestPage {
        page: page
            .titled(format!("{title} {}", written(&request.code)))
            .crumb(op.lang.text("requests-pages-requests"), "/requests")
            .crumb(written(&request.code), "")
            .shapes(match seen.sight {
                Sight::Public => &["json"],
                _ => &[],
            }),
        path: request.path(),
        code: written(&request.code),
        spoken: code.map(|code| code.spoken()).unwrap_or_default(),
        // A wish has no lights: nobody is late with a dream.
        light: match request.kind {
            Kind::Complaint => Some(teller.light(request.light(op.at))),
            Kind::Aspiration => None,
        },
        state: teller.state(&request.state),
        next: teller.next(request, op.at),
        facts: facts(app, op, &teller, &profile, &seen).await?,
        text: request.text.clone(),
        answers: answers(op, &teller, request),
        photos: seen
            .photos
            .iter()
            .map(|photo| Pictured {
                src: format!("{}/photos/{}", request.path(), photo.id),
                is_public: photo.is_public == 1,
            })
            .collect(),
        // What only staff reads stands on the desk.
        entries: seen
            .timeline
            .iter()
            .filter(|entry| entry.audience != Audience::Staff)
            .map(|entry| teller.entry(&profile, entry))
            .collect(),
        promises: promises
            .iter()
            .map(|promise| Link {
                href: promise.path(),
                text: op
                    .lang
                    .text("requests-pages-promise")
                    .arg("promise", &promise.promise)
                    .arg("due", op.lang.date(promise.due_on))
                    .to_string(),
            })
            .collect(),
        joined: joined
            .iter()
            .map(|code| Link {
                href: format!("/requests/{code}"),
                text: written(code),
            })
            .collect(),
        is_own,
        is_asked,
        silence: if is_asked {
            teller.words(&profile.silence.said).to_owned()
        } else {
            String::new()
        },
        acts: acts(op, request, is_own),
        desk: match seen.sight {
            Sight::Staff => format!("/desk/requests/{}", request.code),
            _ => String::new(),
        },
    })
}

/// What may be done now, as links to the pages that ask for it.
fn acts(op: &Op, request: &Request, is_own: bool) -> Vec<Link> {
    Act::ALL
        .into_iter()
        .filter(|act| act.is_offered(request, is_own))
        .map(|act| Link {
            href: format!("{}/{}", request.path(), act.as_str()),
            text: op
                .lang
                .text(format!("requests-pages-act-{}", act.as_str()))
                .to_string(),
        })
        .collect()
}

async fn facts(
    app: &App,
    op: &Op,
    teller: &Teller,
    profile: &Profile,
    seen: &Seen,
) -> Result<Vec<SummaryRow>> {
    let (request, lang) = (&seen.request, op.lang);
    let mut facts = Vec::new();
    let mut put = |id: &'static str, value: String| {
        if !value.is_empty() {
            facts.push(SummaryRow::new(lang.text(id), value));
        }
    };
    let kind = teller.coded("requests-kind", request.kind.as_str());
    put("requests-pages-kind", kind);
    put(
        "requests-pages-place",
        teller.place_within(request.place.as_deref()),
    );
    put(
        "requests-pages-address",
        request.address.clone().unwrap_or_default(),
    );
    if let Some(position) = request.position {
        put(
            "requests-pages-position",
            format!("{}, {}", position.lat, position.lon),
        );
    }
    let filed = lang
        .text("requests-pages-filed-at")
        .arg("at", teller.moment(request.opened_at))
        .arg(
            "channel",
            teller.coded("requests-channel", request.channel.as_str()),
        );
    put("requests-pages-filed", filed.to_string());
    let mut has_it = teller.agency(request.agency.as_deref());
    if !request.state.is_closed() {
        match requests::post_of(app, request).await? {
            Some(post) => has_it = format!("{has_it}: {}", post.title),
            None => has_it = format!("{has_it}: {}", teller.level(profile, request.level)),
        }
    }
    put("requests-pages-has-it", has_it);
    promised(app, teller, request, op, &mut put);
    if request.n_pauses > 0 {
        put("requests-pages-pauses", pauses(teller, profile, request));
    }
    if request.n_reopened > 0 {
        put("requests-pages-reopened", lang.number(request.n_reopened));
    }
    if request.n_transfers > 0 {
        put("requests-pages-transfers", lang.number(request.n_transfers));
    }
    if request.n_supporters > 0 {
        let n = request.n_supporters;
        put(
            "requests-pages-me-too",
            lang.text("requests-pages-supporters").n("n", n).to_string(),
        );
    }
    if let Some(contact) = seen.contact.as_ref().filter(|_| seen.sight == Sight::Own) {
        let known = [
            contact.name.clone(),
            contact.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            contact.email.clone(),
        ];
        let known: Vec<String> = known.into_iter().flatten().collect();
        put("requests-pages-contact", known.join(", "));
    }
    Ok(facts)
}

/// What was promised by when, and whether it was kept; when the light turns.
fn promised(
    app: &App,
    teller: &Teller,
    request: &Request,
    op: &Op,
    put: &mut impl FnMut(&'static str, String),
) {
    let lang = op.lang;
    let closed_at = match request.state {
        Stands::Closed { at, .. } => Some(at),
        _ => None,
    };
    let by = |by: Time, done: Option<Time>| {
        let id = match done {
            Some(done) if done <= by => "requests-pages-by-kept",
            Some(_) => "requests-pages-by-late",
            None if op.at > by => "requests-pages-by-missed",
            None => "requests-pages-by",
        };
        let done = done.map(|at| teller.moment(at)).unwrap_or_default();
        lang.text(id)
            .arg("by", by_when(app, lang, by))
            .arg("done", done)
            .to_string()
    };
    // What is settled before it was looked at needs no look any more.
    let first = |own: Option<Time>| own.or(closed_at);
    if let Some(at) = request.verify_by {
        put(
            "requests-pages-verify-by",
            by(at, first(request.verified_at.or(request.answered_at))),
        );
    }
    if let Some(at) = request.answer_by {
        put("requests-pages-answer-by", by(at, first(request.answered_at)));
    }
    if let Some(at) = request.finish_by {
        put("requests-pages-finish-by", by(at, closed_at));
    }
    let runs = !request.state.is_closed() && request.clock.stopped_at.is_none();
    if request.kind == Kind::Complaint && runs {
        for (ahead, turned, at) in [
            (
                "requests-pages-yellow-on",
                "requests-pages-yellow-since",
                request.clock.yellow_at,
            ),
            (
                "requests-pages-red-on",
                "requests-pages-red-since",
                request.clock.red_at,
            ),
        ] {
            if let Some(at) = at {
                put(if at > op.at { ahead } else { turned }, teller.moment(at));
            }
        }
    }
}

fn pauses(teller: &Teller, profile: &Profile, request: &Request) -> String {
    let text = match &request.state {
        Stands::Paused { reason, until } => {
            let title = profile
                .pause_reason(reason)
                .map_or(reason.as_str(), |reason| teller.words(&reason.title));
            teller
                .lang
                .text("requests-pages-paused-now")
                .arg("reason", title)
                .arg("until", teller.moment(*until))
        }
        _ => teller.lang.text("requests-pages-paused-before"),
    };
    text.n("n", request.n_pauses)
        .n("most", profile.most_pauses)
        .to_string()
}

fn answers(op: &Op, teller: &Teller, request: &Request) -> Vec<SummaryRow> {
    let Ok(service) = teller.library.service(&request.service) else {
        return Vec::new();
    };
    let lang = op.lang.code();
    let row = |given: &Given| {
        let attribute = service.attributes.iter().find(|each| each.code == given.code)?;
        let words: Vec<&str> = given
            .values
            .iter()
            .map(|value| {
                let choice = attribute.values.iter().find(|choice| choice.key == *value);
                choice.map_or(value.as_str(), |choice| choice.title.in_language(lang))
            })
            .collect();
        Some(SummaryRow::new(
            attribute.title.in_language(lang),
            words.join(", "),
        ))
    };
    request.attributes.iter().filter_map(row).collect()
}

/// A request for programs, as everybody sees it; whoever asks with a role sees what its role does.
async fn as_json(app: &App, op: &Op, seen: &Seen) -> Result<Value> {
    let teller = Teller::new(app, op.lang).await?;
    let request = &seen.request;
    let profile = teller.library.profile_version(app, &request.profile).await?;
    let moment = |at: Option<Time>| at.map(|at| at.to_string());
    let timeline: Vec<Value> = seen
        .timeline
        .iter()
        .filter(|entry| entry.audience == Audience::Public)
        .map(|entry| {
            let told = teller.entry(&profile, entry);
            json!({ "at": told.instant, "what": entry.what, "part": entry.part, "words": told.words, "text": entry.text })
        })
        .collect();
    let photos: Vec<String> = seen
        .photos
        .iter()
        .filter(|photo| photo.is_public == 1)
        .map(|photo| format!("{}/photos/{}", request.path(), photo.id))
        .collect();
    Ok(json!({
        "code": written(&request.code),
        "service": request.service,
        "kind": request.kind,
        "place": request.place,
        "lat": request.position.map(|at| at.lat),
        "lon": request.position.map(|at| at.lon),
        "address": request.address,
        "text": request.text,
        "attributes": request.attributes,
        "agency": request.agency,
        "level": request.level,
        "light": request.light(op.at),
        "state": request.state.code(),
        "closed": match request.state { Stands::Closed { kind, .. } => Some(kind.as_str()), _ => None },
        "opened_at": request.opened_at.to_string(),
        "verify_by": moment(request.verify_by),
        "answer_by": moment(request.answer_by),
        "finish_by": moment(request.finish_by),
        "yellow_at": moment(request.clock.yellow_at),
        "red_at": moment(request.clock.red_at),
        "answered_at": moment(request.answered_at),
        "pauses": request.n_pauses,
        "reopened": request.n_reopened,
        "transfers": request.n_transfers,
        "supporters": request.n_supporters,
        "photos": photos,
        "timeline": timeline,
        "href": request.path(),
    }))
}

impl RequestPage {
    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> RequestPage {
        let link = |href: &str, text: &str| Link {
            href: href.into(),
            text: text.into(),
        };
        let row = |id: &'static str, value: &str| SummaryRow::new(lang.text(id), value.to_owned());
        RequestPage {
            page: Shell {
                shapes: vec!["json"],
                ..Shell::sample(lang).titled("Lampu <jalan> K7MQ-4XTD")
            },
            path: "/requests/K7MQ4XTD".into(),
            code: "K7MQ-4XTD".into(),
            spoken: "K, 7, M, Q; 4, X, T, D".into(),
            light: Some(Tag {
                class: "bz-light bz-light--red",
                text: lang.text("requests-light-red").to_string(),
            }),
            state: lang.text("requests-state-answered").to_string(),
            next: lang.text("requests-next-red").arg("at", "24").to_string(),
            facts: vec![
                row("requests-pages-place", "Sumberejo <2>"),
                row("requests-pages-has-it", "Dinas <PU>"),
            ],
            text: "Lampu mati di depan <toilet> \"air\"".into(),
            answers: vec![SummaryRow::new("Apa yang <rusak>?", "Lubang <3>".to_owned())],
            photos: vec![
                Pictured {
                    src: "/requests/K7MQ4XTD/photos/1".into(),
                    is_public: true,
                },
                Pictured {
                    src: "/requests/K7MQ4XTD/photos/2".into(),
                    is_public: false,
                },
            ],
            entries: vec![Told {
                at: lang.date(jiff::civil::date(2026, 11, 20)),
                instant: "2026-11-20T02:00:00Z".into(),
                part: lang.text("requests-part-officer").to_string(),
                words: lang.text("requests-what-verified").to_string(),
                text: "The cable is <broken>".into(),
                is_internal: false,
            }],
            promises: vec![link("/commitments/K7M4XT", "Mend the <bridge>")],
            joined: vec![link("/requests/22222222", "2222-2222")],
            is_own: true,
            is_asked: true,
            silence: "After ten days it is <closed>.".into(),
            acts: vec![link("/requests/K7MQ4XTD/add", "Add <something>")],
            desk: "/desk/requests/K7MQ4XTD".into(),
        }
    }
}
