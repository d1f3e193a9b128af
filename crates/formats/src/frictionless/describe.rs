//! A dataset of the catalogue as a package: every file a resource, every described table with its schema.

use super::model::{
    Constraints, Contributor, Field, FieldKind, Licence, Package, Pattern, Resource, Source, TableSchema,
    TextFormat,
};
use crate::dcat::{
    model::{self as dcat, ColumnKind, Dataset, Distribution},
    values::Iri,
};

/// Describes a dataset as a package, in one language where it has several; `name` is the dataset's name in addresses.
///
/// Keys, formats and constraints that the catalogue does not know can be added to the schemas before it is written.
pub fn package_of(dataset: &Dataset, name: &str, lang: &str) -> Package {
    let creators = dataset.creators.iter().map(|agent| (agent, "creator"));
    let publisher = dataset.publisher.iter().map(|agent| (agent, "publisher"));
    Package {
        name: name.to_owned(),
        id: Some(dataset.iri.as_str().to_owned()),
        title: dataset.title.best(lang).map(str::to_owned),
        description: dataset.description.best(lang).map(str::to_owned),
        homepage: dataset.landing_page.clone(),
        version: dataset.version.clone(),
        created: dataset.modified.clone().or_else(|| dataset.issued.clone()),
        keywords: dataset
            .keywords
            .0
            .iter()
            .map(|keyword| keyword.text.clone())
            .collect(),
        licences: dataset
            .licence
            .iter()
            .map(|licence| licence_of(licence, lang))
            .collect(),
        sources: dataset
            .sources
            .iter()
            .map(|source| Source {
                path: Some(source.as_str().to_owned()),
                ..Source::default()
            })
            .collect(),
        contributors: publisher
            .chain(creators)
            .map(|(agent, role)| contributor(agent, role, lang))
            .collect(),
        resources: dataset
            .distributions
            .iter()
            .enumerate()
            .filter_map(|(at, distribution)| resource(distribution, at, lang))
            .collect(),
    }
}

fn resource(distribution: &Distribution, at: usize, lang: &str) -> Option<Resource> {
    // Services and pages are no files.
    let download = distribution
        .download_url
        .as_ref()
        .filter(|address| address.is_web())?;
    let title = distribution.title.best(lang);
    let name = distribution
        .identifier
        .as_deref()
        .or(title)
        .map_or_else(|| format!("resource-{}", at + 1), str::to_owned);
    Some(Resource {
        name,
        paths: vec![download.to_uri()],
        title: title.map(str::to_owned),
        description: distribution.description.best(lang).map(str::to_owned),
        format: distribution
            .format
            .as_ref()
            .map(|format| format.to_ascii_lowercase()),
        media_type: distribution.media_type.clone(),
        encoding: None,
        bytes: distribution.byte_size,
        hash: distribution.checksum.clone(),
        licences: distribution
            .licence
            .iter()
            .map(|licence| licence_of(licence, lang))
            .collect(),
        sources: Vec::new(),
        dialect: None,
        schema: (!distribution.columns.is_empty()).then(|| TableSchema {
            fields: distribution
                .columns
                .iter()
                .map(|column| field(column, lang))
                .collect(),
            ..TableSchema::default()
        }),
        schema_at: None,
    })
}

fn field(column: &dcat::Column, lang: &str) -> Field {
    Field {
        name: column.name.clone(),
        title: column.title.best(lang).map(str::to_owned),
        description: column.description.best(lang).map(str::to_owned),
        kind: match column.kind {
            ColumnKind::Text | ColumnKind::Shape => FieldKind::Text(TextFormat::Any),
            ColumnKind::Whole => FieldKind::WHOLE,
            ColumnKind::Decimal => FieldKind::NUMBER,
            ColumnKind::Truth => FieldKind::TRUTH,
            ColumnKind::Date => FieldKind::Date(Pattern::Standard),
            ColumnKind::DateTime => FieldKind::DateTime(Pattern::Standard),
            ColumnKind::Time => FieldKind::Time(Pattern::Standard),
            ColumnKind::Year => FieldKind::Year,
            // Any JSON, while the standard knows objects or arrays.
            ColumnKind::Json => FieldKind::Any,
        },
        constraints: Constraints {
            is_required: column.is_required,
            ..Constraints::default()
        },
        ..Field::default()
    }
}

fn licence_of(licence: &dcat::Licence, lang: &str) -> Licence {
    let title = licence.title.best(lang).map(str::to_owned);
    Licence {
        // A name is demanded where there is no address.
        name: match licence.iri {
            Some(_) => None,
            None => title.clone(),
        },
        path: licence.iri.as_ref().map(|iri| iri.as_str().to_owned()),
        title,
    }
}

fn contributor(agent: &dcat::Agent, role: &str, lang: &str) -> Contributor {
    Contributor {
        title: agent
            .name
            .best(lang)
            .or(agent.homepage.as_ref().map(Iri::as_str))
            .map(str::to_owned),
        path: agent
            .homepage
            .as_ref()
            .map(|homepage| homepage.as_str().to_owned()),
        email: agent.email.clone(),
        organisation: None,
        roles: vec![role.to_owned()],
    }
}
