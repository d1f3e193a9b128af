//! Seekers at the desk: those of one's places, entering one, and the seats that fit one with the reasons.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::{Date, date};
use serde::Deserialize;

use super::way;
use crate::{
    places::{self, model::Places},
    platform::{
        app::App,
        html::{
            Markup, Shell,
            parts::{Cell, Choice, SummaryRow},
        },
        i18n::Lang,
        op::Op,
        page::{field_errors, render, render_refused, shell},
        problem::{Kind, Problem, Result},
        time::Time,
    },
    skills::{
        OPERATORS,
        model::{
            MOST_ISCED, Register,
            fit::{Because, Fitting, Judged, Wish},
            seekers::{ANYWHERE, STEPS, Sex, State as Stand, TypedSeeker},
        },
        pages, register,
        seekers::{self, Seeker},
        words,
    },
};

/// Where the seekers are.
const PATH: &str = "/desk/skills/seekers";

/// The seekers within one's reach, and a form to enter one.
#[derive(Template)]
#[template(path = "skills/desk/seekers.html")]
pub struct SeekersPage {
    page: Shell,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// Said where there are more than are listed.
    cut: String,
    typed: TypedSeeker,
    sexes: Vec<Choice>,
    schoolings: Vec<Choice>,
    /// The fields to choose from, once for each wish.
    wishes: Vec<WishField>,
    steps: Vec<Choice>,
    consent: Vec<Choice>,
}

/// One of the wishes in the form.
struct WishField {
    name: String,
    label: String,
    choices: Vec<Choice>,
}

/// One seeker with their matches and what fits.
#[derive(Template)]
#[template(path = "skills/desk/seeker.html")]
pub struct SeekerPage {
    page: Shell,
    action: String,
    revision: i64,
    facts: Vec<SummaryRow>,
    consent_text: String,
    matches: Vec<MatchView>,
    fitting: Vec<OfferView>,
    others: Vec<OfferView>,
    sure: Vec<Choice>,
}

/// A match as it is shown.
struct MatchView {
    id: String,
    said: String,
    href: String,
    state: String,
    class: &'static str,
    /// What can be done: the word that is sent, and what it is called.
    acts: Vec<(&'static str, String)>,
}

/// A seat as it is shown.
struct OfferView {
    intake: String,
    said: String,
    href: String,
    because: Vec<String>,
}

/// Any form of these pages as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sent {
    act: String,
    revision: String,
    intake: String,
    matched: String,
    sure: String,
    name: String,
    phone: String,
    paper: String,
    consent: String,
    place: String,
    birth_year: String,
    sex: String,
    schooling: String,
    wish_1: String,
    wish_2: String,
    wish_3: String,
    steps: String,
}

impl Sent {
    fn seeker(self) -> TypedSeeker {
        TypedSeeker {
            name: self.name,
            phone: self.phone,
            paper: self.paper,
            consent: self.consent,
            place: self.place,
            birth_year: self.birth_year,
            sex: self.sex,
            schooling: self.schooling,
            wishes: [self.wish_1, self.wish_2, self.wish_3],
            steps: self.steps,
        }
    }
}

pub async fn all(State(app): State<App>, op: Op, uri: Uri) -> Result<Response> {
    let page = shell(&app, &op, &uri);
    render(&seekers_page(&app, &op, page, TypedSeeker::default()).await?)
}

pub async fn enter(State(app): State<App>, op: Op, uri: Uri, Form(sent): Form<Sent>) -> Result<Response> {
    op.require(&OPERATORS)?;
    let typed = sent.seeker();
    match entered(&app, &op, &typed).await {
        Ok(seeker) => Ok(Redirect::to(&address(&seeker)).into_response()),
        Err(problem) if problem.kind() == Kind::Invalid => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            render_refused(&problem, &seekers_page(&app, &op, page, typed).await?)
        }
        Err(problem) => Err(problem),
    }
}

pub async fn one(State(app): State<App>, op: Op, uri: Uri, Path(seeker): Path<String>) -> Result<Response> {
    let seeker = seekers::find(&app, &op, &seeker).await?;
    let page = shell(&app, &op, &uri);
    render(&seeker_page(&app, &op, page, &seeker).await?)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(seeker): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response> {
    let seeker = seekers::find(&app, &op, &seeker).await?;
    match done(&app, &op, &seeker, &sent).await {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let page = Shell {
                errors: field_errors(&problem, &op),
                ..shell(&app, &op, &uri)
            };
            let seeker = seekers::find(&app, &op, &seeker.id).await?;
            render_refused(&problem, &seeker_page(&app, &op, page, &seeker).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn entered(app: &App, op: &Op, typed: &TypedSeeker) -> Result<String> {
    let consent = op.lang.text("skills-consent-words").to_string();
    seekers::enter(app, op, typed, &consent).await
}

/// Does what a form asks for; returns the address to go on at.
async fn done(app: &App, op: &Op, seeker: &Seeker, sent: &Sent) -> Result<String> {
    // What is no number is no revision that anybody was shown.
    seeker.expect(sent.revision.parse().unwrap_or(-1))?;
    match sent.act.as_str() {
        "offer" => seekers::offer(app, op, seeker, &sent.intake).await?,
        "withdraw" if sent.sure != "yes" => {
            return Err(Problem::invalid("fields").field("sure", "skills-sure"));
        }
        "withdraw" => {
            seekers::withdraw(app, op, seeker).await?;
            return Ok(PATH.to_owned());
        }
        word => {
            let to = Stand::parse(word).ok_or_else(|| Problem::conflict("skills-step"))?;
            seekers::step(app, op, seeker, &sent.matched, to).await?;
        }
    }
    Ok(address(&seeker.id))
}

async fn seekers_page(app: &App, op: &Op, page: Shell, typed: TypedSeeker) -> Result<SeekersPage> {
    let all = places::all(app).await?;
    let listed = seekers::list(app, op).await?;
    let rows = listed.seekers.iter().map(|seeker| row(op.lang, &all, seeker));
    let cut = match listed.is_cut {
        true => cut_in_words(op.lang),
        false => String::new(),
    };
    Ok(SeekersPage {
        cut,
        ..SeekersPage::new(page, rows.collect(), typed)
    })
}

async fn seeker_page(app: &App, op: &Op, page: Shell, seeker: &Seeker) -> Result<SeekerPage> {
    let (register, all) = (register(app).await?, places::all(app).await?);
    let judged = seekers::judge(app, op, &register, seeker).await?;
    let days = (app.config.day(seeker.consent_at), app.config.day(op.at));
    Ok(SeekerPage::new(page, &all, seeker, &register, &judged, days))
}

fn address(seeker: &str) -> String {
    format!("{PATH}/{seeker}")
}

fn row(lang: Lang, all: &Places, seeker: &Seeker) -> Vec<Cell> {
    let link = Markup(format!(
        "<a class=\"govuk-link\" href=\"{}\">{}</a>",
        Markup::escape(&address(&seeker.id)),
        Markup::escape(&seeker.name)
    ));
    let state = seeker
        .matches
        .iter()
        .max_by_key(|each| each.changed_at.0)
        .map_or_else(
            || lang.text("skills-state-none").to_string(),
            |each| state_in_words(lang, each.state),
        );
    vec![
        Cell::html(link),
        Cell::text(words::place(lang, all, &seeker.wish.place)),
        Cell::text(wants_in_words(lang, &seeker.wish)),
        Cell::text(state),
    ]
}

fn cut_in_words(lang: Lang) -> String {
    lang.text("skills-seekers-cut")
        .n("n", seekers::MOST_LISTED)
        .to_string()
}

fn state_in_words(lang: Lang, state: Stand) -> String {
    lang.text(format!("skills-state-{}", state.as_str())).to_string()
}

fn wants_in_words(lang: Lang, wish: &Wish) -> String {
    if wish.wants.is_empty() {
        return lang.text("skills-field-any").to_string();
    }
    let wants = wish.wants.iter().map(|field| words::field(lang, field));
    wants.collect::<Vec<_>>().join(", ")
}

/// One reason as it is read out to a seeker.
fn because_in_words(lang: Lang, all: &Places, wish: &Wish, because: Because) -> String {
    let text = |id: &'static str| lang.text(id);
    match because {
        Because::Wish(n) => text("skills-because-wish").n("n", n),
        Because::NotWished => text("skills-because-not-wished"),
        Because::Near(steps) => {
            let around = all
                .find(&wish.place)
                .and_then(|own| own.with_ancestors().nth(usize::try_from(steps).ok()?));
            match around {
                Some(around) => text("skills-because-near").arg("place", around.name_in(lang.code())),
                None => text("skills-because-away"),
            }
        }
        Because::TooFar => text("skills-because-far"),
        Because::ApplyBy(day) => text("skills-because-apply-by").arg("day", lang.date(day)),
        Because::TooLate => text("skills-because-late"),
        Because::TooYoung(age, min) => text("skills-because-young").n("age", age).n("min", min),
        Because::TooOld(age, max) => text("skills-because-old").n("age", age).n("max", max),
        Because::Schooling(level) => text("skills-because-schooling").arg("level", words::isced(lang, level)),
        Because::Full => text("skills-because-full"),
        Because::KeptForWomen => text("skills-because-women"),
    }
    .to_string()
}

impl SeekersPage {
    fn new(page: Shell, rows: Vec<Vec<Cell>>, typed: TypedSeeker) -> SeekersPage {
        let lang = page.lang;
        let head = [
            "skills-seeker-name",
            "skills-place",
            "skills-wishes",
            "skills-seeker-state",
        ];
        let title = page.t("skills-seekers").to_string();
        SeekersPage {
            head: head.map(|id| Cell::text(page.t(id))).to_vec(),
            rows,
            cut: String::new(),
            sexes: Sex::ALL
                .map(|sex| {
                    let word = sex.as_str().to_lowercase();
                    Choice::new(sex.as_str(), lang.text(format!("skills-sex-{word}"))).chosen_if(&typed.sex)
                })
                .into(),
            schoolings: schoolings(lang, &typed.schooling),
            wishes: wish_fields(lang, &typed),
            steps: STEPS
                .map(|steps| {
                    Choice::new(steps, lang.text(format!("skills-steps-{steps}"))).chosen_if(&typed.steps)
                })
                .into(),
            consent: vec![Choice::new("yes", page.t("skills-consent-words")).chosen_if(&typed.consent)],
            typed,
            page: way(page)
                .titled(&title)
                .crumb(lang.text("skills-desk"), "/desk/skills")
                .crumb(title, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SeekersPage {
        let row = row(lang, &Places::default(), &sample());
        let typed = TypedSeeker {
            name: "Siti <Aminah>".into(),
            place: "<3>".into(),
            ..TypedSeeker::default()
        };
        SeekersPage {
            cut: cut_in_words(lang),
            ..SeekersPage::new(Shell::sample(lang), vec![row], typed)
        }
    }
}

fn schoolings(lang: Lang, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", lang.text("skills-choose")).chosen_if(chosen);
    let levels =
        (0..=MOST_ISCED).map(|level| Choice::new(level, words::isced(lang, level)).chosen_if(chosen));
    [none].into_iter().chain(levels).collect()
}

fn wish_fields(lang: Lang, typed: &TypedSeeker) -> Vec<WishField> {
    typed
        .wishes
        .iter()
        .enumerate()
        .map(|(at, wish)| WishField {
            name: format!("wish_{}", at + 1),
            label: lang.text("skills-wish").n("n", at + 1).to_string(),
            choices: words::field_choices(lang, "skills-field-any", wish),
        })
        .collect()
}

impl SeekerPage {
    fn new(
        page: Shell,
        all: &Places,
        seeker: &Seeker,
        register: &Register,
        judged: &Judged<'_>,
        (agreed_on, today): (Date, Date),
    ) -> SeekerPage {
        let lang = page.lang;
        let view = |fitting: &Fitting<'_>| OfferView::of(lang, all, &seeker.wish, fitting);
        SeekerPage {
            action: address(&seeker.id),
            revision: seeker.revision,
            facts: facts(lang, all, seeker, &lang.date(agreed_on)),
            consent_text: seeker.consent_text.clone(),
            matches: seeker
                .matches
                .iter()
                .map(|each| MatchView::of(lang, register, each, today))
                .collect(),
            fitting: judged.fitting.iter().map(view).collect(),
            others: judged.others.iter().map(view).collect(),
            sure: vec![Choice::new("yes", page.t("skills-withdraw-sure"))],
            page: way(page)
                .titled(&seeker.name)
                .crumb(lang.text("skills-desk"), "/desk/skills")
                .crumb(lang.text("skills-seekers"), PATH)
                .crumb(&seeker.name, ""),
        }
    }

    /// A page with something in every part.
    #[must_use]
    pub fn sample(lang: Lang) -> SeekerPage {
        let (register, _) = pages::sample();
        let offer = register.offers().next();
        let fitting: Vec<Fitting<'_>> = offer
            .into_iter()
            .map(|offer| Fitting {
                offer,
                because: vec![
                    Because::Wish(1),
                    Because::Near(ANYWHERE),
                    Because::TooYoung(15, 17),
                ],
            })
            .collect();
        let judged = Judged {
            others: fitting.clone(),
            fitting,
        };
        let shell = Shell::sample(lang);
        SeekerPage::new(
            shell,
            &Places::default(),
            &sample(),
            &register,
            &judged,
            (date(2027, 1, 4), date(2027, 1, 5)),
        )
    }
}

fn facts(lang: Lang, all: &Places, seeker: &Seeker, since: &str) -> Vec<SummaryRow> {
    let wish = &seeker.wish;
    let sex = wish.sex.as_str().to_lowercase();
    [
        ("skills-seeker-phone", seeker.phone.clone()),
        ("skills-place", words::place(lang, all, &wish.place)),
        ("skills-birth-year", lang.ungrouped(wish.birth_year)),
        ("skills-sex", lang.text(format!("skills-sex-{sex}")).to_string()),
        ("skills-schooling", words::isced(lang, wish.schooling)),
        ("skills-wishes", wants_in_words(lang, wish)),
        (
            "skills-steps",
            lang.text(format!("skills-steps-{}", wish.steps)).to_string(),
        ),
        ("skills-consent-since", since.to_owned()),
        ("skills-paper", seeker.paper.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(id, value)| SummaryRow::new(lang.text(id), value))
    .collect()
}

impl MatchView {
    fn of(lang: Lang, register: &Register, each: &seekers::Match, today: Date) -> MatchView {
        let offer = register.find_offer(&each.intake);
        let starts_on = offer.map(|offer| offer.intake.starts_on);
        let acts = each.state.next_on(today, starts_on).map(|next| {
            let word = next.as_str();
            (word, lang.text(format!("skills-act-{word}")).to_string())
        });
        MatchView {
            id: each.id.clone(),
            said: offer.map_or_else(String::new, |offer| words::offer(lang, &offer)),
            href: offer.map_or_else(String::new, |offer| pages::address(&offer.institution.code)),
            state: state_in_words(lang, each.state),
            class: match each.state {
                Stand::Offered => "govuk-tag--yellow",
                Stand::Accepted | Stand::Enrolled | Stand::Finished => "govuk-tag--green",
                Stand::Declined | Stand::Dropped => "govuk-tag--grey",
            },
            acts: acts.collect(),
        }
    }
}

impl OfferView {
    fn of(lang: Lang, all: &Places, wish: &Wish, fitting: &Fitting<'_>) -> OfferView {
        let because = fitting.because.iter();
        OfferView {
            intake: fitting.offer.intake.id.clone(),
            said: words::offer(lang, &fitting.offer),
            href: pages::address(&fitting.offer.institution.code),
            because: because
                .map(|because| because_in_words(lang, all, wish, *because))
                .collect(),
        }
    }
}

/// Somebody who is nobody, for samples.
fn sample() -> Seeker {
    let matched = |id: &str, state| seekers::Match {
        id: id.into(),
        intake: "0".into(),
        state,
        changed_at: Time(0),
    };
    Seeker {
        id: "0".into(),
        name: "Siti <Aminah>".into(),
        phone: "+62 812 <47.40>".into(),
        paper: "Map <3>".into(),
        wish: Wish {
            place: "<3>".into(),
            birth_year: 2006,
            sex: Sex::Female,
            schooling: 3,
            wants: vec!["07".into(), "06".into()],
            steps: 1,
        },
        consent_at: Time(0),
        consent_text: "Saya setuju <dalam> hal ini.".into(),
        revision: 2,
        matches: vec![matched("0", Stand::Offered), matched("1", Stand::Declined)],
    }
}
