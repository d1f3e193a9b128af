//! The page of one session: present, consent, criteria in the group's words, scores. The provider's is the same page, with no users in sight.

use askama::Template;
use axum::{
    extract::{Path, State as Of},
    http::{HeaderMap, Uri},
    response::Response,
};

use super::{
    AT_DESK,
    fields::{Faults, Fields},
    sheet::{End, Setting, Sheet, SheetRow, Wanted},
};
use crate::{
    evidence::pages::Tag,
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render_refused, shell},
        plain::Form,
        problem::{Kind, Problem, Result},
        time::Time,
        told,
    },
    scorecards::{
        View, apply_all,
        model::{
            act::{Act, Applied, What},
            criterion::STANDARD,
            round::{Scale, State},
            score::FACES,
            session::{PROVIDER, Session, Side},
        },
        pages::words,
        read,
    },
};

const SAVED: &str = "scorecards-desk-saved";
const LATE: &str = "scorecards-desk-was-late";
const DIFFERS: &str = "scorecards-desk-differs";
/// What the page says once after something was done.
const TOLD: [&str; 3] = [SAVED, LATE, DIFFERS];

/// One session.
#[derive(Template)]
#[template(path = "scorecards/desk/session.html")]
pub struct SessionPage {
    page: Shell,
    /// Where its forms go.
    action: String,
    round_href: String,
    sheet_href: String,
    standing: Tag,
    lead_text: String,
    /// The words that are read aloud.
    consent_words: String,
    token: String,
    at: i64,
    present: String,
    present_was: String,
    /// Empty where they agreed already.
    consent: Vec<Choice>,
    is_faces: bool,
    /// What is typed; none where nothing can be changed.
    rows: Vec<RowView>,
    /// What stands, where nothing can be changed.
    facts: Vec<SummaryRow>,
    is_open: bool,
    may_reopen: bool,
    why: String,
    has_conflicts: bool,
}

/// A criterion as fields.
struct RowView {
    id: String,
    legend: String,
    row: SheetRow,
    standards: Vec<Choice>,
    faces: Vec<Choice>,
    votes: Vec<VoteField>,
    votes_error: String,
    /// Offered for what stands already.
    drop: Vec<Choice>,
}

/// How many tokens lie at one face.
struct VoteField {
    name: String,
    label: String,
    value: String,
}

/// What became of what was sent.
#[derive(Default)]
struct Outcome {
    is_late: bool,
    differs: bool,
}

pub async fn show(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((round, session)): Path<(String, String)>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let session = find(&view, &session)?.clone();
    shown(&op, &uri, &headers, shell(&app, &op, &uri), &view, &session)
}

pub async fn act(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path((round, session)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let session = find(&view, &session)?.clone();
    acted(&app, &op, &uri, &headers, &view, &session, &Fields::new(sent)).await
}

pub async fn show_provider(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(round): Path<String>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let session = of_provider(&view)?.clone();
    shown(&op, &uri, &headers, shell(&app, &op, &uri), &view, &session)
}

pub async fn act_provider(
    Of(app): Of<App>,
    op: Op,
    uri: Uri,
    headers: HeaderMap,
    Path(round): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    op.require(&AT_DESK)?;
    let view = read(&app, &op, &round).await?;
    let session = of_provider(&view)?.clone();
    acted(&app, &op, &uri, &headers, &view, &session, &Fields::new(sent)).await
}

/// The address of a session at the desk.
#[must_use]
pub fn address(round: &str, session: &Session) -> String {
    match session.side {
        Side::Provider => format!("/desk/scorecards/{round}/provider"),
        Side::Users => format!("/desk/scorecards/{round}/sessions/{}", session.id),
    }
}

/// The words of the consent: what is read aloud to the group, or to the provider's people.
#[must_use]
pub fn consent_words(lang: Lang, side: Side) -> String {
    let id = match side {
        Side::Users => "scorecards-hall-consent-text",
        Side::Provider => "scorecards-hall-consent-text-provider",
    };
    lang.text(id).to_string()
}

fn find<'a>(view: &'a View, session: &str) -> Result<&'a Session> {
    view.sessions
        .iter()
        .find(|known| known.id == session)
        .ok_or_else(|| Problem::not_found("scorecards-session-unknown"))
}

/// The provider's session, for those who speak for the provider, and for facilitators, who see whether it is sealed.
fn of_provider(view: &View) -> Result<&Session> {
    view.sessions
        .iter()
        .find(|session| session.side == Side::Provider)
        .ok_or_else(|| Problem::not_found("scorecards-session-unknown"))
}

fn shown(
    op: &Op,
    uri: &Uri,
    headers: &HeaderMap,
    page: Shell,
    view: &View,
    session: &Session,
) -> Result<Response> {
    require_side(view, session)?;
    let page = told::shell_with(headers, page, &TOLD);
    let sheet = Sheet::of(session, &view.criteria, &view.scores, view.round.scale, op.at);
    told::render_once(headers, uri, &SessionPage::new(page, view, session, &sheet))
}

/// Passes those who may read what a session says.
fn require_side(view: &View, session: &Session) -> Result<()> {
    match view.rights.reads_side(session.side, view.round.state) {
        true => Ok(()),
        false => Err(Problem::forbidden("scorecards-side")),
    }
}

async fn acted(
    app: &App,
    op: &Op,
    uri: &Uri,
    headers: &HeaderMap,
    view: &View,
    session: &Session,
    fields: &Fields,
) -> Result<Response> {
    require_side(view, session)?;
    let done = match fields.get("act") {
        "reopen" | "drop" => ended(app, op, view, session, fields).await,
        "seal" => filled(app, op, view, session, fields, End::Seal).await,
        _ => filled(app, op, view, session, fields, End::Save).await,
    };
    match done {
        Ok(outcome) => {
            let text = match (outcome.differs, outcome.is_late) {
                (true, _) => DIFFERS,
                (false, true) => LATE,
                (false, false) => SAVED,
            };
            let to = address(&view.round.code, session);
            Ok(told::redirect(app, headers, &to, text))
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, op),
                ..shell(app, op, uri)
            };
            let sheet = match fields.get("act") {
                "reopen" | "drop" => {
                    Sheet::of(session, &view.criteria, &view.scores, view.round.scale, op.at)
                }
                _ => Sheet::typed(fields, op.at),
            };
            let page = SessionPage {
                why: fields.get("why").to_owned(),
                ..SessionPage::new(page, view, session, &sheet)
            };
            render_refused(&problem, &page)
        }
        Err(problem) => Err(problem),
    }
}

/// Applies what was typed into the sheet, all of it or nothing.
async fn filled(
    app: &App,
    op: &Op,
    view: &View,
    session: &Session,
    fields: &Fields,
    end: End,
) -> Result<Outcome> {
    let sheet = Sheet::typed(fields, op.at);
    let consent = consent_words(op.lang, session.side);
    let setting = Setting {
        session,
        scale: view.round.scale,
        consent: &consent,
    };
    let (wanted, faults) = sheet.acts(&setting, end);
    applied(app, op, &view.round.id, &wanted, faults).await
}

/// Reopens a sealed session, or says why it is not held.
async fn ended(app: &App, op: &Op, view: &View, session: &Session, fields: &Fields) -> Result<Outcome> {
    let why = fields.get("why").to_owned();
    let what = match fields.get("act") {
        "reopen" => What::Reopen { why },
        _ => What::Drop { why },
    };
    let wanted = super::sheet::beside(fields, op.at, Some(&session.id), what);
    applied(app, op, &view.round.id, &[wanted], Faults::default()).await
}

/// Applies acts in one transaction; with anything wrong in any of them nothing is kept.
async fn applied(app: &App, op: &Op, round: &str, wanted: &[Wanted], mut faults: Faults) -> Result<Outcome> {
    let acts: Vec<Act> = wanted.iter().map(|each| each.act.clone()).collect();
    let mut tx = app.db.begin().await?;
    let results = apply_all(&mut tx, op, round, &acts).await?;
    let mut outcome = Outcome::default();
    let mut refused: Vec<&str> = Vec::new();
    for (each, result) in wanted.iter().zip(results) {
        match result {
            Ok(Applied::Late) => outcome.is_late = true,
            Ok(Applied::Conflict { .. }) => outcome.differs = true,
            Ok(Applied::Done | Applied::Again) => {}
            // What follows from something that was refused is refused too, and says nothing new.
            Err(_) if refused.contains(&each.row.as_str()) && !each.row.is_empty() => {}
            Err(_) if each.act.what == What::Seal && !faults.is_empty() => {}
            Err(problem) => {
                faults.take(problem, |field| field_name(field, &each.row))?;
                refused.push(&each.row);
            }
        }
    }
    faults.done()?;
    tx.commit().await?;
    Ok(outcome)
}

/// What a field of an act is called on the page.
fn field_name(field: &str, row: &str) -> String {
    match (field, row) {
        ("n", _) => "present".to_owned(),
        ("text", "") => "consent".to_owned(),
        (field, "") => field.to_owned(),
        (field, row) => format!("{field}.{row}"),
    }
}

impl SessionPage {
    fn new(page: Shell, view: &View, session: &Session, sheet: &Sheet) -> SessionPage {
        let lang = page.lang;
        let round = &view.round;
        let side = session.side;
        let is_mine = view.rights.require_side(side).is_ok();
        let is_open = is_mine && round.state == State::Gathering && session.is_open();
        let title = name(lang, session);
        let round_href = super::round::address(&round.code);
        let rows = match is_open {
            true => sheet
                .rows
                .iter()
                .enumerate()
                .map(|(at, row)| RowView::of(&page, at + 1, row))
                .collect(),
            false => Vec::new(),
        };
        SessionPage {
            action: address(&round.code, session),
            sheet_href: format!("{round_href}/sessions/{}/sheet.pdf", session.id),
            standing: standing(lang, session),
            lead_text: lang
                .text(match side {
                    Side::Users => "scorecards-desk-lead-users",
                    Side::Provider => "scorecards-desk-lead-provider",
                })
                .to_string(),
            consent_words: consent_words(lang, side),
            token: sheet.token.clone(),
            at: sheet.at.0,
            present: sheet.present.clone(),
            present_was: sheet.present_was.clone(),
            consent: match session.consent_at {
                Some(_) => Vec::new(),
                None => vec![
                    Choice::new("yes", lang.text("scorecards-desk-consented"))
                        .chosen_if(if sheet.has_consented { "yes" } else { "" }),
                ],
            },
            is_faces: round.scale == Scale::Faces,
            rows,
            facts: match is_open {
                true => Vec::new(),
                false => facts(lang, view, session),
            },
            is_open,
            may_reopen: view.rights.leads && round.state == State::Gathering && session.is_sealed,
            why: String::new(),
            has_conflicts: view
                .conflicts
                .iter()
                .any(|conflict| conflict.session == session.id),
            page: super::way(page)
                .titled(&title)
                .crumb(
                    lang.text("scorecards-pages-round-of")
                        .arg("facility", &view.facility.name)
                        .n("n", round.n),
                    round_href.clone(),
                )
                .crumb(title, ""),
            round_href,
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SessionPage {
        let view = super::sample::view();
        let session = super::sample::session();
        let mut sheet = Sheet::of(&session, &view.criteria, &view.scores, Scale::Faces, Time(0));
        sheet.present = "<12>".into();
        let page = SessionPage::new(Shell::sample(lang), &view, &session, &sheet);
        SessionPage {
            may_reopen: true,
            has_conflicts: true,
            facts: facts(lang, &view, &session),
            why: "Salah <masih> ketik".into(),
            ..page
        }
    }
}

/// What a session is called: its group.
#[must_use]
pub fn name(lang: Lang, session: &Session) -> String {
    match session.side {
        Side::Provider => words::group(lang, PROVIDER),
        Side::Users => words::group(lang, &session.key()),
    }
}

/// How far a session is.
#[must_use]
pub fn standing(lang: Lang, session: &Session) -> Tag {
    let (class, id) = match session {
        Session { dropped: Some(_), .. } => ("govuk-tag--grey", "scorecards-desk-session-dropped"),
        Session { is_sealed: true, .. } => ("govuk-tag--green", "scorecards-desk-session-sealed"),
        Session {
            consent_at: Some(_), ..
        } => ("govuk-tag--yellow", "scorecards-desk-session-begun"),
        _ => ("govuk-tag--blue", "scorecards-desk-session-waits"),
    };
    Tag {
        class,
        text: lang.text(id).to_string(),
    }
}

/// What stands in a session that cannot be changed.
fn facts(lang: Lang, view: &View, session: &Session) -> Vec<SummaryRow> {
    let mut facts = Vec::new();
    if let Some(why) = &session.dropped {
        facts.push(SummaryRow::new(lang.text("scorecards-desk-why"), why.clone()));
    }
    if let Some(n) = session.n_present {
        facts.push(SummaryRow::new(
            lang.text("scorecards-desk-present"),
            lang.number(n),
        ));
    }
    if let Some(text) = &session.consent_text {
        facts.push(SummaryRow::new(
            lang.text("scorecards-desk-consent"),
            text.clone(),
        ));
    }
    for criterion in view
        .criteria
        .iter()
        .filter(|criterion| criterion.session == session.id)
    {
        let score = view
            .scores
            .iter()
            .find(|score| score.session == session.id && score.criterion == criterion.id);
        let said = score.map_or_else(String::new, |score| {
            [
                words::points(lang, view.round.scale, Some(score.value)),
                score.reason.clone(),
                score.suggestion.clone(),
            ]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
        });
        facts.push(SummaryRow::new(&criterion.words, said));
    }
    facts
}

impl RowView {
    fn of(page: &Shell, n: usize, row: &SheetRow) -> RowView {
        let lang = page.lang;
        let id = &row.id;
        let legend = match row.is_new() {
            true => lang.text("scorecards-desk-criterion-new").n("n", n).to_string(),
            false => row.words.clone(),
        };
        let none = Choice::new("", lang.text("scorecards-desk-standard-none")).chosen_if(&row.standard);
        let standards =
            STANDARD.map(|code| Choice::new(code, words::standard(lang, code)).chosen_if(&row.standard));
        let drop = match row.is_new() {
            true => Vec::new(),
            false => vec![
                Choice::new("yes", lang.text("scorecards-desk-criterion-drop"))
                    .chosen_if(if row.is_dropped { "yes" } else { "" }),
            ],
        };
        RowView {
            legend,
            standards: [none].into_iter().chain(standards).collect(),
            faces: (1..=FACES.len())
                .map(|face| Choice::new(face, face_words(lang, face)).chosen_if(&row.value))
                .collect(),
            votes: row
                .votes
                .iter()
                .enumerate()
                .map(|(at, value)| VoteField {
                    name: format!("votes-{}.{id}", at + 1),
                    label: face_words(lang, at + 1),
                    value: value.clone(),
                })
                .collect(),
            votes_error: page.error(format!("votes.{id}")).to_owned(),
            drop,
            id: id.clone(),
            row: row.clone(),
        }
    }

    /// The name of a field of this criterion.
    fn field(&self, name: &str) -> String {
        format!("{name}.{}", self.id)
    }
}

fn face_words(lang: Lang, face: usize) -> String {
    lang.text(format!("scorecards-hall-face-{face}")).to_string()
}
