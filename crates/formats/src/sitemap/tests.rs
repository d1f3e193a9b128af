use pretty_assertions::assert_eq;

use super::{Full, MOST_ADDRESSES, Sitemap, index, robots};
use crate::dcat::values::{Iri, When};

fn iri(text: &str) -> Iri {
    Iri::parse(text).expect("a test writes proper addresses")
}

#[test]
fn pages_are_listed_with_when_they_changed() {
    let mut out = String::new();
    let mut map = Sitemap::begin(&mut out);
    let changed = When::parse("2026-11-22T08:11:13");
    map.add(
        &iri("https://data.example/data/desa?lang=id&page=2"),
        changed.as_ref(),
        &mut out,
    )
    .expect("room");
    map.add(&iri("https://data.example/दिल्ली"), None, &mut out)
        .expect("room");
    map.end(&mut out);
    assert_eq!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
         <url><loc>https://data.example/data/desa?lang=id&amp;page=2</loc><lastmod>2026-11-22T08:11:13Z</lastmod></url>\n\
         <url><loc>https://data.example/%E0%A4%A6%E0%A4%BF%E0%A4%B2%E0%A5%8D%E0%A4%B2%E0%A5%80</loc></url>\n\
         </urlset>\n"
    );
}

#[test]
fn a_file_takes_fifty_thousand_addresses_and_not_one_more() {
    let mut out = String::new();
    let mut map = Sitemap::begin(&mut out);
    let page = iri("https://data.example/data/desa");
    for _ in 0..MOST_ADDRESSES {
        map.add(&page, None, &mut out).expect("room");
    }
    let length = out.len();
    assert_eq!(map.add(&page, None, &mut out), Err(Full));
    assert_eq!(out.len(), length);
}

#[test]
fn a_file_stays_under_its_bytes() {
    let mut out = String::new();
    let mut map = Sitemap::with_room(MOST_ADDRESSES, 30_000, &mut out);
    let page = iri(&format!("https://data.example/{}", "a".repeat(2000)));
    while map.add(&page, None, &mut out).is_ok() {}
    map.end(&mut out);
    assert!((28_000..=30_000).contains(&out.len()), "{}", out.len());
}

#[test]
fn an_index_names_the_files() {
    let file = iri("https://data.example/sitemap-1.xml");
    let changed = When::parse("2026-11-22");
    let text = index([(&file, changed.as_ref())]);
    assert!(
        text.contains(
            "<sitemap><loc>https://data.example/sitemap-1.xml</loc><lastmod>2026-11-22</lastmod></sitemap>"
        ),
        "{text}"
    );
}

#[test]
fn robots_are_told_what_to_leave_alone() {
    let text = robots(
        &iri("https://data.example/sitemap.xml"),
        &["/desk/", "account", "/a b\nAllow: /desk/"],
    );
    assert_eq!(
        text,
        "User-agent: *\nDisallow: /desk/\nDisallow: /account\nDisallow: /a%20b%0AAllow:%20/desk/\nAllow: /\n\nSitemap: https://data.example/sitemap.xml\n"
    );
}
