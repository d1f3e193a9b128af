//! What of a dataset is on its way to everybody: how far it is, what is wrong with it, what was said, and the next step as a form.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;
use tables::{Compared, Limits, Page, TableVersion, Version};

use super::{
    super::{
        model::CONFIDANTS,
        pages::{
            rows::{cell, head_cell},
            sample,
        },
        store::{self, DatasetRow, workflow::StepRow},
        versions::{self, words},
        view::{self, Dataset, Resource, spoken},
        workflow::{
            self, APPROVERS, Roles, Step, TAKING_PART, Taker, Waiting, checks, licence_in_words,
            model::{Act, Refusal, Review, Stage},
            standing::{self, Kind, Said},
            subject_in_words,
            tombstone::any_dataset,
        },
    },
    faults::{self, Sees},
    preview::{self, TableView},
    replaced::{self, Replaced},
    waiting::{FlawLine, age, stage_words, whose},
};
use crate::{
    accounts::{self, model::Organisation},
    platform::{
        app::App,
        html::{
            Shell,
            parts::{Cell, Choice},
        },
        i18n::Lang,
        op::{Op, Role},
        page::{field_errors, render_refused, shell},
        problem::{Kind as ProblemKind, Problem, Result},
        time::Time,
        told,
    },
};

/// Rows of a waiting table that are shown to whoever decides.
const MOST_ROWS: usize = 20;

#[derive(Template)]
#[template(path = "catalog/desk/review.html")]
pub struct ReviewPage {
    page: Shell,
    slug: String,
    title: String,
    is_open: bool,
    /// What it is called that it is deprecated or withdrawn; empty when it is neither.
    standing: String,
    reason: String,
    rule: String,
    cases: Vec<CaseView>,
    fault_head: Vec<Cell>,
    flaws: Vec<FlawLine>,
    /// How far metadata and standards are: a page and what it says.
    progress: Vec<(String, String)>,
    steps: Vec<StepView>,
    note: String,
    may_comment: bool,
    may_unpublish: bool,
    may_judge: bool,
    /// What can be said to stand otherwise: the dataset, and each version of its tables.
    subjects: Vec<Choice>,
    kinds: Vec<Choice>,
    keys: Vec<KeyForm>,
}

/// Something on its way, with the form of the next step.
struct CaseView {
    id: String,
    revision: i64,
    subject: String,
    stage: String,
    age: String,
    buttons: Vec<(&'static str, String)>,
    /// Who looks at it next; empty where nobody has to.
    taker: String,
    /// That nobody can; empty where somebody can.
    nobody: String,
    /// Why the caller has no button for the step; empty where that needs no words.
    why_not: String,
    may_schedule: bool,
    publish_at: String,
    /// Ids of its fields: an error's link leads to those of the first.
    note_id: String,
    publish_id: String,
    /// What changes for readers; empty for a dataset that is opened.
    sentences: Vec<String>,
    head: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// That the columns of a new file are other ones than before; empty where they are not.
    replaced: String,
    /// What of a new file could not be read or is doubtful.
    faults: Vec<Vec<Cell>>,
    /// The tables of a dataset that nobody has published yet.
    tables: Vec<TableView>,
}

/// A step of the way.
struct StepView {
    at: String,
    who: String,
    act: String,
    note: String,
}

/// The columns that name the rows of a table, as its producer says.
struct KeyForm {
    resource: String,
    label: String,
    columns: String,
    id: String,
}

/// What the page's forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReviewInput {
    act: String,
    publication: String,
    revision: i64,
    note: String,
    /// A moment of the place's own clocks; empty: at once.
    publish_at: String,
    why: String,
    replaced_by: String,
    /// Empty for the dataset, or `resource@version`.
    subject: String,
    kind: String,
    resource: String,
    columns: String,
    /// What is said of a dataset without taking a step.
    comment: String,
}

/// What the page says once a step was taken, by the word of its button.
const TOLD: [(&str, &str); 9] = [
    ("submit", "catalog-workflow-done-submit"),
    ("take-back", "catalog-workflow-done-take-back"),
    ("check", "catalog-workflow-done-check"),
    ("return", "catalog-workflow-done-return"),
    ("approve", "catalog-workflow-done-approve"),
    ("comment", "catalog-workflow-done-comment"),
    ("unpublish", "catalog-workflow-done-unpublish"),
    ("standing", "catalog-workflow-done-standing"),
    ("key", "catalog-workflow-done-key"),
];

pub async fn show(
    State(app): State<App>,
    op: Op,
    uri: Uri,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    op.require(&TAKING_PART)?;
    let page = told::shell_with(&headers, shell(&app, &op, &uri), &TOLD.map(|(_, id)| id));
    let page = review_page(&app, &op, page, &slug, &ReviewInput::default()).await?;
    told::render_once(&headers, &uri, &page)
}

pub async fn act(
    State(app): State<App>,
    op: Op,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(input): Form<ReviewInput>,
) -> Result<Response> {
    op.require(&TAKING_PART)?;
    match taken(&app, &op, &slug, &input).await {
        Ok(()) => {
            let done = TOLD.iter().find(|(word, _)| *word == input.act);
            let text = done.map_or("", |(_, id)| *id);
            let to = format!("/desk/data/{slug}/review");
            Ok(told::redirect(&app, &headers, &to, text))
        }
        Err(problem) if matches!(problem.kind(), ProblemKind::Invalid | ProblemKind::Conflict) => {
            let mut page = shell(&app, &op, &Uri::from_static("/desk/data"));
            page.path = format!("/desk/data/{slug}/review");
            page.errors = field_errors(&problem, &op);
            if input.act == "comment" {
                // The note that goes with a step is another field.
                let notes = page.errors.iter_mut().filter(|error| error.field == "note");
                notes.for_each(|error| "comment".clone_into(&mut error.field));
            }
            render_refused(&problem, &review_page(&app, &op, page, &slug, &input).await?)
        }
        Err(problem) => Err(problem),
    }
}

async fn taken(app: &App, op: &Op, slug: &str, input: &ReviewInput) -> Result<()> {
    let dataset = any_dataset(app, op, slug).await?;
    let mut tx = app.db.begin().await?;
    match input.act.as_str() {
        "comment" => {
            let said = match input.comment.trim() {
                "" => &input.note,
                _ => &input.comment,
            };
            workflow::comment(app, &mut tx, op, &dataset, said).await?;
        }
        "unpublish" => workflow::unpublish(app, &mut tx, op, &dataset, &input.why).await?,
        "standing" => say_standing(app, &mut tx, op, &dataset, input).await?,
        "key" => {
            let resource = view::find_resource(app, op, slug, &input.resource, None).await?;
            let names = input.columns.split(',').map(str::trim);
            let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
            versions::declare_key(&mut tx, op, &resource, &names).await?;
        }
        word => {
            let step = Step {
                publication: &input.publication,
                revision: input.revision,
                act: act_of(app, op, word, &input.publish_at)?,
                note: &input.note,
            };
            workflow::act(app, &mut tx, op, step).await?;
        }
    }
    tx.commit().await
}

async fn say_standing(
    app: &App,
    tx: &mut crate::platform::db::Tx,
    op: &Op,
    dataset: &DatasetRow,
    input: &ReviewInput,
) -> Result<()> {
    let said = Said {
        kind: Kind::read(&input.kind),
        why: &input.why,
        replaced_by: &input.replaced_by,
    };
    let Some((slug, version)) = input.subject.split_once('@') else {
        return standing::of_dataset(app, tx, op, dataset, said).await;
    };
    let resource = view::resource_row(app, &dataset.slug, slug).await?;
    let unknown = || Problem::not_found("version-unknown").with("version", version);
    let version = version.parse().map_err(|_| unknown())?;
    standing::of_version(app, tx, op, (dataset, &resource), version, said).await
}

/// The step that a button means.
pub fn act_of(app: &App, op: &Op, word: &str, publish_at: &str) -> Result<Act> {
    let publish_at = moment(app, op.at, publish_at)?;
    Ok(match word {
        "submit" => Act::Submit,
        "take-back" => Act::TakeBack,
        "check" => Act::Check { publish_at },
        "return" => Act::Return,
        "approve" => Act::Approve { publish_at },
        _ => return Err(Problem::invalid("step-unknown").with("step", word)),
    })
}

/// A moment on the place's own clocks; now when nothing is said.
fn moment(app: &App, now: Time, text: &str) -> Result<Time> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(now);
    }
    let malformed = || Problem::invalid("fields").field("publish_at", "moment-malformed");
    let local: jiff::civil::DateTime = text.parse().map_err(|_| malformed())?;
    let zone = jiff::tz::TimeZone::get(&app.config.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let zoned = local.to_zoned(zone).map_err(|_| malformed())?;
    Ok(Time(zoned.timestamp().as_microsecond()))
}

async fn review_page(app: &App, op: &Op, page: Shell, slug: &str, tried: &ReviewInput) -> Result<ReviewPage> {
    let row = any_dataset(app, op, slug).await?;
    let lang = op.lang;
    let (organisation, place) = (row.organisation.as_deref(), row.place_code.as_deref());
    let roles = Roles::of(app, op).await?.over(organisation, place);
    if !roles.takes_part() {
        return Err(Problem::forbidden("not-allowed"));
    }
    let waiting = workflow::list_waiting(app, op).await?;
    let organisations = accounts::list_organisations(app).await?;
    let dataset = match row.state.as_str() {
        "active" => Some(view::find_dataset(app, op, slug).await?),
        _ => None,
    };
    let mut cases = Vec::new();
    for known in waiting.iter().filter(|known| known.row.dataset_id == row.id) {
        let mut case = CaseView::of(app, op, known, cases.len());
        let taker = workflow::taker_of(app, op, known).await?;
        case.say_who(op, known, taker, &organisations);
        if let Some(dataset) = dataset.as_ref().filter(|_| known.row.is_opening()) {
            case.tables = preview::list_tables(app, op, dataset).await?;
        }
        if let Some(resource) = known
            .row
            .resource_slug
            .as_deref()
            .filter(|_| known.stage != Stage::Draft)
        {
            let compared = case.compare(app, op, slug, resource).await;
            case.settle(app, known, compared).await?;
        }
        let waits = (known.row.resource_slug.as_deref(), known.row.file_id.as_deref());
        if let (Some(resource), Some(file)) = waits
            && dataset.is_some()
        {
            let told = case.tell_faults(app, op, (slug, resource), file).await;
            case.settle(app, known, told).await?;
        }
        if let Some(wanted) = &known.row.licence {
            case.sentences = vec![licence_changes(lang, &row.licence, wanted)];
        }
        if known.row.id == tried.publication {
            case.publish_at.clone_from(&tried.publish_at);
        }
        cases.push(case);
    }
    let (mut flaws, mut subjects, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut progress = Vec::new();
    let whole = lang.text("catalog-workflow-whole-dataset");
    subjects.push(Choice::new("", whole).chosen_if(&tried.subject));
    if let Some(dataset) = &dataset {
        let found = checks::of(app, &dataset.slug).await?;
        let may = (roles.may_write, roles.may_check);
        flaws = found
            .iter()
            .map(|flaw| FlawLine::of(lang, slug, flaw, may))
            .collect();
        if !cases.is_empty() {
            progress = preview::list_progress(app, op, dataset).await?;
        }
        for known in dataset.resources.iter().filter(|known| known.version.is_some()) {
            let resource = view::find_resource(app, op, slug, &known.slug, None).await?;
            subjects.extend(subjects_of(app, lang, &resource, &tried.subject).await?);
            let columns = store::versions::list_key(app.db.read(), &known.id).await?;
            if roles.may_write {
                keys.push(KeyForm {
                    resource: known.slug.clone(),
                    label: lang
                        .text("catalog-workflow-key-of")
                        .arg("table", &known.title)
                        .to_string(),
                    columns: columns.join(", "),
                    id: numbered("columns", keys.len()),
                });
            }
        }
    }
    let steps = store::workflow::list_steps(app.db.read(), &row.id).await?;
    let review = workflow::review_of(app, organisation).await?;
    let standing = standing::of(&row);
    let was_published = |step: &StepRow| matches!(step.act.as_str(), "published" | "unpublished");
    let was_open = row.is_open == 1 || standing.is_some() || steps.iter().any(was_published);
    Ok(ReviewPage {
        standing: standing.as_ref().map_or_else(String::new, |known| {
            lang.text(format!("catalog-workflow-{}", known.kind.as_str()))
                .to_string()
        }),
        reason: standing.map_or_else(String::new, |known| known.reason),
        rule: rule_words(lang, review),
        cases,
        fault_head: faults::head(lang),
        flaws,
        progress,
        steps: steps.iter().map(|step| StepView::of(app, lang, step)).collect(),
        note: tried.note.clone(),
        may_comment: roles.takes_part(),
        may_unpublish: row.is_open == 1 && row.state == "active",
        may_judge: was_open && (roles.may_check || roles.may_approve),
        subjects,
        kinds: kinds(lang, &tried.kind),
        keys,
        is_open: row.is_open == 1,
        page: page
            .titled(&row.title)
            .crumb(lang.text("catalog-desk"), "/desk/data")
            .crumb(
                &row.title,
                if roles.may_write && row.state == "active" {
                    format!("/desk/data/{slug}")
                } else {
                    String::new()
                },
            )
            .crumb(lang.text("catalog-workflow-review"), ""),
        title: row.title,
        slug: row.slug,
    })
}

/// The id of a field that stands on the page more than once.
fn numbered(field: &str, position: usize) -> String {
    match position {
        0 => field.to_owned(),
        n => format!("{field}-{}", n + 1),
    }
}

async fn subjects_of(app: &App, lang: Lang, resource: &Resource, chosen: &str) -> Result<Vec<Choice>> {
    /// Versions that are offered; older ones stand in their list.
    const MOST: usize = 20;
    let all = versions::list(app, resource).await?;
    let choice = |known: &versions::VersionEntry| {
        let text = lang
            .text("catalog-workflow-version-of")
            .arg("version", known.version)
            .arg("table", &resource.title)
            .to_string();
        Choice::new(format!("{}@{}", resource.slug, known.version), text).chosen_if(chosen)
    };
    Ok(all.iter().take(MOST).map(choice).collect())
}

fn kinds(lang: Lang, chosen: &str) -> Vec<Choice> {
    let kind =
        |word: &str| Choice::new(word, lang.text(format!("catalog-workflow-say-{word}"))).chosen_if(chosen);
    ["deprecated", "withdrawn", "restored"].map(kind).to_vec()
}

/// What another licence changes for whoever uses the data.
fn licence_changes(lang: Lang, from: &str, to: &str) -> String {
    lang.text("catalog-workflow-licence-changes")
        .arg("from", licence_in_words(lang, from))
        .arg("to", licence_in_words(lang, to))
        .to_string()
}

/// Who looks at what the dataset's organisation publishes.
pub fn rule_words(lang: Lang, review: Review) -> String {
    lang.text(format!("catalog-workflow-rule-{}", review.as_str()))
        .to_string()
}

impl CaseView {
    /// `position` is its place on the page, from 0.
    fn of(app: &App, op: &Op, known: &Waiting, position: usize) -> CaseView {
        let (lang, now, may) = (op.lang, op.at, known.may);
        let offered = [
            ("submit", may.submit),
            ("check", may.check),
            ("approve", may.approve),
            ("return", may.give_back),
            ("take-back", may.take_back && works_on(op, known)),
        ];
        CaseView {
            id: known.row.id.clone(),
            revision: known.row.revision,
            subject: subject_in_words(lang, &known.row),
            stage: stage_words(app, lang, &known.stage),
            age: age(lang, known, now),
            buttons: offered
                .into_iter()
                .filter(|(_, may)| *may)
                .map(|(word, _)| (word, lang.text(format!("catalog-workflow-do-{word}")).to_string()))
                .collect(),
            taker: String::new(),
            nobody: String::new(),
            why_not: String::new(),
            may_schedule: may.approve || (may.check && known.review != Review::Approver),
            publish_at: String::new(),
            note_id: numbered("note", position),
            publish_id: numbered("publish_at", position),
            sentences: Vec::new(),
            head: Vec::new(),
            rows: Vec::new(),
            replaced: String::new(),
            faults: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Tells who looks at it next, whether anybody can, and why the caller cannot.
    fn say_who(&mut self, op: &Op, known: &Waiting, taker: Option<Taker>, all: &[Organisation]) {
        let Some(taker) = taker else {
            return;
        };
        let lang = op.lang;
        let whose = whose(lang, known.row.organisation.as_deref(), all);
        (self.taker, self.nobody) = taker_words(lang, taker, &whose);
        self.why_not = known
            .why_not
            .map_or_else(String::new, |refusal| refusal_words(op, taker, refusal));
    }

    /// Tells what of a file that waits could not be read or is doubtful, as far as the caller may see its columns.
    async fn tell_faults(
        &mut self,
        app: &App,
        op: &Op,
        (dataset, resource): (&str, &str),
        file: &str,
    ) -> Result<()> {
        let shown = view::find_resource(app, op, dataset, resource, None).await?;
        let files = view::list_files(app, &shown.id).await?;
        let Some(file) = files.into_iter().find(|known| known.id == file) else {
            return Ok(());
        };
        if file.bad_rows.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = shown.columns.iter().map(|column| column.name.clone()).collect();
        let beside = workflow::beside(&shown.table.table);
        let sees = if shown.dataset.may_confide || shown.version.is_none() {
            Sees::All
        } else if app.lake.exists(&beside).await.map_err(spoken)? {
            // Columns that nobody has reviewed are hidden, as they will be from readers.
            let columns = app.lake.columns(&beside).await.map_err(spoken)?;
            match columns.iter().all(|column| names.contains(&column.name)) {
                true => Sees::All,
                false => Sees::Only(names),
            }
        } else {
            Sees::Only(names)
        };
        self.faults = faults::rows(op.lang, &file, &sees);
        Ok(())
    }

    /// Leaves out what a file that waits changes, where it was published or replaced while it was looked at: the table that it waited
    /// in is dropped then.
    async fn settle(&mut self, app: &App, known: &Waiting, looked: Result<()>) -> Result<()> {
        let Err(problem) = looked else { return Ok(()) };
        let now = store::workflow::find_revision(app.db.read(), &known.row.id).await?;
        if now == Some(known.row.revision) {
            return Err(problem);
        }
        self.sentences.clear();
        self.head.clear();
        self.rows.clear();
        self.replaced.clear();
        Ok(())
    }

    /// Tells what a file that waits changes for readers, and its first rows.
    async fn compare(&mut self, app: &App, op: &Op, dataset: &str, resource: &str) -> Result<()> {
        let shown = view::find_resource(app, op, dataset, resource, None).await?;
        let beside = workflow::beside(&shown.table.table);
        if !app.lake.exists(&beside).await.map_err(spoken)? {
            return Ok(());
        }
        if shown.version.is_some() {
            let found = replaced::by_waiting(app, &shown.table.table, &beside).await?;
            self.replaced = found.map_or_else(String::new, |found| found.in_words(op.lang, &shown.title));
        }
        let version = app.lake.version(&beside).await.map_err(spoken)?;
        let mut waits = TableVersion::at(beside, version);
        if !shown.dataset.may_confide {
            // Columns that nobody has reviewed are hidden, as they will be from readers.
            let open = |name: &str| shown.columns.iter().any(|column| column.name == name);
            let columns = app.lake.columns(&waits.table).await.map_err(spoken)?;
            let unseen = columns
                .into_iter()
                .map(|column| column.name)
                .filter(|name| shown.version.is_some() && !open(name));
            waits = waits.hiding(unseen.collect::<Vec<_>>());
        }
        let page = Page {
            n_rows: MOST_ROWS,
            ..Page::default()
        };
        let (answer, _) = app
            .lake
            .page(&waits, &page, Limits::default())
            .await
            .map_err(spoken)?;
        self.head = answer
            .columns
            .iter()
            .map(|column| head_cell(column.kind, &column.name))
            .collect();
        self.rows = answer
            .rows
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect();
        let Some(now) = shown.version.and_then(|version| u64::try_from(version).ok()) else {
            return Ok(());
        };
        let before = TableVersion {
            version: Some(Version(now)),
            ..shown.table.clone()
        };
        let key = versions::key_of(app, &shown.id, &before, &waits).await?;
        let compared = Compared {
            before,
            after: waits,
            key,
        };
        // A declared key that the new file breaks is a fault of the file, to be told and no reason to show nothing.
        self.sentences = match versions::diff(app, &compared).await {
            Ok(found) => words::sentences(op.lang, &found),
            Err(problem) if problem.kind() == ProblemKind::Invalid => vec![problem.sentence(op.lang)],
            Err(problem) => return Err(problem),
        };
        Ok(())
    }
}

/// Whether something is the caller's own work, or that of their organisation: a steward gives others' work back with a note.
fn works_on(op: &Op, known: &Waiting) -> bool {
    let is_own = op.person().is_some_and(|me| known.producers.contains(&me.id));
    is_own
        || match known.row.organisation.as_deref() {
            Some(code) => op.has_for(&[Role::Producer], code),
            None => op.has(&[Role::Producer]),
        }
}

/// Who looks at something next, and that nobody can where nobody can.
fn taker_words(lang: Lang, taker: Taker, whose: &str) -> (String, String) {
    let role = taker.role.as_str();
    match taker.n {
        0 => {
            let text = lang.text(format!("catalog-workflow-nobody-{role}"));
            (String::new(), text.arg("organisation", whose).to_string())
        }
        n => {
            let text = lang.text(format!("catalog-workflow-taker-{role}"));
            let text = text.arg("organisation", whose).n("n", n);
            (text.to_string(), String::new())
        }
    }
}

/// Why the caller cannot take a step for which they have the role, or had a hand in it; empty for those whom it never concerns.
fn refusal_words(op: &Op, taker: Taker, refusal: Refusal) -> String {
    let roles: &[Role] = match taker.role {
        Role::Steward => &CONFIDANTS,
        _ => &APPROVERS,
    };
    let id = match refusal {
        Refusal::OwnWork => "catalog-workflow-why-not-own-work",
        Refusal::OwnCheck => "catalog-workflow-why-not-own-check",
        Refusal::NotAllowed if op.has(roles) => "catalog-workflow-why-not-others",
        Refusal::NotAllowed | Refusal::NotNow | Refusal::HourPast => return String::new(),
    };
    op.lang.text(id).to_string()
}

impl StepView {
    fn of(app: &App, lang: Lang, step: &StepRow) -> StepView {
        StepView {
            at: lang.date_time(app.config.zoned(Time(step.at)).datetime()),
            who: step
                .name
                .clone()
                .unwrap_or_else(|| lang.text("catalog-workflow-program").to_string()),
            act: lang
                .text(format!("catalog-workflow-step-{}", step.act))
                .to_string(),
            note: step.note.clone(),
        }
    }
}

impl ReviewPage {
    pub fn sample(lang: Lang) -> ReviewPage {
        let text = |id: &'static str| lang.text(id).to_string();
        let dataset: Dataset = sample::dataset();
        let case = |subject: String, rows: bool| CaseView {
            id: "p".into(),
            revision: 3,
            subject,
            stage: text("catalog-workflow-stage-submitted"),
            age: lang.text("catalog-workflow-days").n("n", 3).to_string(),
            buttons: ["check", "return"]
                .map(|word| (word, lang.text(format!("catalog-workflow-do-{word}")).to_string()))
                .to_vec(),
            taker: String::new(),
            nobody: taker_words(
                lang,
                Taker {
                    role: Role::Steward,
                    n: 0,
                },
                "Dinas <PU>",
            )
            .1,
            why_not: text("catalog-workflow-why-not-others"),
            may_schedule: rows,
            publish_at: String::new(),
            note_id: numbered("note", usize::from(rows)),
            publish_id: numbered("publish_at", usize::from(rows)),
            sentences: vec![lang.text("catalog-versions-added").n("n", 12).to_string()],
            head: vec![Cell::text("well"), Cell::over_numbers("depth")],
            rows: if rows {
                vec![vec![Cell::text("Sumur <1>"), Cell::number("12", 12.0)]]
            } else {
                Vec::new()
            },
            replaced: if rows {
                let found = Replaced {
                    n_before: 4,
                    n_kept: 1,
                };
                found.in_words(lang, "Table <data>")
            } else {
                String::new()
            },
            faults: if rows {
                faults::rows(lang, &sample::file(), &Sees::Only(vec!["depth".into()]))
            } else {
                Vec::new()
            },
            tables: if rows {
                Vec::new()
            } else {
                vec![TableView::sample(lang)]
            },
        };
        ReviewPage {
            page: Shell::sample(lang).titled(&dataset.title),
            slug: dataset.slug.clone(),
            title: dataset.title.clone(),
            is_open: true,
            standing: text("catalog-workflow-deprecated"),
            reason: "Depths in <feet>".into(),
            rule: rule_words(lang, Review::Approver),
            cases: vec![
                case(text("catalog-workflow-whole-dataset"), false),
                case("Table <data>".into(), true),
            ],
            fault_head: faults::head(lang),
            flaws: vec![FlawLine::of(
                lang,
                &dataset.slug,
                &checks::Flaw::NoLicence,
                (true, true),
            )],
            progress: vec![(
                "/data/wells/metadata/ms-keg".into(),
                "MS-Keg <activity>: 40 %".into(),
            )],
            steps: vec![StepView {
                at: "21 Nov 2026".into(),
                who: "Siti <Aminah>".into(),
                act: text("catalog-workflow-step-returned"),
                note: "The unit of \"depth\" is <missing>.".into(),
            }],
            note: String::new(),
            may_comment: true,
            may_unpublish: true,
            may_judge: true,
            subjects: vec![
                Choice::new("", text("catalog-workflow-whole-dataset")),
                Choice::new("data@2", "2 <data>"),
            ],
            kinds: kinds(lang, ""),
            keys: vec![KeyForm {
                resource: "data".into(),
                label: lang
                    .text("catalog-workflow-key-of")
                    .arg("table", "Table <data>")
                    .to_string(),
                columns: "well".into(),
                id: numbered("columns", 0),
            }],
        }
    }
}
