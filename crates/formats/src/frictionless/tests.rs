use pretty_assertions::assert_eq;
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;
use crate::dcat::{
    codes::HashAlgorithm,
    model::{Checksum, Column, ColumnKind, Dataset, Distribution},
    values::{Iri, Texts, When},
};

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn villages() -> Package {
    Package {
        name: "Desa & Kelurahan".into(),
        created: When::parse("2026-11-22"),
        resources: vec![Resource {
            name: "desa".into(),
            paths: vec!["desa.csv".into()],
            bytes: Some(42),
            hash: Checksum::parse(HashAlgorithm::Sha256, &"0a".repeat(32)),
            dialect: Some(Dialect {
                delimiter: ";".into(),
                ..Dialect::default()
            }),
            schema: Some(TableSchema {
                fields: vec![
                    Field {
                        name: "kode".into(),
                        kind: FieldKind::Text(TextFormat::Any),
                        constraints: Constraints {
                            is_required: true,
                            pattern: Some("[0-9]{10}".into()),
                            ..Constraints::default()
                        },
                        ..Field::default()
                    },
                    Field {
                        name: "induk".into(),
                        kind: FieldKind::Text(TextFormat::Any),
                        ..Field::default()
                    },
                    Field {
                        name: "luas".into(),
                        kind: FieldKind::Number {
                            decimal: ',',
                            group: Some(".".into()),
                            is_bare: true,
                        },
                        ..Field::default()
                    },
                ],
                missing: vec![
                    Missing::default(),
                    Missing {
                        value: "-".into(),
                        label: None,
                    },
                ],
                primary_key: vec!["kode".into()],
                foreign_keys: vec![ForeignKey {
                    fields: vec!["induk".into()],
                    resource: None,
                    reference: vec!["kode".into()],
                }],
                ..TableSchema::default()
            }),
            ..Resource::default()
        }],
        ..Package::default()
    }
}

#[test]
fn a_package_is_written_as_both_versions_allow() {
    assert_eq!(
        json_of(&write(&villages())),
        json!({
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": "desa-kelurahan",
            "created": "2026-11-22T00:00:00Z",
            "resources": [{
                "name": "desa",
                "type": "table",
                "path": "desa.csv",
                "bytes": 42,
                "hash": format!("sha256:{}", "0a".repeat(32)),
                "dialect": {"delimiter": ";"},
                "schema": {
                    "fields": [
                        {"name": "kode", "type": "string", "constraints": {"required": true, "pattern": "[0-9]{10}"}},
                        {"name": "induk", "type": "string"},
                        {"name": "luas", "type": "number", "decimalChar": ",", "groupChar": "."},
                    ],
                    "missingValues": ["", "-"],
                    "primaryKey": ["kode"],
                    "foreignKeys": [{"fields": ["induk"], "reference": {"resource": "", "fields": ["kode"]}}],
                },
            }],
        })
    );
}

#[test]
fn names_are_made_fit_and_kept_apart_and_keys_follow_them() {
    let mut package = villages();
    let mut second = package.resources[0].clone();
    package.resources[0].name = "Desa 2025".into();
    second.name = "desa/2025".into();
    if let Some(schema) = &mut second.schema {
        schema.foreign_keys[0].resource = Some("Desa 2025".into());
    }
    package.resources.push(second);
    let found = json_of(&write(&package));
    assert_eq!(found["resources"][0]["name"], "desa-2025");
    assert_eq!(found["resources"][1]["name"], "desa-2025-2");
    assert_eq!(
        found["resources"][1]["schema"]["foreignKeys"][0]["reference"]["resource"],
        "desa-2025"
    );
    assert_eq!(name_of("  Ünïted, \u{0926} "), "n-ted");
    assert_eq!(name_of("दिल्ली"), "data");
}

#[test]
fn packages_of_older_versions_are_read() {
    let old = json!({
        "name": "gdp",
        "license": "PDDL-1.0",
        "contributors": [{"name": "Somebody", "role": "author"}],
        "resources": [{
            "url": "http://data.example/gdp.csv",
            "hash": "5d41402abc4b2a76b9719d911017c592",
            "dialect": {"csv": {"delimiter": ";"}},
            "schema": {
                "fields": [{"name": "id"}, {"name": "day", "type": "date", "format": "fmt:%d/%m/%Y"}],
                "primaryKey": "id",
                "foreignKeys": [{"fields": "id", "reference": {"resource": "self", "fields": "id"}}],
            },
        }],
    });
    let found = read(old.to_string().as_bytes()).expect("readable");
    assert_eq!(found.warnings, Vec::<String>::new());
    let package = found.value;
    assert_eq!(package.licences[0].name.as_deref(), Some("PDDL-1.0"));
    assert_eq!(package.contributors[0].roles, ["author"]);
    let resource = &package.resources[0];
    assert_eq!(
        (resource.name.as_str(), resource.paths[0].as_str()),
        ("resource-1", "http://data.example/gdp.csv")
    );
    assert_eq!(
        resource
            .dialect
            .as_ref()
            .map(|dialect| dialect.delimiter.as_str()),
        Some(";")
    );
    assert_eq!(
        resource.hash.as_ref().map(|hash| hash.algorithm),
        Some(HashAlgorithm::Md5)
    );
    let schema = resource.schema.as_ref().expect("a schema");
    assert_eq!(schema.primary_key, ["id"]);
    assert_eq!(schema.foreign_keys[0].resource, None);
    assert_eq!(
        schema.fields[1].kind,
        FieldKind::Date(Pattern::Strptime("%d/%m/%Y".into()))
    );
}

#[test]
fn paths_that_lead_out_of_the_package_are_refused_by_name() {
    let paths = [
        "/etc/passwd",
        "../secret.csv",
        "a/../../b",
        "C:\\x",
        "~/x",
        "file:///etc/passwd",
        "a/b.csv",
        "https://data.example/x.csv",
    ];
    let package = json!({"resources": [{"name": "x", "path": paths}]});
    let found = read(package.to_string().as_bytes()).expect("readable");
    assert_eq!(
        found.value.resources[0].paths,
        ["a/b.csv", "https://data.example/x.csv"]
    );
    assert_eq!(found.warnings.len(), 6);
    assert_eq!(
        found.warnings[0],
        "resources[0].path: \"/etc/passwd\" leads out of the package; write an address or a path below it"
    );
}

#[test]
fn mistakes_are_named_with_their_place() {
    let package = json!({"created": "soon", "resources": [7, {"name": "x", "data": [], "hash": "abc", "schema": {
        "fields": [{"title": "no name"}, {"name": "a", "type": "varchar"}],
        "primaryKey": ["b"],
        "foreignKeys": [{"fields": ["a"], "reference": {"fields": []}}],
    }}]});
    let found = read(package.to_string().as_bytes()).expect("readable");
    assert_eq!(
        found.warnings,
        [
            "resources[0]: this is no object; it is left out",
            "resources[1].data: data within the description are not read; put them into a file",
            "resources[1].hash: \"abc\" is no md5, sha1, sha256 or sha512",
            "resources[1].schema.fields[0]: a field is an object with a name; it is left out",
            "resources[1].schema.fields[1].type: \"varchar\" is no type of the standard; its values are taken as they are",
            "resources[1].schema.foreignKeys[0]: a foreign key names as many fields here as there; it is left out",
            "resources[1].schema.primaryKey: [\"b\"] names a field that there is not; it is left out",
            "created: \"soon\" is no date",
        ]
    );
    read(b"[]").expect_err("no package");
    read(b"{").expect_err("no JSON");
    read_schema(b"{}").expect_err("no schema");
}

#[test]
fn a_dataset_of_the_catalogue_is_a_package() {
    let address = |text: &str| Iri::parse(text).expect("an address");
    let mut dataset = Dataset::new(address("https://data.example/dataset/desa"));
    dataset.title = Texts::of("id", "Desa");
    dataset.distributions = vec![
        Distribution {
            title: Texts::of("id", "Daftar desa"),
            download_url: Some(address("https://data.example/desa.csv")),
            format: Some("CSV".into()),
            media_type: Some("text/csv".into()),
            columns: vec![Column {
                name: "penduduk".into(),
                title: Texts::default(),
                description: Texts::default(),
                kind: ColumnKind::Whole,
                is_required: true,
            }],
            ..Distribution::default()
        },
        Distribution {
            access_url: Some(address("https://data.example/api")),
            ..Distribution::default()
        },
    ];
    let found = json_of(&write(&package_of(&dataset, "desa", "id")));
    assert_eq!(found["id"], "https://data.example/dataset/desa");
    assert_eq!(
        found["resources"],
        json!([{
            "name": "daftar-desa",
            "type": "table",
            "path": "https://data.example/desa.csv",
            "title": "Daftar desa",
            "format": "csv",
            "mediatype": "text/csv",
            "schema": {"fields": [{"name": "penduduk", "type": "integer", "constraints": {"required": true}}]},
        }])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_schema_comes_back(schema in schemas()) {
        let found = read_schema(write_schema(&schema).as_bytes()).expect("readable");
        prop_assert_eq!(found.warnings, Vec::<String>::new());
        prop_assert_eq!(found.value, schema);
    }

    #[test]
    fn any_package_comes_back(title in option::of(texts()), keywords in vec(texts(), 0..3), schema in option::of(schemas()), dialect in option::of(dialects())) {
        let package = Package {
            name: "p".into(),
            title,
            keywords,
            created: When::parse("2026-11-22T08:11:13Z"),
            contributors: vec![Contributor { title: Some("x".into()), roles: vec!["publisher".into()], ..Contributor::default() }],
            licences: vec![Licence { path: Some("https://a.example/".into()), ..Licence::default() }],
            resources: vec![Resource { name: "r".into(), paths: vec!["a b/c.csv".into(), "d.csv".into()], schema, dialect, ..Resource::default() }],
            ..Package::default()
        };
        let found = read(write(&package).as_bytes()).expect("readable");
        prop_assert_eq!(found.warnings, Vec::<String>::new());
        // A dialect that is the usual one need not be written.
        let mut wanted = package;
        let usual = wanted.resources[0].dialect.take_if(|dialect| *dialect == Dialect::default());
        prop_assert!(usual.is_none() || found.value.resources[0].dialect.is_none());
        prop_assert_eq!(found.value, wanted);
    }
}

fn schemas() -> impl Strategy<Value = TableSchema> {
    let matches = vec![
        FieldsMatch::Exact,
        FieldsMatch::Equal,
        FieldsMatch::Subset,
        FieldsMatch::Superset,
        FieldsMatch::Partial,
    ];
    (vec(fields(), 0..5), select(matches), vec(missings(), 0..3)).prop_map(
        |(fields, fields_match, missing)| {
            let names: Vec<String> = fields.iter().map(|field| field.name.clone()).take(2).collect();
            TableSchema {
                fields_match,
                missing,
                primary_key: names.clone(),
                unique_keys: names.iter().map(|name| vec![name.clone()]).collect(),
                foreign_keys: names
                    .first()
                    .map(|name| ForeignKey {
                        fields: vec![name.clone()],
                        resource: Some("other".into()),
                        reference: vec!["id".into()],
                    })
                    .into_iter()
                    .collect(),
                fields,
            }
        },
    )
}

fn fields() -> impl Strategy<Value = Field> {
    let values = || select(vec![json!(1), json!("a"), json!(2.5), json!("2026-01-01")]);
    let bounds = move || {
        option::of((values(), any::<bool>()).prop_map(|(value, is_open)| {
            if is_open {
                Bound::Exclusive(value)
            } else {
                Bound::Inclusive(value)
            }
        }))
    };
    let constraints = (
        any::<bool>(),
        any::<bool>(),
        option::of(any::<u64>()),
        bounds(),
        bounds(),
        option::of(texts()),
        vec(values(), 0..3),
    )
        .prop_map(
            |(is_required, is_unique, min_length, minimum, maximum, pattern, one_of)| Constraints {
                is_required,
                is_unique,
                min_length,
                max_length: min_length,
                minimum,
                maximum,
                pattern,
                one_of,
            },
        );
    let categories = vec(
        (values(), option::of(texts())).prop_map(|(value, label)| Category { value, label }),
        0..3,
    );
    (
        texts(),
        option::of(texts()),
        kinds(),
        constraints,
        categories,
        option::of(vec(missings(), 0..2)),
        option::of(values()),
    )
        .prop_map(
            |(name, title, kind, constraints, categories, missing, example)| Field {
                name,
                description: title.clone(),
                title,
                example,
                kind,
                constraints,
                has_ordered_categories: !categories.is_empty(),
                categories,
                missing,
                rdf_type: Iri::parse("http://schema.org/Country"),
            },
        )
}

fn kinds() -> impl Strategy<Value = FieldKind> {
    let patterns = || {
        select(vec![
            Pattern::Standard,
            Pattern::Guessed,
            Pattern::Strptime("%d/%m/%Y".into()),
        ])
    };
    let items = vec![
        ListItem::Text,
        ListItem::Whole,
        ListItem::Truth,
        ListItem::Number,
        ListItem::DateTime,
        ListItem::Date,
        ListItem::Time,
    ];
    prop_oneof![
        select(vec![
            TextFormat::Any,
            TextFormat::Email,
            TextFormat::Uri,
            TextFormat::Binary,
            TextFormat::Uuid
        ])
        .prop_map(FieldKind::Text),
        (any::<char>(), option::of(texts()), any::<bool>()).prop_map(|(decimal, group, is_bare)| {
            FieldKind::Number {
                decimal,
                group,
                is_bare,
            }
        }),
        (option::of(texts()), any::<bool>()).prop_map(|(group, is_bare)| FieldKind::Whole { group, is_bare }),
        (vec(texts(), 0..3), vec(texts(), 0..3)).prop_map(|(yes, no)| FieldKind::Truth { yes, no }),
        (texts(), select(items)).prop_map(|(delimiter, item)| FieldKind::List { delimiter, item }),
        patterns().prop_map(FieldKind::DateTime),
        patterns().prop_map(FieldKind::Date),
        patterns().prop_map(FieldKind::Time),
        select(vec![GeoPoint::Text, GeoPoint::Array, GeoPoint::Object]).prop_map(FieldKind::GeoPoint),
        select(vec![
            FieldKind::Object,
            FieldKind::Array,
            FieldKind::Year,
            FieldKind::YearMonth,
            FieldKind::Duration,
            FieldKind::GeoJson,
            FieldKind::TopoJson,
            FieldKind::Any
        ]),
    ]
}

fn dialects() -> impl Strategy<Value = Dialect> {
    (
        texts(),
        option::of(any::<char>()),
        option::of(any::<char>()),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(delimiter, quote, escape, is_quote_doubled, has_header)| Dialect {
                delimiter,
                quote,
                escape,
                is_quote_doubled,
                has_header,
                comment: escape,
                ..Dialect::default()
            },
        )
}

fn missings() -> impl Strategy<Value = Missing> {
    (any::<String>(), option::of(texts())).prop_map(|(value, label)| Missing { value, label })
}

fn texts() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| if text.is_empty() { "x".into() } else { text })
}
