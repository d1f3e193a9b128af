//! The form of a dataset's entry in the catalogue.

use std::collections::BTreeMap;

use formats::ckan::{fault_of_email, faults_of_tag};
use serde::Deserialize;

use super::super::{
    details::{self, DatasetDetails},
    model::{EntryInput, LICENCES, LONGEST_TEXT, LONGEST_TITLE, THEMES, WRITERS, may_write},
    pages::theme,
    store::{DatasetRow, portal, workflow as rows},
};
use crate::{
    accounts::model::Organisation,
    places::model::{Place, Places},
    platform::{
        db::Tx,
        html::parts::Choice,
        i18n::Lang,
        op::Op,
        problem::{Problem, Result},
    },
};

const LONGEST_NAME: usize = 200;
/// Places that are offered; there may be a hundred thousand.
const MOST_PLACES: usize = 200;

/// The fields of a title and of a description in each language.
const TOLD: [(Lang, &str, &str); 6] = [
    (Lang::En, "title_en", "description_en"),
    (Lang::Id, "title_id", "description_id"),
    (Lang::Sw, "title_sw", "description_sw"),
    (Lang::Hi, "title_hi", "description_hi"),
    (Lang::Bn, "title_bn", "description_bn"),
    (Lang::Ne, "title_ne", "description_ne"),
];

/// What the form sends: the entry, its tags and whom to ask. What it does not speak of stays as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeskInput {
    #[serde(flatten)]
    pub entry: EntryInput,
    /// Parted by commas, as CKAN's `tag_string`.
    pub tags: Option<String>,
    pub maintainer: Option<String>,
    pub maintainer_email: Option<String>,
    /// `yes` where the box for everybody was ticked because the dataset is on its way to them.
    pub wished: String,
    /// The revision of the dataset that its fields were filled from; empty for a new one.
    pub revision: String,
    /// Title and description in languages other than the site's, by their fields: `title_id`, `description_id`.
    #[serde(flatten)]
    pub told: BTreeMap<String, String>,
}

impl DeskInput {
    /// The same with what a dataset is called in other languages.
    #[must_use]
    pub fn telling(mut self, details: &DatasetDetails) -> DeskInput {
        for (lang, title, description) in TOLD {
            for (field, texts) in [
                (title, &details.title_translated),
                (description, &details.notes_translated),
            ] {
                let text = texts.get(lang.code());
                self.told
                    .extend(text.map(|text| (field.to_owned(), text.clone())));
            }
        }
        self
    }

    /// Tells what stands in fields now that this was not filled from, each by its field.
    #[must_use]
    pub fn beside(&self, now: &DeskInput) -> Problem {
        beside(self.fields(), now.fields())
    }

    /// What its fields hold, by their names; those that it does not speak of are empty.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let entry = &self.entry;
        let told = |field: &'static str| (field, self.told.get(field).map_or("", String::as_str));
        let own = [
            ("title", entry.title.as_str()),
            ("description", entry.description.as_str()),
            ("theme", entry.theme.as_str()),
            ("organisation", entry.organisation.as_str()),
            ("licence", entry.licence.as_str()),
            ("place", entry.place.as_str()),
            ("period", entry.period.as_str()),
            ("open", entry.open.as_str()),
            ("tags", self.tags.as_deref().unwrap_or_default()),
            ("maintainer", self.maintainer.as_deref().unwrap_or_default()),
            (
                "maintainer_email",
                self.maintainer_email.as_deref().unwrap_or_default(),
            ),
        ];
        let others = TOLD.into_iter();
        own.into_iter()
            .chain(others.flat_map(|(_, title, description)| [told(title), told(description)]))
            .collect()
    }
}

impl DeskInput {
    /// The same where somebody wants the dataset open, and others look at it first: the box is ticked, and can be cleared.
    #[must_use]
    pub fn wishing(mut self, is_wished: bool) -> DeskInput {
        if is_wished && self.entry.open.is_empty() {
            "yes".clone_into(&mut self.entry.open);
            "yes".clone_into(&mut self.wished);
        }
        self
    }
}

/// Tells what stands now in fields that somebody else changed meanwhile: each as it was typed, and as it stands, by its name.
#[must_use]
pub fn beside<'t>(
    typed: impl IntoIterator<Item = (&'static str, &'t str)>,
    now: impl IntoIterator<Item = (&'static str, &'t str)>,
) -> Problem {
    let mut problem = Problem::conflict("fields");
    for ((field, typed), (_, stands)) in typed.into_iter().zip(now) {
        // A browser ends lines in its own way.
        if typed.trim().replace("\r\n", "\n") == stands.trim().replace("\r\n", "\n") {
            continue;
        }
        problem = match stands.trim() {
            "" => problem.field(field, "catalog-entry-empty-now"),
            text => problem.field_with(field, "catalog-entry-now", vec![("now", text.to_owned())]),
        };
    }
    problem
}

/// Tags of a dataset, whom to ask about it and what it is called in other languages, checked.
pub struct More {
    tags: Option<Vec<String>>,
    maintainer: Option<String>,
    maintainer_email: Option<String>,
    told: Vec<Told>,
}

/// What a dataset is called in a language; none of what nobody says.
struct Told {
    lang: Lang,
    title: Option<String>,
    description: Option<String>,
}

impl More {
    /// Checks what somebody typed, tags as CKAN does; a tag that the dataset has already may stay. `site` is the language that the
    /// entry itself is in.
    ///
    /// # Errors
    /// `tag-malformed` on field `tags`, `text-long` on field `maintainer` and on those of other languages, `email-malformed` on field
    /// `maintainer_email`.
    pub fn parse(input: &DeskInput, tags_before: &[String], site: Lang) -> Result<More> {
        let mut problem = Problem::invalid("fields");
        let tags = input.tags.as_deref().map(tags_in);
        let wrong = tags
            .iter()
            .flatten()
            .find(|tag| !tags_before.contains(tag) && !faults_of_tag(tag).is_empty());
        if let Some(tag) = wrong {
            problem = problem.field_with("tags", "tag-malformed", vec![("tag", tag.clone())]);
        }
        let trimmed = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        let maintainer = trimmed(&input.maintainer);
        if maintainer
            .as_ref()
            .is_some_and(|name| name.chars().count() > LONGEST_NAME)
        {
            problem = problem.field("maintainer", "text-long");
        }
        let maintainer_email = trimmed(&input.maintainer_email);
        let is_wrong = |email: &String| !email.is_empty() && fault_of_email(email).is_some();
        if maintainer_email.as_ref().is_some_and(is_wrong) {
            problem = problem.field("maintainer_email", "email-malformed");
        }
        let typed = |field: &str| input.told.get(field).map(|text| text.trim().to_owned());
        let mut told = Vec::new();
        for (lang, title_field, description_field) in TOLD {
            if lang == site {
                continue;
            }
            let (title, description) = (typed(title_field), typed(description_field));
            for (field, text, most) in [
                (title_field, &title, LONGEST_TITLE),
                (description_field, &description, LONGEST_TEXT),
            ] {
                if text.as_ref().is_some_and(|text| text.chars().count() > most) {
                    problem = problem.field(field, "text-long");
                }
            }
            told.push(Told {
                lang,
                title,
                description,
            });
        }
        if !problem.fields().is_empty() {
            return Err(problem);
        }
        Ok(More {
            tags,
            maintainer,
            maintainer_email,
            told,
        })
    }

    /// Keeps them where CKAN's clients find them, beside all else that they said of the dataset.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep(&self, tx: &mut Tx, op: &Op, slug: &str, before: Option<&DatasetRow>) -> Result<()> {
        if let Some(tags) = &self.tags {
            let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
            portal::put_tags(tx, slug, &tags).await?;
        }
        let known: DatasetDetails = before.map(|row| details::read(&row.details)).unwrap_or_default();
        let mut said = DatasetDetails {
            maintainer: newer(self.maintainer.as_deref(), known.maintainer.as_deref()),
            maintainer_email: newer(
                self.maintainer_email.as_deref(),
                known.maintainer_email.as_deref(),
            ),
            ..known.clone()
        };
        for told in &self.told {
            put(&mut said.title_translated, told.lang, told.title.as_deref());
            put(&mut said.notes_translated, told.lang, told.description.as_deref());
        }
        if said == known {
            return Ok(());
        }
        let Some(dataset) = rows::find_dataset(tx, slug).await? else {
            return Ok(());
        };
        let state = before.map_or("active", |row| row.state.as_str());
        rows::put_state(tx, &dataset.id, state, &details::write(&said), op.at).await
    }
}

/// Puts what is said in a language to a text, and takes it out where somebody emptied it.
fn put(texts: &mut BTreeMap<String, String>, lang: Lang, told: Option<&str>) {
    match told {
        Some("") => {
            texts.remove(lang.code());
        }
        Some(text) => {
            texts.insert(lang.code().to_owned(), text.to_owned());
        }
        None => {}
    }
}

/// What is said now; what was said before where nobody says anything else.
fn newer(now: Option<&str>, before: Option<&str>) -> Option<String> {
    match now {
        Some(text) if text != before.unwrap_or_default() => (!text.is_empty()).then(|| text.to_owned()),
        _ => before.map(str::to_owned),
    }
}

fn tags_in(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// Those of some organisations in whose name the caller may publish.
#[must_use]
pub fn own(op: &Op, all: &[Organisation]) -> Vec<Organisation> {
    let own = all.iter().filter(|known| op.has_for(&WRITERS, &known.code));
    own.cloned().collect()
}

/// Passes a publisher in whose name the caller may publish; none, where they publish for all.
///
/// # Errors
/// `publisher-not-yours` on field `organisation`.
pub fn require_own(op: &Op, organisation: Option<&str>) -> Result<()> {
    match may_write(op, organisation) {
        true => Ok(()),
        false => Err(Problem::invalid("fields").field("organisation", "publisher-not-yours")),
    }
}

/// The fields of a dataset's entry with their choices.
pub struct EntryForm {
    pub input: EntryInput,
    pub tags: String,
    pub maintainer: String,
    pub maintainer_email: String,
    /// The revision that it was filled from; empty for a new one.
    pub revision: String,
    pub themes: Vec<Choice>,
    pub licences: Vec<Choice>,
    pub organisations: Vec<Choice>,
    pub open: Vec<Choice>,
    pub is_new: bool,
    /// As [`DeskInput::wished`].
    pub wished: String,
    /// Codes and names of places that are offered; any other can be typed.
    pub places: Vec<(String, String)>,
    /// As [`DeskInput::told`].
    told: BTreeMap<String, String>,
    /// The languages beside the site's that it can be told in.
    pub languages: Vec<ToldFields>,
}

/// The fields of a title and a description in one more language.
pub struct ToldFields {
    lang: Lang,
    /// What its speakers call the language.
    pub name: &'static str,
    pub title_field: &'static str,
    pub title: String,
    pub description_field: &'static str,
    pub description: String,
    pub is_filled: bool,
}

impl EntryForm {
    /// `organisations` are those in whose name the caller may publish.
    pub fn new(lang: Lang, typed: DeskInput, organisations: &[Organisation], is_new: bool) -> EntryForm {
        let input = typed.entry;
        let with_none = |choices: Vec<Choice>, chosen: &str| {
            let none = Choice::new("", lang.text("catalog-none")).chosen_if(chosen);
            std::iter::once(none).chain(choices).collect()
        };
        // A word of one's own stays on offer.
        let words = |known: &[&str], chosen: &str, called: &dyn Fn(&str) -> String| {
            let own = (!chosen.is_empty() && !known.contains(&chosen)).then_some(chosen);
            let choice = |word: &str| Choice::new(word, called(word)).chosen_if(chosen);
            known.iter().copied().chain(own).map(choice).collect()
        };
        let themes = words(&THEMES, &input.theme, &|word| theme(lang, word));
        let licences = words(&LICENCES, &input.licence, &str::to_owned);
        let organisations = organisations
            .iter()
            .map(|known| Choice::new(&known.code, &known.name).chosen_if(&input.organisation))
            .collect();
        EntryForm {
            themes: with_none(themes, &input.theme),
            licences: with_none(licences, &input.licence),
            organisations: with_none(organisations, &input.organisation),
            open: vec![
                Choice::new("yes", lang.text("catalog-open-yes"))
                    .hinted(lang.text("catalog-open-hint"))
                    .chosen_if(&input.open),
            ],
            tags: typed.tags.unwrap_or_default(),
            maintainer: typed.maintainer.unwrap_or_default(),
            maintainer_email: typed.maintainer_email.unwrap_or_default(),
            revision: typed.revision,
            input,
            is_new,
            wished: typed.wished,
            places: Vec::new(),
            told: typed.told,
            languages: Vec::new(),
        }
    }

    /// The same with the fields of other languages than that of the site: those that every page is in, and those that are filled.
    #[must_use]
    pub fn beside_language(self, site: Lang) -> EntryForm {
        let typed = |field: &str| self.told.get(field).cloned().unwrap_or_default();
        let fields = TOLD.into_iter().map(|(lang, title_field, description_field)| {
            let (title, description) = (typed(title_field), typed(description_field));
            ToldFields {
                lang,
                name: lang.own_name(),
                is_filled: !(title.is_empty() && description.is_empty()),
                title_field,
                title,
                description_field,
                description,
            }
        });
        let is_offered = |lang: Lang| lang != site && Lang::COMPLETE.contains(&lang);
        let languages = fields
            .filter(|fields| is_offered(fields.lang) || (fields.is_filled && fields.lang != site))
            .collect();
        EntryForm { languages, ..self }
    }

    /// The same with the places that are offered: the widest ones.
    #[must_use]
    pub fn offering(self, lang: Lang, places: &Places) -> EntryForm {
        let mut known: Vec<Place<'_>> = places.current().collect();
        known.sort_by_key(|place| place.depth());
        let offered = known.into_iter().take(MOST_PLACES);
        EntryForm {
            places: offered
                .map(|place| (place.code().to_owned(), place.name_in(lang.code()).to_owned()))
                .collect(),
            ..self
        }
    }
}
