//! The built assets, asked for as a browser asks.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use baraza::platform::html::assets;
use tower::ServiceExt;

async fn get(path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let router: Router = assets::routes();
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| {
        request.header(*name, *value)
    });
    router
        .oneshot(request.body(Body::empty()).expect("a request"))
        .await
        .expect("the router answers")
}

fn header(response: &Response<Body>, name: header::HeaderName) -> String {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("text").to_owned())
        .unwrap_or_default()
}

/// Says plainly when there is nothing to test, and refuses to where everything must be.
fn built() -> bool {
    if assets::are_built() {
        return true;
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "web/dist is empty: run `make web` before the tests are built"
    );
    println!("not tested: web/dist is empty (run `make web`)");
    false
}

#[tokio::test]
async fn the_style_sheet_may_be_kept_for_ever_and_comes_compressed_to_those_who_can_read_it() {
    if !built() {
        return;
    }
    let address = assets::address("site.css");
    let plain = get(&address, &[]).await;
    assert_eq!(
        (plain.status(), header(&plain, header::CONTENT_ENCODING)),
        (StatusCode::OK, String::new())
    );
    assert_eq!(header(&plain, header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(
        header(&plain, header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    for (accepted, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
    ] {
        let response = get(&address, &[("accept-encoding", accepted)]).await;
        assert_eq!(header(&response, header::CONTENT_ENCODING), coding, "{accepted}");
        assert_eq!(header(&response, header::VARY), "Accept-Encoding");
    }
}

#[tokio::test]
async fn an_asset_that_is_known_is_not_sent_again() {
    if !built() {
        return;
    }
    let address = assets::address("islands.js");
    let etag = header(&get(&address, &[]).await, header::ETAG);
    let again = get(&address, &[("if-none-match", &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let changed = get(&address, &[("if-none-match", "\"another\"")]).await;
    assert_eq!(changed.status(), StatusCode::OK);
}

#[tokio::test]
async fn nothing_but_assets_is_served() {
    for path in [
        "/assets/manifest.json",
        "/assets/none.css",
        "/assets/..%2FCargo.toml",
        "/assets/site.css.br",
    ] {
        assert_eq!(get(path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
