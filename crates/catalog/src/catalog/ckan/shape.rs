//! What is kept of datasets, organisations and themes, as CKAN shows them, and back.

use std::collections::HashMap;

use formats::ckan::{
    filename,
    group::{Group, Kind},
    instant::Instant,
    license::{self, License},
    package::{Extra, GroupName, Package, Resource, Tag, Translated},
};

use super::super::{
    details::{self, DatasetDetails, ResourceDetails},
    model::{THEMES, theme_now},
    store::{
        self, DatasetRow, ResourceRow,
        agenda::BriefRow,
        portal::{self, ThemeRow},
        series::{self, SeriesRow},
    },
};
use crate::{
    accounts::{self, model::Publisher},
    platform::{app::App, i18n::Lang, problem::Result},
};

/// Extras that say how a dataset stands, why, and what to use instead.
const STANDING_KEYS: [&str; 3] = ["adms_status", "adms_status_reason", "replaced_by"];

/// A dataset with what decides who sees it and what it was before a change.
#[derive(Debug, Clone)]
pub struct Entry {
    pub row: DatasetRow,
    pub resources: Vec<ResourceRow>,
    pub package: Package,
    /// What is agreed about when it is owed.
    pub agenda: Option<BriefRow>,
    pub series: Option<SeriesRow>,
}

impl Entry {
    /// What it is called for a reader of a language.
    pub fn title_in(&self, lang: Lang) -> &str {
        let told = self.package.title_translated.get(lang.code());
        told.unwrap_or(&self.row.title)
    }

    /// The same without what is for those only who take part in the way of its tables to readers.
    #[must_use]
    pub fn knowing(mut self, knows_of: impl Fn(&DatasetRow, &ResourceRow) -> bool) -> Entry {
        let unknown: Vec<String> = self
            .resources
            .iter()
            .filter(|resource| !knows_of(&self.row, resource))
            .map(|resource| resource.id.clone())
            .collect();
        if !unknown.is_empty() {
            self.resources.retain(|resource| !unknown.contains(&resource.id));
            self.package
                .resources
                .retain(|resource| !unknown.contains(&resource.id));
            for (position, resource) in self.package.resources.iter_mut().enumerate() {
                resource.position = i64::try_from(position).ok();
            }
        }
        self
    }
}

/// What many datasets share.
pub struct Shared {
    pub publishers: Vec<Publisher>,
    pub themes: Vec<ThemeRow>,
    pub series: Vec<SeriesRow>,
    pub licences: Vec<License>,
    site: String,
    lang: Lang,
}

impl Shared {
    pub async fn read(app: &App) -> Result<Shared> {
        Ok(Shared {
            publishers: accounts::list_publishers(app).await?,
            themes: portal::list_themes(app.db.read()).await?,
            series: series::list(app.db.read()).await?,
            licences: license::register(),
            site: app.config.base_url.clone(),
            lang: app.config.language.parse().unwrap_or_default(),
        })
    }

    /// The organisation with an id or a code.
    pub fn publisher(&self, id_or_code: &str) -> Option<&Publisher> {
        let by_id = self.publishers.iter().find(|known| known.id == id_or_code);
        by_id.or_else(|| self.publishers.iter().find(|known| known.code == id_or_code))
    }

    /// The theme with an id or a name, be it one that it had before.
    pub fn theme(&self, id_or_name: &str) -> Option<&ThemeRow> {
        let by_id = self.themes.iter().find(|known| known.id == id_or_name);
        let named = |name: &str| self.themes.iter().find(|known| known.name == name);
        by_id
            .or_else(|| named(id_or_name))
            .or_else(|| named(theme_now(id_or_name)))
    }

    /// The code of the language that titles and descriptions are written in.
    pub fn language(&self) -> &'static str {
        self.lang.code()
    }

    /// The licence that a dataset names.
    pub fn licence(&self, id: &str) -> Option<License> {
        license::find(&self.licences, id)
    }

    /// A theme as CKAN's group.
    pub fn group(&self, theme: &ThemeRow) -> Group {
        // The program's own words have a text in every language.
        let title = if theme.title.is_empty() && THEMES.contains(&theme.name.as_str()) {
            let text = format!("catalog-theme-{}", theme.name);
            self.lang.text(text).to_string()
        } else {
            theme.title.clone()
        };
        Group {
            kind: Kind::Group,
            id: theme.id.clone(),
            name: theme.name.clone(),
            title: Some(title),
            type_name: "group".to_owned(),
            description: Some(theme.description.clone()),
            image_url: Some(theme.image_url.clone()),
            image_display_url: Some(theme.image_url.clone()),
            created: Some(Instant(theme.created_at)),
            approval_status: "approved".to_owned(),
            state: theme.state.clone(),
            extras: extras(details::read(&theme.extras)),
            ..Group::default()
        }
    }
}

/// An organisation as CKAN shows it.
pub fn organisation(known: &Publisher) -> Group {
    Group {
        kind: Kind::Organization,
        id: known.id.clone(),
        name: known.code.clone(),
        title: Some(known.name.clone()),
        type_name: "organization".to_owned(),
        description: Some(known.about.clone()),
        image_url: Some(known.image_url.clone()),
        image_display_url: Some(known.image_url.clone()),
        created: Some(Instant(known.created_at)),
        approval_status: "approved".to_owned(),
        state: known.state.clone(),
        extras: extras(details::read(&known.extras)),
        ..Group::default()
    }
}

/// What is kept of an organisation that CKAN's clients describe.
pub fn publisher_of(group: &Group) -> Publisher {
    Publisher {
        id: group.id.clone(),
        code: group.name.clone(),
        name: group.display_name().to_owned(),
        about: group.description.clone().unwrap_or_default(),
        image_url: group.image_url.clone().unwrap_or_default(),
        state: group.state.clone(),
        extras: extras_text(&group.extras),
        created_at: group.created.map_or(0, |at| at.0),
    }
}

/// What is kept of a theme that CKAN's clients describe as a group.
pub fn theme_of(group: &Group) -> ThemeRow {
    ThemeRow {
        name: group.name.clone(),
        id: group.id.clone(),
        title: group.title.clone().unwrap_or_default(),
        description: group.description.clone().unwrap_or_default(),
        image_url: group.image_url.clone().unwrap_or_default(),
        state: group.state.clone(),
        extras: extras_text(&group.extras),
        created_at: group.created.map_or(0, |at| at.0),
    }
}

fn extras(pairs: Vec<(String, String)>) -> Vec<Extra> {
    let extra = |(key, value)| Extra {
        key,
        value,
        ..Extra::default()
    };
    pairs.into_iter().map(extra).collect()
}

fn extras_text(extras: &[Extra]) -> String {
    let pair = |extra: &Extra| (extra.key.clone(), extra.value.clone());
    details::write(&extras.iter().map(pair).collect::<Vec<_>>())
}

/// Reads one dataset by its slug, or all of them; whether the caller may see them is not asked here.
pub async fn load(app: &App, shared: &Shared, slug: Option<&str>) -> Result<Vec<Entry>> {
    let pool = app.db.read();
    let rows = match slug {
        Some(slug) => store::find_dataset(pool, slug).await?.into_iter().collect(),
        None => store::list_datasets(pool).await?,
    };
    let mut resources: HashMap<String, Vec<ResourceRow>> = HashMap::new();
    for resource in store::list_resources(pool, slug).await? {
        let of_it = resources.entry(resource.dataset_slug.clone()).or_default();
        of_it.push(resource);
    }
    let mut tags = gathered(portal::list_tags(pool, slug).await?);
    let mut themes = gathered(portal::list_dataset_themes(pool, slug).await?);
    let mut members: HashMap<String, String> = series::list_members(pool, slug).await?.into_iter().collect();
    let mut agendas: HashMap<String, BriefRow> = store::agenda::list_briefs(pool)
        .await?
        .into_iter()
        .map(|brief| (brief.dataset_id.clone(), brief))
        .collect();
    Ok(rows
        .into_iter()
        .map(|row: DatasetRow| {
            let resources = resources.remove(&row.slug).unwrap_or_default();
            let tags = tags.remove(&row.slug).unwrap_or_default();
            let themes = themes.remove(&row.slug).unwrap_or_default();
            let agenda = agendas.remove(&row.id);
            let series = members.remove(&row.slug);
            let series = series.and_then(|slug| shared.series.iter().find(|known| known.slug == slug));
            let mut package = package(shared, &row, &resources, &tags, &themes);
            package
                .extras
                .extend(extras(agenda.iter().flat_map(agenda_extras).collect()));
            Entry {
                package,
                agenda,
                series: series.cloned(),
                row,
                resources,
            }
        })
        .collect())
}

/// What begins so is told by the agenda and is nobody's own: it is not kept when a client sends it back.
const AGENDA: &str = "agenda_";

fn agenda_extras(brief: &BriefRow) -> Vec<(String, String)> {
    let pair = |key: &str, value: String| (format!("{AGENDA}{key}"), value);
    let delivered = brief.delivered_at.map(|at| Instant(at).to_string());
    [
        Some(pair("frequency", brief.frequency.clone())),
        brief.next_due.clone().map(|day| pair("next_due", day)),
        delivered.map(|at| pair("last_delivery", at)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn gathered(pairs: Vec<(String, String)>) -> HashMap<String, Vec<String>> {
    let mut by_dataset: HashMap<String, Vec<String>> = HashMap::new();
    for (slug, word) in pairs {
        by_dataset.entry(slug).or_default().push(word);
    }
    by_dataset
}

fn package(
    shared: &Shared,
    row: &DatasetRow,
    resources: &[ResourceRow],
    tags: &[String],
    themes: &[String],
) -> Package {
    let more: DatasetDetails = details::read(&row.details);
    // An empty text was given and left empty, or was not given at all; CKAN keeps the two apart.
    let given = |key: &str, text: &str| {
        (!text.is_empty() || more.left_empty.iter().any(|known| known == key)).then(|| text.to_owned())
    };
    // What the program says of it itself; not kept when a client sends it back.
    let warning: Vec<(String, String)> = more
        .standing
        .iter()
        .flat_map(|standing| {
            let values = [standing.kind.as_str(), &standing.reason, &standing.replaced_by];
            STANDING_KEYS
                .iter()
                .zip(values)
                .map(|(key, value)| ((*key).to_owned(), value.to_owned()))
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let licence = shared.licence(&row.licence);
    let owner = row
        .organisation
        .as_deref()
        .and_then(|code| shared.publisher(code));
    Package {
        id: row.id.clone(),
        name: row.slug.clone(),
        title: Some(row.title.clone()),
        notes: given("notes", &row.description),
        title_translated: Translated::of(shared.language(), &row.title, &Translated(more.title_translated)),
        notes_translated: Translated::of(
            shared.language(),
            &row.description,
            &Translated(more.notes_translated),
        ),
        license_id: given("license_id", &row.licence),
        license_title: match &licence {
            Some(known) => known.title.rsplit("::").next().map(str::to_owned),
            None => given("license_id", &row.licence),
        },
        license_url: licence
            .as_ref()
            .map(|known| known.url.clone())
            .filter(|url| !url.is_empty()),
        is_open: licence.is_some_and(|known| known.is_open()),
        kind: more.kind.clone().unwrap_or_else(|| "dataset".to_owned()),
        state: row.state.clone(),
        is_private: row.is_open == 0,
        owner_org: owner.map(|owner| owner.id.clone()),
        organization: owner.map(|owner| organisation(owner).in_package()),
        metadata_created: Some(Instant(row.created_at)),
        metadata_modified: Some(Instant(row.changed_at)),
        resources: resources
            .iter()
            .enumerate()
            .map(|(position, resource)| self::resource(shared, row, resource, position))
            .collect(),
        tags: tags.iter().map(|name| Tag::named(name)).collect(),
        groups: themes
            .iter()
            .filter_map(|name| shared.theme(name))
            .filter(|theme| theme.state == "active")
            .map(|theme| shared.group(theme).as_group_name())
            .collect::<Vec<GroupName>>(),
        extras: extras(more.extras.into_iter().chain(warning).collect()),
        author: more.author,
        author_email: more.author_email,
        maintainer: more.maintainer,
        maintainer_email: more.maintainer_email,
        url: more.url,
        version: more.version,
        more: more.more,
        ..Package::default()
    }
}

fn resource(shared: &Shared, dataset: &DatasetRow, row: &ResourceRow, position: usize) -> Resource {
    let more: ResourceDetails = details::read(&row.details);
    let (is_table, is_filled) = (row.lake_table.is_some(), row.version.is_some());
    // A table that came from the desk or a form was described by nobody but this program.
    let is_own = is_table && row.details == "{}";
    let is_for_rows = more.url_type.as_deref() == Some("datastore");
    let own = |text: &str| is_own.then(|| text.to_owned());
    let url = match more.url_type.as_deref() {
        Some("upload") if row.blob.is_some() => format!(
            "{}/dataset/{}/resource/{}/download/{}",
            shared.site, dataset.id, row.id, row.url
        ),
        _ if is_table && row.url.is_empty() => {
            // Before its first rows there is a page, and nothing to fetch.
            let ending = if is_filled { ".csv" } else { "" };
            format!("{}/data/{}/{}{ending}", shared.site, dataset.slug, row.slug)
        }
        _ => row.url.clone(),
    };
    Resource {
        id: row.id.clone(),
        package_id: Some(dataset.id.clone()),
        position: i64::try_from(position).ok(),
        url,
        name: own(&row.title).or(more.name),
        description: more.description.or_else(|| own("")),
        format: more.format.or_else(|| own("CSV")),
        hash: match &row.blob {
            Some(blob) if more.hash.as_deref().is_none_or(is_own_hash) => Some(blob.clone()),
            _ => more.hash.or_else(|| own("")),
        },
        resource_type: more.resource_type,
        mimetype: more.mimetype.or_else(|| own("text/csv")),
        mimetype_inner: more.mimetype_inner,
        cache_url: more.cache_url,
        cache_last_updated: more.cache_last_updated.map(Instant),
        size: more.size,
        created: Some(Instant(more.created.unwrap_or(row.created_at))),
        last_modified: if is_filled {
            Some(Instant(row.changed_at))
        } else {
            more.last_modified.map(Instant)
        },
        metadata_modified: Some(Instant(more.metadata_modified.unwrap_or(row.changed_at))),
        url_type: own("datastore").or(more.url_type),
        // What another catalogue says of its tables stays, where rows are not ours to have.
        has_table: if is_table || is_for_rows {
            Some(is_table && is_filled)
        } else {
            more.has_table
        },
        more: more.more,
        ..Resource::default()
    }
}

/// Whether a hash is none, or looks like those that this program tells of the files that lie here: these follow the file.
fn is_own_hash(hash: &str) -> bool {
    hash.is_empty() || (hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// What is kept of a dataset beside its columns, which hold its texts in the site's language.
pub fn dataset_details(package: &Package, site: &str) -> DatasetDetails {
    let texts = [("notes", &package.notes), ("license_id", &package.license_id)];
    DatasetDetails {
        author: package.author.clone(),
        author_email: package.author_email.clone(),
        maintainer: package.maintainer.clone(),
        maintainer_email: package.maintainer_email.clone(),
        url: package.url.clone(),
        version: package.version.clone(),
        kind: Some(package.kind.clone()).filter(|kind| kind != "dataset"),
        extras: package
            .extras
            .iter()
            .filter(|extra| !STANDING_KEYS.contains(&extra.key.as_str()))
            .filter(|extra| !extra.key.starts_with(AGENDA))
            .map(|extra| (extra.key.clone(), extra.value.clone()))
            .collect(),
        title_translated: package.title_translated.others(site).0,
        notes_translated: package.notes_translated.others(site).0,
        standing: None,
        left_empty: texts
            .into_iter()
            .filter(|(_, text)| text.as_deref() == Some(""))
            .map(|(key, _)| key.to_owned())
            .collect(),
        more: package.more.clone(),
    }
}

/// What is kept of a resource beside its columns.
pub fn resource_details(resource: &Resource) -> ResourceDetails {
    ResourceDetails {
        name: resource.name.clone(),
        description: resource.description.clone(),
        format: resource.format.clone(),
        hash: resource.hash.clone(),
        resource_type: resource.resource_type.clone(),
        mimetype: resource.mimetype.clone(),
        mimetype_inner: resource.mimetype_inner.clone(),
        cache_url: resource.cache_url.clone(),
        cache_last_updated: resource.cache_last_updated.map(|at| at.0),
        size: resource.size,
        created: resource.created.map(|at| at.0),
        last_modified: resource.last_modified.map(|at| at.0),
        metadata_modified: resource.metadata_modified.map(|at| at.0),
        url_type: resource.url_type.clone(),
        has_table: resource.has_table,
        more: resource.more.clone(),
    }
}

/// What is kept as the address of a resource: of a file that lies here its name only, of a table nothing.
///
/// A file that another portal keeps stays where it is, whatever it is called there.
pub fn kept_url(resource: &Resource, is_here: bool) -> String {
    match resource.url_type.as_deref() {
        Some("upload") if is_here => filename(resource.url.rsplit('/').next().unwrap_or_default()),
        Some("datastore") => String::new(),
        _ => resource.url.clone(),
    }
}
