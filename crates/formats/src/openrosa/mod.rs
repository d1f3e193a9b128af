//! What ODK Collect and its kin say over HTTP: form list, manifest, answers, and the envelope of a submission.
//!
//! Standards: OpenRosa 1.0 (<https://docs.getodk.org/openrosa/>), form list and manifest namespaces of `openrosa.org`.

mod changes;

use std::fmt::Write;

use md5::{Digest, Md5};

use crate::xform::escape;

pub use changes::{Change, Step, changes};

const LIST: &str = "http://openrosa.org/xforms/xformsList";
const MANIFEST: &str = "http://openrosa.org/xforms/xformsManifest";
const RESPONSE: &str = "http://openrosa.org/http/response";

/// The content type of every document written here; Collect wants to see `text/xml`.
pub const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// A form on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedForm<'a> {
    pub form_id: &'a str,
    pub name: &'a str,
    pub version: &'a str,
    /// MD5 of the exact bytes at `download_url`, in hex.
    pub md5: &'a str,
    pub download_url: String,
    /// Given only when the form has files of its own.
    pub manifest_url: Option<String>,
}

/// A file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile<'a> {
    pub name: &'a str,
    pub md5: &'a str,
    pub download_url: String,
    /// `None` for what is a file and nothing else.
    pub list: Option<ListedList>,
}

/// What a file is that is a live list of entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedList {
    /// `entityList` or `approvalEntityList`.
    pub kind: &'static str,
    /// Where a phone asks which entities it should forget.
    pub integrity_url: String,
}

/// Writes the list of forms.
pub fn form_list(forms: &[ListedForm]) -> String {
    let mut out = opening("xforms", LIST);
    for form in forms {
        out.push_str("<xform>");
        element(&mut out, "formID", form.form_id);
        element(&mut out, "name", form.name);
        element(&mut out, "version", form.version);
        element(&mut out, "hash", &format!("md5:{}", form.md5));
        element(&mut out, "downloadUrl", &form.download_url);
        if let Some(url) = &form.manifest_url {
            element(&mut out, "manifestUrl", url);
        }
        out.push_str("</xform>");
    }
    out + "</xforms>"
}

/// Writes the manifest of a form's files.
pub fn manifest(files: &[ListedFile]) -> String {
    let mut out = opening("manifest", MANIFEST);
    for file in files {
        match &file.list {
            Some(list) => {
                let _ = write!(out, "<mediaFile type=\"{}\">", list.kind);
            }
            None => out.push_str("<mediaFile>"),
        }
        element(&mut out, "filename", file.name);
        element(&mut out, "hash", &format!("md5:{}", file.md5));
        element(&mut out, "downloadUrl", &file.download_url);
        if let Some(list) = &file.list {
            element(&mut out, "integrityUrl", &list.integrity_url);
        }
        out.push_str("</mediaFile>");
    }
    out + "</manifest>"
}

/// Writes an answer whose message Collect shows to the person; `nature` is blank, `submit_success`, `error` …
pub fn response(nature: &str, message: &str) -> String {
    let mut out = opening("OpenRosaResponse", RESPONSE);
    out.push_str("<message nature=\"");
    escape(nature, &mut out);
    out.push_str("\">");
    escape(message, &mut out);
    out + "</message></OpenRosaResponse>"
}

/// Hashes bytes as form lists and manifests do.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// What a part of a delivery is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The answers, as XML.
    Answers,
    /// A file of the submission, by its name without any path.
    File(String),
    /// Nothing to keep: `*isIncomplete*` says only that more will come, which is always so.
    Other,
}

impl Part {
    /// Tells a part by its name and its file's name.
    pub fn of(name: Option<&str>, file_name: Option<&str>) -> Self {
        if name == Some("xml_submission_file") {
            return Self::Answers;
        }
        // Collect names the part like the file; a path in it is of no use here.
        let name: String = file_name
            .and_then(|name| name.rsplit(['/', '\\']).next())
            .unwrap_or_default()
            .chars()
            .filter(|character| !character.is_control())
            .collect();
        match name.trim() {
            "" | "." | ".." => Self::Other,
            name => Self::File(name.to_owned()),
        }
    }
}

/// What a submission says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    pub form_id: String,
    /// Blank when the submission names none.
    pub version: String,
    /// With its scheme: `uuid:…`.
    pub instance_id: String,
    /// The id of the submission that this one corrects.
    pub deprecated_id: Option<String>,
    pub instance_name: Option<String>,
}

/// Why a submission cannot be taken for one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error("the submission is not well-formed XML: {0}")]
    NotXml(String),
    #[error("the submission does not name its form; its first element needs an id")]
    NoFormId,
    #[error("the submission has no instanceID in its meta block")]
    NoInstanceId,
    #[error("the submission's {what} is longer than {most} characters")]
    TooLong { what: &'static str, most: usize },
    #[error("the submission is encrypted, which this server cannot read")]
    Encrypted,
}

/// Longest form id, version or instance id that is taken.
const LONGEST: usize = 255;

impl Envelope {
    /// Reads the envelope of a submission.
    pub fn read(xml: &str) -> Result<Self, EnvelopeError> {
        let document = roxmltree::Document::parse(xml).map_err(|e| EnvelopeError::NotXml(e.to_string()))?;
        Self::of(document.root_element())
    }

    pub(crate) fn of(root: roxmltree::Node) -> Result<Self, EnvelopeError> {
        let attribute = |name: &str| {
            root.attributes()
                .find(|a| a.name() == name && a.namespace().is_none())
                .map(|a| a.value().trim().to_owned())
        };
        if attribute("encrypted").is_some_and(|v| v == "yes") {
            return Err(EnvelopeError::Encrypted);
        }
        // OpenRosa 1.0: where there is no id, the namespace stands for it.
        let form_id = attribute("id")
            .or_else(|| root.tag_name().namespace().map(str::to_owned))
            .filter(|id| !id.is_empty())
            .ok_or(EnvelopeError::NoFormId)?;
        let meta = root
            .children()
            .find(|n| n.is_element() && n.tag_name().name() == "meta");
        let said = |name: &str| {
            let node = meta?
                .children()
                .find(|n| n.is_element() && n.tag_name().name() == name)?;
            node.text()
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(str::to_owned)
        };
        let instance_id = said("instanceID")
            .or_else(|| attribute("instanceID"))
            .ok_or(EnvelopeError::NoInstanceId)?;
        let envelope = Self {
            form_id,
            version: attribute("version").unwrap_or_default(),
            instance_id,
            deprecated_id: said("deprecatedID"),
            instance_name: said("instanceName"),
        };
        for (what, text) in [
            ("form id", &envelope.form_id),
            ("version", &envelope.version),
            ("instanceID", &envelope.instance_id),
        ] {
            if text.chars().count() > LONGEST {
                return Err(EnvelopeError::TooLong { what, most: LONGEST });
            }
        }
        Ok(envelope)
    }
}

/// Writes into the `meta` block of answers which earlier ones they take the place of.
///
/// # Errors
/// When they are not well-formed XML or have no `meta` block.
pub fn correcting(xml: &str, deprecated_id: &str) -> Result<String, EnvelopeError> {
    let document =
        roxmltree::Document::parse(xml).map_err(|error| EnvelopeError::NotXml(error.to_string()))?;
    let is = |name: &'static str| {
        move |node: &roxmltree::Node| node.is_element() && node.tag_name().name() == name
    };
    let meta = document.root_element().children().find(is("meta"));
    let meta = meta.ok_or(EnvelopeError::NoInstanceId)?;
    let instance = meta.children().find(is("instanceID"));
    let instance = instance.ok_or(EnvelopeError::NoInstanceId)?;
    let known = meta.children().find(is("deprecatedID"));
    // It is written as its neighbour is, in the same namespace.
    let tag = &xml[instance.range()];
    let name = tag[1..].split(['>', ' ', '/']).next().unwrap_or_default();
    let name = name.replace("instanceID", "deprecatedID");
    let mut element = format!("<{name}>");
    escape(deprecated_id, &mut element);
    let _ = write!(element, "</{name}>");
    let range = known.map_or(instance.range().end..instance.range().end, |known| known.range());
    Ok(format!("{}{element}{}", &xml[..range.start], &xml[range.end..]))
}

fn opening(root: &str, namespace: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root} xmlns=\"{namespace}\">")
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "<{name}>");
    escape(text, out);
    let _ = write!(out, "</{name}>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_list_escapes_names_and_leaves_out_an_absent_manifest() {
        let list = form_list(&[ListedForm {
            form_id: "h&h",
            name: "House <1>",
            version: "7",
            md5: "abc",
            download_url: "http://x/f?a=1&b=2".into(),
            manifest_url: None,
        }]);
        let document = roxmltree::Document::parse(&list).unwrap();
        let text = |name: &str| {
            document
                .descendants()
                .find(|n| n.tag_name().name() == name)
                .and_then(|n| n.text())
                .unwrap_or_default()
        };
        assert_eq!(document.root_element().tag_name().namespace(), Some(LIST));
        assert_eq!(
            (text("formID"), text("name"), text("hash"), text("downloadUrl")),
            ("h&h", "House <1>", "md5:abc", "http://x/f?a=1&b=2")
        );
        assert!(!list.contains("manifestUrl"));
    }

    #[test]
    fn a_manifest_names_every_file_with_its_hash() {
        let manifest = manifest(&[ListedFile {
            name: "villages.csv",
            md5: &md5_hex(b"name\n"),
            download_url: "http://x/v".into(),
            list: None,
        }]);
        assert!(
            manifest.contains(
                "<filename>villages.csv</filename><hash>md5:18697449d7c48cf32cdd4f14857e68ee</hash>"
            ),
            "{manifest}"
        );
    }

    #[test]
    fn a_live_list_says_what_it_is_and_where_to_ask_for_what_is_gone() {
        let manifest = manifest(&[ListedFile {
            name: "households.csv",
            md5: "abc",
            download_url: "http://x/h".into(),
            list: Some(ListedList {
                kind: "entityList",
                integrity_url: "http://x/i".into(),
            }),
        }]);
        assert!(manifest.contains(
            "<mediaFile type=\"entityList\"><filename>households.csv</filename><hash>md5:abc</hash><downloadUrl>http://x/h</downloadUrl><integrityUrl>http://x/i</integrityUrl></mediaFile>"
        ));
    }

    #[test]
    fn a_part_is_the_answers_or_a_file_without_its_path() {
        let file = |name: &str| Part::of(Some("x"), Some(name));
        assert_eq!(
            Part::of(Some("xml_submission_file"), Some("a.xml")),
            Part::Answers
        );
        assert_eq!(file("tea.jpg"), Part::File("tea.jpg".into()));
        assert_eq!(file("C:\\photos\\tea 1.jpg"), Part::File("tea 1.jpg".into()));
        assert_eq!(file("../../etc/pass\nwd"), Part::File("passwd".into()));
        for nothing in ["", "..", "a/..", "a/", " . "] {
            assert_eq!(file(nothing), Part::Other, "{nothing:?}");
        }
        assert_eq!(Part::of(Some("*isIncomplete*"), None), Part::Other);
    }

    #[test]
    fn an_envelope_is_read_with_or_without_prefixes() {
        let xml = r#"<data xmlns:orx="http://openrosa.org/xforms" id="household" version="3"><a/><orx:meta><orx:instanceID>uuid:1</orx:instanceID><orx:deprecatedID> uuid:0 </orx:deprecatedID><orx:instanceName>Ann</orx:instanceName></orx:meta></data>"#;
        let expected = Envelope {
            form_id: "household".into(),
            version: "3".into(),
            instance_id: "uuid:1".into(),
            deprecated_id: Some("uuid:0".into()),
            instance_name: Some("Ann".into()),
        };
        assert_eq!(Envelope::read(xml), Ok(expected));
    }

    #[test]
    fn a_correction_names_what_it_corrects_in_its_own_namespace() {
        let plain = "<data><meta><instanceID>b</instanceID></meta></data>";
        assert_eq!(
            correcting(plain, "a&").unwrap(),
            "<data><meta><instanceID>b</instanceID><deprecatedID>a&amp;</deprecatedID></meta></data>"
        );
        let prefixed = r#"<data xmlns:orx="o"><orx:meta><orx:deprecatedID/><orx:instanceID>b</orx:instanceID></orx:meta></data>"#;
        assert_eq!(
            correcting(prefixed, "a").unwrap(),
            r#"<data xmlns:orx="o"><orx:meta><orx:deprecatedID>a</orx:deprecatedID><orx:instanceID>b</orx:instanceID></orx:meta></data>"#
        );
        assert_eq!(correcting("<data/>", "a"), Err(EnvelopeError::NoInstanceId));
    }

    #[test]
    fn an_envelope_without_what_it_needs_says_what_is_missing() {
        assert_eq!(
            Envelope::read("<data><meta><instanceID>uuid:1</instanceID></meta></data>"),
            Err(EnvelopeError::NoFormId)
        );
        assert_eq!(
            Envelope::read("<data id='x'><meta/></data>"),
            Err(EnvelopeError::NoInstanceId)
        );
        assert!(matches!(
            Envelope::read("<data id='x'>"),
            Err(EnvelopeError::NotXml(_))
        ));
        let long = format!(
            "<data id='x'><meta><instanceID>{}</instanceID></meta></data>",
            "a".repeat(300)
        );
        assert_eq!(
            Envelope::read(&long),
            Err(EnvelopeError::TooLong {
                what: "instanceID",
                most: LONGEST
            })
        );
        assert_eq!(
            Envelope::read("<data id='x' encrypted='yes'/>"),
            Err(EnvelopeError::Encrypted)
        );
    }
}
