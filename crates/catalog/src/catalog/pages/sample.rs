//! The catalogue's pages with something of everything, for tests and for looking at.

use tables::{Bin, Column, Facet, Filter, Kind, Place, Seen, Statistics, TableVersion, Test, Value, Version};

use super::{
    catalogue::{self, Shown, Values},
    dataset::Said,
    first_rows::FirstRows,
    gathered::{Beside, Figures, Gathered, Heading, Under},
    history::HistoryRow,
    resource::Looked,
    {CataloguePage, DatasetPage, GatheredPage, ResourcePage},
};
use crate::{
    catalog::{
        agenda::{league, model::Standing},
        details::DatasetDetails,
        explore::{
            asked::{Asked, ChartAsked},
            drawing::Drawn,
            written::Writing,
        },
        model::Class,
        reading::HowToRead,
        search::facets::Facet as SearchFacet,
        view::{
            BadRowView, ColumnProfileView, ColumnView, Dataset, FileView, Hidden, Resource, ResourceEntry,
            Theme,
        },
    },
    platform::{
        html::{
            Shell,
            parts::{Cell, SummaryRow},
        },
        i18n::Lang,
    },
};

impl CataloguePage {
    pub fn sample(lang: Lang) -> CataloguePage {
        let closed = Dataset {
            slug: "household-census".into(),
            title: "Household census <2026>".into(),
            theme: "demography".into(),
            themes: Vec::new(),
            organisation: None,
            publisher: None,
            is_open: false,
            ..dataset()
        };
        let values = |facet: SearchFacet, value: &str, text: &str| Values {
            facet,
            all: vec![(value.into(), text.into(), 1)],
            n: 1,
        };
        let shown = Shown {
            n_found: 2,
            datasets: vec![dataset(), closed],
            meant: Some("wells & pumps".into()),
            facets: vec![
                values(SearchFacet::Theme, "water", "Water"),
                values(SearchFacet::Publisher, "dinas-pu", "Dinas <Pekerjaan Umum>"),
                values(SearchFacet::Tag, "water & wells", "water & wells"),
                values(SearchFacet::Year, "2026", "2026"),
            ],
            ..Shown::default()
        };
        CataloguePage::new(Shell::sample(lang), shown, catalogue::Asked::default())
    }
}

impl GatheredPage {
    pub fn sample(lang: Lang) -> GatheredPage {
        let heading = Heading {
            name: "Dinas <Pekerjaan Umum>".into(),
            about: "Wells & pipes".into(),
            contact: "pu@example.go.id".into(),
        };
        let owed = (0..5).map(|n| ("dinas-pu".to_owned(), Standing::Late { days: n }, true));
        let gathered = Gathered {
            datasets: vec![dataset()],
            page: 2,
            figures: Figures {
                n_datasets: 45,
                n_tables: 40,
                n_files: 7,
                n_rows: 123_456,
                changed_at: None,
            },
            changed_on: Some(jiff::civil::date(2026, 11, 21)),
            beside: vec![Beside {
                href: "/data?publisher=dinas-pu&theme=water".into(),
                text: "Water & <sanitation>".into(),
                n: 12,
            }],
            punctuality: league::league(&owed.collect::<Vec<_>>()).pop(),
        };
        GatheredPage::new(
            Shell::sample(lang),
            Under::Organisation("dinas-pu"),
            heading,
            gathered,
        )
    }
}

impl DatasetPage {
    pub fn sample(lang: Lang) -> DatasetPage {
        let hidden = [
            Hidden {
                title: "Wells <3>".into(),
                personal: vec!["Owner \"O'Brien\"".into(), "Phone".into()],
                sensitive: vec!["Illness".into()],
                n_unreviewed: 1,
            },
            Hidden {
                title: "Pumps".into(),
                personal: Vec::new(),
                sensitive: Vec::new(),
                n_unreviewed: 12,
            },
        ];
        let said = Said {
            tables: [("data".to_owned(), FirstRows::sample())].into(),
            place: "Kecamatan <Ngasem>".into(),
            changed: "21 Nov 2026".into(),
            readers: vec![super::Download {
                href: "/comments/wells".into(),
                text: "3 <comments>".into(),
            }],
            timeliness: "Every year · missing <3> days".into(),
            series: "Village <budgets>".into(),
            cite: "Dinas <PU>. Wells & pumps".into(),
            linked_data: r#"{"@context":"https://schema.org/","@type":"Dataset","name":"Wells"}"#.into(),
        };
        DatasetPage::new(Shell::sample(lang), dataset(), &hidden, said)
    }
}

impl ResourcePage {
    pub fn sample(lang: Lang) -> ResourcePage {
        let columns = vec![
            Column::new("well", Kind::Text),
            Column::new("depth", Kind::Decimal),
        ];
        let rows = vec![
            vec![Value::Text("Sumur <Ngasem>".into()), Value::Decimal(12.5)],
            vec![Value::Text("O'Brien & co".into()), Value::Null],
        ];
        let seen = Seen {
            columns,
            rows,
            numbers: vec![50, 51],
            n_found: 120,
            n_before: 50,
            previous: Some(Place {
                row: 50,
                value: Some("12.5".into()),
            }),
            next: Some(Place { row: 51, value: None }),
        };
        let history = vec![
            HistoryRow {
                version: 2,
                href: "/data/wells/data?version=2".into(),
                is_shown: true,
                at: "21 Nov 2026".into(),
                what: lang.text("catalog-versions-added").n("n", 20).to_string(),
                diff: "/data/wells/data/versions/1..2".into(),
                n_rows: "120".into(),
            },
            HistoryRow {
                version: 1,
                href: "/data/wells/data?version=1".into(),
                is_shown: false,
                at: "20 Nov 2026".into(),
                what: String::new(),
                diff: String::new(),
                n_rows: "100".into(),
            },
        ];
        let origin = vec![SummaryRow::new(lang.text("catalog-file"), "wells <2026>.csv")];
        let asked = Asked {
            filters: vec![
                Filter::new("well", Test::Contains("<Ngasem>".into())),
                Filter::new("depth", Test::Is(vec!["1.5".into(), "80".into()])),
                Filter::new("depth", Test::Filled),
            ],
            sort: "-depth".into(),
            page: Some(2),
            facets: vec!["well".into()],
            stat: "depth".into(),
            chart: ChartAsked {
                kind: "bar".into(),
                x: "well".into(),
                ..ChartAsked::default()
            },
            version: Some(2),
            ..Asked::default()
        };
        let bin = |from: f64, n| Bin {
            from: Value::Decimal(from),
            to: Value::Decimal(from + 20.0),
            n,
        };
        let statistics = Statistics {
            n: 120,
            n_empty: 3,
            n_distinct: Some(40),
            least: Value::Decimal(1.5),
            most: Value::Decimal(80.0),
            mean: Some(12.25),
            quartiles: Some([4.0, 9.5, 20.0].map(Value::Decimal)),
            top: vec![(Value::Decimal(12.0), 9)],
            bins: vec![bin(0.0, 100), bin(20.0, 17)],
        };
        let chart = Drawn {
            title: "Rows by <well>".into(),
            notes: vec![lang.text("catalog-explore-circles").to_string()],
            head: vec![Cell::text("Well"), Cell::over_numbers("Rows")],
            rows: vec![vec![Cell::text("Sumur <Ngasem>"), Cell::number("9", 9.0)]],
            ..Drawn::default()
        };
        let looked = Looked {
            asked,
            seen,
            facets: vec![Facet {
                column: "well".into(),
                values: vec![(Value::Text("Sumur <Ngasem>".into()), 9), (Value::Null, 2)],
                n_distinct: 60,
            }],
            statistics: Some(statistics),
            chart: Some(chart),
            cite: "Dinas <PU>. Wells. Version 2".into(),
            came: vec![vec![
                Cell::text("a <map>.png"),
                Cell::text("21 Nov 2026"),
                Cell::text("4 bytes"),
                Cell::text("0a1b"),
            ]],
            origin,
            history,
            has_map: true,
            standards: vec!["94 % of <values> follow \"sex\"".into()],
            base_url: "https://example.go.id".into(),
            writing: Writing::in_utc(lang),
        };
        ResourcePage::new(Shell::sample(lang), resource(), looked)
    }
}

pub fn dataset() -> Dataset {
    Dataset {
        id: "w".into(),
        slug: "wells".into(),
        title: "Wells \"and\" <3> pumps".into(),
        description: "Where people fetch water & how deep".into(),
        own_title: "Sumur \"dan\" <3> pompa".into(),
        own_description: "Tempat warga mengambil air & dalamnya".into(),
        theme: "water".into(),
        organisation: Some("dinas-pu".into()),
        publisher: Some("Dinas <Pekerjaan Umum>".into()),
        licence: String::new(),
        place: Some("90.01".into()),
        period: "2026".into(),
        is_open: true,
        origin: "upload".into(),
        standing: None,
        changed_at: 1_794_794_400_000_000,
        themes: vec![
            Theme {
                name: "water".into(),
                title: String::new(),
            },
            Theme {
                name: "wells".into(),
                title: "Wells & <pumps>".into(),
            },
        ],
        tags: vec!["water & wells".into(), "air minum".into()],
        series: None,
        details: DatasetDetails {
            author: Some("Survey team <3>".into()),
            maintainer: Some("Data desk".into()),
            maintainer_email: Some("data@example.go.id".into()),
            url: Some("https://example.go.id/wells?a=1&b=2".into()),
            ..DatasetDetails::default()
        },
        resources: ["data", "pumps", "report"]
            .map(|slug| ResourceEntry {
                slug: slug.into(),
                title: format!("Table <{slug}>"),
                sql_name: (slug != "report").then(|| format!("wells_{slug}")),
                url: (slug == "report").then(|| "https://example.go.id/report.pdf?a=1&b=2".into()),
                format: (slug == "report").then(|| "PDF".into()),
                description: Some("Depth & state <2026>".into()),
                version: (slug == "data").then_some(2),
                n_rows: 120,
                changed_at: 1_794_794_400_000_000,
                id: slug.into(),
            })
            .into(),
        may_write: true,
        may_confide: true,
    }
}

pub fn resource() -> Resource {
    let column = |name: &str, kind: Kind, profile: Option<ColumnProfileView>| ColumnView {
        name: name.into(),
        kind: kind.as_str().into(),
        title: if name == "well" {
            "Name of the <well>".into()
        } else {
            String::new()
        },
        class: Class::Open,
        unit: if name == "depth" {
            "<m>".into()
        } else {
            String::new()
        },
        profile,
    };
    let profile = ColumnProfileView {
        name: "depth".into(),
        n_null: 3,
        n_distinct: 40,
        least: Some("1.5".into()),
        most: Some("80".into()),
        common: vec![("<12>".into(), 9)],
    };
    Resource {
        dataset: dataset(),
        slug: "data".into(),
        title: "Table <data>".into(),
        sql_name: Some("wells".into()),
        url: None,
        description: Some("Depth & state <2026>".into()),
        version: Some(2),
        n_rows: 120,
        changed_at: 1_794_794_400_000_000,
        columns: vec![
            column("well", Kind::Text, None),
            column("depth", Kind::Decimal, Some(profile)),
        ],
        n_hidden: 0,
        files: vec![file()],
        id: "r".into(),
        table: TableVersion::at("data/wells/data", Version(2)),
    }
}

pub fn file() -> FileView {
    FileView {
        id: "f".into(),
        name: "wells <2026>.csv".into(),
        size_bytes: 4096,
        sha256: "00".into(),
        state: "read".into(),
        reason: String::new(),
        version: Some(2),
        n_rows: 120,
        n_bad: 1,
        received_at: 1_794_794_400_000_000,
        how: HowToRead::default(),
        bad_rows: vec![
            BadRowView {
                line: 7,
                reason: "the row has 1 field, not 2".into(),
                text: "<broken>".into(),
                is_doubt: false,
                column: None,
            },
            BadRowView {
                line: 9,
                reason: "119 of the 120 values of column \"depth\" are numbers".into(),
                text: "<deep>".into(),
                is_doubt: true,
                column: Some("depth".into()),
            },
        ],
    }
}
