//! From a workbook or an XForm to a published form: draft, its files, publication.

use bytes::Bytes;
use formats::{
    openrosa::md5_hex,
    xform,
    xlsform::{self, Options, workbook::Kind},
};

use super::{
    FormPublished, KEEPERS, entities, library,
    model::{Audience, Form, FormFile, FormState, FormVersion, Project, slug_of},
    store,
};
use crate::{
    places::{self, model::Place},
    platform::{
        app::App,
        id,
        op::Op,
        problem::{Problem, Result},
    },
};

/// The list of choices that is made from the places when nobody gives one: code, name, level and parent.
const PLACES: &str = "places.csv";

/// A form's definition as somebody hands it in, converted and parsed.
#[derive(Debug)]
pub struct Definition {
    pub xform: String,
    pub form_id: String,
    pub version: String,
    pub title: String,
    /// Sentences for its author, each naming the place and the remedy.
    pub warnings: Vec<String>,
    /// The workbook it was made from, with the ending of its kind.
    pub workbook: Option<(Bytes, &'static str)>,
    /// Names of the files it needs, with the content of those the workbook itself holds.
    pub files: Vec<(String, Option<Bytes>)>,
}

impl Definition {
    /// Reads an XForm, or converts an XLSForm (XLSX, XLS, CSV or Markdown); the kind is told from name and content.
    ///
    /// # Errors
    /// `form-malformed` with everything that is wrong.
    pub fn read(bytes: Bytes, file_name: &str, form_name: Option<String>) -> Result<Self> {
        let text = std::str::from_utf8(&bytes)
            .ok()
            .map(|text| text.trim_start_matches('\u{feff}').trim_start());
        if let Some(xml) = text.filter(|text| text.starts_with('<')) {
            let form = xform::Form::parse(xml).map_err(|error| malformed(error.to_string()))?;
            let mut files: Vec<_> = form
                .externals()
                .iter()
                .map(|external| external.file.clone())
                .chain(form.media())
                .collect();
            files.sort();
            files.dedup();
            return Ok(Self {
                xform: xml.to_owned(),
                form_id: form.id,
                version: form.version,
                title: form.title,
                warnings: form.warnings,
                workbook: None,
                files: files.into_iter().map(|name| (name, None)).collect(),
            });
        }
        let (converted, kind) = convert(&bytes, file_name, form_name)?;
        // What the converter lets pass must also be understood by the engine that fills and checks.
        let form = xform::Form::parse(&converted.xform).map_err(|error| malformed(error.to_string()))?;
        Ok(Self {
            form_id: form.id,
            version: form.version,
            title: form.title,
            warnings: converted
                .warnings
                .iter()
                .map(ToString::to_string)
                .chain(form.warnings)
                .collect(),
            files: converted
                .attachments
                .into_iter()
                .map(|file| (file.name, file.content.map(Bytes::from)))
                .collect(),
            xform: converted.xform,
            workbook: Some((bytes, ending(kind))),
        })
    }
}

/// Converts a workbook; also tells which kind it is of.
///
/// # Errors
/// `form-malformed` with everything that is wrong.
pub fn convert(
    bytes: &[u8],
    file_name: &str,
    form_name: Option<String>,
) -> Result<(xlsform::Converted, Kind)> {
    let kind = Kind::from_name(file_name).or_else(|| Kind::sniff(bytes));
    let kind = kind.ok_or_else(|| {
        malformed("it is neither an XForm nor a workbook; give an .xlsx, .xls, .csv, .md or .xml file".into())
    })?;
    let file_stem = file_name
        .rsplit_once('.')
        .map(|(stem, _)| stem.rsplit('/').next().unwrap_or(stem).to_owned());
    let all = |problems: xlsform::finding::Problems| {
        malformed(
            problems
                .0
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        )
    };
    let workbook = xlsform::read(bytes, kind).map_err(all)?;
    let converted = xlsform::convert(
        &workbook,
        &Options {
            form_name,
            file_stem: file_stem.filter(|stem| !stem.is_empty()),
        },
    )
    .map_err(all)?;
    Ok((converted, kind))
}

fn malformed(detail: String) -> Problem {
    Problem::invalid("form-malformed").with("detail", detail)
}

fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Xlsx => "xlsx",
        Kind::Xls => "xls",
        Kind::Csv => "csv",
        Kind::Markdown => "md",
    }
}

/// Saves a definition as the form's draft; files of the same name are taken over from the version in force.
///
/// # Errors
/// `not-allowed` for anybody but stewards and producers.
pub async fn save_draft(app: &App, op: &Op, project: &Project, definition: &Definition) -> Result<Form> {
    op.require(&KEEPERS)?;
    let known = store::find_form(app.db.read(), project.id, &definition.form_id).await?;
    let form = match &known {
        Some(form) => form.clone(),
        None => new_form(app, op, project, definition).await?,
    };
    let draft = store::find_draft(app.db.read(), &form.id).await?;
    let before_token = draft.as_ref().and_then(|draft| draft.draft_token.clone());
    let earlier = match draft {
        Some(draft) => Some(draft),
        None => store::find_current(app.db.read(), &form.id).await?,
    };
    let before = match &earlier {
        Some(version) => store::list_form_files(app.db.read(), &version.id).await?,
        None => Vec::new(),
    };
    let declared = entities::lists::read(&definition.xform)?;
    let mut files = Vec::new();
    for (name, content) in &definition.files {
        files.push(match content {
            Some(bytes) => stored(app, name, bytes.clone()).await?,
            None => before
                .iter()
                .find(|file| file.name == *name)
                .cloned()
                .unwrap_or(FormFile {
                    name: name.clone(),
                    blob: None,
                    md5: None,
                    size_bytes: None,
                    follows_places: false,
                }),
        });
    }
    let workbook_blob = match &definition.workbook {
        Some((bytes, _)) => Some(app.blobs.put(bytes.clone()).await?.id),
        None => None,
    };
    let xform = app.blobs.put(Bytes::from(definition.xform.clone())).await?;
    let version = FormVersion {
        id: id::fresh(op.at),
        form_id: form.id.clone(),
        version: definition.version.clone(),
        title: if definition.title.is_empty() {
            definition.form_id.clone()
        } else {
            definition.title.clone()
        },
        xform_blob: xform.id,
        xform_md5: md5_hex(definition.xform.as_bytes()),
        workbook_blob,
        workbook_kind: definition.workbook.as_ref().map(|(_, kind)| (*kind).to_owned()),
        has_files: !files.is_empty(),
        created_at: op.at,
        created_by: op.who.label(),
        published_at: None,
        published_by: None,
        // Phones that try a draft out go on with the next one.
        draft_token: Some(before_token.unwrap_or_else(id::secret)),
    };
    let mut tx = app.db.begin().await?;
    if known.is_none() {
        store::insert_form(&mut tx, &form).await?;
    }
    store::save_draft(&mut tx, &version, &files).await?;
    entities::lists::draft_saved(
        &mut tx,
        project.id,
        &version,
        declared.as_ref(),
        &files,
        earlier.as_ref(),
    )
    .await?;
    tx.commit().await?;
    match known {
        Some(known) => Ok(known),
        // Its number was given by the database.
        None => super::form(app, project.id, &definition.form_id).await,
    }
}

/// Gives the draft of a form one of the files it names.
///
/// # Errors
/// `not-allowed`; `form-no-draft`; `form-file-unknown` when the draft names no such file; `form-malformed` for a list that cannot be read.
pub async fn give_file(app: &App, op: &Op, form: &Form, name: &str, bytes: Bytes) -> Result<()> {
    op.require(&KEEPERS)?;
    let draft = draft(app, form).await?;
    if library::is_list(name) {
        let xml = app.blobs.bytes(&draft.xform_blob).await?;
        let (name, bytes) = (name.to_owned(), bytes.clone());
        tokio::task::spawn_blocking(move || {
            let mut xform = xform::Form::parse(&String::from_utf8_lossy(&xml))?;
            xform.attach(&name, &bytes)
        })
        .await
        .map_err(Problem::internal)?
        .map_err(|error| Problem::invalid("form-malformed").with("detail", error))?;
    }
    let file = stored(app, name, bytes).await?;
    let mut tx = app.db.begin().await?;
    if !store::set_form_file(&mut tx, &draft.id, &file).await? {
        return Err(Problem::not_found("form-file-unknown").with("file", name));
    }
    // What somebody gives takes the place of a live list.
    store::entities::lists::unlink(&mut tx, &draft.id, name).await?;
    tx.commit().await
}

/// Takes a file away from the draft of a form, which names it all the same.
///
/// # Errors
/// `not-allowed`; `form-no-draft`; `form-file-unknown` when the draft names no such file, or nobody gave it.
pub async fn take_file(app: &App, op: &Op, form: &Form, name: &str) -> Result<()> {
    op.require(&KEEPERS)?;
    let draft = draft(app, form).await?;
    let files = store::list_form_files(app.db.read(), &draft.id).await?;
    if !files.iter().any(|file| file.name == name && file.blob.is_some()) {
        return Err(Problem::not_found("form-file-unknown").with("file", name));
    }
    let nothing = FormFile {
        name: name.to_owned(),
        blob: None,
        md5: None,
        size_bytes: None,
        follows_places: false,
    };
    let mut tx = app.db.begin().await?;
    store::set_form_file(&mut tx, &draft.id, &nothing).await?;
    tx.commit().await
}

/// Publishes the draft of a form, under another version if one is given. From now on it never changes, but for a list of places
/// that nobody gave: that one is always the list in force.
///
/// # Errors
/// `not-allowed`; `form-no-draft`; `form-version-taken` when another definition was published under the version.
pub async fn publish(app: &App, op: &Op, form: &Form, version: Option<&str>) -> Result<FormVersion> {
    op.require(&KEEPERS)?;
    let mut draft = draft(app, form).await?;
    let files = store::list_form_files(app.db.read(), &draft.id).await?;
    if files
        .iter()
        .any(|file| file.name == PLACES && (file.blob.is_none() || file.follows_places))
    {
        let list = places_in_force(app).await?;
        let mut tx = app.db.begin().await?;
        store::set_form_file(&mut tx, &draft.id, &list).await?;
        tx.commit().await?;
    }
    if let Some(version) = version.filter(|version| *version != draft.version) {
        let xml = app.blobs.bytes(&draft.xform_blob).await?;
        let xml = xform::with_version(&String::from_utf8_lossy(&xml), version)
            .map_err(|error| Problem::invalid("form-malformed").with("detail", error))?;
        draft.xform_md5 = md5_hex(xml.as_bytes());
        draft.xform_blob = app.blobs.put(Bytes::from(xml)).await?.id;
        version.clone_into(&mut draft.version);
    }
    if let Some(taken) = store::find_published(app.db.read(), &form.id, &draft.version).await? {
        let taken = store::find_version(app.db.read(), &taken).await?;
        let is_same = match &taken {
            Some(taken) => {
                taken.xform_blob == draft.xform_blob
                    && given(store::list_form_files(app.db.read(), &taken.id).await?)
                        == given(store::list_form_files(app.db.read(), &draft.id).await?)
            }
            None => false,
        };
        return match taken {
            // Publishing what is published already changes nothing.
            Some(taken) if is_same => Ok(taken),
            _ => Err(Problem::conflict("form-version-taken")
                .with("version", &draft.version)
                .with("form", &form.xml_form_id)),
        };
    }
    let xform = app.blobs.bytes(&draft.xform_blob).await?;
    let xform = String::from_utf8_lossy(&xform);
    let mut tx = app.db.begin().await?;
    (draft.published_at, draft.published_by) = (Some(op.at), Some(op.who.label()));
    store::publish_draft(&mut tx, &draft).await?;
    draft.draft_token = None;
    entities::lists::published(&mut tx, op, form, &draft, &xform, &files).await?;
    tx.emit(
        op,
        &FormPublished {
            form: form.id.clone(),
            version: draft.version.clone(),
        },
    )
    .await?;
    tx.commit().await?;
    library::forget(app);
    Ok(draft)
}

/// A version's files as somebody gave them: a list that follows the places is the same whichever list is in force.
fn given(files: Vec<FormFile>) -> Vec<FormFile> {
    let without_content = |file: FormFile| match file.follows_places {
        true => FormFile {
            blob: None,
            md5: None,
            size_bytes: None,
            ..file
        },
        false => file,
    };
    files.into_iter().map(without_content).collect()
}

/// Gives every form that takes its choices from the places the list in force; phones see by its digest that it is another one.
///
/// # Errors
/// When the database or the store fails.
pub async fn renew_places(app: &App) -> Result<()> {
    let following = store::list_following(app.db.read()).await?;
    if following.is_empty() {
        return Ok(());
    }
    let list = places_in_force(app).await?;
    let mut tx = app.db.begin().await?;
    for (version, name, md5) in following {
        if md5 != list.md5 {
            let file = FormFile { name, ..list.clone() };
            store::set_form_file(&mut tx, &version, &file).await?;
        }
    }
    tx.commit().await
}

/// Stores the list of the places in force as a file of choices; before there are any, a file that nobody can have yet.
async fn places_in_force(app: &App) -> Result<FormFile> {
    let places = places::all(app).await?;
    let file = match places.current().next() {
        Some(_) => stored(app, PLACES, places_list(places.current())?).await?,
        None => FormFile {
            name: PLACES.to_owned(),
            blob: None,
            md5: None,
            size_bytes: None,
            follows_places: true,
        },
    };
    Ok(FormFile {
        follows_places: true,
        ..file
    })
}

/// Writes places as a list of choices.
pub(super) fn places_list<'a>(places: impl Iterator<Item = Place<'a>>) -> Result<Bytes> {
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["name", "label", "level", "parent"])
        .map_err(Problem::internal)?;
    for place in places {
        let parent = place.parent().map_or("", |parent| parent.code());
        list.write_record([place.code(), place.name(), place.level(), parent])
            .map_err(Problem::internal)?;
    }
    let bytes = list
        .into_inner()
        .map_err(|error| Problem::internal(anyhow::anyhow!("{error}")))?;
    Ok(Bytes::from(bytes))
}

async fn draft(app: &App, form: &Form) -> Result<FormVersion> {
    let found = store::find_draft(app.db.read(), &form.id).await?;
    found.ok_or_else(|| Problem::not_found("form-no-draft").with("form", &form.xml_form_id))
}

async fn new_form(app: &App, op: &Op, project: &Project, definition: &Definition) -> Result<Form> {
    let wanted = slug_of(&definition.form_id);
    let mut slug = wanted.clone();
    let mut n = 1;
    while store::is_slug_taken(app.db.read(), project.id, &slug).await? {
        n += 1;
        slug = format!("{wanted}_{n}");
    }
    Ok(Form {
        id: id::fresh(op.at),
        project_id: project.id,
        project_slug: project.slug.clone(),
        org: project.org.clone(),
        xml_form_id: definition.form_id.clone(),
        slug,
        audience: Audience::Staff,
        state: FormState::Open,
        number: 0,
        created_at: op.at,
        updated_at: None,
        deleted_at: None,
        draft_of: None,
    })
}

async fn stored(app: &App, name: &str, bytes: Bytes) -> Result<FormFile> {
    let (md5, size) = (md5_hex(&bytes), bytes.len());
    let blob = app.blobs.put(bytes).await?;
    Ok(FormFile {
        name: name.to_owned(),
        blob: Some(blob.id),
        md5: Some(md5),
        size_bytes: i64::try_from(size).ok(),
        follows_places: false,
    })
}
