//! Writes one small portal in every format of a catalogue, so that programs of others can judge it.
//!
//! usage: portal DIR — writes catalogue and datasets in three syntaxes, `data.json`, schema.org, sitemap, robots, feed and a Frictionless package;
//! `portal --read SYNTAX` — reads a catalogue from standard input and writes what a harvest would take from it as JSON.

use std::{env, error::Error, fs, io::Read, path::Path};

use formats::{
    atom, datajson,
    dcat::{
        self, CatalogueWriter, Syntax,
        codes::{AccessRight, Availability, Frequency, HashAlgorithm, Status, data_theme},
        model::{
            Agent, Bounds, Catalogue, Checksum, Column, ColumnKind, Concept, Contact, DataService, Dataset,
            Distribution, Identifier, Licence, Page, Period, Place, Series, Standard, Version,
        },
        values::{Iri, Lang, Span, Text, Texts, When},
    },
    frictionless::{self, Bound, Constraints, Dialect, FieldKind, ForeignKey, GeoPoint, Missing, Pattern},
    schemaorg,
    sitemap::{self, Sitemap},
};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, syntax] if flag == "--read" => read(syntax),
        [folder] => write(Path::new(folder)),
        _ => Err("usage: portal DIR, or portal --read ttl|jsonld|rdf".into()),
    }
}

fn read(suffix: &str) -> Outcome<()> {
    let syntax = Syntax::of_suffix(suffix).ok_or("the syntax is ttl, jsonld or rdf")?;
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let harvest = dcat::read(&bytes, syntax, None)?;
    let datasets: Vec<_> = harvest
        .datasets
        .iter()
        .map(|one| {
            json!({
                "iri": one.iri.as_str(),
                "title": one.title.0.iter().map(|text| text.text.as_str()).collect::<Vec<_>>(),
                "keywords": one.keywords.0.iter().map(|text| text.text.as_str()).collect::<Vec<_>>(),
                "distributions": one.distributions.len(),
            })
        })
        .collect();
    let next = harvest.next_page.as_ref().map(Iri::as_str);
    println!(
        "{}",
        json!({"datasets": datasets, "next": next, "total": harvest.total})
    );
    Ok(())
}

fn write(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder.join("package"))?;
    let (catalogue, villages, odd) = (catalogue()?, villages()?, odd()?);
    for syntax in Syntax::ALL {
        let suffix = syntax.suffix();
        let page = |number: u32| iri(&format!("https://data.example/catalog.{suffix}?page={number}"));
        let first = Page {
            iri: page(1)?,
            first: page(1)?,
            previous: None,
            next: Some(page(2)?),
            last: page(2)?,
            total: 102,
            per_page: 100,
        };
        let mut out = String::new();
        let mut writer = CatalogueWriter::begin(syntax, &catalogue, Some(&first), &mut out);
        for dataset in [&villages, &odd, &bare()?] {
            writer.dataset(dataset, &mut out);
        }
        writer.service(&service(&[&villages])?, &mut out);
        writer.end(&mut out);
        fs::write(folder.join(format!("catalogue.{suffix}")), out)?;
        fs::write(
            folder.join(format!("dataset.{suffix}")),
            dcat::dataset(syntax, &villages),
        )?;
        fs::write(
            folder.join(format!("series.{suffix}")),
            dcat::series(syntax, &villages.series[0]),
        )?;
    }
    let odd_texts: Vec<&str> = odd.keywords.0.iter().map(|text| text.text.as_str()).collect();
    fs::write(folder.join("odd.json"), json!(odd_texts).to_string())?;
    let mut out = String::new();
    let mut writer = datajson::Writer::begin(
        &iri("https://data.example/data.json")?,
        &catalogue,
        "id",
        &mut out,
    );
    for dataset in [&villages, &odd, &bare()?] {
        writer.dataset(dataset, &mut out);
    }
    writer.end(&mut out);
    fs::write(folder.join("data.json"), out)?;
    let page = iri("https://data.example/data/desa")?;
    fs::write(
        folder.join("dataset.schemaorg.json"),
        schemaorg::dataset(&villages, &page, &catalogue, "id"),
    )?;
    fs::write(
        folder.join("catalogue.schemaorg.json"),
        schemaorg::catalogue(&catalogue, "id"),
    )?;
    let (mut out, file) = (String::new(), iri("https://data.example/sitemap-1.xml")?);
    let mut map = Sitemap::begin(&mut out);
    map.add(&page, villages.modified.as_ref(), &mut out)?;
    map.end(&mut out);
    fs::write(folder.join("sitemap-1.xml"), out)?;
    fs::write(
        folder.join("sitemap.xml"),
        sitemap::index([(&file, villages.modified.as_ref())]),
    )?;
    fs::write(
        folder.join("robots.txt"),
        sitemap::robots(&iri("https://data.example/sitemap.xml")?, &["/desk/"]),
    )?;
    fs::write(folder.join("feed.atom"), feed(&odd, &page)?)?;
    package(&folder.join("package"), &villages)
}

fn catalogue() -> Outcome<Catalogue> {
    let mut one = Catalogue::new(iri("https://data.example/catalog")?);
    one.title = Texts::of("id", "Satu Data Bojonegoro").and("en", "Open data of Bojonegoro");
    one.description = Texts::of("id", "Data terbuka Kabupaten Bojonegoro.");
    one.publisher = office("Diskominfo", "diskominfo")?;
    one.homepage = Some(iri("https://data.example/")?);
    one.licence = Some(licence()?);
    one.rights = Texts::of("id", "Bebas dipakai dengan menyebut sumber.");
    one.languages = [Lang::parse("id"), Lang::parse("en")]
        .into_iter()
        .flatten()
        .collect();
    one.issued = When::parse("2026-01-01");
    one.modified = Some(When::instant(1_795_334_400_000_000));
    one.places = vec![regency()?];
    one.theme_lists = vec![iri("https://data.example/themes")?];
    one.legislation = vec![iri("https://peraturan.example/perpres-39-2019")?];
    Ok(one)
}

fn villages() -> Outcome<Dataset> {
    let mut one = Dataset::new(iri("https://data.example/dataset/desa")?);
    one.identifiers = vec!["desa".into()];
    one.other_identifiers = vec![Identifier {
        notation: "10.5072/desa".into(),
        agency: Some("DataCite".into()),
    }];
    one.title = Texts::of("id", "Desa dan kelurahan")
        .and("en", "Villages")
        .and("hi", "गाँव");
    one.description = Texts::of(
        "id",
        "Semua desa dan kelurahan dengan kode, induk dan luas wilayahnya.",
    );
    one.keywords = Texts::of("id", "desa")
        .and("id", "kelurahan")
        .and("en", "village");
    one.themes = data_theme("government").into_iter().collect();
    one.themes.push(Concept {
        iri: iri("https://data.example/themes/government")?,
        label: Texts::of("id", "Pemerintahan"),
        list: Some(iri("https://data.example/themes")?),
    });
    one.kind = Some(Concept {
        iri: iri("http://publications.europa.eu/resource/authority/dataset-type/STATISTICAL")?,
        label: Texts::of("en", "Statistical data"),
        list: Some(iri(
            "http://publications.europa.eu/resource/authority/dataset-type",
        )?),
    });
    one.publisher = Some(office("Dinas PMD", "pmd")?);
    one.creators = vec![office("Bagian Pemerintahan", "pem")?];
    one.contributors = vec![office("Kecamatan Margomulyo", "margomulyo")?];
    one.contacts = vec![Contact {
        iri: None,
        name: Texts::of("id", "Layanan data"),
        email: Some("data+desa@kab.example".into()),
        telephone: Some("+62 353 881 234".into()),
        url: Some(iri("https://data.example/contact")?),
    }];
    one.issued = When::parse("2023");
    one.modified = When::parse("2026-11-20T07:30:00+07:00");
    one.frequency = Some(Frequency::Yearly);
    one.periods = vec![Period {
        start: When::parse("2025-01-01"),
        end: When::parse("2025-12-31"),
    }];
    one.temporal_resolution = Span::parse("P1Y");
    one.places = vec![regency()?];
    one.spatial_resolution = Some(30.5);
    one.languages = Lang::parse("id").into_iter().collect();
    one.access = Some(AccessRight::Public);
    one.licence = Some(licence()?);
    one.landing_page = Some(iri("https://data.example/data/desa")?);
    one.documentation = vec![iri("https://data.example/data/desa/metadata")?];
    one.standards = vec![Standard {
        iri: Some(iri("https://data.example/standards/kode-wilayah")?),
        title: Texts::of("id", "Kode wilayah"),
    }];
    one.provenance = Texts::of("id", "Dari laporan desa, diperiksa walidata.");
    one.status = Some(Status::Completed);
    one.version = Some("3".into());
    one.version_notes = Texts::of("id", "Dua desa dimekarkan.");
    one.previous_version = Some(iri("https://data.example/dataset/desa/versions/2")?);
    one.versions = vec![Version {
        iri: iri("https://data.example/dataset/desa/versions/3")?,
        version: Some("3".into()),
        title: Texts::default(),
        notes: Texts::of("id", "Dua desa dimekarkan."),
        issued: When::parse("2026-11-20"),
        previous: one.previous_version.clone(),
    }];
    let mut series = Series::new(iri("https://data.example/series/wilayah")?);
    series.title = Texts::of("id", "Wilayah tiap tahun");
    series.description = Texts::of("id", "Daftar wilayah, satu per tahun.");
    series.publisher = one.publisher.clone();
    series.frequency = Some(Frequency::Yearly);
    series.places = vec![regency()?];
    one.series = vec![series];
    one.related = vec![iri("https://data.example/dataset/kecamatan")?];
    one.referenced_by = vec![iri("https://doi.org/10.5072/paper")?];
    one.sources = vec![iri("https://pusat.example/dataset/desa")?];
    one.legislation = vec![iri("https://peraturan.example/perpres-39-2019")?];
    one.distributions = vec![table()?, api()?];
    Ok(one)
}

/// A table as a file, with everything that can be said of one.
fn table() -> Outcome<Distribution> {
    let column = |name: &str, title: &str, kind, is_required| Column {
        name: name.into(),
        title: Texts::of("id", title),
        description: Texts::default(),
        kind,
        is_required,
    };
    Ok(Distribution {
        iri: Some(iri("https://data.example/dataset/desa/resource/csv")?),
        identifier: Some("desa".into()),
        title: Texts::of("id", "Desa, CSV"),
        description: Texts::of("id", "Satu baris per desa."),
        access_url: Some(iri("https://data.example/data/desa/csv")?),
        download_url: Some(iri("https://data.example/data/desa.csv.gz")?),
        media_type: Some("text/csv".into()),
        format: Some("CSV".into()),
        compression: Some("application/gzip".into()),
        byte_size: Some(6042),
        checksum: Checksum::parse(HashAlgorithm::Sha256, &"0123456789abcdef".repeat(4)),
        rights: Texts::of("id", "Sebutkan sumber."),
        availability: Some(Availability::Stable),
        status: Some(Status::Completed),
        issued: When::parse("2026-11"),
        modified: When::parse("2026-11-20"),
        languages: Lang::parse("id").into_iter().collect(),
        documentation: vec![iri("https://data.example/data/desa/csv/columns")?],
        temporal_resolution: Span::parse("P1Y"),
        spatial_resolution: Some(30.0),
        legislation: vec![iri("https://peraturan.example/perpres-39-2019")?],
        columns: vec![
            column("kode", "Kode", ColumnKind::Text, true),
            column("nama", "Nama", ColumnKind::Text, true),
            column("induk", "Kode desa induk", ColumnKind::Text, false),
            column("luas_km2", "Luas (km²)", ColumnKind::Decimal, false),
            column("penduduk", "Penduduk", ColumnKind::Whole, false),
            column("berdiri", "Tanggal berdiri", ColumnKind::Date, false),
            column("titik", "Titik", ColumnKind::Text, false),
        ],
        ..Distribution::default()
    })
}

/// An interface, and a format that no list has.
fn api() -> Outcome<Distribution> {
    Ok(Distribution {
        title: Texts::of("id", "API"),
        access_url: Some(iri(
            "https://data.example/api/3/action/datastore_search?resource_id=desa",
        )?),
        format: Some("CKAN <datastore>".into()),
        services: vec![service(&[])?],
        ..Distribution::default()
    })
}

fn service(serves: &[&Dataset]) -> Outcome<DataService> {
    let mut one = DataService::new(iri("https://data.example/api/3/action")?);
    if !serves.is_empty() {
        one.iri = Some(iri("https://data.example/api")?);
    }
    one.title = Texts::of("en", "CKAN Action API");
    one.description = Texts::of("en", "Search and rows as JSON.");
    one.endpoint_description = vec![iri("https://data.example/api/v1/openapi.json")?];
    one.serves = serves.iter().map(|dataset| dataset.iri.clone()).collect();
    one.publisher = Some(office("Diskominfo", "diskominfo")?);
    one.keywords = Texts::of("en", "api");
    one.themes = data_theme("GOVE").into_iter().collect();
    one.licence = Some(licence()?);
    one.access = Some(AccessRight::Public);
    one.landing_page = Some(iri("https://data.example/developers")?);
    Ok(one)
}

/// A dataset of which hardly anything is known.
fn bare() -> Outcome<Dataset> {
    let mut one = Dataset::new(iri("https://data.example/dataset/kosong")?);
    one.title = Texts::of("id", "Kosong");
    one.distributions = vec![Distribution::default()];
    one.publisher = Some(Agent::default());
    Ok(one)
}

/// A dataset whose texts try to break out of every syntax.
fn odd() -> Outcome<Dataset> {
    let mut one = Dataset::new(
        Iri::repair("https://data.example/dataset/a b|c\"<>\\^`{}/é?q=1&r=2#x#y").ok_or("repairable")?,
    );
    let keywords = [
        "\"quotes\" 'single' \"\"\" '''",
        "back\\slash \\u0041 \\\"",
        "line\nbreak\r\nreturn\ttab",
        "<b>&amp;</b> ]]> <!-- --> <?pi?>",
        "@en ^^xsd:string <http://a.example/> [] . ; ,",
        "  spaces around  ",
        "नेपाली বাংলা العربية 中文 👩‍👩‍👧 \u{202e}rtl\u{202c}",
        "e\u{301} \u{a0} \u{feff} \u{2028} \u{85}",
        "</script><script>alert(1)</script>",
        "{\"@id\": \"x\"} @value",
    ];
    one.title = Texts::plain(keywords.join(" "));
    one.keywords = Texts(
        keywords
            .iter()
            .map(|text| Text {
                lang: Lang::parse("und"),
                text: (*text).into(),
            })
            .collect(),
    );
    Ok(one)
}

fn office(name: &str, code: &str) -> Outcome<Agent> {
    Ok(Agent {
        iri: Some(iri(&format!("https://data.example/organizations/{code}"))?),
        name: Texts::of("id", name),
        kind: Some(Concept {
            iri: iri("http://purl.org/adms/publishertype/LocalAuthority")?,
            label: Texts::of("en", "Local Authority"),
            list: Some(iri("http://purl.org/adms/publishertype/1.0")?),
        }),
        homepage: Some(iri(&format!("https://{code}.kab.example/"))?),
        email: Some(format!("{code}@kab.example")),
        identifier: Some(code.to_owned()),
    })
}

fn licence() -> Outcome<Licence> {
    Ok(Licence {
        iri: Some(iri("https://creativecommons.org/licenses/by/4.0/")?),
        title: Texts::of("en", "Creative Commons Attribution 4.0"),
        kind: Some(Concept {
            iri: iri("http://purl.org/adms/licencetype/Attribution")?,
            label: Texts::of("en", "Attribution"),
            list: Some(iri("http://purl.org/adms/licencetype/1.0")?),
        }),
    })
}

fn regency() -> Outcome<Place> {
    Ok(Place {
        iri: Some(iri("https://data.example/places/35.22")?),
        name: Texts::of("id", "Kabupaten Bojonegoro"),
        code: Some("35.22".into()),
        bounds: Some(Bounds {
            west: 111.43,
            south: -7.61,
            east: 112.15,
            north: -6.98,
        }),
        centre: Some((111.8, -7.25)),
    })
}

fn feed(odd: &Dataset, page: &Iri) -> Outcome<String> {
    let (id, updated) = (
        iri("https://data.example/feed.atom")?,
        When::instant(1_795_334_400_000_000),
    );
    let title = odd.name("id");
    let mut out = String::new();
    let lang = Lang::parse("id");
    let feed = atom::Feed {
        id: &id,
        title: "Satu Data",
        lang: lang.as_ref(),
        updated: &updated,
        address: &id,
        page,
        next: None,
        author: "Diskominfo",
    };
    let mut writer = atom::Writer::begin(&feed, &mut out);
    writer.entry(
        &atom::Entry {
            id: &iri("https://data.example/dataset/desa/versions/3")?,
            title,
            updated: &updated,
            published: None,
            page,
            summary: Some("2 baris ditambah"),
            author: Some("Dinas PMD"),
            categories: &[("government", "Pemerintahan & desa")],
        },
        &mut out,
    );
    writer.end(&mut out);
    Ok(out)
}

/// The dataset as a package on disk: the description made from the catalogue, with what only a schema knows.
fn package(folder: &Path, villages: &Dataset) -> Outcome<()> {
    let mut package = frictionless::package_of(villages, "Desa & Kelurahan", "id");
    let table = &mut package.resources[0];
    let rows = "kode;nama;induk;luas_km2;penduduk;berdiri;titik\n\
        3522012001;Margomulyo;;12,50;4321;17/08/1945;\"111.8, -7.25\"\n\
        3522012002;\"Sumber; \"\"Jati\"\"\";3522012001;-;?;01/01/2025;\n";
    table.paths = vec!["desa.csv".into()];
    table.bytes = u64::try_from(rows.len()).ok();
    table.hash = None;
    table.dialect = Some(Dialect {
        delimiter: ";".into(),
        line_terminator: "\n".into(),
        ..Dialect::default()
    });
    let schema = table.schema.as_mut().ok_or("a schema")?;
    schema.primary_key = vec!["kode".into()];
    schema.foreign_keys = vec![ForeignKey {
        fields: vec!["induk".into()],
        resource: None,
        reference: vec!["kode".into()],
    }];
    schema.missing = ["", "-", "?"]
        .map(|value| Missing {
            value: value.into(),
            label: None,
        })
        .into();
    schema.fields[0].constraints = Constraints {
        is_required: true,
        is_unique: true,
        pattern: Some("[0-9]{10}".into()),
        min_length: Some(10),
        max_length: Some(10),
        ..Constraints::default()
    };
    schema.fields[3].kind = FieldKind::Number {
        decimal: ',',
        group: Some(".".into()),
        is_bare: true,
    };
    schema.fields[3].constraints.minimum = Some(Bound::Exclusive(json!(0)));
    schema.fields[4].constraints.maximum = Some(Bound::Inclusive(json!(1_000_000)));
    schema.fields[5].kind = FieldKind::Date(Pattern::Strptime("%d/%m/%Y".into()));
    schema.fields[6].kind = FieldKind::GeoPoint(GeoPoint::Text);
    fs::write(folder.join("desa.csv"), rows)?;
    fs::write(folder.join("datapackage.json"), frictionless::write(&package))?;
    Ok(())
}

fn iri(text: &str) -> Outcome<Iri> {
    Iri::parse(text).ok_or_else(|| format!("{text:?} is no address").into())
}
