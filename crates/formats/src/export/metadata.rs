//! The metadata document: a form's tables in CSDL, the schema language of OData 4.0.

use std::fmt::Write;

use super::{
    fields::{Fields, Kind, identifier},
    select::parent_property,
};
use crate::xform::escape;

/// The namespace of what is known of every submission.
const SUBMISSION: &str = "org.opendatakit.submission";
/// What the namespaces of forms begin with.
const FORM: &str = "org.opendatakit.user";

/// Properties of `__system` and their types.
const SYSTEM: [(&str, &str); 12] = [
    ("submissionDate", "Edm.DateTimeOffset"),
    ("updatedAt", "Edm.DateTimeOffset"),
    ("deletedAt", "Edm.DateTimeOffset"),
    ("submitterId", "Edm.String"),
    ("submitterName", "Edm.String"),
    ("attachmentsPresent", "Edm.Int64"),
    ("attachmentsExpected", "Edm.Int64"),
    ("status", "org.opendatakit.submission.Status"),
    ("reviewState", "org.opendatakit.submission.ReviewState"),
    ("deviceId", "Edm.String"),
    ("edits", "Edm.Int64"),
    ("formVersion", "Edm.String"),
];

/// Writes the metadata document of a form.
pub fn write(form_id: &str, fields: &Fields) -> String {
    let namespace = format!("{FORM}.{}", identifier(form_id));
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n<edmx:DataServices>\n",
    );
    submissions(&mut out);
    let _ = writeln!(
        out,
        "<Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"{namespace}\">"
    );
    for table in 0..fields.tables.len() {
        entity(fields, table, &namespace, &mut out);
    }
    for (at, field) in fields.list.iter().enumerate() {
        if field.kind == Kind::Structure {
            let name = dotted(fields, at);
            let _ = writeln!(out, "<ComplexType Name=\"{name}\">");
            properties(fields, &field.children, &namespace, &mut out);
            out.push_str("</ComplexType>\n");
        }
    }
    let _ = writeln!(out, "<EntityContainer Name=\"{}\">", identifier(form_id));
    for table in &fields.tables {
        let _ = writeln!(
            out,
            "<EntitySet Name=\"{0}\" EntityType=\"{namespace}.{0}\">\n\
             <Annotation Term=\"Org.OData.Capabilities.V1.ConformanceLevel\" EnumMember=\"Org.OData.Capabilities.V1.ConformanceLevelType/Minimal\"/>\n\
             <Annotation Term=\"Org.OData.Capabilities.V1.BatchSupported\" Bool=\"false\"/>\n\
             <Annotation Term=\"Org.OData.Capabilities.V1.CountRestrictions\"><Record><PropertyValue Property=\"Countable\" Bool=\"true\"/></Record></Annotation>\n\
             <Annotation Term=\"Org.OData.Capabilities.V1.FilterRestrictions\"><Record><PropertyValue Property=\"Filterable\" Bool=\"true\"/><PropertyValue Property=\"RequiresFilter\" Bool=\"false\"/></Record></Annotation>\n\
             </EntitySet>",
            table.name
        );
    }
    out.push_str("</EntityContainer>\n</Schema>\n</edmx:DataServices>\n</edmx:Edmx>\n");
    out
}

fn submissions(out: &mut String) {
    let _ = writeln!(
        out,
        "<Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"{SUBMISSION}\">\n<ComplexType Name=\"metadata\">"
    );
    for (name, kind) in SYSTEM {
        property(name, kind, out);
    }
    out.push_str(
        "</ComplexType>\n\
         <EnumType Name=\"Status\">\n<Member Name=\"notDecrypted\" Value=\"0\"/>\n<Member Name=\"missingEncryptedFormData\" Value=\"1\"/>\n</EnumType>\n\
         <EnumType Name=\"ReviewState\">\n<Member Name=\"hasIssues\" Value=\"0\"/>\n<Member Name=\"edited\" Value=\"1\"/>\n<Member Name=\"rejected\" Value=\"2\"/>\n<Member Name=\"approved\" Value=\"3\"/>\n</EnumType>\n\
         </Schema>\n",
    );
}

fn entity(fields: &Fields, table: usize, namespace: &str, out: &mut String) {
    let known = &fields.tables[table];
    let _ = writeln!(
        out,
        "<EntityType Name=\"{}\">\n<Key><PropertyRef Name=\"__id\"/></Key>",
        known.name
    );
    let _ = writeln!(
        out,
        "<Property Name=\"__id\" Type=\"Edm.String\" Nullable=\"false\"/>"
    );
    match parent_property(fields, table) {
        Some(parent) => property(&parent, "Edm.String", out),
        None => property("__system", &format!("{SUBMISSION}.metadata"), out),
    }
    let children = match known.field {
        Some(repeat) => &fields.list[repeat].children,
        None => &fields.top,
    };
    properties(fields, children, namespace, out);
    out.push_str("</EntityType>\n");
}

fn properties(fields: &Fields, among: &[usize], namespace: &str, out: &mut String) {
    for &at in among {
        let field = &fields.list[at];
        match field.kind {
            Kind::Structure => property(
                &field.identifier,
                &format!("{namespace}.{}", dotted(fields, at)),
                out,
            ),
            Kind::Repeat => {
                let _ = writeln!(
                    out,
                    "<NavigationProperty Name=\"{}\" Type=\"Collection({namespace}.{})\"/>",
                    field.identifier, fields.tables[field.opens].name
                );
            }
            kind => property(&field.identifier, type_of(kind), out),
        }
    }
}

fn property(name: &str, kind: &str, out: &mut String) {
    out.push_str("<Property Name=\"");
    escape(name, out);
    out.push_str("\" Type=\"");
    escape(kind, out);
    out.push_str("\"/>\n");
}

/// Names a group's type by its path: `household.head`.
fn dotted(fields: &Fields, at: usize) -> String {
    let names: Vec<String> = fields.list[at].path.split('/').skip(1).map(identifier).collect();
    names.join(".")
}

fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "Edm.Int64",
        Kind::Decimal => "Edm.Decimal",
        Kind::Boolean => "Edm.Boolean",
        Kind::Date => "Edm.Date",
        Kind::DateTime => "Edm.DateTimeOffset",
        Kind::Geopoint => "Edm.GeographyPoint",
        Kind::Geotrace => "Edm.GeographyLineString",
        Kind::Geoshape => "Edm.GeographyPolygon",
        Kind::Text | Kind::Structure | Kind::Repeat => "Edm.String",
    }
}
