//! `package_search`: what is asked for and answered.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{NOW, call, created};
use crate::ckan::{
    answer::Failure,
    lists::Direction,
    search::{
        Area, FacetCount, FacetItem, Facets, PackageSearch, Query, SearchAnswer, Sort, SortKey, document,
        query::{Content, Document},
    },
};

fn search(fields: Value) -> Result<PackageSearch, Failure> {
    PackageSearch::read(&call(fields), &document::is_field)
}

fn told(fields: Value) -> (u16, Value) {
    let failure = search(fields).unwrap_err();
    let body = failure.write("");
    (failure.status(), body["error"].clone())
}

#[test]
fn a_search_for_nothing_finds_every_public_dataset_that_is_active() {
    let asked = search(json!({})).unwrap();
    assert_eq!(asked.q, Query::All);
    assert_eq!(
        asked.filters,
        [Query::term("capacity", "public"), Query::term("state", "active")]
    );
    assert_eq!((asked.rows, asked.start), (10, 0));
    assert_eq!(asked.sort_text, "score desc, metadata_modified desc");
    assert_eq!(
        asked.sort,
        [
            Sort {
                by: SortKey::Score,
                direction: Direction::Descending,
            },
            Sort {
                by: SortKey::Field("metadata_modified".to_owned()),
                direction: Direction::Descending,
            },
        ]
    );
    assert_eq!(
        asked.facets,
        Facets {
            fields: Vec::new(),
            limit: Some(50),
            least: 1,
        }
    );
}

#[test]
fn the_parameters_of_clients_are_read() {
    let asked = search(json!({
        "q": "rain",
        "fq": "+organization:weather -tags:old",
        "fq_list": ["res_format:CSV", ""],
        "rows": "5000",
        "start": 20,
        "sort": "title_string asc",
        "facet.field": "[\"tags\", \"organization\", \"tags\"]",
        "facet.limit": "-1",
        "facet.mincount": 0,
        "include_private": "True",
        "include_drafts": true,
        "fl": "id,name title",
        "ext_bbox": "111,-8,112,-7",
        "ext_startdate": "2020",
        "use_default_schema": true,
    }))
    .unwrap();
    assert_eq!(asked.filters.len(), 3);
    assert_eq!(
        asked.filters[2],
        Query::any(vec![
            Query::term("state", "active"),
            Query::term("state", "draft")
        ])
    );
    assert_eq!((asked.rows, asked.start), (1_000, 20));
    assert_eq!(asked.sort[0].field(), Some("title"));
    assert_eq!(asked.facets.fields, ["tags", "organization"]);
    assert_eq!((asked.facets.limit, asked.facets.least), (None, 0));
    assert_eq!(asked.fields, ["id", "name", "title"]);
    assert_eq!(
        asked.area,
        Some(Area {
            west: 111.0,
            south: -8.0,
            east: 112.0,
            north: -7.0,
        })
    );
    // Whoever filters by state has said which.
    let asked = search(json!({ "fq": "+state:deleted" })).unwrap();
    assert_eq!(asked.filters.len(), 2);
    assert!(
        search(json!({ "facet": "false", "facet.field": ["tags"] }))
            .unwrap()
            .facets
            .fields
            .is_empty()
    );
}

#[test]
fn what_makes_no_search_is_told_as_ckan_tells_it() {
    let message = |text: &str| json!(text);
    for (fields, status, kind, expected) in [
        (
            json!({ "colour": "red", "query": "x" }),
            400,
            "Search Query Error",
            message("Search Query is invalid: (\"Invalid search parameters: ['colour', 'query']\",)"),
        ),
        (
            json!({ "sort": "title" }),
            400,
            "Search Query Error",
            message("Search Query is invalid: ('Invalid \"sort\" parameter',)"),
        ),
        (
            json!({ "sort": "tags asc" }),
            409,
            "Search Error",
            message(
                "Search error: ('SOLR returned an error running query: can not sort on multivalued field: tags',)",
            ),
        ),
        (
            json!({ "q": "{!knn}x" }),
            409,
            "Search Error",
            message("Search error: (\"Local parameters are not supported in param 'q'.\",)"),
        ),
        (
            json!({ "qf": " {!x}" }),
            409,
            "Search Error",
            message("Search error: (\"Local parameters are not supported in param 'qf'.\",)"),
        ),
        (
            json!({ "fq": "tags:(" }),
            409,
            "Search Error",
            message(
                "Search error: ('SOLR returned an error running query: fq: Cannot parse the query at character 6: a \
                 parenthesis is not closed',)",
            ),
        ),
        (
            json!({ "ext_bbox": "1,2,3" }),
            409,
            "Search Error",
            message("Search error: ('Wrong bounding box provided',)"),
        ),
    ] {
        let (found, error) = told(fields.clone());
        assert_eq!(
            (found, &error["__type"], &error["message"]),
            (status, &json!(kind), &expected),
            "{fields}"
        );
    }
    let (status, error) =
        told(json!({ "rows": "all", "start": -1, "facet.field": "tags", "facet.limit": "x" }));
    assert_eq!(status, 409);
    assert_eq!(
        error,
        json!({
            "facet.field": ["Could not parse as valid JSON"],
            "facet.limit": ["Invalid integer"],
            "rows": ["Invalid integer"],
            "start": ["Must be a natural number"],
            "__type": "Validation Error",
        })
    );
}

#[test]
fn areas_touch_also_across_the_180th_meridian() {
    let area = |text: &str| Area::read(text).unwrap();
    let fiji = area("177,-20,-178,-15");
    assert!(fiji.touches(&area("-179.5,-17,-179,-16")));
    assert!(fiji.touches(&area("179,-17,181,-16")));
    assert!(!fiji.touches(&area("100,-20,110,-15")));
    assert!(!fiji.touches(&area("178,0,179,1")));
    assert!(area("-400,-95,400,95").touches(&fiji));
    for text in ["", "1,2,3", "a,b,c,d", "0,10,1,5", "1,2,3,4,5", "inf,0,1,1"] {
        assert_eq!(Area::read(text), None, "{text}");
    }
}

#[test]
fn the_index_holds_the_fields_that_queries_name() {
    let package = created(json!({
        "name": "rain",
        "title": "Rainfall",
        "owner_org": "weather",
        "notes": "Daily",
        "tags": [{ "name": "water" }, { "name": "climate" }],
        "extras": [
            { "key": "superTheme", "value": "HEAL" },
            { "key": "start_date", "value": "1995-01-01" },
            { "key": "with space", "value": "x" },
        ],
        "resources": [{ "url": "https://x.example/stations.csv", "name": "Stations" }],
    }));
    let document = Document::of(&package);
    for (text, expected) in [
        ("tags:water", true),
        ("superTheme:HEAL", true),
        ("extras_superTheme:heal", true),
        ("extras_withspace:x", true),
        ("start_date:[1994-01-01 TO 1996-01-01]", true),
        ("res_format:CSV", true),
        ("res_name:stations", true),
        ("capacity:public", true),
        ("dataset_type:dataset", true),
        ("num_resources:1", true),
        ("metadata_modified:[NOW-1DAY TO NOW]", true),
        ("text:climate", true),
        ("stations", true),
        ("owner_org:*", true),
        ("organization:*", false),
        ("author:*", false),
    ] {
        let query = Query::read(text, crate::ckan::search::Manner::Strict).unwrap();
        assert_eq!(query.matches(&document, NOW.0), expected, "{text}");
    }
    assert_eq!(
        Value::Object(document.pick(&[
            "name".to_owned(),
            "tags".to_owned(),
            "res_format".to_owned(),
            "metadata_modified".to_owned(),
            "nothing".to_owned(),
        ])),
        json!({
            "name": "rain",
            "tags": ["climate", "water"],
            "res_format": ["CSV"],
            "metadata_modified": "2026-11-22T09:00:00.123456Z",
        })
    );
}

#[test]
fn facets_are_counted_and_told_twice() {
    let document = |tags: &[&str]| {
        let mut document = Document::default();
        for tag in tags {
            document.add("tags", Content::Keyword((*tag).to_owned()));
        }
        document
    };
    let documents = [
        document(&["water", "climate"]),
        document(&["water"]),
        document(&["water", "zoning"]),
    ];
    let asked = Facets {
        fields: vec!["tags".to_owned()],
        limit: Some(2),
        least: 1,
    };
    let mut facets = document::count(documents.iter(), &asked);
    assert_eq!(
        facets,
        [FacetCount {
            field: "tags".to_owned(),
            items: vec![
                FacetItem {
                    name: "water".to_owned(),
                    display_name: "water".to_owned(),
                    count: 3,
                },
                FacetItem {
                    name: "climate".to_owned(),
                    display_name: "climate".to_owned(),
                    count: 1,
                },
            ],
        }]
    );
    facets[0].items[1].display_name = "Zone of climate".to_owned();
    let answer = SearchAnswer {
        count: 3,
        results: vec![json!({ "name": "rain" })],
        facets,
        sort: "score desc".to_owned(),
    };
    let written = answer.write();
    assert_eq!(
        Value::Object(written.clone()),
        json!({
            "count": 3,
            "facets": { "tags": { "water": 3, "climate": 1 } },
            "results": [{ "name": "rain" }],
            "sort": "score desc",
            "search_facets": {
                "tags": {
                    "title": "tags",
                    "items": [
                        { "name": "water", "display_name": "water", "count": 3 },
                        { "name": "climate", "display_name": "Zone of climate", "count": 1 },
                    ],
                },
            },
        })
    );
}

#[test]
fn a_small_catalogue_is_searched_without_an_index() {
    let dataset = |name: &str, title: &str, extra: Value| {
        Document::of(&created(json!({
            "name": name, "title": title, "owner_org": "w", "tags": [{ "name": "rain" }], "extras": extra,
        })))
    };
    let point =
        json!([{ "key": "spatial", "value": "{\"type\": \"Point\", \"coordinates\": [111.9, -7.15]}" }]);
    let documents = [
        dataset(
            "rivers",
            "Rivers",
            json!([{ "key": "theme", "value": "Rain and water" }]),
        ),
        dataset("rain", "Rain", point),
        dataset("soil", "Soil", json!([])),
        dataset(
            "snow",
            "Rain or snow",
            json!([{ "key": "spatial", "value": "ARG" }]),
        ),
    ];
    let found = |fields: Value| search(fields).unwrap().run(&documents, NOW.0);
    // Name and title count more than tags, and tags more than the rest.
    assert_eq!(found(json!({ "q": "rain" })).rows, [1, 3, 0, 2]);
    assert_eq!(
        found(json!({ "q": "rain", "sort": "name desc" })).rows,
        [2, 3, 0, 1]
    );
    assert_eq!(found(json!({ "sort": "title asc, name asc" })).rows, [1, 3, 0, 2]);
    // Without a value it comes last, whichever way.
    assert_eq!(
        found(json!({ "sort": "theme desc, name asc" })).rows,
        [0, 1, 3, 2]
    );
    assert_eq!(found(json!({ "sort": "theme asc, name asc" })).rows, [0, 1, 3, 2]);
    let page = found(json!({ "q": "rain", "rows": 1, "start": 1, "facet.field": ["tags"] }));
    assert_eq!((page.count, page.rows), (4, vec![3]));
    assert_eq!(page.facets[0].items[0].count, 4);
    assert_eq!(found(json!({ "ext_bbox": "111,-8,112,-7" })).rows, [1]);
    assert_eq!(found(json!({ "q": "soil^3 OR river*" })).rows, [2, 0]);
    let random = found(json!({ "sort": "random_7 asc" })).rows;
    assert_eq!(random, found(json!({ "sort": "random_7 asc" })).rows);
    let backwards: Vec<usize> = found(json!({ "sort": "random_7 desc" }))
        .rows
        .into_iter()
        .rev()
        .collect();
    assert_eq!(random, backwards);
}

#[test]
fn geometries_have_an_area() {
    let around =
        |text: &str| Area::of_geojson(text).map(|area| (area.west, area.south, area.east, area.north));
    assert_eq!(
        around("{\"type\": \"Polygon\", \"coordinates\": [[[1, 2], [3, 2, 100], [3, -4.5], [1, 2]]]}"),
        Some((1.0, -4.5, 3.0, 2.0))
    );
    for text in [
        "ARG",
        "{}",
        "{\"coordinates\": []}",
        "{\"coordinates\": [1]}",
        "{\"coordinates\": [[1, 2], [\"a\", 2]]}",
        "{\"coordinates\": [1, 95]}",
    ] {
        assert_eq!(around(text), None, "{text}");
    }
}

#[test]
fn the_whole_condition_is_one_query() {
    let asked = search(json!({ "q": "rain", "fq": "tags:water" })).unwrap();
    let package = created(json!({ "name": "rain", "owner_org": "w", "tags": [{ "name": "water" }] }));
    assert!(asked.condition().matches(&Document::of(&package), NOW.0));
    let private = crate::ckan::package::Package {
        is_private: true,
        ..package
    };
    assert!(!asked.condition().matches(&Document::of(&private), NOW.0));
}
