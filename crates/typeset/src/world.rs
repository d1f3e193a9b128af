//! The world a template sees: itself, the house style, the data, the fonts. Nothing else is there to be read.

use std::path::Path;

use serde_json::json;
use typst::{
    Library, LibraryExt, World, WorldExt,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::document::Document;

/// The templates by name.
pub const TEMPLATES: [(&str, &str); 5] = [
    ("meeting", include_str!("../templates/meeting.typ")),
    ("dashboard", include_str!("../templates/dashboard.typ")),
    ("sheets", include_str!("../templates/sheets.typ")),
    ("results", include_str!("../templates/results.typ")),
    ("billboard", include_str!("../templates/billboard.typ")),
];

/// What templates share.
const HOUSE: &str = include_str!("../templates/house.typ");

struct OneDocument {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    house: Source,
    /// Title, language and data, as a template reads them.
    data: (FileId, Bytes),
}

/// Typesets a document; `fonts` is a folder with more of them.
///
/// # Errors
/// One line for each mistake: file, line, column, what it is and what to do.
pub fn typeset(document: &Document, fonts: Option<&Path>) -> Result<Vec<u8>, Vec<String>> {
    let world = OneDocument::new(document, fonts)?;
    let compiled = typst::compile::<PagedDocument>(&world);
    let paged = compiled
        .output
        .map_err(|errors| errors.iter().map(|error| world.tell(error)).collect::<Vec<_>>())?;
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "{}:{}:{}",
            document.template, document.lang, document.title
        )),
        creator: Smart::Custom(Some(concat!("Baraza ", env!("CARGO_PKG_VERSION")).into())),
        timestamp: Some(document.made().map_err(|error| vec![error])?),
        standards: PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| vec![format!("{error:?}")])?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&paged, &options).map_err(|errors| errors.iter().map(|error| world.tell(error)).collect())
}

impl OneDocument {
    fn new(document: &Document, folder: Option<&Path>) -> Result<OneDocument, Vec<String>> {
        let Some((name, text)) = TEMPLATES.iter().find(|(name, _)| *name == document.template) else {
            let known = TEMPLATES.map(|(name, _)| name).join(", ");
            return Err(vec![format!(
                "unknown template {:?}; there are: {known}",
                document.template
            )]);
        };
        let mut fonts = Vec::new();
        for file in typst_assets::fonts() {
            fonts.extend(Font::iter(Bytes::new(file)));
        }
        if let Some(folder) = folder {
            fonts.extend(read_fonts(folder).map_err(|error| vec![error])?);
        }
        let seen = json!({
            "lang": document.lang,
            "title": document.title,
            "author": document.author,
            "about": document.about,
            "data": document.data,
        });
        Ok(OneDocument {
            library: LazyHash::new(Library::builder().build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: Source::new(file_named(&format!("{name}.typ")), (*text).to_owned()),
            house: Source::new(file_named("house.typ"), HOUSE.to_owned()),
            data: (file_named("document.json"), Bytes::from_string(seen.to_string())),
        })
    }

    /// Writes a mistake for a person: `meeting.typ:12:5: unknown variable: hea; …`.
    fn tell(&self, mistake: &SourceDiagnostic) -> String {
        let mut told = format!("{}{}", self.place(mistake.span), mistake.message);
        for hint in &mistake.hints {
            told += &format!("; {}", hint.v);
        }
        for step in &mistake.trace {
            told += &format!("; {}", self.place(step.span.into()).trim_end_matches(": "));
        }
        told
    }

    fn place(&self, span: DiagSpan) -> String {
        let Some(id) = span.id() else {
            return String::new();
        };
        let name = id.vpath().get_without_slash().to_owned();
        let at = self
            .range(span)
            .zip(self.source(id).ok())
            .and_then(|(range, source)| source.lines().byte_to_line_column(range.start));
        match at {
            Some((line, column)) => format!("{name}:{}:{}: ", line + 1, column + 1),
            None => format!("{name}: "),
        }
    }
}

impl World for OneDocument {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.house]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id == self.data.0 {
            true => Ok(self.data.1.clone()),
            false => Err(absent(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        // The same document gives the same bytes on any day.
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

fn file_named(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("our own names are paths");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

fn read_fonts(folder: &Path) -> Result<Vec<Font>, String> {
    let told = |error: std::io::Error| format!("fonts in {}: {error}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(told)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .and_then(|end| end.to_str())
                .is_some_and(|end| ["ttf", "otf", "ttc"].contains(&end.to_ascii_lowercase().as_str()))
        })
        .collect();
    // The order in a folder is the file system's; that of fonts decides between equals.
    files.sort();
    let mut fonts = Vec::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(told)?;
        fonts.extend(Font::iter(Bytes::new(bytes)));
    }
    Ok(fonts)
}
